"""How long a question takes to its answer, with the shipped articles and with seven thousand.

The baseline of the same run is the obvious search: `token_set_ratio` of RapidFuzz over every
phrasing. The questions are our own phrasings with typing errors, so that words need repair.
"""

import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from rapidfuzz import fuzz, process

sys.path.insert(0, str(Path(__file__).parent.parent))
from typing_errors import misspelt

from bot.content import SHIPPED, load_content
from knowledge import search
from knowledge.articles import Article, load_articles
from knowledge.search import SearchIndex, build_index, load_lexicon

QUESTIONS = 400
MANY = 7000
SYLLABLES = "ba co ti lo ma ne ru sa pi do vi que tre fla nu gor".split()
TARGET_MS = 2.0
TARGET_GROWTH = 10.0


def median_ms(questions: list[str], answer: Callable[[str], object]) -> float:
    taken = []
    for question in questions:
        begun = time.perf_counter()
        answer(question)
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken) * 1000


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
    """Print the figures; fail when a target is missed."""
    begun = time.process_time()
    articles, _ = load_articles(SHIPPED / "knowledge" / "articles")
    read = time.process_time() - begun
    lexicon, _ = load_lexicon()
    begun = time.process_time()
    index = build_index(articles, {}, lexicon)
    built = time.process_time() - begun
    load_content()  # so that the cache is there
    begun = time.process_time()
    load_content()
    kept = time.process_time() - begun

    asks = [
        asked for article in articles.values() for some in article.asks.values() for asked in some
    ]
    chance = random.Random(1)
    questions = [misspelt(asked, 0.2) for asked in chance.sample(asks, QUESTIONS)]
    baseline = median_ms(
        questions, lambda q: process.extract(q, asks, scorer=fuzz.token_set_ratio, limit=3)
    )
    few = median_ms(questions, _with(index))
    begun = time.process_time()
    many_index = build_index(many_articles(articles), {}, lexicon)
    many_built = time.process_time() - begun
    many = median_ms(questions, _with(many_index))

    print(
        f"{len(articles)} articles: read {read:.2f} s, indexed {built:.2f} s, "
        f"from cache {kept:.2f} s"
    )
    print(f"token_set_ratio over {len(asks)} phrasings  {baseline:6.2f} ms a question (baseline)")
    print(
        f"search, {len(articles)} articles              {few:6.2f} ms  {few / baseline:5.2f} of it"
    )
    print(f"search, {MANY} articles            {many:6.2f} ms  {many / few:5.1f} times the above")
    print(f"{MANY} articles indexed in {many_built:.1f} s")
    if few > TARGET_MS or many > TARGET_GROWTH * few:
        sys.exit(f"Over the target: {TARGET_MS} ms, {TARGET_GROWTH} times at {MANY} articles.")


def _with(index: SearchIndex) -> Callable[[str], object]:
    return lambda question: search.find(question, index)


if __name__ == "__main__":
    main()
