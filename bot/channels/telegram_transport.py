"""Calls to the Bot API: python-telegram-bot's calls over one aiohttp session.

2026-11-22. Not the library's default transport: it scans its whole connection pool at each request
and then serves a fifth of the turns (`make bench`). Nor its objects for what passes at every turn:
making a message into them takes 150 µs, reading the same JSON 5 µs, and they hold names that we do
not want to have. What we gave up: a change of the Bot API in those few fields is ours to notice.

The token is part of every address, so neither an address nor an exception's own text leaves here.
"""

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

import aiohttp
import orjson
from telegram import Bot
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData
from yarl import URL

# At DEBUG the library logs what people write.
logging.getLogger("telegram").setLevel(logging.WARNING)

OFFICIAL_API_URL = "https://api.telegram.org"
CONNECTIONS = 128
CONNECT_SECONDS = 10.0
READ_SECONDS = 20.0
KEEP_ALIVE_SECONDS = 30.0  # less than any server keeps a connection, so that we close it first
DEFAULT_RETRY_AFTER = 5.0


class SlowDown(TelegramError):  # noqa: N818 - an answer, not an error
    """Telegram asks to wait (429). The library's own exception warns whenever it is made."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"Telegram asks to wait {seconds} s")
        self.seconds = seconds


class AiohttpRequest(BaseRequest):
    """The library's way out to the network: one session, connections kept and limited."""

    __slots__ = ("_session", "_timeouts", "_urls")

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None
        self._urls: dict[str, URL] = {}
        self._timeouts: dict[float, aiohttp.ClientTimeout] = {}

    @property
    def read_timeout(self) -> float:
        """How long an answer may take by default, in seconds."""
        return READ_SECONDS

    async def initialize(self) -> None:
        """Open the session, once."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    limit=CONNECTIONS, keepalive_timeout=KEEP_ALIVE_SECONDS
                ),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": "Ventanilla"},
            )

    async def shutdown(self) -> None:
        """Close the session and its connections."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ARG002 - aiohttp knows none
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ARG002 - one for all requests
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ARG002 - a sender has its own limit
    ) -> tuple[int, bytes]:
        """Make a request; raises the library's `TimedOut` and `NetworkError`, or `SlowDown`."""
        if self._session is None:
            raise NetworkError("the session is closed")
        if request_data is not None and request_data.contains_files:
            raise TelegramError("this transport sends no files")
        given = isinstance(read_timeout, int | float)
        body = orjson.dumps(request_data.parameters if request_data else {})
        try:
            async with self._session.request(
                method,
                self._url(url),
                data=body,
                headers={"Content-Type": "application/json"},
                timeout=self._timeout(float(read_timeout) if given else READ_SECONDS),
                allow_redirects=False,
            ) as response:
                payload = await response.read()
        except TimeoutError:
            raise TimedOut("Telegram did not answer in time") from None
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise NetworkError(type(error).__name__) from None
        if response.status == 429:
            raise SlowDown(_retry_after(payload))
        return response.status, payload

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """Read an answer; unlike the library's own reading, log nothing of it."""
        try:
            value = read_json(payload)
        except (ValueError, RecursionError):
            raise NetworkError("the answer is not JSON") from None
        if not isinstance(value, dict):
            raise NetworkError("the answer is not a JSON object")
        return value

    def _url(self, url: str) -> URL:
        # There are a dozen addresses in all, and making one takes as long as sending a request.
        known = self._urls.get(url)
        if known is None:
            known = self._urls[url] = URL(url)
        return known

    def _timeout(self, seconds: float) -> aiohttp.ClientTimeout:
        known = self._timeouts.get(seconds)
        if known is None:
            known = self._timeouts[seconds] = aiohttp.ClientTimeout(
                total=CONNECT_SECONDS + seconds, sock_connect=CONNECT_SECONDS, sock_read=seconds
            )
        return known


class TelegramApi(Bot):
    """The library's `Bot`, with the calls of every turn in plain JSON."""

    __slots__ = ()

    def __init__(self, token: str, api_url: str | None = None) -> None:
        base = (api_url or OFFICIAL_API_URL).rstrip("/")
        request = AiohttpRequest()
        super().__init__(
            token,
            base_url=f"{base}/bot",
            base_file_url=f"{base}/file/bot",
            request=request,
            get_updates_request=request,
        )

    async def open(self) -> None:
        """Get ready to call, without calling: Telegram may be out of reach at the start."""
        await self.request.initialize()

    async def close_connections(self) -> None:
        """Close what `open` opened."""
        await self.request.shutdown()

    async def fetch_updates(
        self, offset: int | None, *, seconds: int, allowed: tuple[str, ...]
    ) -> list[Any]:
        """Wait up to `seconds` for updates from `offset` on; confirms all before `offset`."""
        parameters = {"offset": offset, "timeout": seconds, "allowed_updates": allowed}
        updates = await self._call("getUpdates", parameters, READ_SECONDS + seconds)
        return updates if isinstance(updates, list) else []

    async def send(self, parameters: Mapping[str, Any]) -> None:
        """Send one message."""
        await self._call("sendMessage", parameters)

    async def answer_tap(self, query_id: str) -> None:
        """Tell the person's app that a button's tap has arrived."""
        await self._call("answerCallbackQuery", {"callback_query_id": query_id})

    async def _call(
        self, method: str, parameters: Mapping[str, Any], read_seconds: float = READ_SECONDS
    ) -> Any:
        address = f"{self.base_url}/{method}"
        given = _Plain({name: value for name, value in parameters.items() if value is not None})
        # The library hands it over to `do_request` as it is.
        return await self.request.post(address, cast(RequestData, given), read_timeout=read_seconds)


@dataclass(frozen=True, slots=True)
class _Plain:
    """Parameters that are JSON already: in its own the library looks for files and dates."""

    parameters: dict[str, Any]
    contains_files: bool = False


def read_json(payload: bytes) -> Any:
    """Read JSON; half a character (`\\ud83d` alone) in one update must not hold up all others.

    Raises `ValueError`, or `RecursionError` for what is nested without end.
    """
    try:
        return orjson.loads(payload)
    except ValueError:
        return json.loads(payload)


def _retry_after(payload: bytes) -> float:
    try:
        seconds = float(orjson.loads(payload)["parameters"]["retry_after"])
    except (ValueError, TypeError, KeyError):
        return DEFAULT_RETRY_AFTER
    return min(max(seconds, 0.1), 3600.0)
