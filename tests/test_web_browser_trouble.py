"""In a real browser: leaving in a hurry, no network, no database, impatience."""

from collections.abc import Callable, Iterator

import pytest

pytest.importorskip("playwright.sync_api", reason="needs playwright (make test installs it)")
from browser_for_tests import AWAY, Visit, a_browser, needs_chromium, visiting
from playwright.sync_api import Browser, Route, expect
from web_for_tests import Service, serving

from bot.channels.web_pages import NEUTRAL_PAGE

pytestmark = [pytest.mark.browser, needs_chromium]


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with serving(tmp_path_factory.mktemp("web")) as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with a_browser() as opened:
        yield opened


@pytest.fixture
def visit(browser: Browser, service: Service) -> Iterator[Callable[..., Visit]]:
    with visiting(browser, service) as open_page:
        yield open_page


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
    visit: Callable[..., Visit], service: Service
) -> None:
    before = service.rows()
    chat = visit("desk")
    page = chat.page
    chat.choose("c:SV")
    page.context.unroute(AWAY)
    # "No content" leaves a browser where it is: so the page can be looked at after the exit.
    page.context.route(AWAY, lambda route: route.fulfill(status=204))
    with page.expect_request(AWAY):
        page.click("#exit")
    assert page.evaluate("document.body.textContent") == ""
    assert page.evaluate("Object.keys(sessionStorage).length") == 0
    assert page.title() == "Información"
    service.until_rows(before)  # its end is not to fall into another test


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


def test_a_closed_conversation_cannot_be_read_any_more(
    visit: Callable[..., Visit], service: Service
) -> None:
    before = service.rows()
    chat = visit()
    chat.choose("c:SV")
    chat.say("mi esposo me pega")
    chat.page.click("button[value='w:exit']")
    expect(chat.page.locator(".reply")).to_have_count(1)
    expect(chat.page.locator(".said")).to_have_count(0)
    assert chat.page.evaluate("Object.keys(sessionStorage).length") == 0
    assert service.rows() == before
    chat.say("hola")
    expect(chat.page.locator("button[value='c:SV']")).to_be_visible()


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
    while not held:  # the page says that it waits before the browser tells of the request
        chat.page.wait_for_timeout(20)
    assert len(held) == 1
    held[0].continue_()
    expect(chat.page.locator("#log")).to_have_attribute("aria-busy", "false")
    assert len(chat.chats()) == 1
    chat.page.keyboard.press("Enter")  # nothing typed, nothing sent
    assert len(chat.chats()) == 1
