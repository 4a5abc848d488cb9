"""Requests that were answered already, so that one sent twice is carried out once.

A row is written in the transaction of the change itself: either both are there or neither.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select

from knowledge.directory.revising import instant
from knowledge.store.desk_tables import answered_requests as table

KEEP = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Answered:
    """What was answered, and a fingerprint of what had been asked."""

    request: str
    status: int
    headers: Mapping[str, str]
    body: str


def find(connection: Connection, member_id: str, key: str, now: datetime) -> Answered | None:
    """Return what a member was answered under a key during the last day."""
    mine = (table.c.member == member_id, table.c.key == key, table.c.at > instant(now - KEEP))
    row = connection.execute(select(table).where(*mine)).first()
    if row is None:
        return None
    return Answered(row.request, row.status, json.loads(row.headers), row.body)


def keep(
    connection: Connection, member_id: str, key: str, answered: Answered, now: datetime
) -> None:
    """Remember an answer; what is older than a day goes."""
    connection.execute(delete(table).where(table.c.at <= instant(now - KEEP)))
    connection.execute(insert(table), {
        "member": member_id, "key": key, "request": answered.request, "status": answered.status,
        "headers": json.dumps(dict(answered.headers)), "body": answered.body, "at": instant(now),
    })  # fmt: skip
