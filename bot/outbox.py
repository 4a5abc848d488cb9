"""Replies that are decided but not delivered yet: written with the turn, gone with the delivery.

Address and message are sealed together; what the database shows is a channel, a pseudonym and an
hour. Order of ids is order of turns.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from bot.messages import OutgoingMessage, ShownOption
from bot.sessions import hours
from knowledge.store.sealing import SealError, Vault
from knowledge.store.tables import outbox

KEEP_HOURS = 24


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message on its way: `address` is what the channel needs to reach the chat."""

    id: int
    channel: str
    chat: bytes
    address: str
    message: OutgoingMessage


_INSERT = insert(outbox).returning(outbox.c.id, sort_by_parameter_order=True)
_DELIVERED = delete(outbox).where(outbox.c.id == bindparam("delivered"))


def add(
    connection: Connection,
    vault: Vault,
    channel: str,
    chat: bytes,
    address: str,
    messages: Sequence[OutgoingMessage],
    at: datetime,
) -> tuple[Delivery, ...]:
    """Write the replies of a turn, in order, and return them as deliveries."""
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
    ids = connection.execute(_INSERT, rows).scalars().all()
    return tuple(
        Delivery(row_id, channel, chat, address, message)
        for row_id, message in zip(ids, messages, strict=True)
    )


def pending(connection: Connection, vault: Vault, channel: str) -> tuple[Delivery, ...]:
    """Return what a channel still has to deliver, oldest first; unreadable rows are left out."""
    query = (
        select(outbox.c.id, outbox.c.chat, outbox.c.sealed)
        .where(outbox.c.channel == channel)
        .order_by(outbox.c.id)
    )
    deliveries = []
    for row_id, chat, sealed in connection.execute(query):
        try:
            address, message = _unpack(vault.unseal(sealed, chat))
        except (SealError, KeyError, TypeError, ValueError):
            continue
        deliveries.append(Delivery(row_id, channel, chat, address, message))
    return tuple(deliveries)


def delivered(connection: Connection, ids: Iterable[int]) -> None:
    """Forget messages that have been delivered, or that can never be."""
    rows = [{"delivered": row_id} for row_id in ids]
    if rows:
        connection.execute(_DELIVERED, rows)


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
    return json.dumps([address, packed], ensure_ascii=False).encode()


def _unpack(value: bytes) -> tuple[str, OutgoingMessage]:
    address, fields = json.loads(value)
    options = tuple(ShownOption(**option) for option in fields.pop("options"))
    services, sources = tuple(fields.pop("services")), tuple(fields.pop("sources"))
    return address, OutgoingMessage(**fields, options=options, services=services, sources=sources)
