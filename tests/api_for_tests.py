"""The staff's API over a small directory, with a token for each kind of member."""

import asyncio
import contextlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI
from offices_for_tests import a_postgres_schema, a_sqlite_file, an_office, put
from sqlalchemy import Connection, Engine

from admin.api.router import api_routes
from admin.hook_sending import HookSender
from bot.content import Content, load_content
from bot.desk import make_desk
from bot.settings import Settings
from knowledge.directory import terms
from knowledge.directory.entries import Contact
from knowledge.staff import codes, members, second_factor, tokens
from knowledge.staff.rights import Area, Role
from knowledge.store.database import open_engine
from knowledge.store.sealing import Vault

START = datetime(2026, 11, 23, 16, tzinfo=UTC)
LA_PAZ = Area("SV", "La Paz")
SONSONATE = Area("SV", "Sonsonate")
NAME = "directory.sqlite"
SECRET = "a secret for tests alone, forty characters"
PEOPLE = {
    "editor": (Role.EDITOR, LA_PAZ),
    "elsewhere": (Role.EDITOR, SONSONATE),
    "coordinator": (Role.COORDINATOR, LA_PAZ),
    "country": (Role.COORDINATOR, Area("SV")),
    "guatemala": (Role.COORDINATOR, Area("GT")),
    "administrator": (Role.ADMINISTRATOR, Area()),
}


@dataclass
class Api:
    """Another program that uses the API, in the name of one member or another."""

    app: FastAPI
    engine: Engine
    tokens: dict[str, str]
    ids: dict[str, str]
    now: list[datetime] = field(default_factory=lambda: [START])

    def later(self, **time: int) -> None:
        self.now[0] += timedelta(**time)

    def send(self, who: str | None, method: str, path: str, **kind: Any) -> httpx.Response:
        """Send a request as `who`; None is a visitor. `tag` is sent as If-Match."""
        headers = dict(kind.pop("headers", {}))
        if who is not None:
            headers["Authorization"] = f"Bearer {self.tokens[who]}"
        if (tag := kind.pop("tag", None)) is not None:
            headers["If-Match"] = tag

        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(self.app, raise_app_exceptions=True)
            async with httpx.AsyncClient(transport=transport, base_url="http://api") as client:
                return await client.request(method, path, headers=headers, **kind)

        return asyncio.run(ask())

    def get(self, who: str | None, path: str, **kind: Any) -> httpx.Response:
        return self.send(who, "GET", f"/api/v1{path}", **kind)

    def post(self, who: str | None, path: str, **kind: Any) -> httpx.Response:
        return self.send(who, "POST", f"/api/v1{path}", **kind)

    def tag(self, path: str) -> str:
        """The ETag of an entry as it is now."""
        found = self.get("administrator", path, params={"include_hidden": True})
        assert found.status_code == 200, found.text
        return found.headers["etag"]

    def change(self, who: str, path: str, values: Any, **kind: Any) -> httpx.Response:
        """PATCH with the newest ETag, or the one given as `tag`."""
        kind.setdefault("tag", self.tag(path))
        return self.send(who, "PATCH", f"/api/v1{path}", json=values, **kind)


def offices() -> list[Any]:
    la_paz = {"department": "La Paz", "municipality": "Zacatecoluca"}
    sonsonate = {"department": "Sonsonate", "municipality": "Sonsonate"}
    made = [
        an_office("oficina", hours="Mo-Fr 08:00-16:00", **la_paz),
        an_office("escondida", status="hidden", **la_paz),
        an_office("por completar", status="to_complete", **la_paz),
        an_office("lejana", topics=("health/pregnancy",), **sonsonate),
        an_office("refugio", confidential=True, topics=("psychosocial/violence-at-home",),
                  location={"contacts": (Contact("Ana Pérez"),)}, **sonsonate),
        an_office("línea", phone="114"),
        an_office("chapina", country="GT", department="Guatemala", municipality="Mixco",
                  phone="2410-0000"),
    ]  # fmt: skip
    # One organization and one service in two departments.
    both = an_office("dos sedes", **la_paz)
    second = an_office("dos sedes 2", **sonsonate)
    made.append(both)
    made.append([second[2], _of_service(second[3], both[1].id)])
    return made


def _of_service(pair: Any, service_id: str) -> Any:
    return replace(pair, service_id=service_id)


@cache
def an_app() -> FastAPI:
    """The API as `admin.app.install` adds it; building its routes takes a while."""
    app = FastAPI(title="Ventanilla", openapi_url="/api/openapi.json", docs_url=None,
                  redoc_url=None)  # fmt: skip
    app.router.routes += api_routes()
    app.state.hook_sender = HookSender(allow_loopback=True)
    return app


@cache
def _content() -> Content:
    return load_content()


@cache
def _prepared() -> tuple[bytes, dict[str, str], dict[str, str]]:
    """A SQLite database with offices and members, to be copied; with their tokens and ids."""
    with tempfile.TemporaryDirectory() as folder:
        with a_sqlite_file(Path(folder)) as engine:
            tokens, ids = _fill(engine)
        return (Path(folder) / NAME).read_bytes(), tokens, ids


def _fill(engine: Engine) -> tuple[dict[str, str], dict[str, str]]:
    found: dict[str, str] = {}
    ids: dict[str, str] = {}
    with engine.begin() as connection:
        terms.write_terms(connection)
        put(connection, *offices())
        for who, (role, area) in PEOPLE.items():
            ids[who] = members.add(connection, f"{who}@example.org", role, area, START).id
            found[who] = tokens.add(connection, ids[who], "tests", START)
        _with_second_factor(connection, ids["administrator"])
    return found, ids


def _with_second_factor(connection: Connection, member_id: str) -> None:
    vault = Vault(SECRET)
    secret = second_factor.begin(connection, vault, member_id)
    code = codes.code_at(secret, int(START.timestamp()) // codes.STEP_SECONDS)
    assert second_factor.confirm(connection, vault, member_id, code, START)


@contextmanager
def an_api(folder: Path) -> Iterator[Api]:
    """The API over a directory of its own: SQLite, or the PostgreSQL of TEST_DATABASE_URL."""
    url = os.environ.get("TEST_DATABASE_URL", "")
    with contextlib.ExitStack() as stack:
        if url.startswith("postgresql"):
            engine = stack.enter_context(a_postgres_schema(url))
            found, ids = _fill(engine)
        else:
            raw, found, ids = _prepared()
            (folder / NAME).write_bytes(raw)
            engine = open_engine(f"sqlite:///{folder / NAME}")
            stack.callback(engine.dispose)
        api = Api(an_app(), engine, found, ids)
        desk = make_desk(Settings(secret_key=SECRET, unanswered=False), engine, _content())
        api.app.state.desk = replace(desk, clock=lambda: api.now[0])
        yield api
