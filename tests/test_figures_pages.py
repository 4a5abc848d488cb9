"""The pages of figures in a browser: legible, the same numbers everywhere, nobody else's."""

import csv
import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

pytest.importorskip("playwright.sync_api", reason="needs playwright (make test installs it)")
pytest.importorskip("axe_playwright_python.sync_playwright", reason="needs axe-playwright-python")
from browser_for_tests import LOW_CONTRAST, a_browser, axe_finds, needs_chromium
from desk_for_tests import RunningDesk
from figures_desk_for_tests import FLOW, MONTH, SECOND_MONTH, WEEK, a_desk_with_figures
from playwright.sync_api import Browser, Page, expect

from bot.content import Content
from knowledge.figures.export import export_csv
from knowledge.questions import keeping
from knowledge.staff import tokens
from knowledge.staff.rights import Role
from knowledge.store.sealing import Vault

TODAY = datetime.now(UTC).date()
pytestmark = [pytest.mark.browser, needs_chromium]
PAGES = (
    "figures",
    f"figures?place=all&period={WEEK}",
    f"figures/flows?flow={FLOW}",
    "figures/supply",
    "figures/directory",
    "figures/indicators",
    "questions",
)
SIZES = ((360, 740), (1280, 800))
WIDTH = "document.scrollingElement.scrollWidth"
# The height of letters as they are drawn, and texts whose boxes lie on each other.
LETTERS = """svg => Array.from(svg.querySelectorAll("text")).map(text => {
  const box = text.getBBox(), scale = text.getScreenCTM().a;
  return [text.textContent, parseFloat(getComputedStyle(text).fontSize) * scale];
})"""
ON_EACH_OTHER = """svg => {
  const found = Array.from(svg.querySelectorAll("text"))
    .filter(text => text.textContent.trim())
    .map(text => [text.textContent, text.getBoundingClientRect()]);
  const bad = [];
  found.forEach(([one, a], at) => found.slice(at + 1).forEach(([other, b]) => {
    const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
    const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
    if (wide > 1 && high > 3) bad.push([one, other, wide, high]);
  }));
  return bad;
}"""
IN_VIEW = """() => {
  const roll = document.querySelector(".roll"), frame = roll.getBoundingClientRect();
  const box = document.getElementById(roll.dataset.start).getBoundingClientRect();
  return box.left >= frame.left && box.top >= frame.top && box.top < frame.bottom;
}"""


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, content: Content) -> Iterator[RunningDesk]:
    folder = tmp_path_factory.mktemp("figures")
    with a_desk_with_figures(folder, content.flows[FLOW], unanswered=True) as desk:
        yield desk


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with a_browser() as opened:
        yield opened


def a_page(browser: Browser, running: RunningDesk, **options: Any) -> Page:
    context = browser.new_context(locale="es-SV", **options)
    context.set_default_timeout(30_000)
    context.add_cookies(running.cookies(Role.COORDINATOR))  # type: ignore[arg-type]  # its own dictionary
    return context.new_page()


@pytest.mark.parametrize("address", PAGES)
def test_a_page_can_be_read_by_everybody(
    browser: Browser, running: RunningDesk, address: str
) -> None:
    page = a_page(browser, running)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda m: errors.append(m.text) if "Content Security" in m.text else None)
    for language in ("es", "en"):
        joined = f"{address}{'&' if '?' in address else '?'}lang={language}"
        page.goto(f"{running.url}/admin/{joined}")
        expect(page.locator("html")).to_have_attribute("lang", language)
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            if (language, width) in (("es", 360), ("en", 1280)):
                told = axe_finds(page)
                assert told == [], json.dumps(told, indent=1)
            assert page.evaluate(WIDTH) <= width, "the page scrolls sideways"
            for chart in page.locator("svg.chart").all():
                assert chart.evaluate(ON_EACH_OTHER) == []
                assert min(size for _, size in chart.evaluate(LETTERS)) >= 12
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert page.evaluate(LOW_CONTRAST) == []
    assert errors == []
    page.context.close()


def test_the_diagram_with_counts_is_legible_on_a_telephone(
    browser: Browser, running: RunningDesk
) -> None:
    page = a_page(browser, running, viewport={"width": 360, "height": 740})
    page.goto(f"{running.url}/admin/figures/flows?flow={FLOW}")
    diagram = page.locator("svg.diagram")
    letters = diagram.evaluate(LETTERS)
    assert min(size for _, size in letters) >= 11
    assert diagram.evaluate(ON_EACH_OTHER) == []
    marks = [text for text, _ in letters]
    first = page.locator(".stops tbody tr").first.locator("td").all_text_contents()
    assert any(mark.startswith(f"{first[0]} −") for mark in marks), "came, and left there"
    assert "<10" in marks
    assert page.evaluate(IN_VIEW), "it begins at the first question"
    page.context.close()


def test_without_a_script_each_step_is_a_link_into_the_diagram(
    browser: Browser, running: RunningDesk
) -> None:
    page = a_page(browser, running, java_script_enabled=False)
    page.goto(f"{running.url}/admin/figures/flows?flow={FLOW}")
    page.locator(".stops tbody a").first.click()
    expect(page.locator(f"svg.diagram g#{FLOW}-which_paper")).to_be_in_viewport()
    page.context.close()


def test_a_printed_page_has_figures_and_no_forms(browser: Browser, running: RunningDesk) -> None:
    page = a_page(browser, running)
    page.goto(f"{running.url}/admin/figures/flows?flow={FLOW}")
    page.emulate_media(media="print")
    expect(page.locator("form.finder")).to_be_hidden()
    expect(page.locator("svg.diagram")).to_be_visible()
    assert page.evaluate(WIDTH) <= 1280
    page.context.close()


def rows_of(text: str) -> list[tuple[str, ...]]:
    return [tuple(row) for row in csv.reader(io.StringIO(text))][1:]


def token_of(running: RunningDesk, role: Role) -> dict[str, str]:
    with running.engine.begin() as connection:
        token = tokens.add(connection, running.members[role].id, role.value, running.now())
    return {"Authorization": f"Bearer {token}"}


def test_page_file_api_and_export_tell_the_same(running: RunningDesk) -> None:
    with running.engine.begin() as connection:
        exported = set(rows_of(export_csv(connection, SECOND_MONTH.start, SECOND_MONTH.last_day)))
    month = {row for row in exported if row[:2] == (MONTH, "month")}
    with running.client(Role.ADMINISTRATOR) as client:
        page = rows_of(client.get(f"/admin/figures/needs.csv?period={MONTH}&place=all").text)
    assert {row for row in page if row[0] == MONTH} <= month
    assert ("topic", "documents") in {row[2:4] for row in page}
    with running.client(Role.ADMINISTRATOR, **token_of(running, Role.ADMINISTRATOR)) as client:
        for by, by2 in (("", ""), ("topic", ""), ("topic", "country"), ("node", "")):
            asked = {"unit": "month", "period": MONTH, "by": by, "by2": by2}
            answer = client.get("/api/v1/statistics", params=asked)
            assert answer.status_code == 200, answer.text
            cells = answer.json()["cells"]
            told = {tuple(str(cell[name]) for name in NAMES) for cell in cells}
            assert told == {row for row in month if (row[2], row[4]) == (by, by2)}
            for cell in cells:
                assert (cell["why"] is None) == isinstance(cell["people"], int)


NAMES = ("period", "unit", "by", "key", "by2", "key2", "people", "messages")


def test_demand_stands_beside_what_the_directory_has(running: RunningDesk) -> None:
    with running.client(Role.COORDINATOR) as client:
        supply = rows_of(client.get("/admin/figures/supply.csv").text)
        ages = rows_of(client.get("/admin/figures/directory.csv").text)
        told = {row[0]: row for row in rows_of(client.get("/admin/figures/indicators.csv").text)}
    asked = {(row[1], row[2], row[3]): row for row in supply}
    assert {row[1] for row in supply} == {"SV"}
    papers = asked["SV", "La Paz", "documents"]
    assert papers[6:8] == ("1", "3"), "one of three is verified"
    assert float(papers[9]) < 5
    assert float(asked["SV", "Morazán", "documents"][9]) > 50, "the nearest is in La Paz"
    assert asked["SV", "La Paz", "legal"][6:] == ("0", "0", "0", "")
    assert ("SV", "La Paz", "Zacatecoluca", "1", "1", "1", "1") in ages
    assert told["entries_verified"][2:4] == ("1", "6")
    assert told["towns_with_office"][3] == "44"
    assert all((row[5] == "") == (row[2] != "") for row in told.values())


def test_a_country_sees_its_own_figures(running: RunningDesk) -> None:
    with running.client(Role.COORDINATOR, **token_of(running, Role.COORDINATOR)) as client:
        asked = {"unit": "month", "period": MONTH, "by": "topic", "by2": "country"}
        cells = client.get("/api/v1/statistics", params=asked).json()["cells"]
        assert {cell["key2"] for cell in cells} == {"SV"}
        asked = {"unit": "month", "period": MONTH, "by": "department"}
        cells = client.get("/api/v1/statistics", params=asked).json()["cells"]
        assert {cell["key"].split("/")[0] for cell in cells} == {"SV"}
        page = rows_of(client.get("/admin/figures/needs.csv?place=GT").text)
    with_place = [row for row in page if "country" in (row[2], row[4]) or row[2] == "department"]
    assert with_place
    assert not [row for row in with_place if "GT" in f"{row[3]} {row[5]}"]


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"by": "topic", "by2": "country", "by3": "language"}, "by3"),
        ({"by": "topic,country"}, "by"),
        ({"by": "municipality"}, "by"),
        ({"by": "channel", "by2": "topic"}, "by"),
        ({"from": "2026-10-03", "to": "2026-10-20"}, "from"),
        ({"period": "2099-01"}, "period"),
        ({"period": "2026-10-01/2026-10-20"}, "period"),
        ({"unit": "day"}, "unit"),
    ],
)
def test_what_is_not_released_is_refused_with_a_reason(
    running: RunningDesk, asked: dict[str, str], field: str
) -> None:
    params = {"unit": "month", "period": MONTH} | asked
    with running.client(Role.COORDINATOR, **token_of(running, Role.COORDINATOR)) as client:
        answer = client.get("/api/v1/statistics", params=params)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"].endswith(field)
    assert answer.json()["errors"][0]["reason"]


def test_a_question_is_taught_and_another_ignored(browser: Browser, running: RunningDesk) -> None:
    with running.engine.begin() as connection:
        vault = Vault("a secret for tests, longer than thirty-two characters")
        for number in range(9):
            chat = number.to_bytes(16, "big")
            keeping.keep(connection, vault, chat, "herencia de un terreno", "es", TODAY)
            keeping.keep(connection, vault, chat, "dónde venden tractores", "es", TODAY)
    page = a_page(browser, running, viewport={"width": 360, "height": 740})
    page.goto(f"{running.url}/admin/questions")
    line = page.locator("li", has_text="tractores")
    line.get_by_role("button", name="Ignorar").click()
    expect(page.locator("#flash")).to_contain_text("ya no vuelve a aparecer")
    page.get_by_role("link", name="Resolver").click()
    page.get_by_role("button", name="Ver qué cambia").click()
    expect(page.locator("#problem")).to_contain_text("Elija el artículo")
    page.get_by_label("Artículo").select_option("legal/property-left-us")
    page.get_by_role("button", name="Ver qué cambia").click()
    expect(page.get_by_text("Con esa frase se encuentra el artículo.")).to_be_visible()
    assert axe_finds(page) == []
    assert page.evaluate(WIDTH) <= 360
    page.get_by_role("button", name="Guardar para revisión").click()
    expect(page.locator("#flash")).to_contain_text("herencia de un terreno")
    expect(page.locator("main")).to_contain_text("Aquí no hay preguntas")
    page.context.close()


def test_the_queue_by_api(running: RunningDesk) -> None:
    vault = Vault("a secret for tests, longer than thirty-two characters")
    with running.engine.begin() as connection:
        for number in range(9):
            chat = number.to_bytes(16, "big")
            keeping.keep(connection, vault, chat, "licencia para pescar camarones", "es", TODAY)
    with running.client(Role.COORDINATOR, **token_of(running, Role.COORDINATOR)) as client:
        listed = client.get("/api/v1/questions?state=new").json()
        [question] = [q for q in listed["contents"] if "camarones" in q["wordings"][0]]
        address = f"/api/v1/questions/{question['id']}"
        phrasing = {"article": "employment/small-business", "phrasing": "pescar camarones"}
        tried = client.post(f"{address}/teach", json=phrasing | {"write": False})
        assert tried.status_code == 200, tried.text
        assert tried.json()["question"]["state"] == "new"
        assert tried.json()["rankings"][0]["after"][0] == "employment/small-business"
        wrong = client.post(f"{address}/teach", json=phrasing | {"phrasing": "a 7123-4567"})
        assert wrong.status_code == 422
        assert client.post(f"{address}/teach", json=phrasing).json()["written"]
        assert client.post(f"{address}/ignore").json()["state"] == "ignored"
        assert client.post(f"{address}/answer", json={}).status_code == 409
        nothing = "0" * len(question["id"])
        assert client.post(f"/api/v1/questions/{nothing}/ignore").status_code == 404
