"""The index keeps its numbers in arrays: they say what dicts would say."""

import pickle
import random

import pytest

from knowledge.search.bm25 import impact, norms, rarity
from knowledge.search.letters import MOST_IN_A_BYTE, compare_letters
from knowledge.search.postings import post
from knowledge.search.word_list import list_words

Frequencies = list[dict[str, float]]


def some_documents(documents: int, distinct: int) -> Frequencies:
    """Documents of made-up terms, some in all of them and some in one."""
    chance = random.Random(5)
    return [
        {
            f"t{term}": chance.randrange(1, distinct + 1) / 5
            for term in range(600)
            if chance.random() < 1 / (1 + term % 40)
        }
        for _ in range(documents)
    ]


def as_dicts(frequencies: Frequencies) -> list[dict[str, float]]:
    """The impact of every term on every document, by the formula."""
    holders = {
        term: sum(term in document for document in frequencies)
        for document in frequencies
        for term in document
    }
    return [
        {
            term: impact(rarity(holders[term], len(frequencies)), times, norm)
            for term, times in document.items()
        }
        for document, norm in zip(frequencies, norms(frequencies), strict=True)
    ]


def test_postings_give_the_impacts_of_the_formula() -> None:
    frequencies = some_documents(40, 9)
    postings = post(frequencies)
    expected = as_dicts(frequencies)
    for term in (*postings.numbers, "unknown"):
        on = {number: some[term] for number, some in enumerate(expected) if term in some}
        row = postings.row(term)
        assert dict(zip(*row, strict=True) if row else ()) == on
        for document in range(len(frequencies)):
            assert postings.impact(term, document) == on.get(document)


@pytest.mark.parametrize("distinct", [9, 5 * MOST_IN_A_BYTE])
def test_letters_add_up_to_the_formula(distinct: int) -> None:
    frequencies = some_documents(40, distinct)
    letters = compare_letters(frequencies)
    expected = as_dicts(frequencies)
    asked = [f"t{number}" for number in range(0, 700, 3)]
    sums = letters.compare(asked, range(len(frequencies)))
    for document, alike in sums.items():
        assert alike == pytest.approx(sum(expected[document].get(group, 0.0) for group in asked))


def test_no_documents_have_no_letters_in_common() -> None:
    assert compare_letters([]).compare(["_dui"], ()) == {}
    assert post([]).row("dui") is None


def test_an_index_that_was_kept_is_the_same() -> None:
    frequencies = some_documents(12, 9)
    for made in (post(frequencies), compare_letters(frequencies)):
        assert pickle.loads(pickle.dumps(made)) == made


def test_a_list_of_words_holds_its_words_and_no_parts_of_them() -> None:
    words = list_words(["casa", "casado", "a", "y", "casa"])
    assert [word for word in ("casa", "casado", "a", "y") if word not in words] == []
    assert [word for word in ("cas", "asado", "casad", "", "casas", "b", 3) if word in words] == []
