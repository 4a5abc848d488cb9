"""Search, with the titles typed as people type."""

from collections.abc import Callable, Sequence

import pytest
from typing_errors import ERRORS, misspelt

from bot.content import Content
from knowledge import search

MAX_LOSS = 0.05  # of recall at three


@pytest.fixture(scope="module")
def titles(content: Content) -> list[tuple[str, str]]:
    """Return (article, title) for every title in every language."""
    return [
        (article.id, content.text(language, article.title))
        for article in content.articles.values()
        for language in content.languages
    ]


def recall_at_three(
    titles: Sequence[tuple[str, str]], typed: Callable[[str], str], content: Content
) -> float:
    hits = [
        article in search.find(typed(title), content.index).articles[:3]
        for article, title in titles
    ]
    return sum(hits) / len(hits)


@pytest.mark.parametrize("error", ERRORS)
def test_an_error_in_a_title_costs_little(
    error: str, content: Content, titles: list[tuple[str, str]]
) -> None:
    clean = recall_at_three(titles, str, content)
    assert clean == 1.0
    assert recall_at_three(titles, ERRORS[error], content) > clean - MAX_LOSS


@pytest.mark.parametrize("error", ["no accents", "capitals"])
def test_accents_and_capitals_change_nothing(
    error: str, content: Content, titles: list[tuple[str, str]]
) -> None:
    for _, title in titles:
        typed = ERRORS[error](title)
        assert search.find(typed, content.index) == search.find(title, content.index)


def test_a_fifth_of_the_words_misspelt_costs_little(content: Content) -> None:
    asks = [
        (article.id, phrasing)
        for article in content.articles.values()
        for phrasings in article.asks.values()
        for phrasing in phrasings
    ]
    hits = [
        article in search.find(misspelt(phrasing, share=0.2), content.index).articles[:3]
        for article, phrasing in asks
    ]
    assert sum(hits) / len(hits) > 0.96
