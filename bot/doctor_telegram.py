"""What Telegram says of this bot, asked without changing anything there."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp

from bot.channels.telegram_transport import OFFICIAL_API_URL
from bot.channels.telegram_webhook import WEBHOOK_PATH
from bot.logs import scrub
from bot.settings import Settings

SECONDS = 10
RECENT = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Telegram:
    """How it stands: `matter` is a key of `bot.doctor.TELEGRAM`; `ahead` compares the clocks."""

    matter: str
    reason: str = ""
    pending: int = 0
    ahead: timedelta | None = None


def ask_telegram(settings: Settings) -> Telegram:
    """Ask who the bot is and how it is delivered to; the token is in no answer and no error."""
    return asyncio.run(_ask(settings))


async def _ask(settings: Settings) -> Telegram:
    base = settings.telegram_api_url or OFFICIAL_API_URL
    timeout = aiohttp.ClientTimeout(total=SECONDS)
    try:
        async with aiohttp.ClientSession(timeout=timeout) as session:
            address = f"{base}/bot{settings.telegram_token}/"
            async with session.post(address + "getMe") as answer:
                ahead = _ahead(answer.headers.get("Date"))
                if answer.status in (401, 404):
                    return Telegram("token", ahead=ahead)
                if answer.status != 200:
                    return Telegram("unreachable", f"HTTP {answer.status}", ahead=ahead)
            async with session.post(address + "getWebhookInfo") as answer:
                info = (await answer.json())["result"]
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError, KeyError, TypeError) as error:
        return Telegram("unreachable", type(error).__name__)
    return _judge(settings, info, ahead)


def _judge(settings: Settings, info: dict[str, Any], ahead: timedelta | None) -> Telegram:
    pending = int(info.get("pending_update_count") or 0)
    wanted = f"{settings.public_url}{WEBHOOK_PATH}" if settings.uses_webhook else ""
    found = info.get("url") or ""
    if found != wanted:
        return Telegram("webhook-missing" if wanted else "webhook-left", "", pending, ahead)
    failed = datetime.fromtimestamp(info.get("last_error_date") or 0, UTC)
    if wanted and datetime.now(UTC) - failed < RECENT:
        reason = scrub(str(info.get("last_error_message", "")))
        return Telegram("webhook-failing", reason, pending, ahead)
    return Telegram("ok", "", pending, ahead)


def _ahead(date: str | None) -> timedelta | None:
    if not date:
        return None
    try:
        return parsedate_to_datetime(date) - datetime.now(UTC)
    except (TypeError, ValueError):
        return None
