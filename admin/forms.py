"""Forms that only our own pages can send.

Another site can make a browser post to us, cookies and all, but cannot read the token that our
page carries. It is bound to the session, or before sign-in to a cookie of the visit. A bearer
token is sent by programs and not by browsers on their own: such requests need none.

Each form shows it under a mask of its own. Pages are compressed, and who can have us repeat a guess
inside a page learns from its length how much of the guess is right (BREACH); a value that is never
the same twice tells nothing. The bare token is taken nowhere.
"""

import hashlib
import hmac
import re
import secrets

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from admin import doors

FIELD = "csrf_token"
HEADER = "X-CSRF-Token"
VISIT_COOKIE = "staff_visit"
_MASKED = re.compile("[0-9a-f]{128}")  # the mask, then the token under it
SAFE_METHODS = ("GET", "HEAD", "OPTIONS", "TRACE")


class ForgedForm(doors.Forbidden):
    """A form that did not come from a page of ours, or from one of a session that is over."""


def csrf_token(request: Request) -> str:
    """Return the token that a form of this browser carries in `csrf_token`, newly masked."""
    holder = _holder(request)
    if holder is None:
        holder = request.state.new_visit = secrets.token_urlsafe(24)
    return _masked(_token(request, holder))


async def guard(request: Request) -> None:
    """Refuse a changing request of a browser without the right token (`ForgedForm`)."""
    if request.method in SAFE_METHODS or "authorization" in request.headers:
        return
    is_api = request.url.path.startswith("/api/")
    session = await run_in_threadpool(doors.page_session, request)
    if session is None and (is_api or not _is_public(request)):
        return  # the door says that nobody is signed in; nothing is read before that
    holder = _holder(request)
    sent = request.headers.get(HEADER) or await _field(request)
    if holder is None or not hmac.compare_digest(_token(request, holder), _unmasked(sent)):
        raise ForgedForm("Send the token of the page in the header X-CSRF-Token.")


def _is_public(request: Request) -> bool:
    return request.url.path.startswith(PUBLIC_FORMS)


# Forms that visitors send; all others belong to somebody who is signed in.
PUBLIC_FORMS = ("/admin/sign-in", "/admin/set-up/")


async def _field(request: Request) -> str:
    kind = request.headers.get("content-type", "")
    if not kind.startswith(("application/x-www-form-urlencoded", "multipart/form-data")):
        return ""
    value = (await request.form()).get(FIELD)
    return value if isinstance(value, str) else ""


def _holder(request: Request) -> str | None:
    """Return the cookie that the token is bound to: the session's, before sign-in the visit's."""
    token = doors.session_token(request)
    if token and doors.page_session(request) is not None:
        return token
    new: str | None = getattr(request.state, "new_visit", None)
    name = doors.cookie_name(VISIT_COOKIE, secure=doors.desk(request).is_secure)
    return new or request.cookies.get(name)


def _token(request: Request, holder: str) -> bytes:
    key = doors.desk(request).vault.token("forms").encode()
    return hmac.digest(key, holder.encode(), hashlib.sha256)


def _masked(token: bytes) -> str:
    mask = secrets.token_bytes(len(token))
    return (mask + _xor(mask, token)).hex()


def _unmasked(sent: str) -> bytes:
    """Return the token of a form; nothing for a text that is no masked one."""
    if not _MASKED.fullmatch(sent):
        return b""
    both = bytes.fromhex(sent)
    half = len(both) // 2
    return _xor(both[:half], both[half:])


def _xor(first: bytes, second: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(first, second, strict=True))
