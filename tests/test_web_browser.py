"""The page in a real browser: keyboard, small and large screens, dark mode, exit, no network."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

pytest.importorskip("playwright.sync_api", reason="needs playwright (make test installs it)")
from browser_for_tests import (
    DRAWN,
    LOW_CONTRAST,
    POOR_CONTROLS,
    a_browser,
    needs_chromium,
    tab_stops,
)
from playwright.sync_api import Browser, Page, Request, Route, expect
from web_for_tests import Service, serving

from bot.channels.web_pages import NEUTRAL_PAGE

pytestmark = [pytest.mark.browser, needs_chromium]

SIZES = {"small": (320, 568), "phone": (360, 740), "desk": (1280, 800)}
AWAY = re.compile(r"^https://www\.google\.com/")


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with serving(tmp_path_factory.mktemp("web")) as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with a_browser() as opened:
        yield opened


class Visit:
    """A page with what happened in it: requests, errors, attempts to leave."""

    def __init__(self, page: Page, service: Service) -> None:
        self.page = page
        self.service = service
        self.requests: list[Request] = []
        self.errors: list[str] = []
        self.left: list[str] = []
        page.on("request", lambda request: self.requests.append(request))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda m: self.errors.append(m.text) if m.type == "error" else None)
        page.context.route(AWAY, self._stay)
        page.goto(service.url)

    def _stay(self, route: Route) -> None:
        self.left.append(route.request.url)
        route.fulfill(content_type="text/html", body="<title>clima</title>")

    def say(self, text: str) -> None:
        self.page.fill("#text", text)
        self.answered(lambda: self.page.keyboard.press("Enter"))

    def choose(self, option: str) -> None:
        self.answered(lambda: self.page.click(f"button[value='{option}']"))

    def answered(self, act: Callable[[], Any]) -> None:
        """Do something and wait until its replies are there."""
        said = self.page.locator(".said").count()
        act()
        self.page.locator(".said").nth(said).wait_for()
        expect(self.page.locator("#log")).to_have_attribute("aria-busy", "false")

    def chats(self) -> list[Request]:
        return [r for r in self.requests if r.method == "POST" and "/chat" in r.url]


@pytest.fixture
def visit(browser: Browser, service: Service) -> Iterator[Callable[..., Visit]]:
    contexts = []

    def open_page(size: str = "phone", **options: Any) -> Visit:
        width, height = SIZES[size]
        settings = {"viewport": {"width": width, "height": height}, "locale": "es-SV"}
        context = browser.new_context(**(settings | options))
        context.set_default_timeout(10_000)
        contexts.append(context)
        return Visit(context.new_page(), service)

    yield open_page
    for context in contexts:
        context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_every_screen_can_be_read_and_touched(
    visit: Callable[..., Visit], size: str, scheme: str
) -> None:
    chat = visit(size, color_scheme=scheme)
    steps: list[Callable[[], None]] = [
        lambda: None,
        lambda: chat.choose("c:SV"),
        lambda: chat.say("perdí mi DUI"),
        lambda: chat.say("mi esposo me pega"),
        lambda: chat.say("palabra" * 40),
    ]
    for step in steps:
        step()
        assert chat.page.evaluate(LOW_CONTRAST) == []
        assert chat.page.evaluate(POOR_CONTROLS) == []
        width = chat.page.evaluate("document.scrollingElement.scrollWidth")
        assert width <= SIZES[size][0], "the page scrolls sideways"
    assert chat.errors == []


@pytest.mark.parametrize("size", SIZES)
def test_the_keyboard_reaches_everything_and_nothing_covers_it(
    visit: Callable[..., Visit], size: str
) -> None:
    chat = visit(size)
    chat.choose("c:SV")
    chat.say("perdí mi DUI")
    chat.page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
    chat.page.keyboard.press("Control+Home")
    chat.page.mouse.click(5, 200)  # the walk begins at the top of the page
    stops = tab_stops(chat.page)
    chat.page.reload()
    stops_of_a_new_page = tab_stops(chat.page)
    assert [stop["text"] for stop in stops_of_a_new_page[:3]] == [
        "Salir rápido", "Ir a escribir", "English"
    ]  # fmt: skip
    assert {"text", "Enviar"} <= {stop["text"] for stop in stops}
    assert any("Menú" in stop["text"] for stop in stops)
    for stop in (*stops, *stops_of_a_new_page):
        assert stop["outline"] >= 2, stop
        assert stop["style"] != "none", stop
        assert stop["covered"] == 0, stop


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_conversation_by_keyboard_alone(visit: Callable[..., Visit], script: bool) -> None:
    chat = visit("desk", java_script_enabled=script)
    page = chat.page
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # "Ir a escribir"
    page.keyboard.type("perdí mi dui")
    page.keyboard.press("Enter")
    expect(page.locator(".reply").last.get_by_role("button").first).to_be_visible()
    expect(page.locator(".said").last).to_contain_text("perdí mi dui")
    if script:
        expect(page.locator("#text")).to_be_focused()
        page.keyboard.press("Shift+Tab")
        expect(page.locator(".options button").last).to_be_focused()
    else:
        page.locator(".options button").last.focus()
    label = page.locator(".options button").last.inner_text().split(maxsplit=1)[1]
    page.keyboard.press("Enter")
    expect(page.locator(".said").last).to_contain_text(label)
    assert len(chat.chats()) == (2 if script else 0)
    if script:
        expect(page.locator("#text")).to_be_focused()
    assert chat.errors == []


def test_the_script_draws_what_the_server_draws(visit: Callable[..., Visit]) -> None:
    turns = [
        ("c:SV", "perdí mi DUI", "más oficinas", "mi esposo me pega", "persona", "ayuda"),
        ("c:GT", "quiero sacar el pasaporte", "english", "lost my id", "i want to die"),
    ]
    for first, *texts in turns:
        with_script, without = visit("desk"), visit("desk", java_script_enabled=False)
        start = with_script.page.evaluate(DRAWN, without.page.content())
        assert with_script.page.evaluate(DRAWN, None) == start
        for text in (first, *texts):
            before = with_script.page.locator(".reply").count()
            if ":" in text:
                with_script.choose(text)
                without.page.click(f"button[value='{text}']")
            else:
                with_script.say(text)
                without.page.fill("#text", text)
                without.page.keyboard.press("Enter")
            expect(without.page.locator(".said")).to_be_visible()
            expect(with_script.page.locator("html")).to_have_attribute(
                "lang", without.page.locator("html").get_attribute("lang") or ""
            )
            expected = with_script.page.evaluate(DRAWN, without.page.content())
            assert with_script.page.evaluate(DRAWN, None)[before:] == expected, text


def test_nothing_is_asked_of_anybody_else_and_the_page_is_small(
    visit: Callable[..., Visit],
) -> None:
    chat = visit()
    sizes = [len(r.response().body()) for r in chat.requests if r.response()]
    assert len(sizes) >= 3
    assert sum(sizes) < 60_000
    chat.choose("c:SV")
    chat.say("perdí mi DUI")
    chat.say("me quiero morir")
    assert {request.url[: len(chat.service.url)] for request in chat.requests} == {chat.service.url}
    assert chat.page.context.cookies() == []


def test_the_newest_answer_is_in_view_and_only_its_options_are_left(
    visit: Callable[..., Visit],
) -> None:
    chat = visit()
    chat.choose("c:SV")
    chat.say("perdí mi DUI")
    chat.say("mi esposo me pega")
    box = chat.page.locator(".urgent").bounding_box()
    assert box is not None
    assert 60 <= box["y"] < 200
    expect(chat.page.locator(".options")).to_have_count(1)
    expect(chat.page.locator(".urgent")).to_have_attribute("role", "alert")
    expect(chat.page.locator("#log")).to_have_attribute("aria-live", "polite")


def test_a_tap_does_not_open_the_keyboard_of_a_phone(visit: Callable[..., Visit]) -> None:
    chat = visit(has_touch=True, is_mobile=True)
    chat.answered(lambda: chat.page.tap("button[value='c:SV']"))
    assert chat.page.evaluate("document.activeElement.className") == "reply"


@pytest.mark.parametrize("how", ["click", "keys"])
def test_the_quick_exit(visit: Callable[..., Visit], service: Service, how: str) -> None:
    before = service.rows()
    chat = visit("desk")
    page = chat.page
    chat.choose("c:SV")
    chat.say("mi esposo me pega")
    assert service.rows() == before + 1
    assert page.evaluate("Object.keys(sessionStorage).length") == 1
    entries = page.evaluate("history.length")
    if how == "click":
        page.click("#exit")
    else:
        for _ in range(3):
            page.keyboard.press("Shift")
    page.wait_for_url(AWAY)
    assert chat.left == [NEUTRAL_PAGE]
    assert page.evaluate("history.length") == entries  # the chat gave up its place to it
    service.until_rows(before)
    page.goto(service.url)
    assert page.evaluate("Object.keys(sessionStorage).length") == 0
    expect(page.locator(".said")).to_have_count(0)


def test_the_page_is_blank_and_storage_empty_while_the_neutral_page_is_awaited(
    visit: Callable[..., Visit],
) -> None:
    chat = visit("desk")
    page = chat.page
    chat.choose("c:SV")
    page.context.unroute(AWAY)
    held: list[Route] = []
    page.context.route(AWAY, lambda route: held.append(route))
    page.click("#exit", no_wait_after=True)
    page.wait_for_timeout(200)
    assert len(held) == 1
    assert page.evaluate("document.body.textContent") == ""
    assert page.evaluate("Object.keys(sessionStorage).length") == 0
    assert page.title() == "Información"
    held[0].fulfill(body="clima")


def test_three_shifts_in_a_word_are_no_exit(visit: Callable[..., Visit]) -> None:
    chat = visit("desk")
    chat.page.focus("#text")
    chat.page.keyboard.type("DUI")
    for letter in "DUI":
        chat.page.keyboard.press(f"Shift+{letter}")
    chat.page.wait_for_timeout(100)
    assert chat.left == []
    expect(chat.page.locator("#text")).to_have_value("DUIDUI")


def test_the_quick_exit_without_a_script(visit: Callable[..., Visit], service: Service) -> None:
    before = service.rows()
    chat = visit(java_script_enabled=False)
    chat.page.click("button[value='c:SV']")
    expect(chat.page.locator(".said")).to_be_visible()
    assert service.rows() == before + 1
    chat.page.click("#exit")
    chat.page.wait_for_url(AWAY)
    assert chat.left == [NEUTRAL_PAGE]
    assert chat.page.context.cookies() == []
    service.until_rows(before)


def test_without_a_network_nothing_typed_is_lost(visit: Callable[..., Visit]) -> None:
    chat = visit()
    page = chat.page
    chat.choose("c:SV")
    page.context.set_offline(True)
    page.fill("#text", "perdí mi DUI")
    page.keyboard.press("Enter")
    again = page.get_by_text("Sin conexión. Toque para enviar otra vez.")
    expect(again).to_be_visible()
    expect(page.locator("#text")).to_have_value("perdí mi DUI")
    expect(page.locator(".said")).to_have_count(1)
    page.context.set_offline(False)
    chat.answered(again.click)
    expect(page.locator("#text")).to_have_value("")
    expect(page.locator(".said").last).to_contain_text("perdí mi DUI")
    expect(page.locator(".reply").last).to_be_visible()


def test_an_option_that_could_not_be_sent_can_be_tapped_again(
    visit: Callable[..., Visit],
) -> None:
    chat = visit()
    chat.page.context.set_offline(True)
    chat.page.click("button[value='c:SV']")
    expect(chat.page.get_by_text("Sin conexión.")).to_be_visible()
    chat.page.context.set_offline(False)
    chat.choose("c:SV")
    expect(chat.page.locator(".said")).to_have_count(1)


def test_help_in_danger_without_a_database(visit: Callable[..., Visit], service: Service) -> None:
    chat = visit()
    with service.without_database():
        chat.say("me quiero morir")
        expect(chat.page.locator(".urgent a[href='tel:911']").first).to_be_visible()
    expect(chat.page.locator("#status [role=alert]")).to_be_visible()
    expect(chat.page.locator("#text")).to_have_value("me quiero morir")
    expect(chat.page.locator("button[value='c:SV']")).to_be_visible()


def test_a_text_that_is_too_long_is_explained_and_kept(visit: Callable[..., Visit]) -> None:
    chat = visit()
    chat.page.fill("#text", "x" * 4097)
    chat.page.keyboard.press("Enter")
    expect(chat.page.locator("#status [role=alert]")).to_contain_text("4096")
    assert len(chat.page.input_value("#text")) == 4097
    expect(chat.page.locator(".said")).to_have_count(0)


def test_nothing_is_sent_twice(visit: Callable[..., Visit]) -> None:
    chat = visit()
    held: list[Route] = []
    chat.page.route("**/chat?*", lambda route: held.append(route))
    chat.page.fill("#text", "hola")
    chat.page.keyboard.press("Enter")
    expect(chat.page.get_by_text("Escribiendo…")).to_be_visible()
    chat.page.click(".send", force=True)  # it says that it is disabled, and is
    chat.page.click("button[value='c:SV']")
    assert len(held) == 1
    held[0].continue_()
    expect(chat.page.locator("#log")).to_have_attribute("aria-busy", "false")
    assert len(chat.chats()) == 1
    chat.page.keyboard.press("Enter")  # nothing typed, nothing sent
    assert len(chat.chats()) == 1


def test_the_location_is_asked_for_when_tapped_and_sent_once(
    visit: Callable[..., Visit],
) -> None:
    place = {"latitude": 13.7023, "longitude": -89.1508}
    chat = visit(permissions=["geolocation"], geolocation=place)
    chat.choose("c:SV")
    chat.say("perdí mi DUI")
    chat.answered(lambda: chat.page.click("#place"))
    sent = [request.post_data_json for request in chat.chats()]
    assert [body["location"] for body in sent] == [None, None, place]
    chat.say("menú")
    assert chat.chats()[-1].post_data_json["location"] is None
    refused = visit(permissions=[])
    refused.page.click("#place")
    expect(refused.page.locator("#status [role=alert]")).to_be_visible()


def test_another_language_changes_the_whole_page_and_not_the_conversation(
    visit: Callable[..., Visit], service: Service
) -> None:
    before = service.rows()
    chat = visit("desk")
    chat.choose("c:SV")
    chat.answered(lambda: chat.page.click("[data-language=en]"))
    expect(chat.page.locator("html")).to_have_attribute("lang", "en")
    expect(chat.page.locator("[data-language=es]")).to_have_text("Español")
    expect(chat.page.locator("input[name=lang]").first).to_have_value("en")
    expect(chat.page.locator(".said")).to_have_count(2)  # nothing was loaded anew
    assert service.rows() == before + 1
    chat.say("i lost my id card")
    expect(chat.page.locator(".said")).to_have_count(3)
    assert chat.errors == []


def test_before_anything_is_said_another_language_is_a_link(
    visit: Callable[..., Visit],
) -> None:
    chat = visit("desk")
    chat.page.click("[data-language=en]")
    expect(chat.page.locator("html")).to_have_attribute("lang", "en")
    assert chat.page.url.endswith("/?lang=en")
    assert chat.chats() == []


def test_a_page_loaded_anew_goes_on_with_the_conversation(visit: Callable[..., Visit]) -> None:
    chat = visit()
    chat.choose("c:HN")
    chat.page.reload()
    chat.say("perdí mi documento de identidad")
    expect(chat.page.locator(".reply").nth(1)).to_contain_text("DNI")


def test_on_paper_there_is_only_what_was_said(visit: Callable[..., Visit]) -> None:
    chat = visit("desk")
    chat.choose("c:SV")
    chat.say("perdí mi DUI")
    chat.page.emulate_media(media="print")
    expect(chat.page.locator(".bar")).to_be_hidden()
    expect(chat.page.locator(".write")).to_be_hidden()
    expect(chat.page.locator(".reply").first).to_be_visible()
