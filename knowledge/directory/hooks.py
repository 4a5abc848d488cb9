"""Telling other systems that an entry changed: signed, retried, given up after a day.

Off until an administrator adds an address. What is sent is kind, id, version, action and instant:
who is told then asks the API, with rights of its own. Rows are written with the change
(`knowledge.directory.announcing`), so that nothing is told that was rolled back.
"""

import hashlib
import hmac
import json
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, delete, func, insert, select, update

from knowledge.directory.records import DirectoryError
from knowledge.directory.revising import instant
from knowledge.store.database import reading
from knowledge.store.desk_tables import hook_deliveries as deliveries
from knowledge.store.desk_tables import hooks as table
from knowledge.store.sealing import Vault

FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=2)
GIVE_UP_AFTER = timedelta(hours=24)
# While one process sends, no other does; a process that died meanwhile is waited for this long.
HELD = timedelta(minutes=2)
AT_ONCE = 20
MAX_HOOKS = 10

# Sends a body with headers to an address; returns the status. Raises `NotSent` in a few words.
Post = Callable[[str, bytes, Mapping[str, str]], int]


class HookNotFound(DirectoryError):  # noqa: N818 - it names what happened
    """There is no hook with this id."""


class NotSent(Exception):  # noqa: N818 - it names what happened
    """An address did not answer, or may not be asked; the text says which, in a few words."""


@dataclass(frozen=True, slots=True)
class Hook:
    """Another system that is told of changes; `waiting` counts what it has still to be told."""

    id: str
    url: str
    status: str  # active; failing: its last answer was no; ended: it asked us to stop
    created_at: str
    last_success_at: str = ""
    last_failure_at: str = ""
    last_failure: str = ""
    given_up: int = 0
    waiting: int = 0


def signing_key(vault: Vault, hook_id: str) -> str:
    """Return the key that signs what a hook is sent; it is derived and stored nowhere."""
    return vault.token(f"hook {hook_id}")


def signature(key: str, at: int, body: bytes) -> str:
    """Return the header that proves who sent a body and when (`at`, seconds since 1970)."""
    digest = hmac.digest(key.encode(), f"{at}.".encode() + body, hashlib.sha256)
    return f"t={at},v1={digest.hex()}"


def add(connection: Connection, url: str, now: datetime) -> Hook:
    """Tell an address of every change from now on; the caller has judged it."""
    if len(list_hooks(connection)) >= MAX_HOOKS:
        raise DirectoryError(f"There are {MAX_HOOKS} hooks already. Remove one first.")
    hook = Hook(str(uuid.uuid4()), url, "active", instant(now))
    row = {"id": hook.id, "url": url, "status": hook.status, "created_at": hook.created_at}
    connection.execute(insert(table), row | {"given_up": 0})
    return hook


def list_hooks(connection: Connection) -> list[Hook]:
    """Return every hook, oldest first."""
    counted = select(deliveries.c.hook_id, func.count()).group_by(deliveries.c.hook_id)
    waiting: dict[str, int] = {row[0]: row[1] for row in connection.execute(counted)}
    return [
        Hook(row.id, row.url, row.status, row.created_at, row.last_success_at or "",
             row.last_failure_at or "", row.last_failure or "", row.given_up,
             waiting.get(row.id, 0))
        for row in connection.execute(select(table).order_by(table.c.created_at, table.c.id))
    ]  # fmt: skip


def remove(connection: Connection, hook_id: str) -> None:
    """Tell a hook nothing any more; raises `HookNotFound`."""
    connection.execute(delete(deliveries).where(deliveries.c.hook_id == hook_id))
    if connection.execute(delete(table).where(table.c.id == hook_id)).rowcount != 1:
        raise HookNotFound(f"No hook {hook_id}.")


def deliver_due(engine: Engine, now: datetime, post: Post, vault: Vault) -> int:
    """Send what is due, at most some at once; return how many were taken.

    Each is held for a moment first, so that two processes do not send the same; a receiver tells a
    repeated one by the header `Ventanilla-Delivery`.
    """
    sent = 0
    for row in _due(engine, now):
        if not _hold(engine, row, now):
            continue
        sent += 1
        body = _body(row)
        at = int(now.timestamp())
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "Ventanilla",
            "Ventanilla-Delivery": str(row.id),
            "Ventanilla-Signature": signature(signing_key(vault, row.hook_id), at, body),
        }
        try:
            status: int | None = post(row.url, body, headers)
            said = f"answered {status}"
        except NotSent as error:
            status, said = None, str(error)
        with engine.begin() as connection:
            _settle(connection, row, status, said, now)
    return sent


def _due(engine: Engine, now: datetime) -> list[Any]:
    query = (
        select(deliveries, table.c.url)
        .join(table, table.c.id == deliveries.c.hook_id)
        .where(deliveries.c.due <= instant(now), table.c.status != "ended")
        .order_by(deliveries.c.id)
        .limit(AT_ONCE)
    )
    with reading(engine).connect() as connection:
        return list(connection.execute(query))


def _hold(engine: Engine, row: Any, now: datetime) -> bool:
    mine = (deliveries.c.id == row.id, deliveries.c.due == row.due)
    held = update(deliveries).where(*mine).values(due=instant(now + HELD))
    with engine.begin() as connection:
        return connection.execute(held).rowcount == 1


def _body(row: Any) -> bytes:
    told = {
        "kind": row.kind, "id": row.entity_id, "version": row.version, "action": row.action,
        "at": row.at,
    }  # fmt: skip
    return json.dumps(told, separators=(",", ":")).encode()


def _settle(connection: Connection, row: Any, status: int | None, said: str, now: datetime) -> None:
    of_hook = table.c.id == row.hook_id
    this = deliveries.c.id == row.id
    if status is not None and 200 <= status < 300:
        connection.execute(delete(deliveries).where(this))
        good = {"status": "active", "last_success_at": instant(now)}
        connection.execute(update(table).where(of_hook).values(**good))
        return
    failed: dict[str, Any] = {
        "status": "ended" if status == 410 else "failing", "last_failure_at": instant(now),
        "last_failure": said[:200],
    }  # fmt: skip
    if status == 410:
        connection.execute(delete(deliveries).where(deliveries.c.hook_id == row.hook_id))
    elif now - datetime.fromisoformat(row.at) >= GIVE_UP_AFTER:
        connection.execute(delete(deliveries).where(this))
        failed["given_up"] = table.c.given_up + 1
    else:
        # Cut first: a power of a large number of attempts is a long wait to compute.
        wait = min(FIRST_WAIT * 2 ** min(row.attempts, 10), LONGEST_WAIT)
        later = {"attempts": row.attempts + 1, "due": instant(now + wait)}
        connection.execute(update(deliveries).where(this).values(**later))
    connection.execute(update(table).where(of_hook).values(**failed))
