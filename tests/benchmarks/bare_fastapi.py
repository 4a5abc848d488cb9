"""The baseline of `bench_hsds.py`: the least that FastAPI and SQLAlchemy do for one row.

`python bare_fastapi.py DATABASE_URL PORT`; `/row/{id}` answers a row of the services as it is.
"""

import sys
from typing import Any

import uvicorn
from fastapi import FastAPI
from sqlalchemy import bindparam, select

from knowledge.store.database import open_engine, reading
from knowledge.store.directory_tables import services


def make_app(database_url: str) -> FastAPI:
    app = FastAPI(docs_url=None, redoc_url=None)
    engine = reading(open_engine(database_url))
    query = select(services).where(services.c.id == bindparam("key"))

    @app.get("/row/{key}")
    def row(key: str) -> dict[str, Any]:
        with engine.connect() as connection:
            return dict(connection.execute(query, {"key": key}).mappings().one())

    @app.get("/health/ready")
    def ready() -> dict[str, str]:
        return {}

    return app


if __name__ == "__main__":
    uvicorn.run(make_app(sys.argv[1]), host="127.0.0.1", port=int(sys.argv[2]), log_config=None)
