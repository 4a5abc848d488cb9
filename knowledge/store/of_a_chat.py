"""Everything the database ties to one chat: to show it to the person, and to erase it.

Whatever table has a column `chat` belongs to somebody; so a table that is added later is shown and
erased without anybody having to think of it.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Table, delete, func, select

# Each of these fills `metadata`; one that is missing here would not be erased.
from knowledge.store import (  # noqa: F401
    desk_tables,
    directory_tables,
    entry_tables,
    erasure_tables,
    figure_tables,
    question_tables,
    report_tables,
    staff_tables,
    work_tables,
)
from knowledge.store.tables import metadata

CHAT = "chat"


def tables_of_chats() -> tuple[Table, ...]:
    """Return the tables whose rows belong to a chat."""
    return tuple(table for table in metadata.sorted_tables if CHAT in table.c)


def rows_of(connection: Connection, chat: bytes) -> dict[str, list[Mapping[str, Any]]]:
    """Return table → its rows of a chat, without the pseudonym; tables that hold none are out."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for table in tables_of_chats():
        columns = [column for column in table.c if column.name != CHAT]
        query = select(*columns).where(table.c[CHAT] == chat).order_by(*table.primary_key)
        rows: list[Mapping[str, Any]] = [dict(row) for row in connection.execute(query).mappings()]
        if rows:
            found[table.name] = rows
    return found


def erase(connection: Connection, chat: bytes) -> int:
    """Delete every row of a chat in every table; return how many there were."""
    return sum(
        connection.execute(delete(table).where(table.c[CHAT] == chat)).rowcount
        for table in reversed(tables_of_chats())
    )


def erase_all(connection: Connection) -> dict[str, int]:
    """Delete the rows of all chats; return table → how many there were."""
    counts = {}
    for table in reversed(tables_of_chats()):
        query = select(func.count()).select_from(table)
        counts[table.name] = int(connection.execute(query).scalar_one())
        connection.execute(delete(table))
    return counts
