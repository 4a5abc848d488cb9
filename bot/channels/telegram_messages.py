"""Our messages as Telegram shows them: plain text with a keyboard under it."""

import re
from collections.abc import Sequence
from typing import Any

from bot.messages import OutgoingMessage, ShownOption
from bot.options import HELPED

MAX_TEXT = 4096
# Two short buttons fit beside each other on a small phone; a longer label would be cut.
SHORT_LABEL = 14

_NO_PREVIEW = {"is_disabled": True}
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+|\n+")

_Button = dict[str, str]


def send_parameters(address: str, message: OutgoingMessage) -> list[dict[str, Any]]:
    """Return the parameters of `sendMessage`, one set a part; buttons go with the last part."""
    calls: list[dict[str, Any]] = [
        {"chat_id": int(address), "text": part, "link_preview_options": _NO_PREVIEW}
        for part in split_text(message.text)
    ]
    if message.options:
        calls[-1]["reply_markup"] = {"inline_keyboard": keyboard(message.options)}
    return calls


def keyboard(options: Sequence[ShownOption]) -> list[list[_Button]]:
    """Lay options out one a row, or two where both are short; a pair stays together."""
    rows: list[list[_Button]] = []
    half_full = False
    for option in options:
        button = {"text": option.label, "callback_data": option.id}
        short = len(option.label) <= SHORT_LABEL
        if half_full and short and not option.id.startswith(HELPED):
            rows[-1].append(button)
            half_full = False
        else:
            rows.append([button])
            half_full = short
    return rows


def split_text(text: str, limit: int = MAX_TEXT) -> list[str]:
    """Cut a text that is too long for one message, between sentences where it can be."""
    if len(text) * 2 <= limit or _length(text) <= limit:  # nearly all are short
        return [text]
    parts = [""]
    for piece in _pieces(text, limit):
        if _length(parts[-1] + piece) > limit:
            parts.append("")
        parts[-1] += piece
    return [part.strip() for part in parts if part.strip()]


def _pieces(text: str, limit: int) -> list[str]:
    """Cut a text into sentences with the space behind them, none longer than `limit`."""
    pieces: list[str] = []
    start = 0
    for end in [found.end() for found in _SENTENCE_END.finditer(text)] + [len(text)]:
        sentence, start = text[start:end], end
        # Half the limit in characters is within it even if each of them counts twice.
        while _length(sentence) > limit:
            pieces.append(sentence[: limit // 2])
            sentence = sentence[limit // 2 :]
        pieces.append(sentence)
    return pieces


def _length(text: str) -> int:
    """Count as Telegram does: a character outside the basic plane is two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
