"""Replies that are decided but not delivered yet: written with the turn, gone with the delivery.

Address and message are sealed together; what the database shows is a channel, a pseudonym and an
hour. Order of ids is order of turns, for each chat.

2026-11-22. Where several processes share the database, all rows of a chat belong to one of them: a
reply goes to whoever has replies to that chat already, else to the process that made it. Rows of a
dead process go to one heir. Free rows for whoever comes first (`SKIP LOCKED`) would let two
processes send to one chat at once, and cost a turn of the common kind two statements more. What we
gave up: the heir of a process that dies with a long backlog has it all.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import orjson
from sqlalchemy import (
    Connection,
    bindparam,
    delete,
    func,
    insert,
    literal_column,
    or_,
    select,
    update,
)

from bot.messages import OutgoingMessage, ShownOption
from bot.sessions import hours
from knowledge.store import straight
from knowledge.store.database import is_shared
from knowledge.store.leases import THIS, Process
from knowledge.store.sealing import SealError, Vault
from knowledge.store.tables import outbox

KEEP_HOURS = 24
UNSTORED = 0  # the id of a delivery that has no row


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message on its way: `address` is what the channel needs to reach the chat.

    `behind` is the last message to the same chat that was waiting already, perhaps in another
    process; `ours` tells whether this process sends it.
    """

    id: int
    channel: str
    chat: bytes
    address: str
    message: OutgoingMessage
    behind: int | None = None
    ours: bool = True


_INSERT = insert(outbox).returning(outbox.c.id)
_earlier = outbox.alias("earlier")
_OWNER = (
    select(_earlier.c.owner)
    .where(_earlier.c.chat == bindparam("to"))
    .order_by(_earlier.c.id.desc())
    .limit(1)
    .scalar_subquery()
)
# A statement does not see its own rows: these are the ones that were there before it.
_BEHIND = (
    select(func.max(_earlier.c.id))
    .where(_earlier.c.chat == literal_column("outbox.chat"))
    .scalar_subquery()
)
_INSERT_SHARED = (
    insert(outbox)
    .values(owner=func.coalesce(_OWNER, bindparam("us")))
    .returning(outbox.c.id, outbox.c.owner, _BEHIND, sort_by_parameter_order=True)
)


def add(
    connection: Connection,
    vault: Vault,
    channel: str,
    chat: bytes,
    address: str,
    messages: Sequence[OutgoingMessage],
    at: datetime,
    process: Process = THIS,
) -> tuple[Delivery, ...]:
    """Write the replies of a turn, in order, and return them as deliveries.

    Where the database is shared, the caller holds the chat (`knowledge.store.database.hold`).
    """
    if not messages:
        return ()
    rows = [
        {
            "channel": channel,
            "chat": chat,
            "sealed": vault.seal(_pack(address, message), chat),
            "touched": hours(at),
            "attempts": 0,
        }
        for message in messages
    ]
    if is_shared(connection):
        us = process.name(channel)
        rows = [row | {"to": chat, "us": us} for row in rows]
        written = connection.execute(_INSERT_SHARED, rows).all()
        return tuple(
            Delivery(row_id, channel, chat, address, message, behind, owner == us)
            for (row_id, owner, behind), message in zip(written, messages, strict=True)
        )
    inserted = (straight.first(connection, _INSERT, row) for row in rows)
    return tuple(
        Delivery(row[0], channel, chat, address, message)
        for row, message in zip(inserted, messages, strict=True)
        if row is not None  # an insert that returns its id always gives one
    )


def pending(
    connection: Connection, vault: Vault, channel: str, ids: Sequence[int] | None = None
) -> tuple[Delivery, ...]:
    """Return what waits in a channel, or `ids` of it, oldest first; leave out unreadable rows."""
    query = (
        select(outbox.c.id, outbox.c.chat, outbox.c.sealed)
        .where(outbox.c.channel == channel)
        .order_by(outbox.c.id)
    )
    if ids is not None:
        query = query.where(outbox.c.id.in_(ids))
    deliveries = []
    for row_id, chat, sealed in connection.execute(query):
        try:
            address, message = _unpack(vault.unseal(bytes(sealed), bytes(chat)))
        except (SealError, KeyError, TypeError, ValueError):
            continue
        deliveries.append(Delivery(row_id, channel, bytes(chat), address, message))
    return tuple(deliveries)


def owned(connection: Connection, channel: str, owner: str) -> list[tuple[int, bytes]]:
    """Return id and chat of the messages that a process is to deliver, oldest first."""
    query = (
        select(outbox.c.id, outbox.c.chat)
        .where(outbox.c.channel == channel, outbox.c.owner == owner)
        .order_by(outbox.c.id)
    )
    return [(row_id, bytes(chat)) for row_id, chat in connection.execute(query)]


def inherit(connection: Connection, channel: str, heir: str, alive: Sequence[str]) -> int:
    """Give what belongs to none of `alive` to `heir`, who alone may do this; return how much."""
    orphans = or_(outbox.c.owner.is_(None), outbox.c.owner.not_in(alive))
    statement = update(outbox).where(outbox.c.channel == channel, orphans).values(owner=heir)
    return connection.execute(statement).rowcount


def delivered(connection: Connection, ids: Iterable[int]) -> None:
    """Forget messages that have been delivered, or that can never be."""
    straight.delete_all(connection, outbox.c.id, tuple(ids))


def tried(connection: Connection, row_id: int) -> int:
    """Count one failed attempt at a message; return how many there have been."""
    statement = (
        update(outbox)
        .where(outbox.c.id == row_id)
        .values(attempts=outbox.c.attempts + 1)
        .returning(outbox.c.attempts)
    )
    return connection.execute(statement).scalar_one_or_none() or 0


def forget_chat(connection: Connection, chat: bytes) -> None:
    """Drop every message on its way to a chat."""
    connection.execute(delete(outbox).where(outbox.c.chat == chat))


def expire(connection: Connection, now: datetime) -> int:
    """Delete messages that could not be delivered for a day; return how many there were."""
    limit = hours(now) - KEEP_HOURS
    return connection.execute(delete(outbox).where(outbox.c.touched < limit)).rowcount


def _pack(address: str, message: OutgoingMessage) -> bytes:
    packed = message.as_json() | {"urgent": message.urgent}
    return orjson.dumps([address, packed])


def _unpack(value: bytes) -> tuple[str, OutgoingMessage]:
    address, fields = orjson.loads(value)
    options = tuple(ShownOption(**option) for option in fields.pop("options"))
    services, sources = tuple(fields.pop("services")), tuple(fields.pop("sources"))
    return address, OutgoingMessage(**fields, options=options, services=services, sources=sources)
