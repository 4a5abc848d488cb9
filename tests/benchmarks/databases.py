"""Databases of their own for benchmarks, on both engines, dropped afterwards.

The server that tests start forgets what it wrote at a power cut; here it must be as durable as
SQLite is, or the comparison would be worth nothing.
"""

import contextlib
import functools
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import postgres_for_tests
from sqlalchemy import Engine, create_engine, make_url, text

from knowledge.store import schema
from knowledge.store.database import open_engine, without_limits

DURABLE = ("fsync = on", "full_page_writes = on", "synchronous_commit = on")


@functools.cache
def postgresql_server() -> str | None:
    """Return the URL of a server that loses nothing; None when there is none."""
    given = os.environ.get("TEST_DATABASE_URL", "").startswith("postgresql")
    url = postgres_for_tests.server()
    if url is not None and not given:
        engine = create_engine(url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            for setting in DURABLE:
                connection.exec_driver_sql(f"ALTER SYSTEM SET {setting}")
            connection.exec_driver_sql("SELECT pg_reload_conf()")
        engine.dispose()
    return url


@contextlib.contextmanager
def sqlite_url() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        yield f"sqlite:///{Path(folder) / 'ventanilla.sqlite3'}"


@contextlib.contextmanager
def postgresql_url() -> Iterator[str]:
    with postgres_for_tests.a_database() as url:
        yield url


def engines() -> dict[str, Callable[[], contextlib.AbstractContextManager[str]]]:
    """Return how to get a database, by the engine's name: those that there are."""
    found: dict[str, Callable[[], contextlib.AbstractContextManager[str]]] = {"SQLite": sqlite_url}
    if postgresql_server() is not None:
        found["PostgreSQL"] = postgresql_url
    else:
        print("PostgreSQL is not measured: there is no server")
    return found


@contextlib.contextmanager
def migrated(opened: Callable[[], contextlib.AbstractContextManager[str]]) -> Iterator[Engine]:
    """An open database with today's schema and nothing in it."""
    with opened() as url:
        engine = open_engine(url)
        try:
            schema.upgrade(engine)
            yield engine
        finally:
            engine.dispose()


def analyze(engine: Engine) -> None:
    """Let PostgreSQL count what was just written, as its own housekeeping does within minutes."""
    if engine.dialect.name == "postgresql":
        alone = create_engine(make_url(engine.url), isolation_level="AUTOCOMMIT")
        with alone.connect() as connection:
            without_limits(connection)
            connection.execute(text("VACUUM ANALYZE"))
        alone.dispose()
