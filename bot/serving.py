"""`ventanilla serve`: one process with everything, told in a few lines what it does."""

import contextlib
import ctypes
import errno
import gc
import socket
import sys

import uvicorn

from bot import apart, cores, store
from bot.app import make_app
from bot.channels.telegram_webhook import with_updates_first
from bot.connections import KEEP_ALIVE_SECONDS, MAX_CONNECTIONS, PatientProtocol
from bot.logs import set_up_logs
from bot.serving_staff import about_staff, as_demo
from bot.settings import Settings, SettingsError

# A stop takes ten seconds at most: these for requests, four for the channels. A turn is short; what
# is in flight then is finished, or stays in the outbox, or with Telegram.
GRACEFUL_SECONDS = 5
BACKLOG = 2048


def serve(settings: Settings, host: str, port: int, *, demo: bool = False) -> None:
    """Serve until stopped; raises `SettingsError` when the port cannot be used."""
    set_up_logs()
    if demo:
        settings = as_demo(settings, host)
    listener = _listen(host, port)
    alone = store.alone(settings)
    apart.prepare(settings)
    app = make_app(settings)
    _settle()
    if alone is not None:
        cores.share_one()
    shown = f"[{host}]" if ":" in host else host
    print(f"Ventanilla: http://{shown}:{port}/  (chat)", flush=True)
    for line in about_staff(app.state.desk, f"http://{shown}:{port}"):
        print(line, flush=True)
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
            with_updates_first(app),
            log_config=None,
            access_log=False,
            server_header=False,
            http=PatientProtocol,
            ws="none",
            limit_concurrency=MAX_CONNECTIONS,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            forwarded_allow_ips=settings.trusted_proxies,
            timeout_graceful_shutdown=GRACEFUL_SECONDS,
        )
    )
    try:
        server.run(sockets=[listener])
    finally:
        if alone is not None:
            alone.end()
    if not server.started:
        sys.exit(1)


def _settle() -> None:
    """Tell the collector that what is there now stays: to look at it again and again takes 15 %.

    What a start used for a moment goes back to the system where its C library can do so.
    """
    gc.collect()
    gc.freeze()
    with contextlib.suppress(AttributeError, OSError):
        ctypes.CDLL(None).malloc_trim(0)


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
