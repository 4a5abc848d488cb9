"""The baseline of `bench_telegram.py`: a bare echo bot of python-telegram-bot, polling.

`python echo_bot.py API_URL TOKEN default|aiohttp [AT_ONCE]`; it answers each text with the same
text and keeps nothing. The library's own transport is at its best one update at a time, ours with
many at once.
"""

import sys

from telegram import Update
from telegram.ext import Application, ContextTypes, MessageHandler, filters

from bot.channels.telegram_transport import AiohttpRequest


async def echo(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
    assert update.message is not None
    assert update.message.text is not None
    await update.message.reply_text(update.message.text)


def main() -> None:
    api_url, token, transport = sys.argv[1:4]
    at_once = int(sys.argv[4]) if len(sys.argv) > 4 else (1 if transport == "default" else 64)
    builder = Application.builder().token(token).base_url(f"{api_url}/bot")
    if transport == "aiohttp":
        builder = builder.request(AiohttpRequest()).get_updates_request(AiohttpRequest())
    application = builder.concurrent_updates(at_once if at_once > 1 else False).build()
    application.add_handler(MessageHandler(filters.TEXT, echo))
    application.run_polling(timeout=10, allowed_updates=["message"], bootstrap_retries=3)


if __name__ == "__main__":
    main()
