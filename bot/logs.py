"""Logs: JSON lines on stderr that tell what happened and where, never who or what was said.

Three nets, since one careless line would be enough: only the keys listed here are written, what
they hold is searched for anything that looks like a person's data or a secret, and of an exception
only its type and the lines of our own code that it passed are kept, never its text.
"""

import json
import logging
import re
import sys
import threading
import traceback
from collections.abc import MutableMapping
from pathlib import Path
from types import TracebackType
from typing import Any

import structlog

ROOT = Path(__file__).resolve().parent.parent
OURS = ("bot", "flows", "knowledge", "admin", "locales")
MAX_CHARS = 200
MAX_FRAMES = 6
# A count may have any name (`expired sessions=3`), but an id or a phone number is longer.
MAX_COUNT = 999_999
TEXT_KEYS = frozenset(
    {
        "event", "level", "timestamp", "error", "at", "where", "channel", "way", "reason", "job",
        "kind", "logger", "state", "table", "engine", "method", "result", "thread", "status",
    }
)  # fmt: skip
DURATION_KEYS = frozenset({"seconds", "took"})
# Whatever slipped into a text: links, addresses of people and machines, tokens, long numbers.
_PRIVATE = re.compile(
    r"""[a-z][a-z0-9+.-]*://\S+
    | \S*[?&]\w+=\S*
    | [\w.+-]+@[\w-]+(?:\.[\w-]+)+
    | \b(?:[0-9a-f]{1,4}:){3,7}[0-9a-f]{0,4}\b
    | \b\d{1,3}(?:\.\d{1,3}){3}\b
    | -?\b\d{1,3}\.\d{3,}\b
    | (?:\+?\d[\s().-]?){6,}\d?
    | \b[A-Za-z0-9_-]{24,}\b""",
    re.VERBOSE | re.IGNORECASE,
)
# These write constant texts and put what is private into the arguments, which are left out.
_PLAIN_LOGGERS = ("uvicorn.error", "alembic")

Event = MutableMapping[str, Any]


def set_up_logs() -> None:
    """Write everything, our own lines and those of libraries, as scrubbed JSON to stderr."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            scrub_event,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    root = logging.getLogger()
    root.handlers[:] = [LibraryHandler()]
    root.setLevel(logging.WARNING)
    # Their warnings name addresses; what matters of them our own code tells.
    for name in ("httpx", "httpcore", "aiohttp", "telegram", "asyncio"):
        logging.getLogger(name).setLevel(logging.ERROR)
    access = logging.getLogger("uvicorn.access")
    access.disabled, access.propagate = True, False
    logging.captureWarnings(capture=True)
    sys.excepthook = _log_uncaught
    threading.excepthook = lambda args: _log_uncaught(
        args.exc_type, args.exc_value, args.exc_traceback
    )


def scrub_event(_logger: object, _method: str, event: Event) -> Event:
    """Keep of an event what may be written; a processor for structlog."""
    error = event.pop("exc_info", None)
    kept = {key: _scrubbed(key, value) for key, value in event.items() if _may_stay(key, value)}
    found = sys.exc_info()[1] if error is True else error
    if isinstance(found, tuple):
        found = found[1]
    if isinstance(found, BaseException):
        kept |= {"error": type(found).__name__, "at": place(found)}
    return kept


def place(error: BaseException) -> str:
    """Return where an error came from: the last lines of our own code that it passed."""
    frames = [
        f"{path.relative_to(ROOT)}:{frame.lineno}"
        for frame in traceback.extract_tb(error.__traceback__)
        if (path := Path(frame.filename)).is_relative_to(ROOT)
        and path.relative_to(ROOT).parts[0] in OURS
    ]
    return " < ".join(reversed(frames[-MAX_FRAMES:])) or "outside"


def scrub(text: str) -> str:
    """Return a text without what looks like a person's data or a secret, cut to a line."""
    return _PRIVATE.sub("…", text.replace("\n", " ")[: 4 * MAX_CHARS])[:MAX_CHARS]


class LibraryHandler(logging.Handler):
    """Writes records of libraries without their texts, which may repeat what somebody sent."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record."""
        event: dict[str, Any] = {
            "level": record.levelname.lower(),
            "event": "library",
            "logger": record.name,
            "where": f"{record.module}:{record.lineno}",
        }
        if record.name.startswith(_PLAIN_LOGGERS) and isinstance(record.msg, str):
            event["reason"] = scrub(record.msg)
        error = record.exc_info[1] if record.exc_info else None
        if error is not None:
            event |= {"error": type(error).__name__, "at": place(error)}
        try:
            sys.stderr.write(json.dumps(event, ensure_ascii=False) + "\n")
        except (OSError, ValueError):
            self.handleError(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - overrides
        """Say nothing: the standard way prints the record with all that is in it."""


def _may_stay(key: str, value: object) -> bool:
    if value is None or isinstance(value, bool):
        return True
    if isinstance(value, int):
        return abs(value) <= MAX_COUNT
    if isinstance(value, float):
        return key in DURATION_KEYS
    return isinstance(value, str) and key in TEXT_KEYS


def _scrubbed(key: str, value: Any) -> Any:
    return scrub(value) if isinstance(value, str) and key != "timestamp" else value


def _log_uncaught(
    kind: type[BaseException], error: BaseException | None, trace: TracebackType | None
) -> None:
    if issubclass(kind, KeyboardInterrupt | SystemExit):
        return
    found = error.with_traceback(trace) if error is not None else None
    structlog.get_logger(__name__).error("not caught", exc_info=found, error=kind.__name__)
