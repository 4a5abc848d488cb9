"""The webhook: Telegram calls us, and hears 200 only when the turn is committed."""

import hmac
import json
from collections.abc import Awaitable, Callable

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from bot.channels.telegram_intake import Intake

WEBHOOK_PATH = "/telegram/webhook"
PURPOSE = "telegram-webhook"
HEADER = "x-telegram-bot-api-secret-token"
MAX_BODY_BYTES = 1_000_000
RETRY_AFTER_SECONDS = "5"


def make_webhook_route(intake: Intake, secret: str) -> Route:
    """Return the route `POST /telegram/webhook`.

    Answers 403 without the right secret, 413 and 400 for what is no update, 503 when the database
    does not answer (Telegram then delivers the update again), and 200 when the turn is committed.
    """
    return Route(WEBHOOK_PATH, _endpoint(intake, secret.encode()), methods=["POST"])


def _endpoint(intake: Intake, secret: bytes) -> Callable[[Request], Awaitable[Response]]:
    async def receive_update(request: Request) -> Response:
        given = request.headers.get(HEADER, "").encode("latin-1", "replace")
        if not hmac.compare_digest(given, secret):
            return Response(status_code=403)
        try:
            body = await _body(request)
        except ClientDisconnect:
            return Response(status_code=400)
        if body is None:
            return Response(status_code=413)
        try:
            update = json.loads(body)
        except (ValueError, RecursionError):
            return Response(status_code=400)
        if await intake.settle(update):
            return Response(status_code=200)
        return Response(status_code=503, headers={"Retry-After": RETRY_AFTER_SECONDS})

    return receive_update


async def _body(request: Request) -> bytes | None:
    """Read the body, or return None as soon as it is too long."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            return None
    return bytes(body)
