"""A real browser, where there is one; what tests measure in a page."""

import contextlib
import os
import re
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Request, Route, expect, sync_playwright
from web_for_tests import Service

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
ARGUMENTS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --disable-dev-shm-usage"
).split()

SIZES = {"small": (320, 568), "phone": (360, 740), "desk": (1280, 800)}
AWAY = re.compile(r"^https://www\.google\.com/")

needs_chromium = pytest.mark.skipif(
    CHROMIUM is None, reason="needs Chromium (apt-get install chromium, or set CHROMIUM)"
)


expect.set_options(timeout=30_000)  # a busy machine is no finding


@contextlib.contextmanager
def a_browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


def axe_finds(page: Page) -> list[tuple[str, list[str]]]:
    """Return what axe finds on a page: rules that are broken, each with the elements that do.

    Axe is put into a document once, and findings alone leave the browser: the rest is long.
    """
    from axe_playwright_python.base import AXE_SCRIPT  # type: ignore[import-untyped]  # has none

    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found = page.evaluate(
        """axe.run({resultTypes: ["violations"]}).then(results =>
        results.violations.map(one => [one.id, one.nodes.map(node => node.html)]))"""
    )
    return [(rule, elements) for rule, elements in found]


# Every visible text whose contrast with what is behind it is under 4.5 (3 for large text), and
# every control whose edge has under 3.
LOW_CONTRAST = """() => {
  const channels = text => {
    const found = text.match(/[\\d.]+/g).map(Number);
    return { rgb: found.slice(0, 3), alpha: found.length > 3 ? found[3] : 1 };
  };
  const light = rgb => rgb.map(value => value / 255)
    .map(value => value <= 0.04045 ? value / 12.92 : Math.pow((value + 0.055) / 1.055, 2.4))
    .reduce((sum, value, at) => sum + value * [0.2126, 0.7152, 0.0722][at], 0);
  const ratio = (one, other) => {
    const [high, low] = [light(one), light(other)].sort((a, b) => b - a);
    return (high + 0.05) / (low + 0.05);
  };
  const behind = element => {
    for (let at = element; at; at = at.parentElement) {
      const ground = channels(getComputedStyle(at).backgroundColor);
      if (ground.alpha === 1) return ground.rgb;
    }
    return [255, 255, 255];
  };
  const visible = element => element.getClientRects().length &&
    getComputedStyle(element).visibility !== "hidden" && !element.closest(".unseen");
  const low = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    if (!texts.currentNode.textContent.trim() || !visible(element)) continue;
    const style = getComputedStyle(element);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    const found = ratio(channels(style.color).rgb, behind(element));
    if (found < (large ? 3 : 4.5)) low.push([texts.currentNode.textContent.trim(), found]);
  }
  for (const control of document.querySelectorAll("input:not([type=hidden])")) {
    const found = ratio(channels(getComputedStyle(control).borderTopColor).rgb, behind(control));
    if (found < 3) low.push([control.id, found]);
  }
  return low;
}"""

# Every control that is smaller than 44 pixels, or says nothing of what it is.
POOR_CONTROLS = """() => {
  const poor = [];
  for (const control of document.querySelectorAll(
    "button, summary, input:not([type=hidden]), .exit, .languages a, .ways a"
  )) {
    const box = control.getBoundingClientRect();
    if (!control.getClientRects().length) continue;
    if (box.height < 44 || box.width < 44) poor.push([control.outerHTML, box.width, box.height]);
    const name = control.labels && control.labels.length
      ? control.labels[0].textContent : control.textContent;
    if (!name.trim()) poor.push([control.outerHTML, "no name"]);
  }
  return poor;
}"""

# What has the focus, whether it has a visible outline, and whether something covers it.
FOCUSED = """() => {
  const element = document.activeElement;
  const box = element.getBoundingClientRect();
  const covered = [[.5, .5], [.02, .5], [.98, .5], [.5, .1], [.5, .9]].filter(([x, y]) => {
    const at = document.elementFromPoint(box.left + box.width * x, box.top + box.height * y);
    return !at || !(at.contains(element) || element.contains(at));
  }).length;
  return {
    tag: element.tagName,
    text: (element.innerText || element.id).trim(),
    outline: parseFloat(getComputedStyle(element).outlineWidth),
    style: getComputedStyle(element).outlineStyle,
    covered,
  };
}"""

# The replies of a page as nested lists, to compare what the server draws with what the script does.
DRAWN = """page => {
  const root = page ? new DOMParser().parseFromString(page, "text/html") : document;
  const draw = node => {
    if (node.nodeType === 3) return node.textContent.replace(/\\s+/g, " ");
    if (node.nodeType !== 1 || node.type === "hidden") return "";
    const attributes = Array.from(node.attributes)
      .filter(one => one.name !== "tabindex" && !(one.name === "lang" && node.tagName === "DIV"))
      .map(one => one.name + "=" + one.value.trim()).sort();
    const inside = Array.from(node.childNodes).map(draw)
      .filter(child => typeof child !== "string" || child.trim());
    const joined = [];
    for (const child of inside) {
      const last = joined.length - 1;
      if (typeof child === "string" && typeof joined[last] === "string") joined[last] += child;
      else joined.push(child);
    }
    return [node.tagName, attributes,
      joined.map(child => typeof child === "string" ? child.trim() : child)];
  };
  return Array.from(root.querySelectorAll(".reply")).map(draw);
}"""


def tab_stops(page: Page, most: int = 80) -> list[dict[str, Any]]:
    """Walk through the page with the Tab key; return what had the focus, once round."""
    found: list[dict[str, Any]] = []
    for _ in range(most):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUSED)
        if stop["tag"] == "BODY":
            break
        found.append(stop)
    return found


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


@contextlib.contextmanager
def visiting(browser: Browser, service: Service) -> Iterator[Callable[..., Visit]]:
    """Give a function that opens a page of its own, as on another phone."""
    contexts = []

    def open_page(size: str = "phone", **options: Any) -> Visit:
        width, height = SIZES[size]
        settings = {"viewport": {"width": width, "height": height}, "locale": "es-SV"}
        context = browser.new_context(**(settings | options))
        context.set_default_timeout(30_000)
        contexts.append(context)
        return Visit(context.new_page(), service)

    try:
        yield open_page
    finally:
        for context in contexts:
            context.close()
