"""The webhook: Telegram calls us, and hears 200 only when the turn is committed."""

import hmac
import json
from typing import Any

from starlette.applications import Starlette
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.channels.telegram_intake import Intake
from bot.channels.telegram_transport import read_json

WEBHOOK_PATH = "/telegram/webhook"
PURPOSE = "telegram-webhook"
HEADER = b"x-telegram-bot-api-secret-token"
MAX_BODY_BYTES = 1_000_000
RETRY_AFTER_SECONDS = b"5"


class TooLong(Exception):  # noqa: N818
    """The body is longer than any update."""


class GoneAway(Exception):  # noqa: N818
    """The other side hung up in the middle of the body."""


class UpdatesFirst:
    """Takes updates with the right secret straight to their turn, before an application.

    Limits, compression and the headers of pages are for browsers and strangers, and only slow an
    update down. Whatever comes without the secret goes the usual way, and is refused.
    """

    def __init__(self, app: ASGIApp, webhook: "Webhook") -> None:
        self.app = app
        self._webhook = webhook

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer an update of Telegram's own, or pass the request on."""
        ours = scope["type"] == "http" and scope["path"] == WEBHOOK_PATH
        if ours and scope["method"] == "POST" and self._webhook.knows_secret(scope):
            await self._webhook.take(receive, send)
        else:
            await self.app(scope, receive, send)


def add_webhook(app: Starlette, webhook: "Webhook") -> None:
    """Make `POST /telegram/webhook` part of an application; see `with_updates_first`."""
    app.router.routes.append(Route(WEBHOOK_PATH, webhook, methods=["POST"]))
    app.state.webhook = webhook


def with_updates_first(app: Starlette) -> ASGIApp:
    """Return an application as it is to be served: updates do not go through all of its layers."""
    webhook: Webhook | None = getattr(app.state, "webhook", None)
    return app if webhook is None else UpdatesFirst(app, webhook)


class Webhook:
    """Takes updates; plain ASGI, since every message of everybody passes here.

    Answers 403 without the right secret, 413 and 400 for what is no update, 503 when the database
    does not answer (Telegram then delivers the update again), and 200 when the turn is committed.
    """

    def __init__(self, intake: Intake, secret: bytes) -> None:
        self._intake = intake
        self._secret = secret

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take one update, if it comes from Telegram."""
        if self.knows_secret(scope):
            await self.take(receive, send)
        else:
            await _answer(send, 403)

    async def take(self, receive: Receive, send: Send) -> None:
        """Take one update of Telegram's own and answer when its turn is committed."""
        try:
            status, body = await self._settle(receive)
        except GoneAway:
            return
        await _answer(send, status, body)

    def knows_secret(self, scope: Scope) -> bool:
        """Whether a request carries the secret that only Telegram was told."""
        given = next((value for name, value in scope["headers"] if name == HEADER), b"")
        return hmac.compare_digest(given, self._secret)

    async def _settle(self, receive: Receive) -> tuple[int, bytes]:
        try:
            update = read_json(await _body(receive))
        except TooLong:
            return 413, b""
        except (ValueError, RecursionError):
            return 400, b""
        if not await self._intake.settle(update, answers_tap=False):
            return 503, b""
        return 200, _tap_answered(update)


async def _answer(send: Send, status: int, body: bytes = b"") -> None:
    headers = [(b"content-length", str(len(body)).encode())]
    if body:
        headers.append((b"content-type", b"application/json"))
    if status == 503:
        headers.append((b"retry-after", RETRY_AFTER_SECONDS))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _tap_answered(update: Any) -> bytes:
    """Return the call that tells the person's app its tap has arrived, nothing for other updates.

    Telegram makes the call that stands in our answer, which spares a request of our own:
    https://core.telegram.org/bots/api#making-requests-when-getting-updates
    """
    tap = update.get("callback_query") if isinstance(update, dict) else None
    if not isinstance(tap, dict) or not isinstance(tap.get("id"), str):
        return b""
    call = {"method": "answerCallbackQuery", "callback_query_id": tap["id"]}
    return json.dumps(call).encode()


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
