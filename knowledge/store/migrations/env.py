"""Alembic's entry point; `knowledge.store.schema` hands over an open connection."""

from alembic import context

from knowledge.store.tables import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
