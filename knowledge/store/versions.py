"""Marks that change with some data, so that a process may keep in memory what it has read.

A reader looks at the mark in its own transaction and trusts what it read under the same mark; a
writer changes the mark in the transaction that changes the data. Marks are random: a restored
backup never has the mark of something else.
"""

import uuid

from sqlalchemy import Column, Connection, String, Table, bindparam, select

from knowledge.store import straight
from knowledge.store.database import upsert
from knowledge.store.tables import metadata

versions = Table(
    "versions",
    metadata,
    Column("name", String(16), primary_key=True),
    Column("mark", String(32), nullable=False),
)

_MARK = select(versions.c.mark).where(versions.c.name == bindparam("name"))


def mark(connection: Connection, name: str) -> str:
    """Return the mark of the data called `name`; empty until it changes for the first time."""
    found = straight.first(connection, _MARK, {"name": name})
    return found[0] if found is not None else ""


def change_mark(connection: Connection, name: str) -> None:
    """Tell every process that the data called `name` has changed, once this is committed."""
    row = {"name": name, "mark": uuid.uuid4().hex}
    connection.execute(upsert(connection, versions, ("name",)), row)
