"""`ventanilla serve`: one process with everything, told in a few lines what it does."""

import errno
import logging
import socket
import sys

import structlog
import uvicorn

from bot.app import make_app
from bot.settings import Settings, SettingsError

# A turn is short; what is in flight when the server stops is finished or stays in the outbox.
GRACEFUL_SECONDS = 10
BACKLOG = 2048


def serve(settings: Settings, host: str, port: int) -> None:
    """Serve until stopped; raises `SettingsError` when the port cannot be used."""
    _set_up_logs()
    listener = _listen(host, port)
    app = make_app(settings)
    shown = f"[{host}]" if ":" in host else host
    print(f"Ventanilla: http://{shown}:{port}/  (chat)", flush=True)
    if settings.telegram_token:
        way = "webhook" if settings.uses_webhook else "polling"
        print(f"Telegram: {way}", flush=True)
    else:
        print(
            "Telegram: off. Ask @BotFather for a token and set VENTANILLA_TELEGRAM_TOKEN.",
            flush=True,
        )
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=GRACEFUL_SECONDS,
        )
    )
    server.run(sockets=[listener])
    if not server.started:
        sys.exit(1)


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise SettingsError(
                f"Port {port} is in use. Stop the other program, or choose another: "
                f"ventanilla serve --port {port + 1 if port < 65535 else port - 1}"
            ) from error
        raise SettingsError(f"Cannot listen on {host}:{port} ({error.strerror}).") from error
    return listener


def _set_up_logs() -> None:
    """Write JSON lines to stderr: what happened and where, never who or what was said."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    # Libraries may put addresses or tokens into their messages: only their warnings pass, and
    # those of HTTP clients and of the server's access log not at all.
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(name)s %(message)s")
    for name in ("httpx", "httpcore", "aiohttp", "telegram", "uvicorn.access", "asyncio"):
        logging.getLogger(name).setLevel(logging.ERROR)
