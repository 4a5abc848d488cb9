"""Nothing at the edges: people with invented names write on every channel, and no byte stays.

Database, log beside it, backup, logs, figures, exports and every page of the staff are searched for
what they wrote and who they are, in plain, spelled, packed and hashed.
"""

import asyncio
import base64
import hashlib
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field, replace
from pathlib import Path

import aiohttp
import canaries
import httpx
import pytest
from canaries import BROWSER, DUI, LATITUDE, LONGITUDE, MAIL, NAME, NETWORK, PEOPLE, PHONE, SENTENCE
from fake_telegram import BAD_GATEWAY, FakeTelegram
from fastapi import FastAPI
from rights_for_tests import Askers, routes
from serving_for_tests import ROOT, Serving
from staff_for_tests import Clock, Service
from telegram_for_tests import SECRET_KEY
from typer.testing import CliRunner

from admin import app as staff
from admin.hsds.router import hsds_router
from bot.cli import app as command
from bot.content import Content
from bot.desk import make_desk
from bot.settings import Settings
from knowledge.store.database import open_engine

SAID = (
    f"Me llamo {NAME} y {SENTENCE}",
    f"perdí mi dui {DUI} en Soyapango, mi teléfono es {PHONE}, {MAIL}",
    f"mi marido me pega, {NAME}",
    f"qwrtz {SENTENCE} zxcv",
    f"dónde saco el pasaporte, soy {NAME}",
    "mis datos",
)
HEADERS = {"user-agent": BROWSER, "x-forwarded-for": NETWORK, "referer": f"https://x.test/{DUI}"}
STUCK = PEOPLE[2]  # nothing can be delivered to this one: the replies stay in the outbox


@dataclass
class Traces:
    """All that is left behind, by where it was found, and proof that people were served."""

    left: dict[str, bytes] = field(default_factory=dict)
    answers: dict[str, int] = field(default_factory=dict)
    pages: dict[str, int] = field(default_factory=dict)

    def add(self, where: str, content: bytes | str) -> None:
        self.left[where] = content if isinstance(content, bytes) else content.encode()


@pytest.fixture(scope="module")
def traces(tmp_path_factory: pytest.TempPathFactory, content: Content) -> Traces:
    folder = tmp_path_factory.mktemp("canary")
    found = Traces()
    asyncio.run(asyncio.wait_for(_talk_in_telegram_and_web(folder, found), 300))
    _talk_in_the_terminal(folder, found)
    _use_commands(folder, found)
    _open_every_page(folder, found, content)
    for name, file in canaries.bytes_of(folder):
        found.add(f"file {name}", file)
    return found


async def _talk_in_telegram_and_web(folder: Path, found: Traces) -> None:
    async with FakeTelegram() as fake:
        fake.trouble("sendMessage", *[BAD_GATEWAY] * 500, chat=STUCK)
        serving = Serving(fake, folder)
        await serving.start()
        try:
            _write_in_telegram(fake, PEOPLE[0])
            _write_in_telegram(fake, STUCK)
            await _write_in_the_web(serving.url, found)
            await fake.replies(PEOPLE[0], len(SAID), 60)
        finally:
            await serving.end()
        again = Serving(fake, folder, way="polling")
        os.environ["VENTANILLA_UNANSWERED"] = "on"  # the questions' list is asked for, too
        try:
            await again.start()
            _write_in_telegram(fake, PEOPLE[1])
            await fake.replies(PEOPLE[1], len(SAID), 60)
            for name in ("ventanilla.sqlite3", "ventanilla.sqlite3-wal"):
                shutil.copy(folder / name, folder / f"while-serving-{name}")
        finally:
            del os.environ["VENTANILLA_UNANSWERED"]
            await again.kill()  # so that nothing is tidied up
        for person in PEOPLE:
            found.answers[f"telegram {person}"] = len(fake.sent_to(person))


def _write_in_telegram(fake: FakeTelegram, person: int) -> None:
    for text in SAID:
        fake.text(person, text)
    fake.message(person, {"location": {"latitude": LATITUDE, "longitude": LONGITUDE}})
    contact = {"phone_number": canaries.CONTACT, "first_name": NAME, "user_id": person}
    fake.message(person, {"contact": contact})
    photo = {"file_id": "f", "file_unique_id": "u", "width": 9, "height": 9}
    fake.message(person, {"photo": [photo], "caption": SENTENCE})
    fake.tap(person, f"a:{SENTENCE}"[:60])
    fake.edit(person, {"text": f"{NAME} {SENTENCE}"})


async def _write_in_the_web(url: str, found: Traces) -> None:
    place = {"latitude": LATITUDE, "longitude": LONGITUDE}
    answered = 0
    async with aiohttp.ClientSession(url, headers=HEADERS) as client:
        token = None
        for text in SAID:
            body = {"conversation": token, "text": text, "country": "SV"}
            async with client.post("/chat", json=body) as answer:
                told = await answer.json()
                token = told["conversation"]
                answered += bool(told["messages"])
        async with client.post("/chat", json={"conversation": token, "location": place}) as answer:
            answered += answer.status == 200
        for text in SAID:
            async with client.post("/", data={"text": text}) as answer:
                answered += answer.status == 200
        for path in (f"/?lang={NAME}", f"/hsds/services?search={NAME}", f"/{SENTENCE}",
                     f"/admin/set-up/{DUI}"):  # fmt: skip
            async with client.get(path) as answer:
                await answer.read()
        for broken in (f"{{{SENTENCE}", json.dumps({"text": [NAME]}), json.dumps({"nombre": NAME})):
            async with client.post("/chat", data=broken) as answer:
                assert 400 <= answer.status < 500
        sign_in = {"email": MAIL, "password": SENTENCE}
        async with client.post("/admin/sign-in", data=sign_in) as answer:
            assert answer.status >= 300
        for path in ("/metrics", "/health/ready", "/health/live", "/hsds/", "/api/openapi.json"):
            async with client.get(path) as answer:
                found.add(f"GET {path}", await answer.read())
    found.answers["web"] = answered


def _talk_in_the_terminal(folder: Path, found: Traces) -> None:
    environment = os.environ | {
        "VENTANILLA_DATA_DIR": str(folder),
        "VENTANILLA_SHIPPED_DIRECTORY": "off",
    }
    told = subprocess.run(
        [sys.executable, "-m", "bot.cli", "chat", "--lang", "es", "--country", "SV"],
        input="\n".join(SAID) + "\n",
        capture_output=True,
        env=environment,
        cwd=ROOT,
        text=True,
        timeout=180,
        check=True,
    )
    found.add("terminal's stderr", told.stderr)
    found.add("terminal's replies", told.stdout)
    found.answers["terminal"] = told.stdout.count("\n\n")


def _use_commands(folder: Path, found: Traces) -> None:
    environment = {
        "VENTANILLA_DATA_DIR": str(folder),
        "VENTANILLA_SECRET_KEY": SECRET_KEY,
        "VENTANILLA_SHIPPED_DIRECTORY": "off",
    }
    for words in (
        ("database", "backup", str(folder / "one.backup")),
        ("directory", "export", "--format", "csv", str(folder / "directory.csv")),
        ("directory", "export", "--format", "hsds", str(folder / "hsds.zip")),
        ("stats", "export", "--from", "2026-01-01", "--to", "2027-12-31",
         "--out", str(folder / "stats.csv")),
        ("doctor", "--json"),
    ):  # fmt: skip
        done = CliRunner().invoke(command, words, env=environment)
        # The doctor may find something, and the server may not have released a period yet.
        told = words[0] == "doctor" or "No released week or month" in done.output
        assert told or done.exit_code == 0, done.output
        found.add(f"ventanilla {' '.join(words[:2])}", done.output)


def _open_every_page(folder: Path, found: Traces, content: Content) -> None:
    settings = Settings(data_dir=folder, secret_key=SECRET_KEY, shipped_directory=False)
    copy = folder.parent / "pages"
    copy.mkdir()
    for path in folder.glob("ventanilla.sqlite3*"):
        shutil.copy(path, copy)
    engine = open_engine(f"sqlite:///{copy / 'ventanilla.sqlite3'}")
    clock = Clock()
    desk = replace(make_desk(settings, engine, content), clock=clock)
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url="/api/openapi.json")
    app.include_router(hsds_router(engine, None))
    staff.install(app, desk)
    service = Service(app, desk, clock)
    askers = Askers(service)
    administrator = askers.browsers["administrator"]
    bearer = {"authorization": f"Bearer {askers.bearers['administrator']}"}
    for route in routes(app):
        if route.method != "GET":
            continue
        headers = bearer if route.path.startswith("/api/") else None
        answer = administrator.get(askers.path(route), headers)
        found.pages[route.path] = answer.status_code
        found.add(f"GET {route.path}", _whole(answer))
    engine.dispose()


def _whole(answer: httpx.Response) -> bytes:
    return repr(answer.headers.raw).encode() + answer.content


def test_people_were_served_and_pages_were_open(traces: Traces) -> None:
    assert all(count >= len(SAID) for name, count in traces.answers.items() if "03" not in name)
    assert traces.answers[f"telegram {STUCK}"] == 0
    assert len(traces.pages) > 20
    open_pages = [path for path, status in traces.pages.items() if status == 200]
    assert len(open_pages) > len(traces.pages) / 2
    assert not [path for path, status in traces.pages.items() if status >= 500]
    names = set(traces.left)
    assert {
        "file ventanilla.sqlite3",
        "file while-serving-ventanilla.sqlite3-wal",
        "file one.backup/manifest.json",
        "file directory.csv",
        "GET /metrics",
    } <= names
    assert any(name.startswith("file serve-") for name in names)
    assert len(traces.left["file while-serving-ventanilla.sqlite3-wal"]) > 0
    assert b"telegram" in traces.left["file ventanilla.sqlite3"] + traces.left.get(
        "file ventanilla.sqlite3-wal", b""
    )  # replies that could not be delivered wait


def test_no_byte_of_a_person_is_anywhere(traces: Traces) -> None:
    leaks = {
        where: leaked
        for where, found in traces.left.items()
        if (leaked := canaries.found_in(found))
    }
    assert not leaks


def _a_haystack(part: bytes) -> bytes:
    return b"before \x00" + part + b"\xff after"


@pytest.mark.parametrize(
    "planted",
    [
        NAME.encode(),
        NAME.upper().encode(),
        SENTENCE.encode("utf-16-le"),
        DUI.encode().hex().encode(),
        hashlib.md5(NAME.encode()).digest(),
        hashlib.sha256(str(PEOPLE[0]).encode()).hexdigest().encode(),
        hashlib.sha1(DUI.replace("-", "").encode()).hexdigest().upper().encode(),
        PEOPLE[1].to_bytes(8, "little"),
        json.dumps({"latitude": LATITUDE}).encode(),
        *(base64.b64encode(b"x" * n + SENTENCE.encode() + b"y") for n in range(4)),
        base64.urlsafe_b64encode(b'{"name": "' + NAME.encode() + b'"}'),
    ],
)
def test_the_search_would_find_it(planted: bytes) -> None:
    assert canaries.found_in(_a_haystack(planted))
    assert not canaries.found_in(_a_haystack(bytes(byte ^ 0x15 for byte in planted)))
