"""One update after the other from Telegram to a committed turn, whichever way it came in."""

import asyncio
from collections import OrderedDict
from typing import Any

import structlog
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from telegram.error import TelegramError

from bot import metrics, phrases
from bot.channels.telegram_transport import TelegramApi
from bot.channels.telegram_updates import read_update
from bot.chat import Inbound
from bot.limits import Limits, Ruling
from bot.logs import place
from bot.messages import Kind, Message, OutgoingMessage
from bot.sender import Sender
from bot.worker import Worker

log = structlog.get_logger(__name__)

REMEMBERED_HELP = 10_000


class Intake:
    """Settles updates; used from one event loop."""

    def __init__(
        self, worker: Worker, sender: Sender, api: TelegramApi, limits: Limits | None = None
    ) -> None:
        self._worker = worker
        self._limits = limits or Limits.off()
        self._sender = sender
        self._api = api
        self._helped: OrderedDict[str, None] = OrderedDict()
        self._taps: set[asyncio.Task[None]] = set()

    async def settle(self, update: Any, *, answers_tap: bool = True) -> bool:
        """Handle an update; False means that nothing was kept and it must be delivered again.

        Called for several updates at once, in the order in which they came. Without `answers_tap`
        the caller tells Telegram that a button's tap has arrived.
        """
        arrival = read_update(update)
        if arrival.tap is not None and answers_tap:
            self._acknowledge_tap(arrival.tap)
        inbound = arrival.inbound
        if inbound is None:
            return True
        if self._is_too_much(inbound):
            return True
        try:
            with metrics.turn(inbound.channel):
                receipt = await self._worker.take(inbound)
        except (DBAPIError, PoolTimeout) as error:
            if isinstance(error, DataError | IntegrityError):  # it would fail again for ever
                self._apologise(inbound, error)
                return True
            log.error("database does not answer", error=type(error).__name__)
            self._help_in_danger(inbound)
            self._limits.refund("chat", self._pseudonym(inbound))
            return False
        except Exception as error:  # noqa: BLE001 - one bad turn must not stop the queue
            self._apologise(inbound, error)
            return True
        if inbound.message.kind is Kind.GONE:
            self._sender.forget(self._pseudonym(inbound))
        self._sender.accept(receipt)
        return True

    async def close(self) -> None:
        """Give up acknowledgements of taps that are still on their way."""
        for task in self._taps:
            task.cancel()
        await asyncio.gather(*self._taps, return_exceptions=True)

    def _is_too_much(self, inbound: Inbound) -> bool:
        """Whether a message is over its chat's limit: it gets no turn, and is done with.

        The chat is told once in a while; help in danger is given all the same.
        """
        chat = self._pseudonym(inbound)
        decision = self._limits.judge(inbound.message, self._worker.chat.content, chat)
        if decision.ruling is Ruling.TURN:
            return False
        metrics.LIMITED.labels(decision.ruling.value).inc()
        if decision.ruling is Ruling.HELP:
            self._say(inbound, self._without_database(inbound))
        elif decision.tell:
            self._say(inbound, (OutgoingMessage(self._too_many(inbound.message)),))
        return True

    def _too_many(self, message: Message) -> str:
        content = self._worker.chat.content
        language = (message.language or "es").split("-")[0].lower()
        known = language if language in content.languages else "es"
        return content.text(known, phrases.TOO_MANY)

    def _acknowledge_tap(self, tap: str) -> None:
        task = asyncio.create_task(self._answer_tap(tap))
        self._taps.add(task)
        task.add_done_callback(self._taps.discard)

    async def _answer_tap(self, tap: str) -> None:
        try:
            await self._api.answer_tap(tap)
        except TelegramError as error:  # too old, or the network: the reply itself still comes
            log.debug("tap not acknowledged", error=type(error).__name__)

    def _help_in_danger(self, inbound: Inbound) -> None:
        """Without the database, say at once what helps in danger; all else waits for it."""
        number = inbound.update_id or ""
        if number in self._helped:
            return
        messages = self._without_database(inbound)
        if not any(message.urgent for message in messages):
            return
        self._helped[number] = None
        while len(self._helped) > REMEMBERED_HELP:
            self._helped.popitem(last=False)
        self._say(inbound, messages)

    def _apologise(self, inbound: Inbound, error: Exception) -> None:
        # The exception's text may quote the person: its type and place must do.
        log.error("turn failed", error=type(error).__name__, where=place(error))
        if inbound.message.kind is not Kind.GONE:
            self._say(inbound, self._without_database(inbound))

    def _without_database(self, inbound: Inbound) -> Any:
        try:
            return self._worker.chat.without_database(inbound.message)
        except Exception as error:  # noqa: BLE001 - the last resort itself failed
            log.error("no apology possible", error=type(error).__name__, where=place(error))
            return ()

    def _say(self, inbound: Inbound, messages: Any) -> None:
        if inbound.address is not None:
            self._sender.say(self._pseudonym(inbound), inbound.address, messages)

    def _pseudonym(self, inbound: Inbound) -> bytes:
        return self._worker.chat.vault.pseudonym(inbound.channel, inbound.user)
