"""Opening and preparing the database that the settings name."""

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from bot.settings import Settings
from knowledge.directory import queries, shipped
from knowledge.store.database import StoreError, explain, open_engine, sqlite_path


def open_store(settings: Settings) -> Engine:
    """Return an engine whose schema is current and whose directory is filled on first use.

    Raises `StoreError` with one line that says what to do.
    """
    engine = connect(settings)
    upgrade(engine, settings)
    if settings.shipped_directory:
        try:
            fill_directory(engine)
        except DBAPIError as error:
            raise StoreError(explain(error, settings.url)) from error
    return engine


def connect(settings: Settings) -> Engine:
    """Return an engine for the settings' database, as it is."""
    if sqlite_path_of(settings):
        settings.make_data_dir()
    return open_engine(settings.url)


def upgrade(engine: Engine, settings: Settings) -> bool:
    """Bring the schema up to date; return whether it was behind."""
    from knowledge.store import schema  # Alembic costs a quarter of a second; most starts skip it

    try:
        if schema.is_current(engine):
            return False
        return schema.upgrade(engine)
    except DBAPIError as error:
        raise StoreError(explain(error, settings.url)) from error


def fill_directory(engine: Engine) -> int:
    """Load the shipped directory into empty tables; return how many services were added."""
    with engine.begin() as connection:
        if queries.count_services(connection):
            return 0
        return shipped.load_shipped(connection)


def sqlite_path_of(settings: Settings) -> bool:
    """Whether the settings' database is a SQLite file."""
    try:
        return sqlite_path(settings.url) is not None
    except Exception:  # noqa: BLE001 - a URL nobody can read is reported by open_engine
        return False
