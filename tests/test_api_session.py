"""The API by the session of a page: it works with the page's token, and for nobody else's page."""

from collections.abc import Iterator

import pytest
from staff_for_tests import Browser, Databases, Service, a_desk_of_its_own

from bot.content import Content
from knowledge.staff.rights import Area, Role

ACCOUNT = "/api/v1/account"
NEW = {"name": "Alcaldía de Olocuilta", "country": "SV"}
EVIL = {"origin": "https://evil.example", "referer": "https://evil.example/"}


@pytest.fixture(scope="module")
def desk(
    sqlite_databases: Databases, tmp_path_factory: pytest.TempPathFactory, content: Content
) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("session") / "data"
    with a_desk_of_its_own(sqlite_databases, folder, content) as service:
        yield service


@pytest.fixture(scope="module")
def browser(desk: Service) -> Browser:
    return desk.signed_in(desk.a_member(Role.COORDINATOR, Area("SV")))


def organizations(browser: Browser) -> int:
    found: int = browser.get("/api/v1/organizations").json()["total_items"]
    return found


def test_a_session_reads_and_with_the_token_of_its_page_it_writes(browser: Browser) -> None:
    assert browser.get(ACCOUNT).json()["role"] == "coordinator"
    before = organizations(browser)
    token = {"x-csrf-token": browser.token("/admin/account")}
    made = browser.ask("POST", "/api/v1/organizations", json=NEW, headers=token)
    assert made.status_code == 201, made.text
    assert organizations(browser) == before + 1
    # Another page's token of the same session is as good; so is the same one again.
    other = {"x-csrf-token": browser.token("/admin/account/tokens")}
    for headers, language in ((token, "en"), (other, "es"), (token, "en"), (other, "es")):
        done = browser.ask("PATCH", ACCOUNT, json={"language": language}, headers=headers)
        assert (done.status_code, done.json()["language"]) == (200, language)
    path, tag = made.headers["location"], {"if-match": made.headers["etag"]}
    assert browser.ask("DELETE", path, headers=token).status_code == 428
    assert browser.ask("DELETE", path, headers=token | tag).status_code == 200
    assert organizations(browser) == before


@pytest.mark.parametrize("method", ["POST", "PATCH", "PUT", "DELETE"])
@pytest.mark.parametrize("sent", ["none", "empty", "made up", "unmasked", "another's", "a visit's"])
def test_without_the_right_token_nothing_is_written(
    desk: Service, browser: Browser, sent: str, method: str
) -> None:
    own = bytes.fromhex(browser.token("/admin/account"))
    bare = bytes(a ^ b for a, b in zip(own[:32], own[32:], strict=True)).hex()
    token = {
        "empty": "", "made up": "0" * 128, "unmasked": bare,
        "a visit's": desk.browser().token("/admin/sign-in"),
    }.get(sent, "")  # fmt: skip
    if sent == "another's":
        token = _another(desk).token("/admin/account")
    headers = {} if sent == "none" else {"x-csrf-token": token}
    before = organizations(browser)
    path = "/api/v1/organizations" if method == "POST" else ACCOUNT
    done = browser.ask(method, path, json=NEW, headers=headers)
    assert (done.status_code, done.json()["error"]) == (403, "Forbidden"), done.text
    assert done.headers["content-type"] == "application/problem+json"
    assert "X-CSRF-Token" in done.json()["detail"]
    assert organizations(browser) == before
    assert browser.get(ACCOUNT).json()["language"] == "es"


_others: dict[int, Browser] = {}


def _another(desk: Service) -> Browser:
    if id(desk) not in _others:
        _others[id(desk)] = desk.signed_in(desk.a_member(email="otra@alcaldia.gob.sv"))
    return _others[id(desk)]


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "text/plain"])
def test_a_form_of_another_site_reaches_nothing(browser: Browser, kind: str) -> None:
    """What a page elsewhere can send with our cookies: a form, without our headers."""
    headers = {**EVIL, "content-type": kind}
    for path in (
        f"{ACCOUNT}/tokens", f"{ACCOUNT}/sign-out-everywhere", "/api/v1/services/assure",
        "/api/v1/import", "/api/v1/people",
    ):  # fmt: skip
        done = browser.ask("POST", path, data={"name": "mía", "x": "{}"}, headers=headers)
        assert done.status_code == 403, path
    assert browser.get(f"{ACCOUNT}/tokens").json()["contents"] == []
    assert browser.is_in()


def test_another_site_may_not_read_nor_ask_beforehand(browser: Browser) -> None:
    read = browser.get(ACCOUNT, EVIL)
    assert "access-control-allow-origin" not in read.headers
    assert read.headers["cross-origin-resource-policy"] == "same-origin"
    asks = EVIL | {"access-control-request-method": "POST",
                   "access-control-request-headers": "x-csrf-token"}  # fmt: skip
    before = browser.ask("OPTIONS", f"{ACCOUNT}/tokens", headers=asks)
    assert before.status_code == 405
    assert not [name for name in before.headers if name.startswith("access-control-")]


def test_the_pages_token_is_of_no_use_without_the_session(desk: Service, browser: Browser) -> None:
    token = {"x-csrf-token": browser.token("/admin/account")}
    thief = desk.browser()
    done = thief.ask("POST", "/api/v1/organizations", json=NEW, headers=token)
    assert done.status_code == 401


def test_an_administrator_manages_people_by_the_session(desk: Service) -> None:
    chief = desk.signed_in(desk.a_member(Role.ADMINISTRATOR))
    token = {"x-csrf-token": chief.token("/admin/people")}
    body = {"email": "nueva@alcaldia.gob.sv", "role": "editor", "area": "SV"}
    made = chief.ask("POST", "/api/v1/people", json=body, headers=token)
    assert made.status_code == 201, made.text
    assert made.json()["link"].startswith("http://desk.test/admin/set-up/")
    # A token made here lives its own days: no other token stands behind it.
    done = chief.ask("POST", f"{ACCOUNT}/tokens", json={"name": "x", "days": 366}, headers=token)
    assert done.status_code == 201
    assert done.json()["ends"] > "2027-11"
    assert chief.ask("POST", f"{ACCOUNT}/sign-out-everywhere", headers=token).status_code == 204
    assert not chief.is_in()
