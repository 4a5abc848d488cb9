"""Coming in and going out: what opens the desk, for how long, and what does not."""

import base64
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from staff_for_tests import (
    ELSEWHERE,
    PASSWORD,
    Databases,
    Service,
    a_desk,
    a_desk_of_its_own,
    code_of,
)

from admin.views.signing_in import safe_way
from bot.content import Content
from knowledge.staff import codes, members
from knowledge.staff.rights import Role
from knowledge.staff.sessions import LIMITS


@pytest.fixture
def desk(sqlite_databases: Databases, tmp_path: Path, content: Content) -> Iterator[Service]:
    with a_desk_of_its_own(sqlite_databases, tmp_path / "data", content) as service:
        yield service


def test_both_databases_let_in_once_a_code(store: Engine, content: Content) -> None:
    desk = a_desk(store, content)
    person = desk.a_member(Role.ADMINISTRATOR)
    browser = desk.signed_in(person)
    assert browser.get("/admin/people").status_code == 200
    assert browser.get("/admin/account/tokens").status_code == 200


def test_an_editor_comes_in_with_a_password_and_goes_on_where_they_wanted(desk: Service) -> None:
    person = desk.a_member()
    browser = desk.browser()
    answer = browser.get("/admin/account?x=1")
    assert answer.headers["location"] == "/admin/sign-in?next=/admin/account%3Fx%3D1"
    answer = browser.sign_in(person.email.upper(), way="/admin/account?x=1")
    assert (answer.status_code, answer.headers["location"]) == (303, "/admin/account?x=1")
    assert browser.is_in()


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("editor@alcaldia.gob.sv", "otra contraseña cualquiera"),
        ("nadie@alcaldia.gob.sv", PASSWORD),
        ("nueva@alcaldia.gob.sv", ""),  # invited, no password yet
        ("despedida@alcaldia.gob.sv", PASSWORD),  # disabled
        ("esto no es un correo", PASSWORD),
        ("", ""),
    ],
)
def test_who_does_not_come_in_is_told_the_same(desk: Service, email: str, password: str) -> None:
    desk.a_member()
    desk.a_member(email="nueva@alcaldia.gob.sv", password=None)
    gone = desk.a_member(email="despedida@alcaldia.gob.sv")
    with desk.engine.begin() as connection:
        members.disable(connection, gone.id)
    browser = desk.browser()
    answer = browser.sign_in(email, password)
    assert answer.status_code == 422
    assert "El correo o la contraseña no coinciden." in answer.text
    assert not browser.is_in()


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ("/admin/entries?page=2", "/admin/entries?page=2"),
        ("/admin", "/admin"),
        ("", "/admin/"),
        ("https://evil.example/admin/", "/admin/"),
        ("//evil.example", "/admin/"),
        ("/admin/\\evil.example", "/admin/"),
        ("/administrator", "/admin/"),
        ("/admin/\r\nSet-Cookie: a=b", "/admin/"),
        ("javascript:alert(1)", "/admin/"),
    ],
)
def test_the_way_on_stays_at_the_desk(asked: str, given: str) -> None:
    assert safe_way(asked) == given


def test_the_session_is_another_one_after_each_step(desk: Service) -> None:
    person = desk.a_member()
    phone = desk.with_app(person)
    browser = desk.browser()
    browser.sign_in(person.email)
    after_password = browser.copy()
    assert not browser.is_in(), "the second factor is still missing"
    browser.send("/admin/second-factor", code=code_of(phone, desk.clock.now))
    assert browser.is_in()
    assert browser.cookies["staff"] != after_password.cookies["staff"]
    assert after_password.get("/admin/second-factor").headers["location"] == "/admin/sign-in"


def test_signing_in_again_ends_the_session_that_the_browser_had(desk: Service) -> None:
    person = desk.a_member()
    browser = desk.signed_in(person)
    first = browser.copy()
    token = browser.token("/admin/account")
    browser.post(
        "/admin/sign-in", {"email": person.email, "password": PASSWORD, "csrf_token": token}
    )
    assert browser.is_in()
    assert not first.is_in()


def test_a_session_stolen_after_sign_out_gets_nowhere(desk: Service) -> None:
    browser = desk.signed_in(desk.a_member())
    thief = browser.copy()
    assert thief.is_in(), "the copy is a good one"
    token = browser.token("/admin/account")
    browser.post("/admin/sign-out", {"csrf_token": token})
    assert not thief.is_in()
    answer = thief.post("/admin/account/language", {"language": "en", "csrf_token": token})
    assert answer.headers["location"].startswith("/admin/sign-in")
    assert "staff" not in browser.cookies


def test_sign_out_everywhere_leaves_this_place_alone(desk: Service) -> None:
    person = desk.a_member()
    here, there = desk.signed_in(person), desk.signed_in(person, ELSEWHERE)
    assert here.get("/admin/account").text.count("<strong>Aquí</strong>") == 1
    here.send("/admin/account/sign-out-everywhere", "/admin/account")
    assert here.is_in()
    assert not there.is_in()


@pytest.mark.parametrize("role", list(Role))
def test_a_session_ends_without_a_click_and_ends_in_any_case(desk: Service, role: Role) -> None:
    idle, whole = LIMITS[role]
    person = desk.a_member(role)
    left = desk.signed_in(person)
    desk.clock.advance(seconds=idle.total_seconds() - 120)
    assert left.is_in()
    desk.clock.advance(seconds=idle.total_seconds() + 1)
    assert not left.is_in()
    with desk.engine.begin() as connection:
        members.remove_second_factor(connection, person.id)
        person = members.by_id(connection, person.id)
    used = desk.signed_in(person)
    for _ in range(int(whole / (idle * 0.9))):
        desk.clock.advance(seconds=idle.total_seconds() * 0.9)
        assert used.is_in()
    desk.clock.advance(seconds=idle.total_seconds() * 0.9)
    assert not used.is_in()


def test_a_disabled_member_is_out_at_once(desk: Service) -> None:
    person = desk.a_member()
    browser = desk.signed_in(person)
    with desk.engine.begin() as connection:
        members.disable(connection, person.id)
    assert not browser.is_in()


def test_an_administrator_sets_up_a_second_factor_before_anything_else(desk: Service) -> None:
    person = desk.a_member(Role.ADMINISTRATOR)
    browser = desk.browser()
    browser.sign_in(person.email)
    for page in ("/admin/people", "/admin/account", "/admin/account/tokens"):
        assert browser.get(page).headers["location"] == "/admin/account/second-factor"
    page = browser.get("/admin/account/second-factor")
    assert "data:image/svg+xml" in page.text
    assert browser.get("/admin/account/second-factor").text.count("data:image") == 1
    secret = page.text.split("<code>")[1].split("</code>")[0]
    code = code_of(_read_secret(secret), desk.clock.now)
    wrong = browser.send("/admin/account/second-factor", code="12345")
    assert wrong.status_code == 422
    before = browser.copy()
    right = browser.send("/admin/account/second-factor", code=code)
    assert right.text.count("<li><code>") == codes.RECOVERY_CODES
    assert browser.get("/admin/people").status_code == 200
    assert not before.is_in(), "the session is another one after the second factor"


def _read_secret(spelled: str) -> bytes:
    letters = spelled.replace(" ", "")
    return base64.b32decode(letters + "=" * (-len(letters) % 8))


def test_a_code_opens_once_and_only_in_its_time(desk: Service) -> None:
    person = desk.a_member()
    phone = desk.with_app(person)

    def try_code(code: str) -> int:
        browser = desk.browser()
        browser.sign_in(person.email)
        return browser.send("/admin/second-factor", code=code).status_code

    code = code_of(phone, desk.clock.now)
    assert try_code(code) == 303
    assert try_code(code) == 422, "the same code again"
    desk.clock.advance(seconds=30)
    late = code_of(phone, desk.clock.now)
    desk.clock.advance(seconds=30)
    assert try_code(late) == 303, "half a minute late"
    assert try_code(code_of(phone, desk.clock.now)) == 303, "the code of this half minute"
    old = code_of(phone, desk.clock.now)
    desk.clock.advance(seconds=90)
    assert try_code(old) == 422, "three half minutes late"


def test_a_recovery_code_opens_once_however_it_is_typed(desk: Service) -> None:
    person = desk.a_member()
    browser = desk.signed_in(person)
    page = browser.get("/admin/account/second-factor")
    secret = _read_secret(page.text.split("<code>")[1].split("</code>")[0])
    shown = browser.send("/admin/account/second-factor", code=code_of(secret, desk.clock.now))
    recovery = shown.text.split("<li><code>")[1].split("</code>")[0]
    for typed, status in ((recovery.upper().replace("-", " "), 303), (recovery, 422)):
        fresh = desk.browser()
        fresh.sign_in(person.email)
        assert fresh.send("/admin/second-factor", code=typed).status_code == status
    assert "Le quedan 9 códigos" in browser.get("/admin/account").text


def test_a_second_factor_is_changed_by_whoever_knows_the_password(desk: Service) -> None:
    person = desk.a_member()
    phone = desk.with_app(person)
    browser = desk.browser()
    browser.sign_in(person.email)
    browser.send("/admin/second-factor", code=code_of(phone, desk.clock.now))
    address = "/admin/account/second-factor"
    refused = browser.send(f"{address}/change", address, current="no es esta", do="remove")
    assert refused.status_code == 422
    browser.send(f"{address}/change", address, current=PASSWORD, do="remove")
    assert browser.is_in()
    with desk.engine.connect() as connection:
        assert not members.by_id(connection, person.id).has_second_factor


def test_a_password_is_changed_by_whoever_knows_the_old_one(desk: Service) -> None:
    person = desk.a_member()
    here, there = desk.signed_in(person), desk.signed_in(person, ELSEWHERE)

    def change(current: str, password: str, again: str) -> str:
        return here.send(
            "/admin/account/password", "/admin/account",
            current=current, password=password, again=again,
        ).text  # fmt: skip

    new = "cuatro palabras bien sueltas"
    assert "Esa no es su contraseña de ahora." in change("no es esta", new, new)
    assert "de las primeras que se adivinan" in change(PASSWORD, "contraseña123", "contraseña123")
    assert "no son iguales" in change(PASSWORD, new, new + "x")
    assert there.is_in()
    change(PASSWORD, new, new)
    assert here.is_in()
    assert not there.is_in()
    assert desk.browser().sign_in(person.email, PASSWORD).status_code == 422
    assert desk.browser().sign_in(person.email, new).status_code == 303


def test_the_language_of_the_account_is_kept(desk: Service) -> None:
    person = desk.a_member()
    browser = desk.signed_in(person)
    browser.send("/admin/account/language", "/admin/account", language="en")
    assert 'lang="en"' in browser.get("/admin/account").text.split(">")[1]
    with desk.engine.connect() as connection:
        assert members.by_id(connection, person.id).member.language == "en"


def test_no_password_code_or_secret_is_written_down(
    desk: Service, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    secret = "palabra que nadie debe leer"
    person = desk.a_member(password=secret)
    answers = [desk.browser().sign_in(person.email, secret)]
    answers += [desk.browser().sign_in(person.email, secret + "x")]
    browser = desk.browser()
    answers += [browser.post("/admin/sign-in", {"email": person.email, "password": secret})]
    browser.sign_in(person.email, secret)
    answers += [
        browser.send("/admin/account/password", "/admin/account", current=secret, password="corta")
    ]
    written = caplog.text + "".join(capsys.readouterr())
    told = written + "".join(answer.text for answer in answers)
    assert secret not in told
    with desk.engine.connect() as connection:
        for table in ("staff_members", "staff_sessions", "staff_attempts"):
            rows = str(connection.execute(text(f"SELECT * FROM {table}")).all())
            assert secret not in rows
            assert browser.cookies["staff"] not in rows
