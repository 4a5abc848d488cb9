"""The tables of the directory: the migration, and entries to rows and back."""

import importlib
import pkgutil
from pathlib import Path
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, text

import knowledge.store
from bot.settings import Settings
from bot.store import connect, fill_directory, open_store, refresh_terms
from knowledge.directory import queries
from knowledge.directory.importing import load_all
from knowledge.directory.rows import KINDS
from knowledge.store import directory_tables, schema, tables


def test_the_migrations_make_the_tables_that_the_program_knows(store: Engine) -> None:
    for module in pkgutil.iter_modules(knowledge.store.__path__, "knowledge.store."):
        importlib.import_module(module.name)
    with store.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences: list[Any] = compare_metadata(context, tables.metadata)
    assert directory_tables.services.metadata is tables.metadata
    assert differences == []


def test_a_database_of_the_first_version_is_brought_up_to_date(tmp_path: Path) -> None:
    from alembic import command
    from alembic.config import Config

    settings = Settings(data_dir=tmp_path / "data", secret_key="x" * 40)
    settings.make_data_dir()
    engine = connect(settings)
    config = Config()
    config.set_main_option("script_location", str(schema.MIGRATIONS))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.execute(text("INSERT INTO organizations (id, name) VALUES ('o', 'Vieja')"))
        connection.execute(
            text("INSERT INTO sessions (chat, state, touched) VALUES (x'00', x'01', 7)")
        )
    engine.dispose()
    engine = open_store(settings)
    with engine.connect() as connection:
        assert queries.count_services(connection) == 413
        names = connection.execute(text("SELECT name FROM organizations")).scalars().all()
        assert "Vieja" not in names
        assert connection.execute(text("SELECT touched FROM sessions")).scalars().all() == [7]
    engine.dispose()


def test_a_filled_directory_is_not_filled_again(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data", secret_key="x" * 40)
    engine = open_store(settings)
    assert fill_directory(engine) == 0
    refresh_terms(engine)
    with engine.connect() as connection:
        assert queries.count_services(connection) == 413
    engine.dispose()


def test_an_entry_hidden_by_staff_keeps_the_shipped_ones_away(store: Engine) -> None:
    with store.begin() as connection:
        connection.execute(
            directory_tables.organizations.insert(),
            {"id": "o", "country": "SV", "name": "x", "status": "hidden", "version": 1,
             "last_modified": "2026-11-22T00:00:00.000Z"},
        )  # fmt: skip
    assert fill_directory(store) == 0


def test_every_entry_is_of_one_of_four_kinds(shipped_store: Engine) -> None:
    with shipped_store.connect() as connection:
        entries = load_all(connection)
    kinds = [next(k.name for k in KINDS.values() if isinstance(e, k.cls)) for e in entries.values()]
    assert {kind: kinds.count(kind) for kind in KINDS} == {
        "organization": 213, "service": 413, "location": 413, "service_at_location": 413,
    }  # fmt: skip
    assert all(entry.version == 1 and len(entry.last_modified) == 24 for entry in entries.values())
