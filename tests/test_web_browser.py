"""The page in a real browser: small and large screens, dark mode, keyboard, languages."""

from collections.abc import Callable, Iterator

import pytest

pytest.importorskip("playwright.sync_api", reason="needs playwright (make test installs it)")
from browser_for_tests import (
    DRAWN,
    LOW_CONTRAST,
    POOR_CONTROLS,
    SIZES,
    Visit,
    a_browser,
    needs_chromium,
    tab_stops,
    visiting,
)
from playwright.sync_api import Browser, expect
from web_for_tests import Service, serving

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


@pytest.mark.parametrize("size", SIZES)
def test_the_pair_that_rates_an_answer_is_a_row_of_its_own(
    visit: Callable[..., Visit], size: str
) -> None:
    chat = visit(size)
    chat.choose("c:SV")
    chat.say("perdí mi DUI")
    buttons = chat.page.locator(".reply:last-child .options button").all()
    *others, yes, no = (box for button in buttons if (box := button.bounding_box()))
    assert yes["y"] == no["y"]
    assert yes["x"] + yes["width"] <= no["x"]
    assert all(box["y"] < yes["y"] for box in others)
    chat.choose("n:documents/replace-national-id")
    expect(chat.page.locator('.reply:last-child [value="w:person"]')).to_be_visible()
    assert chat.errors == []


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


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_the_privacy_notice_can_be_read_and_left(
    visit: Callable[..., Visit], size: str, scheme: str
) -> None:
    chat = visit(size, color_scheme=scheme)
    with chat.page.expect_popup() as opened:  # the conversation stays in its own tab
        chat.page.get_by_role("link", name="Privacidad").click()
    notice = opened.value
    notice.wait_for_load_state()  # with its colours and sizes
    expect(notice.get_by_role("heading", level=1)).to_have_text("Aviso de privacidad")
    assert notice.evaluate(LOW_CONTRAST) == []
    assert notice.evaluate(POOR_CONTROLS) == []
    assert notice.evaluate("document.scrollingElement.scrollWidth") <= SIZES[size][0]
    notice.get_by_role("link", name="English").click()
    expect(notice.locator("html")).to_have_attribute("lang", "en")
    expect(notice.get_by_text("has not given a name yet")).to_be_visible()
    assert notice.context.cookies() == []


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
    expect(page.locator("#text")).to_be_focused()
    page.keyboard.type("perdí mi dui")
    page.keyboard.press("Enter")
    expect(page.locator(".said").last).to_contain_text("perdí mi dui")
    page.wait_for_load_state()  # without a script it is another page
    if script:
        expect(page.locator("#log")).to_have_attribute("aria-busy", "false")
        expect(page.locator("#text")).to_be_focused()
        page.keyboard.press("Shift+Tab")
        expect(page.locator(".options button").last).to_be_focused()
    else:
        page.locator(".options button").last.focus()
    label = page.locator(".options button").last.inner_text().split(maxsplit=1)[1]
    page.keyboard.press("Enter")
    expect(page.locator(".said").last).to_contain_text(label)
    if script:  # what was said is drawn before it is sent
        expect(page.locator("#log")).to_have_attribute("aria-busy", "false")
        expect(page.locator("#text")).to_be_focused()
    assert len(chat.chats()) == (2 if script else 0)
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
                with without.page.expect_navigation():  # the page before shows an answer, too
                    without.page.click(f"button[value='{text}']")
            else:
                with_script.say(text)
                without.page.fill("#text", text)
                with without.page.expect_navigation():
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
