"""Long polling that acknowledges updates only after their turns are committed.

The library's own loop acknowledges what it has merely fetched; a crash then loses it. Here the next
`getUpdates` carries the higher offset only when the whole batch before it is settled.
"""

import asyncio
import random

import structlog
from telegram.error import Conflict, InvalidToken, TelegramError

from bot.channels.telegram_intake import Intake
from bot.channels.telegram_transport import SlowDown, TelegramApi
from bot.channels.telegram_updates import ALLOWED_UPDATES, update_id

log = structlog.get_logger(__name__)

LONG_POLL_SECONDS = 30
FIRST_WAIT_SECONDS = 1.0
LAST_WAIT_SECONDS = 30.0
CONFLICT_WAIT_SECONDS = 30.0
STOP_SECONDS = 1.0  # what is not settled by then, Telegram gives again

REFUSED = "Telegram does not accept VENTANILLA_TELEGRAM_TOKEN. Ask @BotFather for a new one."
CONFLICT = (
    "Another program fetches this bot's messages. Stop it, or set VENTANILLA_PUBLIC_URL "
    "to run several with a webhook."
)


class Backoff:
    """Waits that grow from one second to thirty, with jitter."""

    def __init__(self) -> None:
        self._failures = 0

    def reset(self) -> None:
        """Begin again with the shortest wait."""
        self._failures = 0

    async def wait(self) -> None:
        """Wait longer than the last time."""
        longest = min(LAST_WAIT_SECONDS, FIRST_WAIT_SECONDS * 2 ** min(self._failures, 10))
        self._failures += 1
        await asyncio.sleep(longest * random.uniform(0.5, 1.0))  # noqa: S311 - spreads retries


class Poller:
    """Fetches updates and settles them, batch by batch."""

    def __init__(self, api: TelegramApi, intake: Intake) -> None:
        self._api = api
        self._intake = intake
        self._offset: int | None = None
        self._settling = False
        self._stopping = False
        self._backoff = Backoff()

    async def run(self) -> None:
        """Poll until `stop`, or until Telegram refuses the token."""
        while not self._stopping:
            try:
                updates = await self._api.fetch_updates(
                    self._offset, seconds=LONG_POLL_SECONDS, allowed=ALLOWED_UPDATES
                )
            except InvalidToken:
                log.error(REFUSED)
                return
            except Conflict:
                log.error(CONFLICT)
                await asyncio.sleep(CONFLICT_WAIT_SECONDS)
            except SlowDown as asked:
                await asyncio.sleep(asked.seconds)
            except TelegramError as error:
                log.warning("Telegram cannot be reached", error=type(error).__name__)
                await self._backoff.wait()
            else:
                await self._settle(updates)

    async def stop(self, task: asyncio.Task[None]) -> None:
        """End `run`, which is `task`: a batch that has been fetched is settled first."""
        self._stopping = True
        if self._settling:
            await asyncio.wait([task], timeout=STOP_SECONDS)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    async def _settle(self, updates: list[object]) -> None:
        if not updates:
            self._backoff.reset()
            return
        self._settling = True
        try:
            settled = await asyncio.gather(
                *map(self._intake.settle, updates), return_exceptions=True
            )
        finally:
            self._settling = False
        for error in settled:
            if isinstance(error, BaseException):  # ours to mend; the queue goes on
                log.error("update not handled", error=type(error).__name__)
        if False not in settled:
            self._backoff.reset()
            numbers = [number for number in map(update_id, updates) if number is not None]
            self._offset = max(numbers, default=(self._offset or 1) - 1) + 1
        elif not self._stopping:
            await self._backoff.wait()
