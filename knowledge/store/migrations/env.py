"""Alembic's entry point; `knowledge.store.schema` hands over an open connection."""

from alembic import context

from knowledge.store import (  # noqa: F401 - one schema in several files
    desk_tables,
    directory_tables,
    entry_tables,
    erasure_tables,
    figure_tables,
    question_tables,
    report_tables,
    staff_tables,
    tables,
    versions,
    work_tables,
)

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=tables.metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
