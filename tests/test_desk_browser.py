"""The page of an office in a real browser: by keyboard only, on a telephone and on a desk."""

from collections.abc import Iterator
from typing import Any

import pytest

pytest.importorskip("playwright.sync_api", reason="needs playwright (make test installs it)")
from browser_for_tests import SIZES, a_browser, axe_finds, needs_chromium
from desk_for_tests import RunningDesk, a_desk
from entry_for_tests import BEGINNING
from offices_for_tests import an_office, at_id
from playwright.sync_api import Browser, Page, expect

from knowledge.directory import revising
from knowledge.staff.rights import Role

pytestmark = [pytest.mark.browser, needs_chromium]
OFFICE = "Ventanilla de pasaportes"
ENTRY = f"/admin/entries/{at_id(OFFICE)}"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDesk]:
    with a_desk(tmp_path_factory.mktemp("desk")) as running:
        office = an_office(
            OFFICE, department="La Paz", municipality="Olocuilta", hours="Mo-Fr 08:00-16:00",
            point=(13.57, -89.12), phone="2330-0000",
        )  # fmt: skip
        with running.engine.begin() as connection:
            revising.add(connection, office, BEGINNING)
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with a_browser() as opened:
        yield opened


@pytest.fixture(params=["phone", "desk"])
def page(request: Any, browser: Browser, desk: RunningDesk) -> Iterator[Page]:
    width, height = SIZES[request.param]
    context = browser.new_context(viewport={"width": width, "height": height}, locale="es-SV")
    context.add_cookies(desk.cookies(Role.COORDINATOR))  # type: ignore[arg-type]
    context.set_default_timeout(30_000)
    opened = context.new_page()
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
    yield opened
    context.close()
    assert errors == []


def tab_to(page: Page, selector: str, most: int = 80) -> None:
    """Go on with the Tab key until something has the focus."""
    for _ in range(most):
        if page.evaluate("one => document.activeElement.matches(one)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the Tab key does not lead to {selector}")


def in_the_chat(page: Page, desk: RunningDesk) -> str:
    """What somebody reads in the public chat who looks for this office."""
    answer = page.request.post(
        f"{desk.url}/chat",
        data={"conversation": None, "text": "oficina para sacar pasaporte en Olocuilta",
              "lang": "es", "country": "SV"},
    )  # fmt: skip
    assert answer.ok, answer.text()
    return answer.text()


def test_an_hour_is_corrected_by_keyboard_and_seen_in_the_chat_at_once(
    page: Page, desk: RunningDesk
) -> None:
    narrow = (page.viewport_size or {})["width"] < 400
    typed, said = ("7am-2", "7:00 a 14:00") if narrow else ("6am-1", "6:00 a 13:00")
    page.goto(desk.url + ENTRY)
    tab_to(page, "#schedule summary")
    page.keyboard.press("Enter")
    tab_to(page, "#times-0")
    page.keyboard.press("Control+A")
    page.keyboard.type(typed)
    expect(page.locator("#schedule-words")).to_contain_text(f"de {said}")
    page.keyboard.press("Enter")
    expect(page.locator(".flash")).to_contain_text("Guardado: horario.")
    expect(page.locator(".flash button")).to_be_in_viewport()
    expect(page.locator(".card").first).to_contain_text(f"de {said}")
    assert page.evaluate("document.activeElement.closest('section').id") == "schedule"
    assert f"de {said}" in in_the_chat(page, desk)
    # Undone by keyboard too: the way back is before the page itself.
    page.locator(".flash button").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".flash")).to_contain_text("Deshecho")
    assert f"de {said}" not in in_the_chat(page, desk)


def test_an_old_value_is_restored_from_the_history(page: Page, desk: RunningDesk) -> None:
    page.goto(f"{desk.url}{ENTRY}?at=requirements")
    old = page.locator("#requirements-fees_description").input_value()
    page.fill("#requirements-fees_description", f"{old} más dos dólares".strip())
    page.click("#requirements button.main")
    expect(page.locator(".flash")).to_contain_text("Guardado: costo.")
    page.goto(f"{desk.url}{ENTRY}/history")
    page.locator(".changed", has_text="más dos dólares").first.get_by_role("button").click()
    expect(page.locator(".flash")).to_contain_text("costo quedó como antes")
    page.goto(f"{desk.url}{ENTRY}?at=requirements")
    expect(page.locator("#requirements-fees_description")).to_have_value(old)


def test_a_refused_number_keeps_the_form_and_takes_the_focus_to_it(
    page: Page, desk: RunningDesk
) -> None:
    page.goto(f"{desk.url}{ENTRY}?at=phones")
    page.fill("#number-0", "2334-000")
    page.click("#phones button.main")
    expect(page.locator("#number-0-error")).to_contain_text("tiene 7 cifras, faltan 1")
    expect(page.locator("#number-0")).to_be_focused()
    expect(page.locator("#number-0")).to_have_value("2334-000")


@pytest.mark.parametrize(
    "path",
    [f"{ENTRY}?at=schedule", f"{ENTRY}?at=service", f"{ENTRY}/history?", "/admin/entries/new?"],
)
def test_the_pages_are_for_everybody(page: Page, desk: RunningDesk, path: str) -> None:
    narrow = (page.viewport_size or {})["width"] < 400
    page.goto(f"{desk.url}{path}&lang={'es' if narrow else 'en'}")
    assert axe_finds(page) == []
    width = page.evaluate("document.scrollingElement.scrollWidth - innerWidth")
    assert width <= 0, "the page goes sideways"
