"""The headers of every answer to staff: nothing foreign, nothing inline, nothing kept."""

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from admin import doors, forms
from admin.desk import Desk

PATHS = ("/admin", "/api/")
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    # `same-origin`, so that a form of ours says where it comes from and nobody else is told.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Permissions-Policy": "geolocation=(), camera=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
HSTS = "max-age=31536000"


class DeskHeaders:
    """ASGI middleware: the headers of staff's answers, and the cookie that a new visit needs."""

    def __init__(self, app: ASGIApp, desk: Desk) -> None:
        self.app = app
        self._desk = desk

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; complete the headers of the answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        is_ours = scope["path"].startswith(PATHS)
        state = scope.setdefault("state", {})  # the very one that `request.state` writes to

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if self._desk.is_secure:
                    headers["Strict-Transport-Security"] = HSTS
                if is_ours:
                    headers.setdefault("Cache-Control", "no-store")
                    for name, value in HEADERS.items():
                        headers[name] = value
                    if visit := state.get("new_visit"):
                        set_cookie(headers, self._desk, forms.VISIT_COOKIE, visit)
            await send(message)

        await self.app(scope, receive, send_with_headers)


def keep_session(request: Request, response: Response, secret: str) -> None:
    """Give the browser its session until it is closed; the server ends it sooner."""
    set_cookie(response.headers, doors.desk(request), doors.COOKIE, secret)


def drop_session(request: Request, response: Response) -> None:
    """Take the session's cookie away."""
    set_cookie(response.headers, doors.desk(request), doors.COOKIE, "", age=0)


def set_cookie(
    headers: MutableHeaders, desk: Desk, name: str, value: str, age: int | None = None
) -> None:
    """Add a cookie that no script reads and no other site's form brings along."""
    response = Response()
    # Lax: a link in a message of a colleague opens signed in; forms carry a token of their own.
    response.set_cookie(
        doors.cookie_name(name, secure=desk.is_secure),
        value,
        max_age=age,
        path="/",
        secure=desk.is_secure,
        httponly=True,
        samesite="lax",
    )
    headers.append("set-cookie", response.headers["set-cookie"])
