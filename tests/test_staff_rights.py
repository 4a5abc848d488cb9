"""Every address of the desk with every kind of asker: what is not in the table is refused.

The table is `rights.txt`. An office stands in SV/La Paz: *inside* edits there, *outside* edits
SV/Sonsonate, the coordinator has SV, the administrator everything. `in` means let in (a form may
still be refused for what it says), `in+` that something was changed by it, `sign-in` sent to sign
in; a number is the status that refuses. 404 for all is an address of nothing, let in by the door.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from rights_for_tests import ASKERS, NOTHING, PUBLIC, Askers, Route, routes
from staff_for_tests import Databases, a_desk_of_its_own

from admin import forms
from bot.content import Content

TABLE = (Path(__file__).parent / "rights.txt").read_text(encoding="utf-8")
EXPECTED = {
    key.strip(): words.split()
    for key, words in (line.split("|") for line in TABLE.splitlines()[1:])
}


@pytest.fixture(scope="module")
def askers(
    sqlite_databases: Databases, tmp_path_factory: pytest.TempPathFactory, content: Content
) -> Iterator[Askers]:
    folder = tmp_path_factory.mktemp("rights") / "data"
    with a_desk_of_its_own(sqlite_databases, folder, content) as service:
        yield Askers(service)


@pytest.fixture(scope="module")
def known(askers: Askers) -> dict[str, Route]:
    return {route.key: route for route in routes(askers.service.app)}


def test_every_route_has_a_door_or_is_public(known: dict[str, Route]) -> None:
    without = {key for key, route in known.items() if not route.has_door and route.path != NOTHING}
    assert without <= PUBLIC
    assert {key for key, route in known.items() if route.has_door}.isdisjoint(PUBLIC)


def test_every_route_has_its_line_in_the_table(known: dict[str, Route]) -> None:
    doors = {key for key, route in known.items() if route.has_door}
    assert sorted(doors - EXPECTED.keys()) == [], "say here who may come in"
    assert sorted(EXPECTED.keys() - doors) == [], "these addresses are gone"


def test_every_changing_route_asks_for_the_token_of_a_form(known: dict[str, Route]) -> None:
    assert {key for key, route in known.items() if route.has_door} == {
        key for key, route in known.items() if route.has_door and forms.guard in route.calls
    }


@pytest.mark.parametrize("key", EXPECTED)
def test_who_comes_in(askers: Askers, known: dict[str, Route], key: str) -> None:
    found = []
    for asker in ASKERS:
        askers.start_again()
        before = askers.changes()
        word = askers.ask(asker, known[key])
        found.append(word + "+" if askers.changes() != before else word)
    assert dict(zip(ASKERS, found, strict=True)) == dict(zip(ASKERS, EXPECTED[key], strict=True))


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_an_address_of_nothing_tells_nobody_anything(askers: Askers, method: str) -> None:
    browser = askers.service.browser()
    assert browser.ask(method, "/api/v1/nothing").status_code == 404
    assert browser.ask(method, "/admin/nothing").status_code == 404


@pytest.mark.parametrize(
    "key", [key for key, words in EXPECTED.items() if key.startswith("POST /admin") and words]
)
def test_a_form_without_its_token_changes_nothing(
    askers: Askers, known: dict[str, Route], key: str
) -> None:
    askers.start_again()
    before = askers.changes()
    browser = askers.browsers["administrator"]
    for sent in ({}, {"csrf_token": "0" * 64}):
        answer = browser.post(askers.path(known[key]), {"why": "x", **sent})
        assert answer.status_code == 403
    assert askers.changes() == before
    assert browser.is_in()
