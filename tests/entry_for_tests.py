"""The desk over a small directory, and members who send its forms as a browser would."""

import itertools
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any

import httpx
from offices_for_tests import an_empty_directory, an_office, at_id
from sqlalchemy import Engine
from staff_for_tests import Browser, Service
from staff_for_tests import a_desk as a_service

from bot.content import Content, load_content
from knowledge.directory import revising
from knowledge.directory.desk_entry import Office, read_office
from knowledge.directory.revising import Author
from knowledge.staff.rights import EVERYWHERE, Member, Role, read_area
from knowledge.store.database import reading

BEGINNING = Author("import", datetime(2026, 11, 1, tzinfo=UTC))
WEEK = "Mo-Fr 08:00-16:00"
EVERYBODY = Member("nobody", Role.ADMINISTRATOR, EVERYWHERE)


@dataclass
class EntryDesk:
    """The desk with its database; `at` is the id of the one office."""

    service: Service
    at: str = ""
    known: dict[tuple[Role, str, int], "Person"] = field(default_factory=dict)

    @property
    def engine(self) -> Engine:
        return self.service.engine

    def office(self, at: str = "") -> Office:
        """The office as it is in the database."""
        with reading(self.engine).connect() as connection:
            return read_office(connection, at or self.at, EVERYBODY)

    def with_office(self, **office: Any) -> "EntryDesk":
        """The same desk, looked at by an office of its own: in Zacatecoluca, unless it says."""
        name = f"oficina {next(_numbers)}"
        known: dict[str, Any] = {
            "department": "La Paz", "municipality": "Zacatecoluca", "hours": WEEK,
            "phone": "2334-0000", "point": (13.5, -88.87),
        }  # fmt: skip
        with self.engine.begin() as connection:
            revising.add(connection, an_office(name, **known | office), BEGINNING)
        return replace(self, at=at_id(name))

    def someone(self, role: Role = Role.COORDINATOR, area: str = "SV", number: int = 0) -> "Person":
        """A member of staff who is signed in; another `number` is another person."""
        asked = (role, area, number)
        if asked not in self.known:
            email = f"{role.value}{len(self.known)}@alcaldia.gob.sv"
            known = self.service.a_member(role, read_area(area), email)
            self.known[asked] = Person(self.service.signed_in(known), self.at, known.id)
        return replace(self.known[asked], at=self.at)


_numbers = itertools.count()


@dataclass(frozen=True)
class Person:
    """A browser without a script, of somebody who is signed in."""

    browser: Browser
    at: str
    id: str

    def get(self, path: str = "", at: str = "") -> httpx.Response:
        """A page of the office."""
        return self.browser.get(self._address(path, at))

    def form(self, path: str, page: str = "", at: str = "", has: str = "") -> dict[str, list[str]]:
        """The fields of a form as they are sent untouched; `has` is something in it."""
        text = self.get(page, at).text
        start = f'<form method="post" action="{self._address(path, at)}"'
        forms = [part.split("</form>")[0] + "</form>" for part in text.split(start)[1:]]
        found = [form for form in forms if has in form]
        assert found, f"the page has no form that goes to {path}"
        return fields_of(found[0])

    def send(
        self,
        path: str,
        changes: Mapping[str, str | list[str] | None],
        form: Mapping[str, list[str]] | None = None,
        at: str = "",
        page: str = "",
    ) -> httpx.Response:
        """Send a form with some fields changed (None: not ticked); return the page after it."""
        fields: dict[str, Any] = dict(self.form(path, page, at) if form is None else form)
        for name, value in changes.items():
            fields.pop(name, None)
            if value is not None:
                fields[name] = value
        answer = self.browser.post(self._address(path, at), fields)
        if answer.status_code == 303:
            return self.browser.get(answer.headers["location"].split("#")[0])
        return answer

    def _address(self, path: str, at: str) -> str:
        return f"/admin/entries/{at or self.at}{path}"


def flash_of(page: httpx.Response) -> str:
    """What a page says of what was just done."""
    found = re.search(r'<div class="flash.*?</div>', page.text, re.DOTALL)
    return words_of(found[0]) if found else ""


def words_of(html: str) -> str:
    """The words of a page."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def fields_of(html: str) -> dict[str, Any]:
    """What a browser sends of a form: a list for each name."""
    found: dict[str, list[str]] = {}
    for tag in _FIELD.finditer(html):
        kind, attributes, rest = tag.groups()
        name = re.search(r'\bname="([^"]*)"', attributes)
        if name is None:
            continue
        value = re.search(r'\bvalue="([^"]*)"', attributes)
        text = value[1] if value else ""
        if kind == "textarea":
            text = rest.split("</textarea>")[0]
        elif kind == "select":
            chosen = re.search(r'<option value="([^"]*)" selected', rest) or re.search(
                r'<option value="([^"]*)"', rest
            )
            text = chosen[1] if chosen else ""
        elif 'type="checkbox"' in attributes and " checked" not in attributes:
            continue
        found.setdefault(unescape(name[1]), []).append(unescape(text))
    return found


_FIELD = re.compile(
    r"<(input|textarea|select)\b([^>]*)>(.*?)(?=<(?:input|textarea|select|/form)\b)", re.DOTALL
)


@contextmanager
def a_desk(folder: Path) -> Iterator[EntryDesk]:
    """The desk over a directory that has no office yet."""
    with an_empty_directory(folder) as engine:
        yield EntryDesk(a_service(engine, _content()))


@cache
def _content() -> Content:
    return load_content()
