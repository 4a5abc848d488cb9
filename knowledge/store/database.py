"""Opening the database: one synchronous engine for SQLite and PostgreSQL.

2026-11-22. Sync sessions in threads, not async ones. Measured on a turn of five statements and a
durable commit, SQLite, 64 at once: SQLAlchemy with aiosqlite 270 turns/s and 3.0 ms of CPU, the
same turn as one job in one thread 1,400 turns/s and 0.68 ms, since an async session crosses to its
thread once a statement and ours once a turn. One code path then serves the server, the command
line and migrations. What we gave up: a turn holds a thread while PostgreSQL answers, so a process
serves as many turns at once as its pool has connections.
"""

from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Table, create_engine, event, make_url
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import StaticPool


class StoreError(Exception):
    """The database cannot be used; the text says why and what to do, in one line."""


# NORMAL would lose the last turns at a power cut although they were acknowledged; FULL does not.
SQLITE_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "busy_timeout=5000",
    "foreign_keys=ON",
    "secure_delete=ON",
    "temp_store=MEMORY",
)


def open_engine(url: str, *, threads: int = 8) -> Engine:
    """Return an engine for `url`, a SQLAlchemy URL for SQLite or PostgreSQL.

    `threads` is how many turns may use the database at once (PostgreSQL; SQLite has one writer).
    Raises `StoreError` for a URL that names neither engine.
    """
    try:
        parsed = make_url(url)
    except Exception as error:
        raise StoreError(
            "VENTANILLA_DATABASE_URL is not a database address. "
            "Example: postgresql://user@host/name, or leave it unset for SQLite."
        ) from error
    backend = parsed.get_backend_name()
    if backend == "sqlite":
        return _open_sqlite(url, in_memory=parsed.database in (None, "", ":memory:"))
    if backend == "postgresql":
        if parsed.drivername == "postgresql":
            parsed = parsed.set(drivername="postgresql+psycopg")
        return create_engine(parsed, pool_size=threads, max_overflow=2, pool_pre_ping=True)
    raise StoreError(
        f'VENTANILLA_DATABASE_URL names "{backend}". Ventanilla knows sqlite and postgresql.'
    )


def _open_sqlite(url: str, *, in_memory: bool) -> Engine:
    options: dict[str, Any] = {"connect_args": {"check_same_thread": False}}
    if in_memory:
        options["poolclass"] = StaticPool
    engine = create_engine(url, **options)

    @event.listens_for(engine, "connect")
    def set_pragmas(connection: Any, _record: object) -> None:
        # The driver's own BEGIN is deferred, and a read that turns into a write fails under load.
        # So the driver begins nothing and every transaction of ours begins as a writer.
        connection.isolation_level = None
        cursor = connection.cursor()
        try:
            for pragma in SQLITE_PRAGMAS:
                cursor.execute(f"PRAGMA {pragma}")
        finally:
            cursor.close()

    @event.listens_for(engine, "begin")
    def begin_as_writer(connection: Connection) -> None:
        reads = connection.get_execution_options().get("read_only", False)
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")

    return engine


def reading(engine: Engine) -> Engine:
    """Return `engine` for transactions that only read: they wait for no writer."""
    return engine.execution_options(read_only=True)


def sqlite_path(url: str) -> Path | None:
    """Return the file of a SQLite URL, or None for PostgreSQL or a database in memory."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or parsed.database in (None, "", ":memory:"):
        return None
    return Path(parsed.database)


def explain(error: DBAPIError, url: str) -> str:
    """Say in one line, without any value from a statement, what is wrong with the database."""
    text = str(error.orig).lower()
    where = sqlite_path(url) or "the database"
    if "not a database" in text or "malformed" in text:
        return (
            f"{where} is damaged or is not a Ventanilla database. "
            "Restore a backup with «ventanilla database restore FILE», or move the file away."
        )
    if "full" in text or "no space" in text:
        return f"The disk that holds {where} is full. Free some space; nothing was lost."
    if "readonly" in text or "unable to open" in text or "permission" in text:
        return f"{where} cannot be written. Check that the folder exists and belongs to this user."
    if "locked" in text:
        return f"{where} is busy in another process. Stop the other one, or wait and try again."
    if "no such table" in text or "does not exist" in text:
        return f"{where} has no schema yet. Run «ventanilla database upgrade»."
    return f"{where} does not answer ({type(error.orig).__name__}). Check VENTANILLA_DATABASE_URL."


@cache
def _upsert(dialect: str, table: Table, keys: tuple[str, ...]) -> Any:
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    statement = insert(table)
    changed = {c.name: statement.excluded[c.name] for c in table.columns if c.name not in keys}
    if not changed:
        return statement.on_conflict_do_nothing(index_elements=list(keys))
    return statement.on_conflict_do_update(index_elements=list(keys), set_=changed)


def upsert(connection: Connection, table: Table, keys: tuple[str, ...]) -> Any:
    """Return the statement that inserts a row of `table`, or replaces the one with equal `keys`."""
    return _upsert(connection.dialect.name, table, keys)


@cache
def _insert_once(dialect: str, table: Table) -> Any:
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    return insert(table).on_conflict_do_nothing()


def insert_once(connection: Connection, table: Table) -> Any:
    """Return the statement that inserts a row of `table` unless its key is there already."""
    return _insert_once(connection.dialect.name, table)
