"""Cookies and headers of the desk, plain and behind https."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from staff_for_tests import PASSWORD, Databases, Service, a_desk

from bot.content import Content
from knowledge.store.database import open_engine

ACCOUNT = "/admin/account"


@pytest.fixture(params=[None, "https://ventanilla.example"], ids=["http", "https"])
def desk(
    request: pytest.FixtureRequest, sqlite_databases: Databases, tmp_path: Path, content: Content
) -> Iterator[Service]:
    with sqlite_databases(tmp_path / "data") as url:
        engine = open_engine(url)
        yield a_desk(engine, content, request.param)
        engine.dispose()


def test_cookies_are_kept_from_scripts_and_other_sites(desk: Service) -> None:
    person = desk.a_member()
    secure = desk.desk.is_secure
    browser = desk.browser()
    token = browser.token("/admin/sign-in")
    answer = browser.post(
        "/admin/sign-in", {"email": person.email, "password": PASSWORD, "csrf_token": token}
    )
    cookie = next(c for c in answer.headers.get_list("set-cookie") if "staff=" in c)
    assert cookie.startswith("__Host-staff=" if secure else "staff=")
    for part in ("HttpOnly", "SameSite=lax", "Path=/"):
        assert part in cookie
    assert ("Secure" in cookie) is secure
    assert "Domain" not in cookie
    assert "Max-Age" not in cookie
    assert browser.is_in()


@pytest.mark.parametrize("path", ["/admin/sign-in", "/admin/account", "/api/v1/organizations"])
def test_every_answer_is_strict(desk: Service, path: str) -> None:
    for browser in (desk.browser(), desk.signed_in(desk.a_member())):
        answer = browser.get(path)
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert ("strict-transport-security" in answer.headers) is desk.desk.is_secure
        assert " style=" not in answer.text
        assert "<script>" not in answer.text


@pytest.mark.parametrize(
    "sent", ["", "0" * 64, "0" * 128, "ñ" * 128, "unmasked", "cut", "of another browser"]
)
def test_sign_in_takes_only_a_form_of_this_browser(desk: Service, sent: str) -> None:
    person = desk.a_member()
    browser = desk.browser()
    own = browser.token("/admin/sign-in")
    if sent == "of another browser":
        sent = desk.browser().token("/admin/sign-in")
    if sent == "unmasked":
        sent = unmasked(own)
    if sent == "cut":
        sent = own[:-1]
    form = {"email": person.email, "password": PASSWORD}
    answer = browser.post("/admin/sign-in", form | {"csrf_token": sent})
    assert answer.status_code == 403
    assert "No guardamos nada" in answer.text
    assert not browser.is_in()
    assert browser.post("/admin/sign-in", form | {"csrf_token": own}).status_code == 303


def unmasked(token: str) -> str:
    """The token under the mask, which is the same in every form of a browser."""
    both = bytes.fromhex(token)
    mask, hidden = both[: len(both) // 2], both[len(both) // 2 :]
    return bytes(a ^ b for a, b in zip(mask, hidden, strict=True)).hex()


def test_no_form_shows_its_token_twice_alike(desk: Service) -> None:
    """A page is compressed: what stays the same in it could be guessed from its length."""
    browser = desk.signed_in(desk.a_member())
    shown: list[str] = []
    for _ in range(3):
        shown += re.findall(r'name="csrf_token" value="(\w+)"', browser.get(ACCOUNT).text)
    assert len(shown) > 6
    assert len(set(shown)) == len(shown)
    (token,) = {unmasked(each) for each in shown}
    assert all(token not in each for each in shown)
    for sent, status in ((shown[0], 303), (shown[-1], 303), (token, 403)):
        answer = browser.post(f"{ACCOUNT}/language", {"language": "en", "csrf_token": sent})
        assert answer.status_code == status


def test_the_token_of_a_visit_opens_no_form_of_a_session(desk: Service) -> None:
    person = desk.a_member()
    browser = desk.browser()
    visit = browser.token("/admin/sign-in")
    browser.sign_in(person.email)
    answer = browser.post("/admin/account/language", {"language": "en", "csrf_token": visit})
    assert answer.status_code == 403


def test_a_script_is_told_where_to_sign_in_instead_of_given_the_page(desk: Service) -> None:
    answer = desk.browser().get(
        "/admin/account",
        {"hx-request": "true", "referer": f"{_base(desk)}/admin/entries?page=2"},
    )
    assert answer.status_code == 401
    assert answer.headers["hx-redirect"] == "/admin/sign-in?next=/admin/entries%3Fpage%3D2"
    foreign = desk.browser().post("/admin/account/language", {}, {"referer": "https://x.example/"})
    assert foreign.headers["location"] == "/admin/sign-in?next=/admin/"


def _base(desk: Service) -> str:
    return "https://desk.test" if desk.desk.is_secure else "http://desk.test"
