"""The desk of a service that serves people first: made at the first request, and once."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from staff_for_tests import Databases, a_desk

from admin import app as staff
from admin import first_use
from admin.desk import Desk
from bot.apart import Description
from bot.content import Content
from bot.settings import Settings
from knowledge.store.database import open_engine

SECRET = "a secret for tests alone, forty characters"


@pytest.fixture
def desk(sqlite_databases: Databases, tmp_path: Any, content: Content) -> Any:
    with sqlite_databases(tmp_path / "data") as url:
        engine = open_engine(url)
        yield a_desk(engine, content).desk
        engine.dispose()


def a_service(desk: Desk, describe: Callable[[], bytes] = lambda: b"{}") -> FastAPI:
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    first_use.install(app, desk, describe)
    return app


def ask(app: FastAPI, *asked: tuple[str, str]) -> list[httpx.Response]:
    """Send requests, all at once."""

    async def ask_all() -> list[httpx.Response]:
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://desk.test") as client:
            return await asyncio.gather(*(client.request(*one) for one in asked))

    return asyncio.run(ask_all())


def test_who_asks_first_at_the_same_time_meets_one_desk(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = []
    add = staff.add_pages
    monkeypatch.setattr(staff, "add_pages", lambda app: (made.append(app), add(app)))
    app = a_service(desk)
    answers = ask(app, *[("GET", "/admin/sign-in")] * 12)
    assert {answer.status_code for answer in answers} == {200}
    assert len(made) == 1
    assert ask(app, ("GET", "/admin/sign-in"))[0].headers["content-security-policy"]
    assert len(made) == 1


def test_every_address_is_answered_as_by_the_whole_desk(desk: Desk) -> None:
    whole = FastAPI(openapi_url="/api/openapi.json", docs_url=None, redoc_url=None)
    staff.install(whole, desk)
    described = json.dumps(whole.openapi()).encode()
    asked = [
        (method, path)
        for path in ("/admin", "/admin/", "/admin/nothing", "/administration", "/admin/account",
                     "/api", "/api/", "/api/docs", "/api/nothing", "/api/v1/services",
                     "/api/openapi.json", "/elsewhere")
        for method in ("GET", "HEAD", "POST", "DELETE")
    ]  # fmt: skip
    found = ask(a_service(desk, lambda: described), *asked)
    for one, a, b in zip(asked, found, ask(whole, *asked), strict=True):
        assert a.status_code == b.status_code, one
        assert {**a.headers, "content-length": ""} == {**b.headers, "content-length": ""}, one
        assert a.content == b.content or a.json() == b.json(), one


def test_a_desk_that_could_not_be_made_is_tried_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(app: FastAPI) -> None:
        raise RuntimeError("not now")

    app = a_service(desk)
    with monkeypatch.context() as broken:
        broken.setattr(staff, "add_api", fail)
        assert ask(app, ("GET", "/api/v1/services"))[0].status_code == 500
    assert ask(app, ("GET", "/api/v1/services"))[0].status_code == 401


def test_the_whole_service_is_described(tmp_path: Any) -> None:
    describe = Description(Settings(data_dir=tmp_path, secret_key=SECRET))
    described = json.loads(describe())
    assert described["info"]["title"] == "Ventanilla"
    assert {"/hsds/services", "/api/v1/services", "/chat"} <= described["paths"].keys()
    desk = FastAPI()
    staff.add_routes(desk)
    assert desk.openapi()["paths"].keys() <= described["paths"].keys()
    assert describe() is describe()


def test_a_process_that_only_chats_loads_no_desk(tmp_path: Any) -> None:
    program = (
        "import sys\n"
        "from pathlib import Path\n"
        "from bot import lean\n"
        "from bot.app import make_app\n"
        "from bot.settings import Settings\n"
        f"settings = Settings(data_dir=Path(sys.argv[1]), secret_key='{SECRET}',"
        " shipped_directory=False)\n"
        "make_app(settings)\n"
        "print([name for name in ('admin.app', 'admin.api.router', 'admin.views.router',"
        " 'knowledge.directory.editing', 'phonenumbers', 'babel', 'holidays')"
        " if name in sys.modules])"
    )
    command = [sys.executable, "-c", program, str(tmp_path)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"
