"""`ventanilla ask --jsonl`: many questions, one JSON answer a line, for measuring."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from bot import hints
from bot.content import Content
from bot.conversation import take_turn
from bot.messages import Message, Session
from flows.definition import COUNTRIES
from knowledge.search.explain import as_text, explain


class QuestionError(Exception):
    """A line of input is not a question; the text names the line."""


def answer_lines(lines: Iterable[bytes], content: Content) -> Iterator[str]:
    """Yield one line of JSON for each line of JSON, in order; raises `QuestionError`."""
    for number, line in enumerate(lines, 1):
        if line.strip():
            asked = _parse(line, number)
            yield json.dumps(answer(asked, content), ensure_ascii=False)


def answer(asked: dict[str, Any], content: Content) -> dict[str, Any]:
    """Answer `{"text", "lang"?, "country"?}` as a first message; see the README for the fields."""
    language = asked.get("lang")
    if language not in content.languages:
        languages = content.index.reader.languages
        language = hints.language_of(asked["text"], languages, settled=False)
    session = Session(
        language=language if language in content.languages else "es",
        country=asked.get("country") if asked.get("country") in COUNTRIES else None,
        greeted=True,
    )
    turn = take_turn(session, Message(text=asked["text"]), content)
    return {
        "lang": turn.session.language,
        "articles": list(turn.articles[:5]),
        "answered": turn.answered,
        "crisis": turn.crisis,
        "concern": turn.concern,
    }


def why(text: str, language: str | None, country: str | None, content: Content) -> str:
    """Return, as lines for the terminal, what a question finds and why."""
    country = country or hints.country_of(text)
    return as_text(explain(text, content.index, country, language))


def _parse(line: bytes, number: int) -> dict[str, Any]:
    try:
        asked = json.loads(line)
    except ValueError as error:
        raise QuestionError(f"Line {number} is not JSON: {error}.") from error
    if not isinstance(asked, dict) or not isinstance(asked.get("text"), str):
        raise QuestionError(f'Line {number} needs {{"text": "…"}}.')
    return asked
