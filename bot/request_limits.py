"""What is refused before a handler sees it: too many requests, too long bodies, too slow ones.

The chat's own addresses count their messages by themselves, since help in danger is given there
over any limit (`bot.limits`); here are all the others.
"""

import asyncio
import json
import math
import time
from collections.abc import Callable
from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot import metrics, phrases
from bot.channels.web_languages import preferred
from bot.content import Content
from bot.limits import Limits
from bot.phrases import N_

MAX_BODY_BYTES = 1_000_000
MAX_IMPORT_BYTES = 20_000_000
BODY_SECONDS = 30.0
IMPORT_SECONDS = 180.0
# Addresses where staff hand over a spreadsheet.
IMPORTS = ("/api/v1/import", "/admin/import")
# The page takes in more than it accepts (on disk, of who is signed in): a browser that is cut off
# while it sends shows an error of its own, and not our words on what to do.
MAX_PAGE_IMPORT_BYTES = 64_000_000
# First of these that begins an address → the bucket that a request to it is taken from.
COUNTED = (
    ("/static/", None),
    ("/admin/static/", None),
    ("/admin", "desk"),
    ("/api/", "reading"),
    ("/hsds", "reading"),
    ("/salir", "reading"),
    ("/privacy", "reading"),
)
# The secret in its header is looked at first, and the body has a limit of its own.
UNTOUCHED = ("/telegram/webhook",)

TOO_LARGE = N_("La petición es muy grande. El límite es de {size} MB.")
TOO_SLOW = N_("La petición tardó demasiado en llegar. Inténtelo otra vez.")


class RequestLimits:
    """ASGI middleware; the limits on the number of requests can be off, those on size never are."""

    def __init__(self, app: ASGIApp, limits: Limits, content: Content) -> None:
        self.app = app
        self._limits = limits
        self._content = content

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it with RFC 9457 problem details."""
        if scope["type"] != "http" or scope["path"] in UNTOUCHED:
            await self.app(scope, receive, send)
            return
        seconds = self._wait(scope)
        if seconds:
            metrics.LIMITED.labels("refuse").inc()
            problem = _Problem(HTTPStatus.TOO_MANY_REQUESTS, phrases.TOO_MANY_REQUESTS, seconds)
            await self._refuse(problem, scope, send)
            return
        large = scope["path"].startswith(IMPORTS)
        body = _Body(
            receive,
            _most_bytes(scope["path"]),
            IMPORT_SECONDS if large else BODY_SECONDS,
        )
        body.expect(Headers(scope=scope).get("content-length"))
        if body.problem is not None:
            await self._refuse(body.problem, scope, send)
            return
        await self._pass_on(scope, body, send)

    async def _pass_on(self, scope: Scope, body: "_Body", send: Send) -> None:
        started = False

        async def send_unless_refused(message: Message) -> None:
            nonlocal started
            # A framework may have made our exception its own «bad request».
            if body.problem is not None and not started:
                return
            started = True
            await send(message)

        try:
            await self.app(scope, body.receive, send_unless_refused)
        except _RefusedError:
            if started:
                raise
        if body.problem is not None and not started:
            await self._refuse(body.problem, scope, send)

    def _wait(self, scope: Scope) -> int:
        path = scope["path"]
        if path == "/" and scope["method"] != "POST":
            kind: str | None = "reading"
        else:
            kind = next((kind for start, kind in COUNTED if path.startswith(start)), None)
        if kind is None:
            return 0
        client = scope.get("client")
        key = self._limits.address_key(client[0] if client else None)
        return math.ceil(self._limits.wait(kind, key))

    async def _refuse(self, problem: "_Problem", scope: Scope, send: Send) -> None:
        accepted = Headers(scope=scope).get("accept-language")
        language = preferred(None, accepted, self._content.languages)
        detail = self._content.text(language, problem.sentence, **problem.values)
        body = json.dumps(
            {
                "type": "about:blank",
                "title": problem.status.phrase,
                "status": problem.status.value,
                "detail": detail,
            },
            ensure_ascii=False,
        ).encode()
        headers = [
            (b"content-type", b"application/problem+json"),
            (b"content-language", language.encode()),
            (b"content-length", str(len(body)).encode()),
            (b"cache-control", b"no-store"),
        ]
        if problem.status is HTTPStatus.TOO_MANY_REQUESTS:
            headers.append((b"retry-after", str(problem.values["seconds"]).encode()))
        else:
            headers.append((b"connection", b"close"))  # the rest of the body is not wanted
        status = problem.status.value
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})


def _most_bytes(path: str) -> int:
    if path == "/admin/import":
        return MAX_PAGE_IMPORT_BYTES
    return MAX_IMPORT_BYTES if path.startswith(IMPORTS) else MAX_BODY_BYTES


class _Problem:
    """Why a request is refused."""

    def __init__(self, status: HTTPStatus, sentence: str, seconds: int = 0, size: int = 0) -> None:
        self.status = status
        self.sentence = sentence
        self.values = {"seconds": seconds, "size": size}


class _RefusedError(Exception):
    """Ends the reading of a body that is refused."""


class _Body:
    """The body of one request as it comes in, up to a size and for a time."""

    def __init__(
        self,
        receive: Receive,
        limit: int,
        seconds: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.problem: _Problem | None = None
        self._receive = receive
        self._limit = limit
        self._clock = clock
        self._until = clock() + seconds
        self._read = 0
        self._complete = False

    def expect(self, announced: str | None) -> None:
        """Refuse at once what says itself that it is too long."""
        if announced and announced.isdecimal() and int(announced) > self._limit:
            self._refuse_size()

    async def receive(self) -> Message:
        if self._complete:
            return await self._receive()
        try:
            async with asyncio.timeout(max(0.0, self._until - self._clock())):
                message = await self._receive()
        except TimeoutError:
            self.problem = _Problem(HTTPStatus.REQUEST_TIMEOUT, TOO_SLOW)
            raise _RefusedError from None
        self._read += len(message.get("body", b""))
        self._complete = not message.get("more_body", False)
        if self._read > self._limit:
            self._refuse_size()
            raise _RefusedError
        return message

    def _refuse_size(self) -> None:
        self.problem = _Problem(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE, TOO_LARGE, size=self._limit // 1_000_000
        )
