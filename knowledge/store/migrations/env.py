"""Alembic's entry point; `knowledge.store.schema` hands over an open connection."""

from alembic import context

from knowledge.store import directory_tables, tables  # noqa: F401 - one schema in two files

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=tables.metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
