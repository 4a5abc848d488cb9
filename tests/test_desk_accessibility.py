"""What axe finds on the pages of the desk: nothing, in each language, small and large.

A new page is a line in `PAGES`: who opens it and where it is.
"""

import json
from collections.abc import Iterator
from typing import Any

import pytest

pytest.importorskip("playwright.sync_api", reason="needs playwright (make test installs it)")
pytest.importorskip("axe_playwright_python.sync_playwright", reason="needs axe-playwright-python")
from browser_for_tests import LOW_CONTRAST, a_browser, axe_finds, needs_chromium, tab_stops
from desk_for_tests import NEVER, OLD, RunningDesk, a_desk
from offices_for_tests import at_id
from playwright.sync_api import Browser, Page, expect

from knowledge.staff.rights import Role

pytestmark = [pytest.mark.browser, needs_chromium]

LANGUAGES = ("es", "en")
SIZES = ((360, 740), (1280, 800))
# Who opens it (None: a visitor) and its address.
PAGES: tuple[tuple[Role | None, str], ...] = (
    (None, "/admin/sign-in"),
    (Role.EDITOR, "/admin/"),
    (Role.EDITOR, "/admin/entries"),
    (Role.ADMINISTRATOR, "/admin/entries?scope=all&place=SV/La Paz&age=check&q=zaca"),
    (Role.EDITOR, "/admin/entries?q=nada+parecido"),
    (Role.COORDINATOR, "/admin/figures"),  # before the first release
    (Role.COORDINATOR, "/admin/figures/directory"),
    (Role.COORDINATOR, "/admin/figures/indicators"),
    (Role.COORDINATOR, "/admin/questions"),  # not kept
    (Role.EDITOR, "/admin/nothing-here"),
    (Role.EDITOR, "/admin/people"),  # refused
    (Role.EDITOR, "/admin/import"),
    (Role.COORDINATOR, "/admin/proposals"),
    (Role.COORDINATOR, f"/admin/entries/{at_id(OLD)}/merge?q=zacatecoluca"),
    (Role.ADMINISTRATOR, "/admin/settings"),
    (Role.EDITOR, "/admin/account"),
    (Role.EDITOR, "/admin/account/second-factor"),
    (Role.EDITOR, "/admin/account/tokens"),
    (Role.ADMINISTRATOR, "/admin/people"),
    (Role.EDITOR, f"/admin/entries/{at_id(OLD)}"),
    (Role.EDITOR, f"/admin/entries/{at_id(OLD)}/schedule"),
    (Role.EDITOR, f"/admin/entries/{at_id(OLD)}/history"),
    (Role.COORDINATOR, "/admin/entries/new"),
)
MOST_BYTES = 100_000
WIDTH = "document.scrollingElement.scrollWidth"
SMALL_TARGETS = """() => Array.from(document.querySelectorAll(
    "a, button, input:not([type=hidden]), select, summary"))
  .filter(one => one.getClientRects().length && !one.closest(".unseen, p") && !one.matches(".skip"))
  .map(one => [one.closest("label") || one, one])
  .map(([target, one]) => [target.getBoundingClientRect(), one])
  .filter(([box]) => box.height < 24 || box.width < 24)
  .map(([box, one]) => [one.outerHTML, box.width, box.height])"""


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDesk]:
    with a_desk(tmp_path_factory.mktemp("desk")) as desk:
        yield desk


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with a_browser() as opened:
        yield opened


def a_page(browser: Browser, running: RunningDesk, role: Role | None, **options: Any) -> Page:
    context = browser.new_context(**options)
    context.set_default_timeout(30_000)
    if role is not None:
        context.add_cookies(running.cookies(role))  # type: ignore[arg-type]  # its own dictionary
    return context.new_page()


@pytest.mark.parametrize(("role", "address"), PAGES, ids=lambda value: str(value))
def test_a_page_can_be_read_and_used_by_everybody(
    browser: Browser, running: RunningDesk, role: Role | None, address: str
) -> None:
    page = a_page(browser, running, role)
    asked: list[str] = []
    errors: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda m: errors.append(m.text) if "Content Security" in m.text else None)
    for language in LANGUAGES:
        joined = f"{address}{'&' if '?' in address else '?'}lang={language}"
        response = page.goto(running.url + joined)
        assert response is not None
        assert len(response.body()) < MOST_BYTES
        expect(page.locator("html")).to_have_attribute("lang", language)
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            told = axe_finds(page)
            assert told == [], json.dumps(told, indent=1)
            assert page.evaluate(WIDTH) <= width, "the page scrolls sideways"
            assert page.evaluate(SMALL_TARGETS) == []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert page.evaluate(LOW_CONTRAST) == []
    assert errors == []
    assert all(url.startswith((running.url, "data:")) for url in asked)
    page.context.close()


@pytest.mark.parametrize("width", [360, 1280])
def test_the_keyboard_reaches_everything_in_view(
    browser: Browser, running: RunningDesk, width: int
) -> None:
    page = a_page(browser, running, Role.EDITOR, viewport={"width": width, "height": 740})
    page.goto(f"{running.url}/admin/entries")
    stops = tab_stops(page, 60)
    told = [stop["text"] for stop in stops]
    assert told[0] == "Ir al contenido"
    assert any(text.startswith("Sigue igual") for text in told)
    assert {"Hoy", "Directorio", "Buscar", "Los marcados siguen igual"} <= set(told)
    for stop in stops:
        assert stop["outline"] >= 2, stop
        assert stop["style"] != "none", stop
    page.context.close()


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_still_true_by_keyboard_and_undone(
    browser: Browser, running: RunningDesk, script: bool
) -> None:
    page = a_page(browser, running, Role.EDITOR, java_script_enabled=script, locale="es-SV")
    page.goto(f"{running.url}/admin/entries?age=check")
    name = OLD if script else NEVER
    line = page.locator("tbody tr", has_text=name)
    line.get_by_role("button").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#flash")).to_contain_text(f"Quedó verificado con la fecha de hoy: {name}.")
    if script:  # the line says so in its place, and the focus stays in it
        expect(line).to_contain_text("Verificado hoy")
        expect(line.locator("th a")).to_be_focused()
    else:
        expect(line).to_have_count(0)
    page.get_by_role("button", name="Deshacer").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#flash")).to_contain_text("Deshecho")
    expect(line.get_by_role("button")).to_have_count(1)
    page.context.close()


def test_a_whole_page_is_ticked_at_once(browser: Browser, running: RunningDesk) -> None:
    page = a_page(browser, running, Role.EDITOR, locale="es-SV")
    page.goto(f"{running.url}/admin/entries?age=check&q=zacatecoluca")
    page.get_by_label("Marcar todos los de esta página").check()
    boxes = page.locator("[name=ticked]")
    assert all(box.is_checked() for box in boxes.all())
    boxes.first.uncheck()
    expect(page.get_by_label("Marcar todos los de esta página")).not_to_be_checked()
    ticked = boxes.count() - 1
    page.get_by_role("button", name="Los marcados siguen igual").click()
    expect(page.locator("#flash")).to_contain_text("con la fecha de hoy")
    page.get_by_role("button", name="Deshacer").click()
    expect(page.locator("[name=ticked]")).to_have_count(ticked + 1)
    assert at_id(OLD) in page.content()
    page.context.close()
