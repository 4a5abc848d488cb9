"""The staff's desk over a database of its own, a clock that tests move, and browsers for it."""

import asyncio
import contextlib
import functools
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI
from sqlalchemy import Engine
from starlette.datastructures import State

from admin import app as staff
from admin.desk import Desk
from bot.content import Content
from bot.desk import make_desk
from bot.settings import Settings
from knowledge.staff import codes, members, passwords, second_factor
from knowledge.staff.rights import EVERYWHERE, Area, Role
from knowledge.store.database import open_engine

Databases = Callable[[Path], AbstractContextManager[str]]

PASSWORD = "tres palabras sueltas"
SECRET = "a secret for tests alone, forty characters"
MONDAY = datetime(2026, 11, 23, 15, tzinfo=UTC)
OFFICE = "190.5.1.10"
ELSEWHERE = "45.70.2.20"


@dataclass
class Clock:
    """The instant that the desk believes in."""

    now: datetime = MONDAY

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **span: float) -> None:
        self.now += timedelta(**span)


@dataclass
class Service:
    """The desk, the clock that it reads, and members to work with."""

    app: FastAPI
    desk: Desk
    clock: Clock

    @property
    def engine(self) -> Engine:
        return self.desk.engine

    def browser(self, address: str = OFFICE, language: str = "es") -> "Browser":
        return Browser(self, address, language)

    def a_member(
        self,
        role: Role = Role.EDITOR,
        area: Area = EVERYWHERE,
        email: str = "",
        password: str | None = PASSWORD,
    ) -> members.StaffMember:
        """Somebody who has set a password."""
        email = email or f"{role.value}@alcaldia.gob.sv"
        with self.engine.begin() as connection:
            found = members.add(connection, email, role, area, self.clock.now)
            if password is not None:
                members.set_password(connection, found.id, _hashed(password))
            return members.by_id(connection, found.id)

    def with_app(self, person: members.StaffMember) -> bytes:
        """Give somebody a second factor; return its secret, as their telephone has it."""
        with self.engine.begin() as connection:
            secret = second_factor.begin(connection, self.desk.vault, person.id)
            code = code_of(secret, self.clock.now)
            assert second_factor.confirm(
                connection, self.desk.vault, person.id, code, self.clock.now
            )
        self.clock.advance(seconds=codes.STEP_SECONDS)
        return secret

    def signed_in(self, person: members.StaffMember, address: str = OFFICE) -> "Browser":
        """A browser that came in by the front door, second factor and all."""
        browser = self.browser(address)
        secret = None
        if person.member.role is Role.ADMINISTRATOR and not person.has_second_factor:
            secret = self.with_app(person)
        answer = browser.sign_in(person.email)
        assert answer.status_code == 303, answer.text
        if secret is not None:
            code = code_of(secret, self.clock.now)
            answer = browser.send("/admin/second-factor", code=code)
            assert answer.status_code == 303, answer.text
            self.clock.advance(seconds=codes.STEP_SECONDS)
        return browser


_hashes: dict[str, str] = {}


def _hashed(password: str) -> str:
    if password not in _hashes:
        _hashes[password] = passwords.hash_password(password)
    return _hashes[password]


def code_of(secret: bytes, now: datetime) -> str:
    """What the telephone shows."""
    return codes.code_at(secret, int(now.timestamp()) // codes.STEP_SECONDS)


def a_desk(engine: Engine, content: Content, public_url: str | None = None) -> Service:
    """The desk over a prepared database."""
    clock = Clock()
    settings = Settings(secret_key=SECRET, public_url=public_url)
    desk = replace(make_desk(settings, engine, content), clock=clock)
    return Service(_an_app(desk), desk, clock)


def _an_app(desk: Desk) -> FastAPI:
    """What `staff.install` makes, with routes that are built once: they take half a second."""
    app = copy(_app_with_routes())
    app.state = State()
    app.user_middleware = []
    staff.serve_desk(app, desk)
    return app


@functools.cache
def _app_with_routes() -> FastAPI:
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url="/api/openapi.json")
    staff.add_routes(app)
    return app


@contextlib.contextmanager
def a_desk_of_its_own(databases: Databases, folder: Path, content: Content) -> Iterator[Service]:
    """The desk over an empty database in `folder`."""
    with databases(folder) as url:
        engine = open_engine(url)
        yield a_desk(engine, content)
        engine.dispose()


@dataclass
class Browser:
    """Keeps cookies, sends forms with the token of the page that holds them, follows nothing."""

    service: Service
    address: str = OFFICE
    language: str = "es"
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> httpx.Response:
        return self.ask("GET", path, headers=headers)

    def post(
        self, path: str, data: Mapping[str, str], headers: Mapping[str, str] | None = None
    ) -> httpx.Response:
        """Send exactly this, without the token of a page."""
        return self.ask("POST", path, data=data, headers=headers)

    def send(self, path: str, page: str = "", **fields: str) -> httpx.Response:
        """Open the page of a form (the form's own address by default) and send it."""
        return self.post(path, fields | {"csrf_token": self.token(page or path)})

    def token(self, page: str) -> str:
        """The hidden token of a page's forms."""
        shown = self.get(page)
        found = re.search(r'name="csrf_token" value="([0-9a-f]+)"', shown.text)
        assert found, f"{page} has no form: {shown.status_code}"
        return found[1]

    def sign_in(
        self, email: str, password: str = PASSWORD, way: str = "/admin/account"
    ) -> httpx.Response:
        return self.send("/admin/sign-in", email=email, password=password, next=way)

    def is_in(self) -> bool:
        """Whether a page of somebody signed in opens."""
        return self.get("/admin/account").status_code == 200

    def copy(self) -> "Browser":
        """A thief's browser with the same cookies, elsewhere."""
        return Browser(self.service, ELSEWHERE, self.language, dict(self.cookies))

    def ask(
        self,
        method: str,
        path: str,
        data: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        json: Any = None,
    ) -> httpx.Response:
        """Send any request and keep the cookies of the answer."""
        secure = self.service.desk.is_secure
        base = "https://desk.test" if secure else "http://desk.test"

        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(
                app=self.service.app, client=(self.address, 4321), raise_app_exceptions=False
            )
            async with httpx.AsyncClient(
                transport=transport, base_url=base, cookies=self.cookies
            ) as client:
                return await client.request(
                    method,
                    path,
                    data=data,
                    json=json,
                    headers={"accept-language": self.language, **(headers or {})},
                )

        answer = asyncio.run(ask())
        for line in answer.headers.get_list("set-cookie"):
            name, _, rest = line.partition("=")
            value = rest.split(";")[0].strip('"')
            if "Max-Age=0" in line or not value:
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = value
        return answer
