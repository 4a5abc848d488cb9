"""All routes of the desk, and five askers who try them."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

from fastapi import FastAPI
from offices_for_tests import an_office, at_id, id_of, put
from sqlalchemy import text
from staff_for_tests import Browser, Service

from admin import doors
from knowledge.directory import terms
from knowledge.staff import tokens
from knowledge.staff.rights import EVERYWHERE, Area, Role
from knowledge.staff.secrets import new_secret

OURS = ("/admin", "/api/")
# Addresses that are open to anybody, because they let people in or hold nothing of anybody's.
PUBLIC = {
    "GET /admin/static/{name}",
    "GET /admin/sign-in",
    "POST /admin/sign-in",
    "GET /admin/second-factor",
    "POST /admin/second-factor",
    "POST /admin/sign-out",
    "GET /admin/set-up/{secret}",
    "POST /admin/set-up/{secret}",
    "GET /api/docs",
    "GET /api/openapi.json",
    "HEAD /api/openapi.json",
}
NOTHING = "/api/{rest:path}"  # says that there is nothing, whoever asks
ASKERS = ("visitor", "inside", "outside", "coordinator", "administrator")
KINDS = {
    "organizations": "organization",
    "services": "service",
    "locations": "location",
    "service-at-locations": "at",
}


# What is sent, where an empty form would be refused before anybody asks whose area it is.
BODIES: dict[str, dict[str, Any]] = {
    "POST /admin/entries/{at_id}/hide": {"why": "Cerró"},
    "POST /admin/entries/{at_id}/{section_id}": {"version": "1", "address_1": "Calle nueva"},
    "PATCH /api/v1/organizations/{entry_id}": {"description": "Otra."},
    "PATCH /api/v1/services/{entry_id}": {"description": "Otra."},
    "PATCH /api/v1/locations/{entry_id}": {"description": "Otra."},
    "PATCH /api/v1/service-at-locations/{entry_id}": {"description": "Otra."},
}


@dataclass(frozen=True)
class Route:
    """One method of one address; `calls` is everything that is asked before its handler."""

    key: str
    method: str
    path: str
    calls: tuple[Any, ...]

    @property
    def has_door(self) -> bool:
        return any(doors.is_door(call) for call in self.calls)


def routes(app: FastAPI) -> list[Route]:
    """Every route of the desk, those of included routers too."""
    return [
        Route(f"{method} {route.path}", method, route.path, tuple(_calls(route)))
        for route in _walk(app.routes)
        if route.path.startswith(OURS)
        for method in sorted(route.methods or ())
    ]


def _walk(found: Any) -> Iterator[Any]:
    for route in found:
        if hasattr(route, "effective_candidates"):
            yield from _walk(route.effective_candidates())
        else:
            yield route


def _calls(route: Any) -> Iterator[Any]:
    def inner(dependant: Any) -> Iterator[Any]:
        yield dependant.call
        for part in dependant.dependencies:
            yield from inner(part)

    if hasattr(route, "dependant") and route.dependant is not None:
        yield from inner(route.dependant)


@dataclass
class Askers:
    """A directory with one office in SV/La Paz, and who asks for it."""

    service: Service
    browsers: dict[str, Browser] = field(default_factory=dict)
    bearers: dict[str, str] = field(default_factory=dict)
    known: dict[str, str] = field(default_factory=dict)
    _before: sqlite3.Connection = field(default_factory=lambda: sqlite3.connect(":memory:"))

    def __post_init__(self) -> None:
        with self.service.engine.begin() as connection:
            terms.write_terms(connection)
            put(connection, an_office("oficina", department="La Paz", municipality="Zacatecoluca"))
        self.browsers["visitor"] = self.service.browser()
        for name, role, area in (
            ("inside", Role.EDITOR, Area("SV", "La Paz")),
            ("outside", Role.EDITOR, Area("SV", "Sonsonate")),
            ("coordinator", Role.COORDINATOR, Area("SV")),
            ("administrator", Role.ADMINISTRATOR, EVERYWHERE),
        ):
            person = self.service.a_member(role, area, f"{name}@alcaldia.gob.sv")
            self.browsers[name] = self.service.signed_in(person)
            with self.service.engine.begin() as connection:
                self.bearers[name] = tokens.add(
                    connection, person.id, "prueba", self.service.clock.now
                )
        spare = self.service.a_member(Role.EDITOR, Area("SV"), "otra@alcaldia.gob.sv")
        self.known = {
            "{at_id}": at_id("oficina"), "{section_id}": "place", "{person_id}": spare.id,
            "{number}": "1", "{secret}": new_secret(), "{name}": "htmx.min.js",
        }  # fmt: skip
        self._cookies = {name: dict(browser.cookies) for name, browser in self.browsers.items()}
        with closing(sqlite3.connect(self._file())) as live:
            live.backup(self._before)

    def _file(self) -> str:
        return str(self.service.engine.url.database)

    def start_again(self) -> None:
        """Make the database and the browsers what they were at first."""
        with closing(sqlite3.connect(self._file(), timeout=10)) as live:
            self._before.backup(live)
        for name, cookies in self._cookies.items():
            self.browsers[name].cookies = dict(cookies)

    def changes(self) -> int:
        """How many changes the directory's history and the list of proposals hold."""
        with self.service.engine.connect() as connection:
            counts = [
                connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()
                for table in ("revisions", "proposals", "staff_links")
            ]
        return sum(counts)

    def ask(self, asker: str, route: Route) -> str:
        """Return what came of it in one word: `in`, `sign-in`, or the status that refuses."""
        body = BODIES.get(route.key)
        is_api = route.path.startswith("/api/")
        answer = (self._ask_api if is_api else self._ask_page)(asker, route, body)
        if answer.status_code == 303 and answer.headers["location"].startswith("/admin/sign-in"):
            return "sign-in"
        if answer.status_code in (401, 403, 404, 405) or answer.status_code >= 500:
            return str(answer.status_code)
        return "in"

    def _ask_page(self, asker: str, route: Route, body: Any) -> Any:
        browser = self.browsers[asker]
        path = self.path(route)
        if route.method == "GET":
            return browser.get(path)
        if asker == "visitor":
            return browser.post(path, body or {})
        return browser.send(path, "/admin/account", **(body or {}))

    def _ask_api(self, asker: str, route: Route, body: Any) -> Any:
        headers = {}
        if asker in self.bearers:
            headers["authorization"] = f"Bearer {self.bearers[asker]}"
        path = self.path(route)
        if "{entry_id}" in route.path and route.method != "GET":
            headers["if-match"] = self._version(route)
        return self.browsers["visitor"].ask(route.method, path, headers=headers, json=body or {})

    def _version(self, route: Route) -> str:
        noun = route.path.split("/")[3]
        headers = {"authorization": f"Bearer {self.bearers['administrator']}"}
        path = f"/api/v1/{noun}/{id_of(KINDS[noun], 'oficina')}?include_hidden=true"
        return str(self.browsers["visitor"].get(path, headers).headers.get("etag", ""))

    def path(self, route: Route) -> str:
        """An address with the ids of what there is; one of nothing where there is nothing."""
        path = route.path
        if "{entry_id}" in path:
            path = path.replace("{entry_id}", id_of(KINDS[path.split("/")[3]], "oficina"))
        for name, value in self.known.items():
            path = path.replace(name, value)
        for name in ("{proposal_id}", "{hook_id}", "{token_id}", "{import_id}"):
            path = path.replace(name, id_of("nothing", name))
        return path
