"""The Telegram channel: updates in, by polling or webhook, and replies out."""

import asyncio

import structlog
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, TelegramError

from bot import metrics
from bot.channels.telegram_intake import Intake
from bot.channels.telegram_messages import send_parameters
from bot.channels.telegram_polling import REFUSED, Backoff, Poller
from bot.channels.telegram_profile import profiles, update_profile
from bot.channels.telegram_transport import SlowDown, TelegramApi
from bot.channels.telegram_updates import ALLOWED_UPDATES, CHANNEL
from bot.channels.telegram_webhook import PURPOSE, WEBHOOK_PATH, Webhook
from bot.leading import Leading
from bot.limits import Limits
from bot.messages import OutgoingMessage
from bot.sender import Later, Refused, Sender, Unreachable
from bot.sending_pace import Pace
from bot.worker import Worker

log = structlog.get_logger(__name__)

WEBHOOK_CONNECTIONS = 40
TOKEN_WAIT_SECONDS = 60.0
SEND_RESULTS = ((Later, "later"), (Unreachable, "unreachable"), (Refused, "refused"))
_UNREACHABLE = ("chat not found", "user is deactivated", "peer_id_invalid", "user not found")


class TelegramChannel:
    """Everything between Telegram and the worker.

    `public_url` chooses a webhook there, and `webhook` must then be part of the application (see
    `add_webhook`); without one the channel polls and `webhook` is None. `paced` keeps to the limits
    that Telegram sets.
    """

    def __init__(
        self,
        worker: Worker,
        token: str,
        *,
        api_url: str | None = None,
        public_url: str | None = None,
        limits: Limits | None = None,
        paced: bool = False,
    ) -> None:
        self._worker = worker
        self._public_url = public_url
        self._secret = worker.chat.vault.token(PURPOSE)
        self._api = TelegramApi(token, api_url)
        self._sender = Sender(worker, CHANNEL, self._deliver, pace=Pace(limited=paced))
        self._intake = Intake(worker, self._sender, self._api, limits)
        self._poller = Poller(self._api, self._intake)
        self._leading = Leading(worker.chat.engine, "polling")
        self.webhook = Webhook(self._intake, self._secret.encode()) if public_url else None
        self._receiving: asyncio.Task[None] | None = None
        self._presenting: asyncio.Task[None] | None = None

    @property
    def waiting(self) -> int:
        """How many replies are on their way."""
        return self._sender.waiting

    async def start(self) -> None:
        """Send what an earlier run left behind, and begin to receive; Telegram may be out of reach.

        Raises SQLAlchemy's errors when the database cannot be used.
        """
        await self._api.open()
        await self._sender.start()
        self._receiving = asyncio.create_task(self._receive())
        content = self._worker.chat.content
        kept = content.terms.keeps_questions
        self._presenting = asyncio.create_task(
            update_profile(self._api, profiles(content.translators, keeps_questions=kept))
        )

    async def stop(self) -> None:
        """Stop receiving, finish the turns at hand, send what is in flight; before the worker."""
        if self._presenting is not None:
            self._presenting.cancel()
            await asyncio.gather(self._presenting, return_exceptions=True)
        if self._receiving is not None:
            await self._poller.stop(self._receiving)
        await self._sender.close()
        await self._intake.close()
        await self._api.close_connections()

    async def _receive(self) -> None:
        if not await self._choose_way():
            return
        if self._public_url is None:
            await self._leading.lead(self._poller.run)

    async def _choose_way(self) -> bool:
        """Tell Telegram how it shall deliver, until it has heard; False if it refuses the token."""
        backoff = Backoff()
        while True:
            try:
                if self._public_url is None:
                    await self._api.delete_webhook(drop_pending_updates=False)
                else:
                    await self._api.set_webhook(
                        self._public_url.rstrip("/") + WEBHOOK_PATH,
                        secret_token=self._secret,
                        allowed_updates=ALLOWED_UPDATES,
                        max_connections=WEBHOOK_CONNECTIONS,
                    )
            except InvalidToken:
                log.error(REFUSED)
                return False
            except BadRequest as refused:
                log.error("Telegram refuses VENTANILLA_PUBLIC_URL", reason=refused.message)
                return False
            except SlowDown as asked:
                await asyncio.sleep(asked.seconds)
            except TelegramError as error:
                log.warning("Telegram cannot be reached", error=type(error).__name__)
                await backoff.wait()
            else:
                log.info("telegram ready", way="webhook" if self._public_url else "polling")
                return True

    async def _deliver(self, address: str, message: OutgoingMessage) -> None:
        with metrics.send(CHANNEL, SEND_RESULTS):
            await self._send(address, message)

    async def _send(self, address: str, message: OutgoingMessage) -> None:
        try:
            for parameters in send_parameters(address, message):
                await self._api.send(parameters)
        except SlowDown as asked:
            raise Later(asked.seconds) from None
        except (Forbidden, ChatMigrated):
            raise Unreachable from None
        except BadRequest as refused:
            if any(words in refused.message.lower() for words in _UNREACHABLE):
                raise Unreachable from None
            # Telegram's reason names a field or a limit, never the text.
            raise Refused(refused.message[:80]) from None
        except InvalidToken:
            raise Later(TOKEN_WAIT_SECONDS, everyone=True) from None
