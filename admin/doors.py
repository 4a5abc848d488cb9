"""The one way in which a handler learns who asks.

Every address under `/admin` and `/api/v1` declares one of these as a dependency, or is on the
short list of public ones; a test walks all routes and refuses one without a door.
"""

from collections.abc import Callable
from functools import cache
from typing import TypeVar
from urllib.parse import quote, urlsplit

from starlette.requests import Request

from admin.desk import Desk
from knowledge.staff import sessions, tokens
from knowledge.staff.rights import Action, Member, may
from knowledge.staff.sessions import Session, Stage
from knowledge.staff.tokens import Token
from knowledge.store.database import reading

COOKIE = "staff"
HOME = "/admin/"
SIGN_IN = "/admin/sign-in"
SECOND_FACTOR = "/admin/second-factor"
ENROL = "/admin/account/second-factor"
FACTOR_FIRST = "Administrators have to set up a second factor first."

_Door = TypeVar("_Door", bound=Callable[[Request], Member])
_doors: set[Callable[..., object]] = set()


class Unauthorized(Exception):  # noqa: N818 - named as HTTP names it
    """Nobody is known to ask: no token or session, or one that does not hold any more."""


class Forbidden(Exception):  # noqa: N818 - named as HTTP names it
    """The member may not do this; `detail` says in one sentence what is missing."""

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail)
        self.detail = detail


class SignInFirst(Exception):  # noqa: N818 - not an error: a turn in the way
    """A page is asked for by somebody who has to go to `location` before."""

    def __init__(self, location: str) -> None:
        super().__init__(location)
        self.location = location


def quoted(way: str) -> str:
    """Return an address as a value of another one."""
    return quote(way, safe="/")


def address(request: Request) -> str:
    """Return the network address that a request comes from; it is kept as a keyed hash alone."""
    return request.client.host if request.client else ""


def _is_door(door: _Door) -> _Door:
    _doors.add(door)
    return door


def is_door(call: object) -> bool:
    """Whether a dependency asks who is there."""
    return call in _doors


def desk(request: Request) -> Desk:
    """Return the parts that the handlers of staff work with."""
    found: Desk = request.app.state.desk
    return found


def cookie_name(name: str, *, secure: bool) -> str:
    """Return the name of a cookie; behind https browsers then tie it to this host alone."""
    return f"__Host-{name}" if secure else name


def session_token(request: Request) -> str | None:
    """Return what the browser shows of its session, as yet unproved."""
    return request.cookies.get(cookie_name(COOKIE, secure=desk(request).is_secure))


def page_session(request: Request) -> Session | None:
    """Return the session of a page, at whichever stage; looked up once a request."""
    if not hasattr(request.state, "staff_session"):
        request.state.staff_session = _find_session(request)
    found: Session | None = request.state.staff_session
    return found


def _find_session(request: Request) -> Session | None:
    token = session_token(request)
    if not token:
        return None
    parts = desk(request)
    now = parts.clock()
    with reading(parts.engine).connect() as connection:
        session = sessions.find(connection, token, now)
    if session is not None and session.is_to_be_touched(now):
        with parts.engine.begin() as connection:
            sessions.touch(connection, session, now)
    return session


def _lacks_second_factor(request: Request, session: Session) -> bool:
    return session.must_enrol and not desk(request).demo


@_is_door
def member(request: Request) -> Member:
    """Return who asks the API, by bearer token or by the session of a page.

    Raises `Unauthorized`, and `Forbidden` for an administrator whose second factor is missing.
    """
    if "authorization" in request.headers:
        found = _by_token(request)
    else:
        session = page_session(request)
        if session is None or session.stage is not Stage.FULL:
            raise Unauthorized
        if _lacks_second_factor(request, session):
            raise Forbidden(FACTOR_FIRST)
        found = session.member
    request.state.member = found
    return found


def _by_token(request: Request) -> Member:
    scheme, _, token = request.headers["authorization"].partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Unauthorized
    parts = desk(request)
    now = parts.clock()
    with reading(parts.engine).connect() as connection:
        found = tokens.find(connection, token.strip(), now)
    if found is None:
        raise Unauthorized
    if found.is_first_use_today(now):
        with parts.engine.begin() as connection:
            tokens.note_use(connection, found, now)
    request.state.token = found
    return found.member


@_is_door
def page_member(request: Request) -> Member:
    """Return who asks for a page; a visitor is sent to sign in and comes back afterwards."""
    session = page_session(request)
    if session is None:
        raise SignInFirst(f"{SIGN_IN}?next={quoted(_way_back(request))}")
    if session.stage is Stage.CODE:
        raise SignInFirst(f"{SECOND_FACTOR}?next={quoted(_way_back(request))}")
    request.state.member = session.member
    if _lacks_second_factor(request, session) and request.url.path != ENROL:
        raise SignInFirst(ENROL)
    return session.member


def _way_back(request: Request) -> str:
    """Return the page to come back to: where a form or a piece of a page was asked for."""
    if request.method == "GET" and "hx-request" not in request.headers:
        return request.url.path + (f"?{request.url.query}" if request.url.query else "")
    sent_from = urlsplit(request.headers.get("referer", ""))
    if sent_from.netloc != request.headers.get("host"):
        return HOME
    return sent_from.path + (f"?{sent_from.query}" if sent_from.query else "")


@cache
def needs(action: Action) -> Callable[[Request], Member]:
    """Return the door of the API for members who may do this somewhere; else `Forbidden`."""

    @_is_door
    def door(request: Request) -> Member:
        found = member(request)
        if not may(found, action):
            raise Forbidden(f"Your role does not allow you to {action.value}.")
        return found

    return door


def token_of(request: Request) -> Token | None:
    """Return the token by which a request came in; None for the session of a page."""
    found: Token | None = getattr(request.state, "token", None)
    return found


@cache
def needs_enrolled(action: Action) -> Callable[[Request], Member]:
    """Return the door of the API to what lets people and programs in.

    Beyond `needs`, an administrator's token opens it only once its owner has a second factor, as
    the page does: a token alone must not be a way around it.
    """

    @_is_door
    def door(request: Request) -> Member:
        found = needs(action)(request)
        token = token_of(request)
        if token is not None and token.must_enrol and not desk(request).demo:
            raise Forbidden(FACTOR_FIRST)
        return found

    return door


@cache
def page_needs(action: Action) -> Callable[[Request], Member]:
    """Return the door of pages for members who may do this somewhere; else `Forbidden`."""

    @_is_door
    def door(request: Request) -> Member:
        found = page_member(request)
        if not may(found, action):
            raise Forbidden
        return found

    return door
