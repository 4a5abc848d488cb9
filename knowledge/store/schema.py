"""Bringing a database to the schema of this version, with Alembic."""

from pathlib import Path

from sqlalchemy import Engine, inspect, text

from knowledge.store.database import StoreError, reading

MIGRATIONS = Path(__file__).parent / "migrations"


def newest() -> str:
    """Return the revision that this version of the program needs."""
    return max(path.name.split("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def is_current(engine: Engine) -> bool:
    """Whether nothing is to be done; asked at every start, so without loading Alembic."""
    with reading(engine).connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return False
        found = connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all()
    return list(found) == [newest()]


def upgrade(engine: Engine) -> bool:
    """Run the migrations that `engine`'s database lacks; return whether there were any.

    Raises `StoreError` when the database was made by a newer Ventanilla.
    """
    from alembic import command
    from alembic.config import Config
    from alembic.migration import MigrationContext
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    scripts = ScriptDirectory.from_config(config)
    with engine.begin() as connection:
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
    return True
