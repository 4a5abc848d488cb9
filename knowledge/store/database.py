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

from sqlalchemy import (
    URL,
    ColumnElement,
    Connection,
    Double,
    Engine,
    Table,
    create_engine,
    event,
    func,
    literal_column,
    make_url,
    text,
)
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import StaticPool

from knowledge.store.writers import begin_in_line


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
    # Not from mapped pages, a fifth quicker: a file cut short would end the process, not the turn.
    "mmap_size=0",
    "cache_size=-8000",  # kilobytes: the nearest of 100,000 offices come sooner than by 2,000
)
# A statement or a lock that takes longer than this is trouble, and the turn is taken again.
POSTGRESQL_SETTINGS = (
    "statement_timeout = '30s'",
    "lock_timeout = '10s'",
    "idle_in_transaction_session_timeout = '60s'",
)
CONNECT_SECONDS = 5
POOL_SECONDS = 10
# After a fail-over a connection to what was the primary can only read, or is being closed.
FAILED_OVER = ("25006", "57P01", "57P02", "57P03")


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
        return _open_postgresql(parsed, threads)
    raise StoreError(
        f'VENTANILLA_DATABASE_URL names "{backend}". Ventanilla knows sqlite and postgresql.'
    )


def _open_sqlite(url: str, *, in_memory: bool) -> Engine:
    options: dict[str, Any] = {
        "connect_args": {"check_same_thread": False},
        "hide_parameters": True,  # an error says what failed, never a value
    }
    if in_memory:
        options["poolclass"] = StaticPool
    engine = create_engine(url, **options)

    @event.listens_for(engine, "connect")
    def set_pragmas(connection: Any, _record: object) -> None:
        # The driver's own BEGIN is deferred, and a read that turns into a write fails under load.
        # So the driver begins nothing (see `begin_in_line`).
        connection.isolation_level = None
        cursor = connection.cursor()
        try:
            for pragma in SQLITE_PRAGMAS:
                cursor.execute(f"PRAGMA {pragma}")
        finally:
            cursor.close()

    begin_in_line(engine)
    return engine


def _open_postgresql(url: URL, threads: int) -> Engine:
    engine = create_engine(
        url,
        hide_parameters=True,
        pool_size=threads,
        max_overflow=threads,
        pool_timeout=POOL_SECONDS,
        pool_pre_ping=True,  # the database may have been restarted since
        connect_args={"connect_timeout": CONNECT_SECONDS, "application_name": "ventanilla"},
    )

    @event.listens_for(engine, "connect")
    def set_limits(connection: Any, _record: object) -> None:
        connection.autocommit = True
        for setting in POSTGRESQL_SETTINGS:
            connection.execute(f"SET {setting}")
        connection.autocommit = False

    @event.listens_for(engine, "handle_error")
    def leave_the_old_primary(context: Any) -> None:
        if getattr(context.original_exception, "sqlstate", None) in FAILED_OVER:
            context.is_disconnect = True

    return engine


def is_shared(engine: Engine | Connection) -> bool:
    """Whether other processes may serve with this database: PostgreSQL, but not SQLite."""
    return engine.dialect.name == "postgresql"


def seconds_now(connection: Connection) -> ColumnElement[float]:
    """Return the database's own clock, in seconds since 1970, for use in a statement."""
    if connection.dialect.name == "sqlite":
        return literal_column("((julianday('now') - 2440587.5) * 86400.0)", Double)
    return func.extract("epoch", func.clock_timestamp()).cast(Double)


def hold(connection: Connection, key: bytes) -> None:
    """Wait for others that hold `key`, and hold it until the transaction ends.

    On SQLite there is one writer at a time and nothing to do.
    """
    if connection.dialect.name == "postgresql":
        number = int.from_bytes(key[:8], "big", signed=True)
        connection.execute(_HOLD, {"key": number})


_HOLD = text("SELECT pg_advisory_xact_lock(:key)")


def without_limits(connection: Connection) -> None:
    """Let the statements of this transaction take as long as they need, as migrations do."""
    if connection.dialect.name == "postgresql":
        for setting in POSTGRESQL_SETTINGS:
            connection.exec_driver_sql(f"SET LOCAL {setting.split(' ')[0]} = 0")


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
    where = sqlite_path(url) or "the database"
    state = getattr(error.orig, "sqlstate", None) or ""
    told = str(error.orig).lower()
    for states, words, advice in _EXPLAINED:
        if state.startswith(states) if state else any(word in told for word in words):
            return advice.format(where=where)
    return f"{where} does not answer ({type(error.orig).__name__}). Check VENTANILLA_DATABASE_URL."


# What it is by PostgreSQL's code, or else by the words of SQLite or of the way to the server.
_EXPLAINED: tuple[tuple[tuple[str, ...], tuple[str, ...], str], ...] = (
    (
        ("XX001", "XX002"),
        ("not a database", "malformed"),
        (
            "{where} is damaged or is not a Ventanilla database. "
            "Restore a backup with «ventanilla database restore FILE», or move the file away."
        ),
    ),
    (
        ("53100",),
        ("disk is full", "no space"),
        "The disk that holds {where} is full. Free some space; nothing was lost.",
    ),
    (
        ("25006", "42501"),
        ("readonly", "unable to open", "permission denied"),
        "{where} cannot be written. Check that it exists and that this user may write to it.",
    ),
    (
        ("55P03",),
        ("locked",),
        "{where} is busy in another process. Stop the other one, or wait and try again.",
    ),
    (
        ("42P01",),
        ("no such table",),
        "{where} has no schema yet. Run «ventanilla database upgrade».",
    ),
    (
        ("3D000",),
        ('" does not exist',),
        "The server of VENTANILLA_DATABASE_URL has no such database or user. Make it first.",
    ),
    (
        ("28",),
        ("authentication failed", "no password supplied", "no pg_hba.conf entry"),
        "{where} does not accept the user or password in VENTANILLA_DATABASE_URL.",
    ),
    (
        ("53300",),
        ("too many clients", "remaining connection slots"),
        "{where} has no connection left. Raise max_connections, or run fewer processes.",
    ),
)


def _insert(dialect: str, table: Table) -> Any:
    if dialect == "sqlite":
        return sqlite.insert(table)
    from sqlalchemy.dialects import postgresql  # 2 MB that who serves from a file need not hold

    return postgresql.insert(table)


@cache
def _upsert(dialect: str, table: Table, keys: tuple[str, ...]) -> Any:
    statement = _insert(dialect, table)
    changed = {c.name: statement.excluded[c.name] for c in table.columns if c.name not in keys}
    if not changed:
        return statement.on_conflict_do_nothing(index_elements=list(keys))
    return statement.on_conflict_do_update(index_elements=list(keys), set_=changed)


def upsert(connection: Connection, table: Table, keys: tuple[str, ...]) -> Any:
    """Return the statement that inserts a row of `table`, or replaces the one with equal `keys`."""
    return _upsert(connection.dialect.name, table, keys)


def inserting(connection: Connection, table: Table) -> Any:
    """Return an insert that knows what to do on a conflict, in the words of this engine."""
    return _insert(connection.dialect.name, table)


@cache
def _insert_once(dialect: str, table: Table) -> Any:
    # Without the option PostgreSQL does not say whether there was anything to insert.
    return (
        _insert(dialect, table).on_conflict_do_nothing().execution_options(preserve_rowcount=True)
    )


def insert_once(connection: Connection, table: Table) -> Any:
    """Return the statement that inserts a row of `table` unless its key is there already."""
    return _insert_once(connection.dialect.name, table)
