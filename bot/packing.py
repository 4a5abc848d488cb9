"""Packs paragraphs into as few messages as stay readable on a small screen; none is cut within.

2026-11-22. A channel that shows nothing but text gets longer messages. Telegram takes 30 a second
from a bot and one a second to a chat: an answer in five messages would let six people a second be
answered in a whole country, and take its last one seconds to come. What we gave up there: an
article in short bubbles of its own; its parts stay apart by empty lines and headings.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.messages import OutgoingMessage, ShownOption

HARD_LIMIT = 1024  # no card and no page's message is longer: every channel can show it whole


@dataclass(frozen=True, slots=True)
class Size:
    """How long messages are, in characters: filled up to `soft`, and cut at lines at `hard`."""

    soft: int
    hard: int


PAGE = Size(600, HARD_LIMIT)
TEXTS = Size(1600, 1600)  # an article whole, and within Telegram's 4096 if characters count twice


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph with what belongs to it; `alone` keeps it in a message of its own."""

    text: str
    options: tuple[ShownOption, ...] = ()
    services: tuple[Mapping[str, Any], ...] = ()
    sources: tuple[Mapping[str, Any], ...] = ()
    alone: bool = False
    urgent: bool = False


def join_services(blocks: list[Block]) -> list[Block]:
    """Join neighbouring paragraphs, each with its offices, up to the hard limit."""
    joined: list[Block] = []
    for block in blocks:
        last = joined[-1] if joined else None
        if last is not None and len(last.text) + len(block.text) + 2 <= HARD_LIMIT:
            joined[-1] = replace(
                last,
                text=f"{last.text}\n\n{block.text}",
                services=last.services + block.services,
            )
        else:
            joined.append(block)
    return joined


def pack(blocks: list[Block], size: Size = PAGE) -> tuple[OutgoingMessage, ...]:
    """Join neighbouring blocks into messages up to the soft limit, and cut none in the middle."""
    groups: list[list[Block]] = []
    length = 0
    for block in (piece for whole in blocks for piece in _pieces(whole, size.hard)):
        last = groups[-1][-1] if groups else None
        room = last is not None and not (last.alone or last.options or block.alone)
        length += len(block.text) + 2
        if room and length <= size.soft:
            groups[-1].append(block)
        else:
            groups.append([block])
            length = len(block.text)
    return tuple(map(_as_message, groups))


def _as_message(blocks: list[Block]) -> OutgoingMessage:
    """Join blocks; the last one has the options, and services and urgent help stand alone."""
    *others, last = blocks
    if not others:
        return OutgoingMessage(last.text, last.options, last.services, last.sources, last.urgent)
    text = "\n\n".join(block.text for block in blocks)
    sources = tuple(source for block in blocks for source in block.sources)
    return OutgoingMessage(text, last.options, (), sources)


def _pieces(block: Block, limit: int) -> list[Block]:
    """Split a block that is too long for one message, at its lines; the end keeps the options."""
    if len(block.text) <= limit:
        return [block]
    pieces: list[str] = [""]
    for line in block.text.split("\n"):
        while len(line) > limit:
            line, rest = line[: line.rfind(" ", 0, limit)], line
            pieces.append(line)
            line = rest[len(line) :].lstrip()
        if len(pieces[-1]) + len(line) + 1 > limit:
            pieces.append("")
        pieces[-1] = f"{pieces[-1]}\n{line}".strip("\n")
    texts = [piece for piece in pieces if piece]
    *first, last = texts
    return [*(Block(text, alone=block.alone) for text in first), replace(block, text=last)]
