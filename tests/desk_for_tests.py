"""A running service with a small directory and three members of staff who are signed in."""

import contextlib
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from offices_for_tests import PASSPORT, an_office, at_id, put
from sqlalchemy import Engine
from staff_for_tests import code_of

from admin import doors
from bot.app import make_app
from bot.settings import Settings
from knowledge.directory.entries import Entry
from knowledge.directory.reports import report
from knowledge.staff import members, second_factor, sessions
from knowledge.staff.rights import EVERYWHERE, Area, Member, Role
from knowledge.staff.sessions import Stage
from knowledge.store.sealing import Vault

SECRET = "a secret for tests, longer than thirty-two characters"
START_SECONDS = 60.0
AREAS = {
    Role.EDITOR: Area("SV", "La Paz"),
    Role.COORDINATOR: Area("SV"),
    Role.ADMINISTRATOR: EVERYWHERE,
}
# The offices that are there, by name; ids come from `offices_for_tests.at_id`.
OLD, NEVER, FRESH = "Registro de Zacatecoluca", "Clínica de Olocuilta", "Ventanilla de Zacatecoluca"
REPORTED, INCOMPLETE = "Oficina de empleo de La Paz", "Comedor de Zacatecoluca"
SHELTER, CAPITAL, FOREIGN = "Albergue seguro", "Duicentro de San Salvador", "Renap de Jutiapa"


@dataclass(frozen=True)
class RunningDesk:
    """Where the service answers, its database, and who works there."""

    url: str
    engine: Engine
    members: Mapping[Role, Member]
    secrets: Mapping[Role, str]  # what each member's browser keeps of the session

    def now(self) -> datetime:
        """The instant that the desk believes in."""
        return datetime.now(UTC)

    def client(self, role: Role = Role.EDITOR, **headers: str) -> httpx.Client:
        """A browser without a script, signed in as a role; it follows no redirection by itself."""
        cookies = {doors.COOKIE: self.secrets[role]}
        return httpx.Client(base_url=self.url, cookies=cookies, headers=headers, timeout=60)

    def cookies(self, role: Role = Role.EDITOR) -> list[dict[str, str]]:
        """The same for `BrowserContext.add_cookies`."""
        return [{"name": doors.COOKIE, "value": self.secrets[role], "url": self.url}]


def days_ago(days: int) -> str:
    """A day in the past, as the directory writes it."""
    return (datetime.now(UTC) - timedelta(days=days)).date().isoformat()


@contextlib.contextmanager
def a_desk(folder: Path, *, shipped: bool = False, **more: Any) -> Iterator[RunningDesk]:
    """Serve on a free port; `shipped` is the whole directory beside the small one."""
    settings = Settings(data_dir=folder, secret_key=SECRET, shipped_directory=shipped, **more)
    app = make_app(settings)
    engine: Engine = app.state.desk.engine
    with engine.begin() as connection:
        put(connection, *_offices())
        for person in (b"one", b"two"):
            report(connection, "key", person, at_id(REPORTED), "closed", datetime.now(UTC).date())
    found, secrets = _staff(engine, app.state.desk.vault)
    config = uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning", access_log=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    end = time.monotonic() + START_SECONDS
    while not server.started and time.monotonic() < end:
        time.sleep(0.02)
    assert server.started, "the service did not start"
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield RunningDesk(f"http://127.0.0.1:{port}", engine, found, secrets)
    finally:
        server.should_exit = True
        thread.join(timeout=START_SECONDS)


def _offices() -> list[list[Entry]]:
    here: dict[str, Any] = {
        "department": "La Paz",
        "municipality": "Zacatecoluca",
        "hours": "Mo-Fr 08:00-16:00",
    }
    there: dict[str, Any] = {
        "department": "La Paz",
        "municipality": "Olocuilta",
        "hours": "Mo-Sa 07:00-12:00",
    }
    return [
        an_office(OLD, **here, point=(13.5, -88.87), service={"assured_date": days_ago(400)}),
        an_office(NEVER, **there, topics=("health/chronic-medicine",)),
        an_office(FRESH, **here, service={"assured_date": days_ago(3)}),
        an_office(REPORTED, **here, service={"assured_date": days_ago(100)}),
        an_office(INCOMPLETE, **here, status="to_complete"),
        an_office(SHELTER, **here, confidential=True, topics=("reception/shelter",)),
        an_office(CAPITAL, department="San Salvador", municipality="San Salvador",
                  hours="Mo-Fr 08:00-16:00", topics=(PASSPORT,)),
        an_office(FOREIGN, country="GT", department="Jutiapa", municipality="Jutiapa",
                  phone="2222-0000"),
    ]  # fmt: skip


def _staff(engine: Engine, vault: Vault) -> tuple[dict[Role, Member], dict[Role, str]]:
    now = datetime.now(UTC)
    found: dict[Role, Member] = {}
    secrets: dict[Role, str] = {}
    with engine.begin() as connection:
        for role, area in AREAS.items():
            person = members.add(connection, f"{role.value}@example.org", role, area, now)
            if role is Role.ADMINISTRATOR:
                secret = second_factor.begin(connection, vault, person.id)
                second_factor.confirm(connection, vault, person.id, code_of(secret, now), now)
            found[role] = person.member
            secrets[role] = sessions.begin(connection, person.member, Stage.FULL, now)
    return found, secrets
