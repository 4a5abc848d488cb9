"""What a turn costs as things grow: content, directory and sessions, 1 ×, 10 × and 100 ×.

Each size is beside the one before it: ten times as much may cost at most ten times as much, and
where an index does its work it costs about the same. Times are the processor's own.
"""

import sys
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from bench_search import many_articles
from databases import migrated, sqlite_url
from generated_offices import fill
from rows import quick, sized, tell
from sqlalchemy import Engine, insert
from visits import SECRET, a_chat, as_inbounds

from bot.chat import Chat
from bot.compose import Composer
from bot.content import Content, load_content
from bot.conversation import take_turn
from bot.messages import Message, Session
from bot.sessions import hours, to_json
from bot.settings import Settings
from knowledge import search
from knowledge.articles import Article
from knowledge.search import SHIPPED_LEXICON, build_index, load_lexicon
from knowledge.store.tables import sessions

STEP = 10
AT_ONCE = 10_000
VISITS = sized(30, 3)
ROUNDS = sized(3, 1)
QUESTIONS = ("perdí mi dui", "donde saco mi partida de nacimiento", "quiero estudiar de noche",
             "me quiero quejar del abogado", "how do I get a passport")  # fmt: skip
OFFICES = (500, 5_000) if quick() else (1_000, 10_000, 100_000)
SESSIONS = (1_000, 10_000) if quick() else (10_000, 100_000, 1_000_000)


def turn_ms(chat: Chat, who: str) -> float:
    """Return the processor's milliseconds of a turn, the best of some rounds."""
    best = float("inf")
    for number in range(ROUNDS + 1):  # the first one warms
        inbounds = [one for n in range(VISITS) for one in as_inbounds(f"{who}{number}-{n}")]
        begun = time.process_time()
        for inbound in inbounds:
            chat.take(inbound)
        if number:
            best = min(best, (time.process_time() - begun) / len(inbounds) * 1000)
    return best


class Growth:
    """Tells each size beside the one before it."""

    def __init__(self, unit: str = "CPU ms a turn") -> None:
        self._unit = unit
        self._before: tuple[str, float] | None = None

    def tell(self, what: str, figure: float) -> None:
        most = STEP if self._before else None
        tell(what, figure, self._unit, beside=self._before, most_ratio=most)
        self._before = what, figure


def grown(content: Content, times: int) -> Content:
    """Return content with so many times the articles, most of them made up."""
    if times == 1:
        return content
    lexicon, _ = load_lexicon(SHIPPED_LEXICON)
    articles: Mapping[str, Article] = many_articles(content.articles)
    kept = dict(list(articles.items())[: len(content.articles) * times])
    return replace(content, articles=kept, index=build_index(kept, {}, lexicon))


def question_ms(content: Content) -> float:
    best = float("inf")
    for _ in range(ROUNDS):
        begun = time.process_time()
        for text in QUESTIONS * 10:
            search.find(text, content.index)
            take_turn(Session(country="SV", greeted=True), Message(text=text), content)
        best = min(best, (time.process_time() - begun) / len(QUESTIONS) / 10 * 1000)
    return best


def measure_content() -> None:
    content = load_content()
    deciding, turn = Growth("CPU ms a question"), Growth()
    for times in (1, STEP):
        many = grown(content, times)
        with sqlite_url() as url, a_chat(url, many) as chat:
            size = f"{len(many.articles):,} articles"
            turn.tell(f"a turn with {size}", turn_ms(chat, "content"))
        deciding.tell(f"a question decided with {size}", question_ms(many))


def measure_directory(content: Content) -> None:
    growth = Growth()
    for size in OFFICES:
        with migrated(sqlite_url) as engine:
            with engine.begin() as connection:
                fill(connection, size, worst=False)
            growth.tell(f"a turn with {size:,} offices", turn_ms(a_chat_over(engine, content), "d"))


def measure_sessions(content: Content) -> None:
    growth = Growth()
    for size in SESSIONS:
        with migrated(sqlite_url) as engine:
            chat = a_chat_over(engine, content)
            keep_sessions(chat, size)
            growth.tell(f"a turn with {size:,} sessions", turn_ms(chat, "s"))


def a_chat_over(engine: Engine, content: Content) -> Chat:
    return Chat(engine, Settings(secret_key=SECRET).vault(), content, Composer(content))


def keep_sessions(chat: Chat, size: int) -> None:
    """Write the sessions of so many people who wrote a while ago."""
    state = to_json(Session(country="SV", flow="documents", greeted=True))
    # One is sealed for all: nobody opens them, and only their number and size count.
    kept: dict[str, Any] = {"state": chat.vault.seal(state, b""), "touched": hours(Message().at)}
    with chat.engine.begin() as connection:
        for start in range(0, size, AT_ONCE):
            numbers = range(start, min(start + AT_ONCE, size))
            keys = (chat.vault.pseudonym("telegram", f"earlier {number}") for number in numbers)
            connection.execute(insert(sessions), [{"chat": key, **kept} for key in keys])


def main() -> None:
    measure_content()
    content = load_content()
    measure_directory(content)
    measure_sessions(content)


if __name__ == "__main__":
    main()
