"""Noting, in the transaction of a change itself, which other systems have to be told of it."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, insert, select

from knowledge.store.desk_tables import hook_deliveries, hooks


def announce(connection: Connection, revisions: Sequence[Mapping[str, Any]]) -> None:
    """Leave a row for each revision and each hook that is on; without hooks nothing is written."""
    query = select(hooks.c.id).where(hooks.c.status != "ended")
    listening = connection.execute(query.order_by(hooks.c.id)).scalars().all()
    rows = [
        {
            "hook_id": hook, "kind": revision["entity"], "entity_id": revision["entity_id"],
            "version": revision["number"], "action": revision["action"], "at": revision["at"],
            "attempts": 0, "due": revision["at"],
        }
        for hook in listening
        for revision in revisions
    ]  # fmt: skip
    if rows:
        connection.execute(insert(hook_deliveries), rows)
