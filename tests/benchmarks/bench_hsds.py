"""The public feed: an entry and pages of a list, beside a bare FastAPI that answers one row.

Both are processes of their own over the same file of 10,000 offices, asked over eight connections.
"""

import random
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from children import HERE, Child, free_port, serve, wait_for
from generated_offices import fill
from http_load import requests_a_second
from rows import sized, tell
from sqlalchemy import select

from knowledge.store import schema
from knowledge.store.database import open_engine
from knowledge.store.directory_tables import services

SIZE = sized(10_000, 500)
SECONDS = sized(8, 1)
ASKED = 800


def filled(url: str) -> list[str]:
    """Write the offices and return the ids of their services."""
    engine = open_engine(url)
    try:
        schema.upgrade(engine)
        with engine.begin() as connection:
            fill(connection, SIZE, worst=False)
            ids = list(connection.execute(select(services.c.id)).scalars())
    finally:
        engine.dispose()
    return random.Random(3).sample(ids, min(ASKED, len(ids)))


def rate_of(base: str, paths: list[str]) -> float:
    requests_a_second(base, paths, seconds=SECONDS / 4)  # warm
    return requests_a_second(base, paths, seconds=SECONDS)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'feed.sqlite3'}"
        ids = filled(url)
        port = free_port()
        bare = Child(str(HERE / "bare_fastapi.py"), url, str(port))
        try:
            base = f"http://127.0.0.1:{port}"
            wait_for(f"{base}/health/ready")
            plain = rate_of(base, [f"/row/{key}" for key in ids])
        finally:
            bare.stop()
        asked = {"an entry, whole": [f"/hsds/services/{key}" for key in ids]} | {
            f"a page of {count} of {SIZE:,}": [
                f"/hsds/services?per_page={count}&page={number}" for number in range(1, 17)
            ]
            for count in (10, 50)
        }
        child, base = serve(Path(folder), database_url=url, shipped_directory="off")
        try:
            for what, paths in asked.items():
                tell(f"HSDS, {what}", rate_of(base, paths), "requests/s",
                     beside=("a bare row", plain))  # fmt: skip
        finally:
            child.stop()


if __name__ == "__main__":
    main()
