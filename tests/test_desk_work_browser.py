"""Importing a spreadsheet with bad rows and reviewing a proposal, in a real browser."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("playwright.sync_api", reason="needs playwright (make test installs it)")
pytest.importorskip("axe_playwright_python.sync_playwright", reason="needs axe-playwright-python")
from browser_for_tests import LOW_CONTRAST, SIZES, a_browser, axe_finds, needs_chromium
from desk_for_tests import FRESH, NEVER, OLD, RunningDesk, a_desk
from offices_for_tests import at_id, id_of
from playwright.sync_api import Browser, Page, expect
from test_desk_accessibility import SMALL_TARGETS
from test_desk_import import NEW, a_sheet, exported, service

from knowledge.directory import proposals
from knowledge.directory.revising import Author
from knowledge.staff.rights import Role

pytestmark = [pytest.mark.browser, needs_chromium]
WIDTH = "document.scrollingElement.scrollWidth"
SHOTS = os.environ.get("SHOTS", "")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDesk]:
    with a_desk(tmp_path_factory.mktemp("desk")) as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with a_browser() as opened:
        yield opened


@pytest.fixture(params=["phone", "desk"])
def page(request: Any, browser: Browser, desk: RunningDesk) -> Iterator[Page]:
    yield from a_page(browser, desk, request.param)


@pytest.fixture
def phone(browser: Browser, desk: RunningDesk) -> Iterator[Page]:
    yield from a_page(browser, desk, "phone")


def a_page(browser: Browser, desk: RunningDesk, size: str) -> Iterator[Page]:
    width, height = SIZES[size]
    context = browser.new_context(viewport={"width": width, "height": height}, locale="es-SV")
    context.add_cookies(desk.cookies(Role.COORDINATOR))  # type: ignore[arg-type]
    context.set_default_timeout(30_000)
    opened = context.new_page()
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.on("console", lambda m: errors.append(m.text) if "Content Security" in m.text else None)
    yield opened
    context.close()
    assert errors == []


def width_of(page: Page) -> int:
    assert page.viewport_size is not None
    return page.viewport_size["width"]


def everybody_can_read(page: Page, name: str) -> None:
    """Nothing that axe finds, nothing wider than the screen; in English, and in Spanish again."""
    width = width_of(page)
    address = page.url.split("?")[0]
    for language in ("en", "es"):
        page.goto(f"{address}?lang={language}")
        expect(page.locator("html")).to_have_attribute("lang", language)
        assert axe_finds(page) == []
        assert page.evaluate(WIDTH) <= width
        assert page.evaluate(SMALL_TARGETS) == []
    for scheme in ("dark", "light"):
        page.emulate_media(color_scheme=scheme)
        assert page.evaluate(LOW_CONTRAST) == []
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / f"{name}-{width}.png"), full_page=True)


def test_a_spreadsheet_with_three_bad_rows_is_imported(
    page: Page, desk: RunningDesk, tmp_path: Path
) -> None:
    width = width_of(page)
    phone = f"2334-{width:04}"
    file = tmp_path / "oficinas de la paz.csv"
    file.write_bytes(
        a_sheet(
            exported(desk, OLD, phones=phone, schedule="Mo-Fr 07:30-15:30"),
            exported(desk, NEVER, phones="2334-00"),
            NEW | {"id": f"sv-a-{width}", "topics": "documents/pasaporte"},
            NEW | {"id": f"sv-b-{width}", "schedule": "8am-4"},
            NEW | {"id": f"sv-c-{width}", "service": f"Partidas {width}"},
        )
    )
    page.goto(f"{desk.url}/admin/import")
    page.set_input_files("#file", file)
    page.get_by_role("button", name="Ver qué cambiaría").click()
    expect(page.get_by_role("heading", name="Esto cambiaría")).to_be_visible()
    expect(page.get_by_text("Filas que no entran: 3")).to_be_visible()
    expect(page.get_by_text("no es un número de El Salvador")).to_be_visible()
    everybody_can_read(page, "import-draft")
    with page.expect_download() as download:
        page.get_by_role("link", name="Descargarlas con el motivo").click()
    assert "no es un tema" in Path(download.value.path()).read_text(encoding="utf-8-sig")
    page.get_by_role("button", name="Aplicar solo las filas buenas: 2").click()
    expect(page.get_by_role("heading", name="Listo")).to_be_visible()
    everybody_can_read(page, "import-done")
    page.goto(f"{desk.url}/admin/entries/{at_id(OLD)}")
    expect(page.locator("#phones dd").first).to_contain_text(phone)
    page.goto(f"{desk.url}/admin/entries/{at_id(NEVER)}")
    expect(page.locator("#phones dd").first).to_contain_text("2222-2222")


def test_a_file_that_is_too_large_is_not_even_sent(
    phone: Page, desk: RunningDesk, tmp_path: Path
) -> None:
    file = tmp_path / "enorme.csv"
    file.write_bytes(b"x" * 20_000_001)
    phone.goto(f"{desk.url}/admin/import")
    phone.set_input_files("#file", file)
    phone.get_by_role("button", name="Ver qué cambiaría").click()
    expect(phone.locator("#file-error")).to_contain_text("Pártalo en dos o tres")
    expect(phone.locator("#file")).to_be_focused()
    assert phone.url.endswith("/admin/import")


def test_a_proposal_is_reviewed(page: Page, desk: RunningDesk) -> None:
    topic = "health/pregnancy" if width_of(page) < 400 else "money/housing"
    editor = desk.members[Role.EDITOR]
    with desk.engine.begin() as connection:
        saved = proposals.save(
            connection, "service", id_of("service", FRESH), {"terms": [topic]},
            service(desk, FRESH).version, editor, Author(editor.id, desk.now()),
        )  # fmt: skip
    assert saved.proposal is not None
    page.goto(f"{desk.url}/admin/proposals")
    page.locator("ul.cards a.button").first.click()
    expect(page.get_by_role("heading", name="Su decisión")).to_be_visible()
    everybody_can_read(page, "proposal")
    assert service(desk, FRESH).terms != (topic,)
    page.get_by_role("button", name="Aprobar y publicar").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".flash")).to_contain_text("Aprobada. Las personas ya lo ven así.")
    assert service(desk, FRESH).terms == (topic,)


def test_two_offices_are_compared_before_they_are_merged(phone: Page, desk: RunningDesk) -> None:
    phone.goto(f"{desk.url}/admin/entries/{at_id(OLD)}/merge/{at_id(FRESH)}")
    everybody_can_read(phone, "merge")
    phone.get_by_role("button", name="Ver cómo queda").click()
    expect(phone.get_by_role("heading", name="Así quedaría")).to_be_visible()
    phone.set_viewport_size({"width": 1280, "height": 800})
    assert axe_finds(phone) == []
    if SHOTS:
        phone.screenshot(path=str(Path(SHOTS) / "merge-result-1280.png"), full_page=True)
