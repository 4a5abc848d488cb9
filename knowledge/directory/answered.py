"""Requests that were answered already, so that one sent twice is carried out once.

A row is written in the transaction of the change itself: either both are there or neither. The
answer is sealed: it may hold what is shown once, a token or a link, and the table must not.
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select

from knowledge.directory.revising import instant
from knowledge.store.desk_tables import answered_requests as table
from knowledge.store.sealing import SealError, Vault

KEEP = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Answered:
    """What was answered, and a fingerprint of what had been asked."""

    request: str
    status: int
    headers: Mapping[str, str]
    body: str


def find(
    connection: Connection, vault: Vault, member_id: str, key: str, now: datetime
) -> Answered | None:
    """Return what a member was answered under a key during the last day."""
    mine = (table.c.member == member_id, table.c.key == key)
    recent = table.c.at > instant(now - KEEP)
    row = connection.execute(select(table).where(*mine, recent)).first()
    if row is None:
        return None
    try:
        body = vault.unseal(base64.b64decode(row.body), _bound_to(member_id, key))
    except (SealError, ValueError):
        # Kept under another secret: as if it were not there, and out of the way of a new one.
        connection.execute(delete(table).where(*mine))
        return None
    return Answered(row.request, row.status, json.loads(row.headers), body.decode())


def keep(
    connection: Connection,
    vault: Vault,
    member_id: str,
    key: str,
    answered: Answered,
    now: datetime,
) -> None:
    """Remember an answer; what is older than a day goes."""
    sealed = vault.seal(answered.body.encode(), _bound_to(member_id, key))
    connection.execute(delete(table).where(table.c.at <= instant(now - KEEP)))
    connection.execute(insert(table), {
        "member": member_id, "key": key, "request": answered.request, "status": answered.status,
        "headers": json.dumps(dict(answered.headers)), "body": base64.b64encode(sealed).decode(),
        "at": instant(now),
    })  # fmt: skip


def _bound_to(member_id: str, key: str) -> bytes:
    return f"answer to {member_id} under {key}".encode()
