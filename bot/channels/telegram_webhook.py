"""The webhook: Telegram calls us, and hears 200 only when the turn is committed."""

import hmac
import json

from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from bot.channels.telegram_intake import Intake

WEBHOOK_PATH = "/telegram/webhook"
PURPOSE = "telegram-webhook"
HEADER = b"x-telegram-bot-api-secret-token"
MAX_BODY_BYTES = 1_000_000
RETRY_AFTER_SECONDS = b"5"


class TooLong(Exception):  # noqa: N818
    """The body is longer than any update."""


class GoneAway(Exception):  # noqa: N818
    """The other side hung up in the middle of the body."""


def make_webhook_route(intake: Intake, secret: str) -> Route:
    """Return the route `POST /telegram/webhook`.

    Answers 403 without the right secret, 413 and 400 for what is no update, 503 when the database
    does not answer (Telegram then delivers the update again), and 200 when the turn is committed.
    """
    return Route(WEBHOOK_PATH, _Webhook(intake, secret.encode()), methods=["POST"])


class _Webhook:
    """Plain ASGI, since every message of everybody passes here and nothing else is needed."""

    def __init__(self, intake: Intake, secret: bytes) -> None:
        self._intake = intake
        self._secret = secret

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            status = await self._status(scope, receive)
        except GoneAway:
            return
        headers = [(b"content-length", b"0")]
        if status == 503:
            headers.append((b"retry-after", RETRY_AFTER_SECONDS))
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": b""})

    async def _status(self, scope: Scope, receive: Receive) -> int:
        given = dict(scope["headers"]).get(HEADER, b"")
        if not hmac.compare_digest(given, self._secret):
            return 403
        try:
            update = json.loads(await _body(receive))
        except TooLong:
            return 413
        except (ValueError, RecursionError):
            return 400
        return 200 if await self._intake.settle(update) else 503


async def _body(receive: Receive) -> bytes:
    body = b""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise GoneAway
        chunk: bytes = message.get("body", b"")
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise TooLong
        if not message.get("more_body"):
            return body
