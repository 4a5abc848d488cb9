"""A SQLite file that is being written to by somebody else."""

import contextlib
import sqlite3
from collections.abc import Iterator

from sqlalchemy import Connection, Engine


@contextlib.contextmanager
def a_locked(engine: Engine) -> Iterator[Connection]:
    """A connection that has begun nothing and waits a millisecond only; another one writes."""
    other = sqlite3.connect(str(engine.url.database), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        with engine.connect() as connection:
            driver = connection.connection.driver_connection
            assert isinstance(driver, sqlite3.Connection)
            driver.execute("PRAGMA busy_timeout = 1")
            yield connection
    finally:
        other.close()
