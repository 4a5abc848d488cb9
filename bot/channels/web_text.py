"""Plain text of a reply as a page shows it: paragraphs, lists, links to call and to open.

`static/chat.js` does the same in the browser; `tests/test_web_browser.py` holds the two together.
Escaping is left to the template.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

NUMBERED = re.compile(r"(\d{1,2})\. (.+)")
BULLET = "- "

# No look-behind: old phones cannot read one, and the script uses the same two patterns.
# A phone is written in the ways of the four countries and the United States; two years
# ("2018-2024") are not one. Short numbers are linked only where a reply is about danger: elsewhere
# 911 may be a price or a count.
LINKS = re.compile(
    r"(?P<web>https?://[^\s<>\"«»]+|www\.[^\s<>\"«»]+)"
    r"|(?P<before>^|[^\w.,/$-])"
    r"(?P<phone>(?:\+\d{1,3}[ -]?)?"
    r"(?:(?!(?:19|20)\d\d-(?:19|20)\d\d(?!\d))\d{4}-\d{4}"
    r"|(?:1[ -])?\d{3}[ -]\d{3}[ -]\d{4}|\d{2}[ -]\d{4}[ -]\d{4}))(?![\w-])",
    re.ASCII,
)
SHORT_NUMBERS = re.compile(r"(?P<before>^|[^\w.,/$-])(?P<phone>1\d{3}|\d{3})(?![\w-])", re.ASCII)
AFTER_AN_ADDRESS = ".,;:!?)"


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text, with the address it leads to when it is a link."""

    text: str
    href: str | None = None


Line = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph (`p`), the title of the list that follows (`title`), or a list (`ol`, `ul`)."""

    kind: str
    lines: tuple[Line, ...]
    start: int = 1


def blocks(text: str, *, urgent: bool = False) -> tuple[Block, ...]:
    """Split a reply into blocks.

    In an `urgent` one short numbers can be called too, and every line stands by itself.
    """
    found: list[tuple[str, list[str], int]] = []
    for whole in text.split("\n"):
        kind, line, start = _kind(whole.strip())
        if found and found[-1][0] == kind and not (urgent and kind == "p"):
            found[-1][1].append(line)
            continue
        if kind in ("ol", "ul") and found and found[-1][0] == "p" and found[-1][1][-1][-1] == ":":
            title = found[-1][1].pop()
            if not found[-1][1]:
                found.pop()
            found.append(("title", [title], 1))
        found.append((kind, [line], start))
    return tuple(
        Block(kind, tuple(pieces(line, urgent=urgent) for line in lines), start)
        for kind, lines, start in found
        if kind
    )


def numbers_to_call(found: Iterable[Block]) -> tuple[Piece, ...]:
    """Return the phones that blocks link to, each once."""
    linked = (piece for block in found for line in block.lines for piece in line)
    calls = {p.href: p for p in linked if p.href and p.href.startswith("tel:")}
    return tuple(calls.values())


def _kind(line: str) -> tuple[str, str, int]:
    """Return what a line belongs to (nothing, when it is empty), its words and its number."""
    numbered = NUMBERED.fullmatch(line)
    if numbered:
        return "ol", numbered[2], int(numbered[1])
    if line.startswith(BULLET):
        return "ul", line.removeprefix(BULLET), 1
    return ("p" if line else ""), line, 1


def pieces(line: str, *, urgent: bool = False) -> Line:
    """Split a line into text and links."""
    found: list[Piece] = []
    at = 0
    for match in LINKS.finditer(line):
        if match["phone"]:
            shown, href = match["phone"], phone_link(match["phone"])
            start = match.start("phone")
        else:
            shown = match["web"].rstrip(AFTER_AN_ADDRESS)
            href = web_link(shown) or ""
            start = match.start()
        found += _short_numbers(line[at:start], urgent=urgent)
        found.append(Piece(shown, href or None))
        at = start + len(shown)
    found += _short_numbers(line[at:], urgent=urgent)
    return tuple(found)


def _short_numbers(text: str, *, urgent: bool) -> list[Piece]:
    found = []
    at = 0
    for match in SHORT_NUMBERS.finditer(text) if urgent else ():
        start = match.start("phone")
        if start > at:
            found.append(Piece(text[at:start]))
        found.append(Piece(match["phone"], phone_link(match["phone"])))
        at = match.end()
    if at < len(text):
        found.append(Piece(text[at:]))
    return found


def phone_link(phone: str) -> str:
    """Return the address that calls a number: its digits, without a remark in brackets."""
    return "tel:" + re.sub(r"[^\d+]", "", phone.split("(")[0])


def web_link(address: str) -> str | None:
    """Return a web address that may be opened; None for anything that is not one."""
    if re.match(r"https?://", address):
        return address
    return f"https://{address}" if re.match(r"[\w-]+\.[\w.-]+(/|$)", address) else None


def map_link(latitude: float, longitude: float) -> str:
    """Return the address of a map that shows a place."""
    return (
        f"https://www.openstreetmap.org/?mlat={latitude:.5f}&mlon={longitude:.5f}"
        f"#map=17/{latitude:.5f}/{longitude:.5f}"
    )
