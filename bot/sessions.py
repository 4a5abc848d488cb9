"""The sessions table: one sealed row a chat, keyed by a pseudonym, gone after a week of silence."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, bindparam, delete, select

from bot.messages import Session
from knowledge.store import straight
from knowledge.store.database import upsert
from knowledge.store.sealing import SealError, Vault
from knowledge.store.tables import sessions

KEEP_DAYS = 7

_TEXTS = (
    "language", "country", "department", "municipality", "flow", "node", "pending", "article",
    "counted",
)  # fmt: skip
_LISTS = ("offered", "situations", "offices", "rated")

_LOAD = select(sessions.c.state).where(sessions.c.chat == bindparam("chat")).with_for_update()
_DELETE = delete(sessions).where(sessions.c.chat == bindparam("chat_"))


def hours(at: datetime) -> int:
    """Return `at` as whole hours since 1970: as much of a time as a row may tell."""
    return int(at.timestamp()) // 3600


def to_json(session: Session) -> bytes:
    """Return a session as JSON; `from_json` reads it back to an equal session."""
    return orjson.dumps(session, default=dict)  # answers may be any mapping


def from_json(text: str | bytes) -> Session:
    """Read a session written by this or another version; what does not fit is left out."""
    try:
        value: Any = orjson.loads(text)
    except ValueError:
        return Session()
    if not isinstance(value, Mapping):
        return Session()
    known: dict[str, Any] = {
        name: value[name] for name in _TEXTS if isinstance(value.get(name), str)
    }
    if isinstance(value.get("answers"), Mapping):
        known["answers"] = {
            node: option
            for node, option in value["answers"].items()
            if isinstance(node, str) and isinstance(option, str)
        }
    for name in _LISTS:
        if isinstance(value.get(name), list):
            known[name] = tuple([item for item in value[name] if isinstance(item, str)])
    if isinstance(value.get("misses"), int):
        known["misses"] = value["misses"]
    if isinstance(value.get("greeted"), bool):
        known["greeted"] = value["greeted"]
    return Session(**known)


def load(connection: Connection, vault: Vault, chat: bytes) -> Session | None:
    """Return the session of a chat and hold its row until the transaction ends; None if new."""
    found = straight.first(connection, _LOAD, {"chat": chat})
    if found is None:
        return None
    try:
        return from_json(vault.unseal(found[0], chat))
    except SealError:  # the key was rotated: the old visit cannot be read any more
        return None


def save(connection: Connection, vault: Vault, chat: bytes, session: Session, at: datetime) -> None:
    """Write the session of a chat, new or not."""
    row = {
        "chat": chat,
        "state": vault.seal(to_json(session), chat),
        "touched": hours(at),
    }
    straight.changed(connection, upsert(connection, sessions, ("chat",)), row)


def end(connection: Connection, chat: bytes) -> bool:
    """Forget a chat's session at once; return whether there was one."""
    return straight.changed(connection, _DELETE, {"chat_": chat}) > 0


def expire(connection: Connection, now: datetime, keep_days: int = KEEP_DAYS) -> int:
    """Delete the sessions not touched for `keep_days`; return how many there were."""
    limit = hours(now) - keep_days * 24
    return connection.execute(delete(sessions).where(sessions.c.touched < limit)).rowcount
