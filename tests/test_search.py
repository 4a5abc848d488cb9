"""Search on the shipped articles: what is found, how sure, and why."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content import Content
from knowledge import search
from knowledge.articles import Article
from knowledge.search import Band, build_index
from knowledge.search.explain import as_text, explain


def test_every_article_is_found_by_its_titles(content: Content) -> None:
    missed = [
        (article.id, title)
        for article in content.articles.values()
        for title in {content.text(language, article.title) for language in content.languages}
        if search.find(title, content.index).articles[:1] != (article.id,)
    ]
    assert missed == []


def test_every_article_is_found_by_its_own_phrasings(content: Content) -> None:
    missed = [
        (article.id, phrasing)
        for article in content.articles.values()
        for phrasings in article.asks.values()
        for phrasing in phrasings
        if article.id not in search.find(phrasing, content.index).articles[:3]
    ]
    assert missed == []


@pytest.mark.parametrize(
    ("question", "article"),
    [
        ("boté mi documento y no hallo cómo reponerlo", "documents/replace-national-id"),
        ("I misplaced my national id over the weekend", "documents/replace-national-id"),
        ("vos onde sako la partida d nasimiento", "documents/birth-certificate"),
        ("mi cipota nacio en Dallas, quiero la doble nacionalidad", "documents/child-born-abroad"),
        ("kien traduce un diploma del inglez pa apostiyar", "documents/apostille-translation"),
        ("toy sin chamba, donde buscan gente", "employment/find-job"),
        ("need a job asap, any call center?", "employment/find-job"),
        ("la marera me cobra piso en mi puestecito", "protection/extortion"),
        ("no pego el ojo, puras pesadillas", "psychosocial/panic-sleep"),
        ("my little boy wets the bed since we got back", "psychosocial/child-fear"),
        ("ocupo insulina y se me esta acabando", "health/chronic-medicine"),
        ("the coyote wants his money and he has our deed", "money/debts-coyote"),
    ],
)  # fmt: skip
def test_people_find_it_in_their_own_words(question: str, article: str, content: Content) -> None:
    assert article in search.find(question, content.index).articles[:2]


@pytest.mark.parametrize(
    "question",
    [
        "quien gano el partido de anoche",
        "how do I bake a chocolate cake",
        "cuéntame un chiste",
        "asdf qwer zxcv",
        "¿?",
        "",
    ],
)
def test_what_is_not_ours_gets_an_honest_no(question: str, content: Content) -> None:
    result = search.find(question, content.index)
    assert result.band is Band.NOTHING
    assert result.offered == ()


def test_one_word_with_several_meanings_gets_a_short_choice(content: Content) -> None:
    result = search.find("papeles", content.index)
    assert result.band is Band.OFFER
    assert len(result.offered) == 3


def test_one_word_that_one_article_owns_is_answered(content: Content) -> None:
    result = search.find("apostilla", content.index)
    assert result.band is Band.ANSWER
    assert result.articles[0] == "documents/apostille-translation"


def test_the_country_settles_words_with_two_senses(content: Content) -> None:
    here = search.find("tengo un dui", content.index, "SV").articles
    there = search.find("tengo un dui", content.index, "MX").articles
    assert here[0].endswith("national-id")
    assert there[0] == "documents/criminal-record-certificate"


def test_a_long_message_is_read_sentence_by_sentence(content: Content) -> None:
    story = (
        "Buenas noches, disculpe la molestia. Yo vivía en Atlanta, trabajaba en un restaurante y "
        "mi hermana me llevaba en su carro. Un día nos pararon y aquí estoy, desde el martes. Mi "
        "tía me presta un cuarto, gracias a Dios. ¿Dónde saco mi pasaporte?"
    )
    assert "documents/passport" in search.find(story, content.index).articles[:3]


def test_a_known_topic_leads_whatever_words_were_used(content: Content) -> None:
    result = search.find("ya regalé todo y me despedí", content.index)
    assert result.led_by(("psychosocial/suicidal-thoughts",))[0] == "psychosocial/suicidal-thoughts"
    assert result.led_by(()) == result.articles


@given(st.text(max_size=200))
def test_any_text_gives_a_result_and_the_same_one_again(content: Content, text: str) -> None:
    result = search.find(text, content.index)
    assert result == search.find(text, content.index)
    assert len(result.found) <= 5
    assert all(0 <= found.score <= 1 for found in result.found)


def test_without_articles_nothing_is_found() -> None:
    assert search.find("mi dui", build_index({})).articles == ()


def test_an_index_of_two_articles_needs_no_language_data() -> None:
    articles = {
        name: Article(name, title, "", {"es": (ask,)})
        for name, title, ask in (
            ("a/bread", "Hacer pan", "como horneo pan"),
            ("a/soup", "Hacer sopa", "quiero una sopa caliente"),
        )
    }
    assert search.find("sopa", build_index(articles)).articles[0] == "a/soup"


def test_an_explanation_names_words_weights_and_corrections(content: Content) -> None:
    found = explain("perdí mi pasaprote", content.index)
    assert found.corrections == (("pasaprote", "pasaporte"),)
    assert {match.concept for match in found.concepts} == {"perdido", "pasaporte"}
    first = found.candidates[0]
    assert first.id == "documents/passport"
    assert dict(first.terms)["#pasaporte"] > 0
    told = as_text(found)
    assert "pasaprote → pasaporte" in told
    assert "decided     answer" in told


def test_an_explanation_of_nothing_says_so(content: Content) -> None:
    assert "no answer" in as_text(explain("cuéntame un chiste", content.index))
    assert "(no words)" in as_text(explain("🙂", content.index))
