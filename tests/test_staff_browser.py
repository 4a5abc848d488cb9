"""A member of staff sets up a password and a second factor, and signs in with both, in Chromium."""

import base64
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

pytest.importorskip("playwright.sync_api", reason="needs playwright (make test installs it)")
from browser_for_tests import a_browser, needs_chromium
from desk_for_tests import RunningDesk, a_desk
from playwright.sync_api import Browser, Page, expect
from staff_for_tests import code_of

from knowledge.staff import links, members
from knowledge.staff.rights import EVERYWHERE, Role

pytestmark = [pytest.mark.browser, needs_chromium]

PASSWORD = "una mesa con tres patas verdes"
SIZES = ((360, 740), (1280, 800))


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDesk]:
    with a_desk(tmp_path_factory.mktemp("desk")) as desk:
        yield desk


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with a_browser() as opened:
        yield opened


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_an_administrator_begins_with_a_link_and_comes_back_with_a_code(
    browser: Browser, running: RunningDesk, width: int, height: int
) -> None:
    address = f"nueva{width}@example.org"
    with running.engine.begin() as connection:
        person = members.add(connection, address, Role.ADMINISTRATOR, EVERYWHERE, running.now())
        link = links.make(connection, person.id, running.now())
    context = browser.new_context(viewport={"width": width, "height": height}, locale="es-SV")
    context.set_default_timeout(30_000)
    page = context.new_page()
    try:
        page.goto(running.url + link)
        for field in page.locator("input[type=password]").all():
            field.fill(PASSWORD)
        page.keyboard.press("Enter")
        type_password(page, address)
        # Nothing else opens before the second factor.
        expect(page.locator("img.qr")).to_be_visible()
        page.goto(f"{running.url}/admin/people")
        expect(page.locator("img.qr")).to_be_visible()
        secret = page.locator("code").first.inner_text()
        enter_code(page, secret, running.now())
        recovery = page.locator(".recovery code").first.inner_text()
        page.get_by_role("link", name="seguir").click()
        expect(page.locator("h1")).to_have_text("Hoy")

        sign_out(page)
        sign_in(page, address)
        page.fill("input[name=code]", "000000")
        page.keyboard.press("Enter")
        expect(page.locator("input[name=code]")).to_have_attribute("aria-invalid", "true")
        page.fill("input[name=code]", recovery)
        page.keyboard.press("Enter")
        expect(page.locator("h1")).to_have_text("Hoy")

        # What the browser kept is worth nothing after signing out.
        kept = context.cookies()
        sign_out(page)
        context.add_cookies(kept)
        page.goto(f"{running.url}/admin/")
        expect(page.locator("input[name=email]")).to_be_visible()
    finally:
        context.close()


def enter_code(page: Page, spelled: str, now: datetime) -> None:
    letters = spelled.replace(" ", "")
    secret = base64.b32decode(letters + "=" * (-len(letters) % 8))
    page.fill("input[name=code]", code_of(secret, now.astimezone(UTC)))
    page.keyboard.press("Enter")


def type_password(page: Page, address: str) -> None:
    page.fill("input[name=email]", address)
    page.fill("input[name=password]", PASSWORD)
    page.keyboard.press("Enter")


def sign_in(page: Page, address: str) -> None:
    type_password(page, address)
    expect(page.locator("input[name=code]")).to_be_visible()


def sign_out(page: Page) -> None:
    page.get_by_role("button", name="Cerrar sesión").or_(
        page.get_by_role("link", name="Cerrar sesión")
    ).first.click()
    expect(page.locator("input[name=email]")).to_be_visible()
