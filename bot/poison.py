"""Updates that no turn can be made of: tried three times, then set aside with an apology.

A turn that raises is tried again at once and its tries are counted; the third failure ends it. One
that takes the whole process down is given again by the channel at the next start. So the first
turns after a start are counted before they are tried, and an update that was begun three times and
never ended is set aside without another try. In between, counting would cost each turn a commit.
"""

from collections.abc import Callable
from datetime import UTC, datetime

import structlog
from sqlalchemy import Connection, delete
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from bot import outbox, sessions
from bot.chat import Chat, Inbound, Receipt
from bot.logs import place
from bot.messages import Kind
from knowledge.store.database import insert_once, inserting
from knowledge.store.tables import handled_updates
from knowledge.store.work_tables import turn_tries

log = structlog.get_logger(__name__)

TRIES = 3
CAREFUL_TURNS = 256
KEEP_HOURS = 48

Work = Callable[[Connection], Receipt]


def is_trouble(error: BaseException) -> bool:
    """Whether `error` is of the database or of the process, and not of what is to be done."""
    if isinstance(error, DataError | IntegrityError):
        return False
    return isinstance(error, DBAPIError | PoolTimeout) or not isinstance(error, Exception)


def tries(chat: Chat, inbound: Inbound, turn: Work, *, begun: int) -> tuple[Work, ...]:
    """Return `turn` as it is to be tried: again after a failure, and at last set aside.

    `begun` is how many processes began this update, this one included; 0 where it is not counted.
    """

    def counted_turn(connection: Connection) -> Receipt:
        receipt = told(connection)
        if not receipt.repeated:
            _forget(connection, inbound)
        return receipt

    def told(connection: Connection) -> Receipt:
        try:
            return turn(connection)
        except Exception as error:
            if not is_trouble(error):
                # The exception's text may quote the person: its type and place must do.
                log.error("turn failed", error=type(error).__name__, where=place(error))
            raise

    def give_up(connection: Connection) -> Receipt:
        return set_aside(connection, chat, inbound)

    if begun > TRIES:
        return (give_up,)
    return (*([counted_turn if begun else told] * TRIES), give_up)


def count(connection: Connection, inbound: Inbound) -> int:
    """Count that an update is about to be tried; return how often that was so by now."""
    new = inserting(connection, turn_tries).values(
        channel=inbound.channel,
        update_id=inbound.update_id,
        tries=1,
        touched=sessions.hours(inbound.message.at),
    )
    counted = new.on_conflict_do_update(
        index_elements=["channel", "update_id"], set_={"tries": turn_tries.c.tries + 1}
    )
    return int(connection.execute(counted.returning(turn_tries.c.tries)).scalar_one())


def set_aside(connection: Connection, chat: Chat, inbound: Inbound) -> Receipt:
    """Be done with an update without a turn: it never comes back, and the person is told kindly.

    Help in danger is given if its words ask for it. The row of its tries stays for two days.
    """
    at = datetime.now(UTC)
    row = {
        "channel": inbound.channel,
        "update_id": inbound.update_id,
        "touched": sessions.hours(at),
    }
    if connection.execute(insert_once(connection, handled_updates), row).rowcount != 1:
        return Receipt(repeated=True)
    connection.execute(insert_once(connection, turn_tries), row | {"tries": TRIES})
    log.error("update set aside", channel=inbound.channel)
    if inbound.address is None or inbound.message.kind is Kind.GONE:
        return Receipt()
    pseudonym = chat.vault.pseudonym(inbound.channel, inbound.user)
    messages = chat.without_database(inbound.message)
    deliveries = outbox.add(
        connection, chat.vault, inbound.channel, pseudonym, inbound.address, messages, at
    )
    return Receipt(messages, deliveries)


def expire(connection: Connection, now: datetime) -> int:
    """Forget tries of updates that no channel will give again; return how many."""
    old = turn_tries.c.touched < sessions.hours(now) - KEEP_HOURS
    return connection.execute(delete(turn_tries).where(old)).rowcount


def _forget(connection: Connection, inbound: Inbound) -> None:
    mine = (
        turn_tries.c.channel == inbound.channel,
        turn_tries.c.update_id == inbound.update_id,
    )
    connection.execute(delete(turn_tries).where(*mine))
