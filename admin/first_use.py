"""The staff's desk in a service that serves people first: put together when somebody asks for it.

2026-11-22. Two hundred routes, with what they import and the models of their bodies, take 20 MB and
half a second. Most processes are never asked for one of them. So the pages are an application of
their own, the API is another, and each is made once, at the first request for it. What we gave up:
that request waits for it.
"""

import json
import threading
from collections.abc import Callable

from fastapi import FastAPI
from fastapi.telemetry import TelemetryConfig
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Match
from starlette.types import Receive, Scope, Send

from admin.api.guide import guide_router
from admin.desk import Desk
from admin.headers import PATHS, DeskHeaders

# FastAPI hands what people send, and where it failed, to a collector that the environment names.
NOTHING_TOLD: TelemetryConfig = {
    "tracing": False, "metrics": False, "logs": False, "operation_spans": False,
    "auto_configure": False,
}  # fmt: skip
DESCRIPTION = "/api/openapi.json"


class DeskRoute(BaseRoute):
    """All addresses that begin like this, answered by an application that `add` fills."""

    def __init__(self, begins: str, desk: Desk, add: Callable[[FastAPI], None]) -> None:
        self._begins = begins
        self._desk = desk
        self._add = add
        self._making = threading.Lock()
        self._app: FastAPI | None = None

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Take every request for one of the addresses, whatever its method."""
        is_ours = scope["type"] == "http" and scope["path"].startswith(self._begins)
        return (Match.FULL if is_ours else Match.NONE), {}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request to the application, after making that if need be."""
        app = self._app
        if app is None:  # in a thread, since people go on writing in the meantime
            app = await run_in_threadpool(self._made)
        await app(scope, receive, send)

    def _made(self) -> FastAPI:
        with self._making:
            if self._app is None:
                app = FastAPI(
                    openapi_url=None, docs_url=None, redoc_url=None, telemetry=NOTHING_TOLD
                )
                self._add(app)
                app.state.desk = self._desk
                self._app = app
            return self._app


def install(app: FastAPI, desk: Desk, describe: Callable[[], bytes]) -> None:
    """Add the desk to the service; `describe` returns what OpenAPI says of the whole of it."""

    def description(_request: Request) -> Response:
        return Response(describe(), media_type="application/json")

    app.openapi = lambda: json.loads(describe())  # type: ignore[method-assign]  # for the guide
    app.add_route(DESCRIPTION, description, include_in_schema=False)
    app.router.routes += guide_router().routes
    for begins, add in zip(PATHS, (_add_pages, _add_api), strict=True):
        app.router.routes.append(DeskRoute(begins, desk, add))
    app.state.desk = desk
    app.add_middleware(DeskHeaders, desk=desk)


def _add_pages(app: FastAPI) -> None:
    from admin import app as staff

    staff.add_pages(app)


def _add_api(app: FastAPI) -> None:
    from admin import app as staff

    staff.add_api(app)
