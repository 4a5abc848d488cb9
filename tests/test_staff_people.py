"""Inviting, changing and shutting out; links that set a password; tokens for programs."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from staff_for_tests import PASSWORD, Browser, Databases, Service, a_desk_of_its_own

from bot.content import Content
from knowledge.staff import links, members, setting_up, tokens
from knowledge.staff.members import Problem, StaffError
from knowledge.staff.rights import EVERYWHERE, Area, Role

API = "/api/v1/organizations"
NEW = "cuatro palabras bien sueltas"
SALVADOR = Area("SV")
LA_PAZ = Area("SV", "La Paz")


@pytest.fixture
def desk(sqlite_databases: Databases, tmp_path: Path, content: Content) -> Iterator[Service]:
    with a_desk_of_its_own(sqlite_databases, tmp_path / "data", content) as service:
        yield service


def found_link(page: str) -> str:
    found = re.search(r"https?://[^<]*(/admin/set-up/[\w-]+)", page)
    assert found, page
    return found[1]


def set_up(browser: Browser, path: str, password: str = NEW, email: str = "") -> int:
    return browser.send(path, email=email, password=password, again=password).status_code


def test_an_invited_person_sets_a_password_and_comes_in(desk: Service) -> None:
    chief = desk.signed_in(desk.a_member(Role.ADMINISTRATOR))
    page = chief.send(
        "/admin/people", email="nueva@alcaldia.gob.sv", role="editor", area="sv/la paz"
    )
    path = found_link(page.text)
    person_page = chief.get(re.findall(r"/admin/people/[\w-]{36}", page.text)[0]).text
    assert "nueva@alcaldia.gob.sv" in person_page
    assert path not in person_page, "it is shown once"
    browser = desk.browser()
    assert "nueva@alcaldia.gob.sv" in browser.get(path).text
    assert browser.get(path).status_code == 200, "looking at a link does not use it up"
    assert browser.send(path, password="contraseña123", again="contraseña123").status_code == 422
    assert browser.send(path, password=NEW, again=NEW + "x").status_code == 422
    assert set_up(browser, path) == 303
    assert browser.sign_in("nueva@alcaldia.gob.sv", NEW).status_code == 303
    assert "SV/La Paz" in browser.get("/admin/account").text


def test_a_link_works_once(desk: Service) -> None:
    person = desk.a_member(password=None)
    with desk.engine.begin() as connection:
        path = links.make(connection, person.id, desk.clock.now)
    first, second = desk.browser(), desk.browser()
    token = second.token(path)
    assert set_up(first, path) == 303
    stale = second.post(path, {"password": PASSWORD, "again": PASSWORD, "csrf_token": token})
    assert stale.status_code == 410
    assert "Este enlace ya no sirve" in stale.text
    assert second.get(path).status_code == 410
    assert desk.browser().sign_in(person.email, PASSWORD).status_code == 422
    assert desk.browser().sign_in(person.email, NEW).status_code == 303


@pytest.mark.parametrize("end", ["late", "replaced", "disabled", "made up"])
def test_a_link_that_is_over_opens_nothing(desk: Service, end: str) -> None:
    person = desk.a_member(password=None)
    with desk.engine.begin() as connection:
        path = links.make(connection, person.id, desk.clock.now)
    if end == "late":
        desk.clock.advance(seconds=links.LASTS.total_seconds())
    with desk.engine.begin() as connection:
        if end == "replaced":
            links.make(connection, person.id, desk.clock.now)
        if end == "disabled":
            members.disable(connection, person.id)
    if end == "made up":
        path = links.PATH + "x" * 43
    assert desk.browser().get(path).status_code == 410


def test_a_new_password_by_link_ends_the_sessions_of_the_old_one(desk: Service) -> None:
    person = desk.a_member()
    browser = desk.signed_in(person)
    with desk.engine.begin() as connection:
        path = links.make(connection, person.id, desk.clock.now)
    assert browser.is_in()
    assert set_up(desk.browser(), path) == 303
    assert not browser.is_in()


def test_the_first_administrator_comes_in_by_the_link_of_the_last_start(desk: Service) -> None:
    old = setting_up.first_link(desk.engine, desk.clock.now)
    path = setting_up.first_link(desk.engine, desk.clock.now)
    assert old is not None
    assert path is not None
    assert desk.browser().get(old).status_code == 410
    browser = desk.browser()
    assert browser.send(path, email="sin arroba", password=NEW, again=NEW).status_code == 422
    assert set_up(browser, path, email="jefa@alcaldia.gob.sv") == 303
    assert setting_up.first_link(desk.engine, desk.clock.now) is None
    with desk.engine.connect() as connection:
        found = members.by_email(connection, "jefa@alcaldia.gob.sv")
    assert (found.member.role, found.member.area) == (Role.ADMINISTRATOR, EVERYWHERE)


def test_the_first_link_opens_nothing_after_a_day_or_once_somebody_is_there(desk: Service) -> None:
    path = setting_up.first_link(desk.engine, desk.clock.now)
    assert path is not None
    desk.a_member()
    assert desk.browser().get(path).status_code == 410
    refused = setting_up.set_up(
        desk.engine, path.removeprefix(links.PATH), "x@y.sv", NEW, desk.clock.now
    )
    assert refused is Problem.UNKNOWN


def test_a_disabled_person_is_let_in_again(desk: Service) -> None:
    chief = desk.signed_in(desk.a_member(Role.ADMINISTRATOR))
    person = desk.a_member()
    browser = desk.signed_in(person)
    address = f"/admin/people/{person.id}"
    chief.send(f"{address}/disable", address)
    assert not browser.is_in()
    assert browser.sign_in(person.email).status_code == 422
    chief.send(f"{address}/enable", address)
    assert browser.sign_in(person.email).status_code == 303


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"email": "sin-arroba"}, "Escriba un correo completo"),
        ({"email": "EDITOR@alcaldia.gob.sv"}, "Ya hay una persona con ese correo"),
        ({"role": "queen"}, "Elija una función"),
        ({"area": "SV/La Pas"}, "¿Quiso decir SV/La Paz?"),
        ({"area": "US"}, "Escriba SV, SV/La Paz"),
        ({"area": "SV/Xyzzyplugh"}, "No conocemos ese lugar"),
    ],
)
def test_a_wrong_invitation_says_what_to_write(
    desk: Service, fields: dict[str, str], words: str
) -> None:
    desk.a_member()
    chief = desk.signed_in(desk.a_member(Role.ADMINISTRATOR))
    typed = {"email": "nueva@alcaldia.gob.sv", "role": "editor", "area": "SV"} | fields
    page = chief.send("/admin/people", **typed)
    assert page.status_code == 422
    assert words in page.text
    assert f'value="{typed["email"]}"' in page.text, "what was typed is kept"
    with desk.engine.connect() as connection:
        assert len(members.all_members(connection)) == 2


def test_nobody_raises_themselves_nor_removes_the_last_administrator(desk: Service) -> None:
    chief = desk.a_member(Role.ADMINISTRATOR, email="jefa@alcaldia.gob.sv")
    local = desk.a_member(Role.ADMINISTRATOR, LA_PAZ, email="lapaz@alcaldia.gob.sv")
    editor = desk.a_member(Role.EDITOR, Area("GT"))
    neighbour = desk.a_member(Role.EDITOR, LA_PAZ, email="vecina@alcaldia.gob.sv")
    cases = [
        (chief, chief, Role.EDITOR, EVERYWHERE, Problem.ONESELF),
        (local, local, Role.ADMINISTRATOR, EVERYWHERE, Problem.OUTSIDE),
        (local, chief, Role.EDITOR, LA_PAZ, Problem.UNKNOWN),
        (local, editor, Role.EDITOR, LA_PAZ, Problem.UNKNOWN),
        (local, neighbour, Role.ADMINISTRATOR, SALVADOR, Problem.OUTSIDE),
        (local, neighbour, Role.COORDINATOR, LA_PAZ, None),
        (chief, local, Role.EDITOR, LA_PAZ, None),
        (None, chief, Role.EDITOR, EVERYWHERE, Problem.LAST_ADMINISTRATOR),
    ]
    for by, person, role, area, expected in cases:
        got = None
        try:
            with desk.engine.begin() as connection:
                giver = by.member if by else None
                members.change_rights(connection, person.id, role, area, by=giver)
        except StaffError as error:
            got = error.problem
        assert got is expected, (by, person, role)
    for by, expected in ((chief.member, Problem.ONESELF), (None, Problem.LAST_ADMINISTRATOR)):
        with desk.engine.begin() as connection, pytest.raises(StaffError) as refused:
            members.disable(connection, chief.id, by=by)
        assert refused.value.problem is expected


def test_an_administrator_of_an_area_sees_and_invites_people_of_it_alone(desk: Service) -> None:
    chief = desk.a_member(Role.ADMINISTRATOR, email="jefa@alcaldia.gob.sv")
    local = desk.a_member(Role.ADMINISTRATOR, LA_PAZ, email="lapaz@alcaldia.gob.sv")
    browser = desk.signed_in(local)
    page = browser.get("/admin/people").text
    assert "lapaz<wbr>@alcaldia.gob.sv" in page
    assert "jefa" not in page
    assert browser.get(f"/admin/people/{chief.id}").status_code == 404
    page = browser.send("/admin/people", email="a@b.gob.sv", role="administrator", area="SV")
    assert "está fuera de la suya" in page.text
    address = f"/admin/people/{chief.id}/link"
    assert browser.send(address, "/admin/people").status_code == 404


def test_another_role_comes_in_again_by_the_front_door(desk: Service) -> None:
    person = desk.a_member()
    browser = desk.signed_in(person)
    with desk.engine.begin() as connection:
        members.change_rights(connection, person.id, Role.ADMINISTRATOR, EVERYWHERE)
    assert not browser.is_in()
    browser.sign_in(person.email)
    location = browser.get("/admin/people").headers["location"]
    assert location == "/admin/account/second-factor"


def ask_api(desk: Service, token: str) -> int:
    return desk.browser().get(API, {"authorization": f"Bearer {token}"}).status_code


def test_a_token_is_shown_once_and_works_until_it_is_revoked(desk: Service) -> None:
    browser = desk.signed_in(desk.a_member())
    address = "/admin/account/tokens"
    assert browser.send(address, name=" ", days="0").text.count('class="problem"') == 2
    page = browser.send(address, name="hoja de cálculo", days="30")
    secret = re.search(r"vt_[\w-]{43}", page.text)
    assert secret
    assert secret[0] not in browser.get(address).text
    assert ask_api(desk, secret[0]) == 200
    assert "Se usó: hoy" in browser.get(address).text
    assert ask_api(desk, "vt_" + secret[0][3:].swapcase()) == 401
    revoke = re.search(r'action="(/admin/account/tokens/[\w-]+/revoke)"', page.text)
    assert revoke
    browser.send(revoke[1], address)
    assert ask_api(desk, secret[0]) == 401


def test_nobody_revokes_a_token_of_somebody_else(desk: Service) -> None:
    person = desk.a_member()
    with desk.engine.begin() as connection:
        secret = tokens.add(connection, person.id, "suya", desk.clock.now)
        token_id = tokens.of_member(connection, person.id)[0].id
    other = desk.signed_in(desk.a_member(email="otra@alcaldia.gob.sv"))
    other.send(f"/admin/account/tokens/{token_id}/revoke", "/admin/account/tokens")
    assert ask_api(desk, secret) == 200


@pytest.mark.parametrize("end", ["late", "disabled"])
def test_a_token_ends_with_its_days_or_its_member(desk: Service, end: str) -> None:
    person = desk.a_member()
    with desk.engine.begin() as connection:
        secret = tokens.add(connection, person.id, "tablero", desk.clock.now, days=30)
    assert ask_api(desk, secret) == 200
    if end == "late":
        desk.clock.advance(days=30)
    else:
        with desk.engine.begin() as connection:
            members.disable(connection, person.id)
    assert ask_api(desk, secret) == 401


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic dXNlcjpwdw==", "vt_x"])
def test_a_header_that_is_no_token_opens_nothing_even_with_a_session(
    desk: Service, header: str
) -> None:
    browser = desk.signed_in(desk.a_member())
    assert browser.get(API).status_code == 200
    assert browser.get(API, {"authorization": header}).status_code == 401
