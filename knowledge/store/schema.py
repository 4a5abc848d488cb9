"""Bringing a database to the schema of this version, with Alembic.

2026-11-22. Processes of the version before go on while a new one has migrated the schema already,
and may even be started again: a migration only adds (tables, columns that may be empty), and what
is to go goes a version later. One that cannot keep to this raises `OLDEST`; programs older than
that refuse to start. What we gave up: two upgrades instead of one for a change that removes.
"""

from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import Connection, Engine, delete, func, insert, inspect, select, text

from knowledge.store.database import StoreError, hold, reading, without_limits
from knowledge.store.work_tables import schema_floor

MIGRATIONS = Path(__file__).parent / "migrations"
# The revision of the oldest program that can work with the schema of this one.
OLDEST = "0007"
_KEY = b"ventanilla schema"


def newest() -> str:
    """Return the revision that this version of the program needs."""
    return max(path.name.split("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def is_current(engine: Engine) -> bool:
    """Whether nothing is to be done; asked at every start, so without loading Alembic.

    A newer schema is current too, if it was made to be worked with by this version.
    """
    with reading(engine).connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return False
        found = connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all()
        return list(found) == [newest()] or _allows_us(connection, found)


def upgrade(engine: Engine) -> bool:
    """Run the migrations that `engine`'s database lacks; return whether there were any.

    Raises `StoreError` when the database was made by a newer Ventanilla.
    """
    with engine.begin() as connection:
        hold(connection, _KEY)  # several processes may start at once
        without_limits(connection)
        return upgrade_in(connection)


def upgrade_in(connection: Connection) -> bool:
    """Run the migrations in a transaction that the caller commits; see `upgrade`."""
    from alembic import command
    from alembic.config import Config
    from alembic.migration import MigrationContext
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    scripts = ScriptDirectory.from_config(config)
    current = MigrationContext.configure(connection).get_current_revision()
    if current == scripts.get_current_head():
        return False
    if current is not None and current not in {s.revision for s in scripts.walk_revisions()}:
        raise StoreError(
            "This database was made by a newer Ventanilla. "
            "Install that version, or restore a backup."
        )
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    _raise_floor(connection)
    return True


def _allows_us(connection: Connection, found: Sequence[str]) -> bool:
    if len(found) != 1 or found[0] < newest() or not inspect(connection).has_table("schema_floor"):
        return False
    oldest = connection.execute(select(schema_floor.c.oldest)).scalar_one_or_none()
    return oldest is not None and oldest <= newest()


def _raise_floor(connection: Connection) -> None:
    before = connection.execute(select(func.max(schema_floor.c.oldest))).scalar_one_or_none()
    connection.execute(delete(schema_floor))
    connection.execute(insert(schema_floor).values(oldest=max(before or "", OLDEST)))
