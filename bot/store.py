"""Opening and preparing the database that the settings name."""

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from bot.settings import Settings
from knowledge.directory import queries, terms
from knowledge.directory.records import DirectoryError
from knowledge.store.alone import Alone, serve_alone
from knowledge.store.database import (
    StoreError,
    explain,
    hold,
    open_engine,
    reading,
    sqlite_path,
)

_FILLING = b"ventanilla filling"  # several processes may start at once


def open_store(settings: Settings) -> Engine:
    """Return an engine whose schema is current and whose directory is filled on first use.

    Raises `StoreError` with one line that says what to do.
    """
    engine = connect(settings)
    upgrade(engine, settings)
    try:
        refresh_terms(engine)
        if settings.shipped_directory:
            fill_directory(engine)
    except DBAPIError as error:
        raise StoreError(explain(error, settings.url)) from error
    except DirectoryError as error:
        raise StoreError(f"{error} Mend it, or set VENTANILLA_SHIPPED_DIRECTORY=off.") from error
    return engine


def connect(settings: Settings) -> Engine:
    """Return an engine for the settings' database, as it is."""
    if sqlite_path_of(settings):
        settings.make_data_dir()
    return open_engine(settings.url)


def alone(settings: Settings) -> Alone | None:
    """Take the right to serve from a SQLite file, or None for PostgreSQL.

    Raises `StoreError` when another process serves from it.
    """
    if not sqlite_path_of(settings):
        return None
    settings.make_data_dir()
    return serve_alone(settings.url)


def upgrade(engine: Engine, settings: Settings) -> bool:
    """Bring the schema up to date; return whether it was behind."""
    from knowledge.store import schema  # Alembic costs a quarter of a second; most starts skip it

    try:
        if schema.is_current(engine):
            return False
        return schema.upgrade(engine)
    except DBAPIError as error:
        raise StoreError(explain(error, settings.url)) from error


def refresh_terms(engine: Engine) -> None:
    """Write the topics of this version into the database, when they changed."""
    with reading(engine).connect() as connection:
        if terms.are_current(connection):
            return
    with engine.begin() as connection:
        hold(connection, _FILLING)
        if not terms.are_current(connection):
            terms.write_terms(connection)


def fill_directory(engine: Engine) -> int:
    """Load the shipped directory into empty tables; return how many services were added."""
    with reading(engine).connect() as connection:
        if not queries.is_empty(connection):
            return 0
    from knowledge.directory import shipped  # only the first start of all reads spreadsheets

    with engine.begin() as connection:
        hold(connection, _FILLING)
        return shipped.load_shipped(connection) if queries.is_empty(connection) else 0


def sqlite_path_of(settings: Settings) -> bool:
    """Whether the settings' database is a SQLite file."""
    try:
        return sqlite_path(settings.url) is not None
    except Exception:  # noqa: BLE001 - a URL nobody can read is reported by open_engine
        return False
