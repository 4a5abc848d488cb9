"""How easy texts are to read: words, sentences, the score, and the shipped content itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.compose import Composer
from bot.content import SHIPPED, read_content
from bot.messages import Session, ShowArticle, Turn
from bot.packing import HARD_LIMIT
from flows.definition import COUNTRIES, Place
from knowledge.articles import load_articles
from knowledge.readability import (
    MAX_AVERAGE,
    MAX_SENTENCE,
    MIN_EASE,
    MIN_EASE_IN_DANGER,
    PIECE,
    check_reading,
    inflesz,
    measure,
    read_words,
    split_sentences,
)

PLACE = Place("knowledge/articles/documents/passport.yaml", 7)
EASY = "Vaya a la oficina. Pida su papel. Pague en el banco. Lleve el recibo. Espere su turno. "
HARD = (
    "Deberá apersonarse obligatoriamente a las instalaciones administrativas correspondientes "
    "a efecto de gestionar la expedición documental. "
)


def test_the_score_is_the_formula_of_szigriszt_pazos() -> None:
    # 10 syllables, 5 words, 1 sentence.
    assert inflesz(10, 5, 1) == pytest.approx(206.835 - 62.3 * 2 - 5)
    # va-ya a la o-fi-ci-na: 8 syllables, 4 words.
    assert measure(["Vaya a la oficina."]).score == pytest.approx(206.835 - 62.3 * 8 / 4 - 4)


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Cuesta $10.31. Pague ya.", ["Cuesta $10.31.", "Pague ya."]),
        ("Abre a las 8:00 a. m. y cierra a las 4:00 p. m.", None),
        ("Abre a las 8:00 a. m. Lleve su acta.", ["Abre a las 8:00 a. m.", "Lleve su acta."]),
        ("Vive en EE. UU. y llama.", None),
        ("Vive en EE. UU. Llame hoy.", ["Vive en EE. UU.", "Llame hoy."]),
        ("Vive en EE. UU.\nLlame hoy.", ["Vive en EE. UU.", "Llame hoy."]),
        ("Pregunte por la Dra. Gómez, Av. Reforma No. 5.", None),
        ("¿Es gratis? No. Cuesta Q15.", ["¿Es gratis?", "No.", "Cuesta Q15."]),
        ("Diga «no.» Y salga.", ["Diga «no.", "Y salga."]),
        ("1. Pague\n2. Vaya\n- Firme", ["Pague", "Vaya", "Firme"]),
        ("Pida cita en www.dui.sv hoy.", None),
        ("", []),
    ],
)
def test_sentences_end_where_a_reader_stops(text: str, sentences: list[str] | None) -> None:
    assert split_sentences(text) == ([text] if sentences is None else sentences)


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("Pague $10.31 o Q100.", "Pague dato o dato"),
        ("Llame al +503 2133-7900.", "Llame al dato"),
        ("Llame al 800 433 2000, extensión 12.", "Llame al dato extensión dato"),
        ("Abre de 8:00 a 16:00.", "Abre de dato a dato"),
        ("Pida cita en citas.sre.gob.mx.", "Pida cita en dato"),
        ("Escriba a ayuda@pgr.gob.sv hoy.", "Escriba a dato hoy"),
        ("Vaya al RENAP.", "Vaya al dato"),
        ("Vaya al Plan Retorno al Hogar de San Salvador.", "Vaya al dato"),
        ("Llame al {emergency} ya.", "Llame al dato ya"),
        ("Vuelve de EE. UU. hoy.", "Vuelve de dato hoy"),
        ("Lleve su partida.", "Lleve su partida"),
    ],
)
def test_names_and_numbers_are_read_as_one_short_word(sentence: str, words: str) -> None:
    assert " ".join(read_words(sentence)) == words
    assert PIECE == "dato"


def test_a_piece_is_as_long_as_a_spanish_word() -> None:
    with_names = measure(["Vaya al Registro Nacional de las Personas Naturales con 2521-9300."])
    assert with_names.words == 5


def test_an_easy_text_passes() -> None:
    assert check_reading("SV", [(PLACE, EASY * 8)]) == []


def test_a_hard_text_is_told_with_its_figure_and_its_hardest_sentence() -> None:
    [finding] = check_reading("SV", [(PLACE, EASY * 2 + HARD * 8)])
    assert finding.place == PLACE
    assert finding.message.startswith("SV: reads at INFLESZ ")
    assert f"; {MIN_EASE:.0f} at least." in finding.message
    assert HARD.strip() in finding.message


def test_a_short_text_is_judged_by_its_sentences_alone() -> None:
    assert measure([HARD]).score < MIN_EASE
    assert check_reading("SV", [(PLACE, HARD + EASY)]) == []


def test_in_danger_a_short_text_is_judged_too() -> None:
    [finding] = check_reading("self_harm", [(PLACE, HARD + EASY)], MIN_EASE_IN_DANGER)
    assert "80 at least" in finding.message


def test_a_long_sentence_is_told_at_its_own_line() -> None:
    other = Place(PLACE.path, 30)
    long = " ".join(["va"] * (MAX_SENTENCE + 1)) + "."
    [finding] = check_reading("HN", [(PLACE, EASY * 4), (other, long)])
    assert finding.place == other
    assert f"a sentence of {MAX_SENTENCE + 1} words" in finding.message


def test_sentences_that_are_long_on_average_are_told() -> None:
    sentence = " ".join(["va"] * (int(MAX_AVERAGE) + 1)) + ". "
    [finding] = check_reading("HN", [(PLACE, sentence * 3)])
    assert "15.0 words a sentence on average" in finding.message


@given(st.text())
def test_any_text_can_be_measured(text: str) -> None:
    ease = measure([text])
    assert ease.sentences <= ease.words
    assert ease.longest_words <= ease.words


@given(st.lists(st.sampled_from(["Vaya ya.", "Pague $10.31 hoy.", "Llame a la PGR."]), min_size=1))
def test_texts_measured_apart_and_together_have_the_same_words(texts: list[str]) -> None:
    assert measure(texts).words == sum(measure([text]).words for text in texts)
    assert measure([" ".join(texts)]).sentences == len(texts)


def test_every_shipped_section_reads_easily() -> None:
    articles, _ = load_articles(SHIPPED / "knowledge" / "articles")
    hard = []
    for article in articles.values():
        for country, section in (*article.countries.items(), ("everywhere", article.everywhere)):
            if section is None:
                continue
            spoken = [s.text for _, sentences in section.parts() for s in sentences]
            ease = measure([section.summary, *spoken])
            if (ease.is_stable and ease.score < MIN_EASE) or ease.longest_words > MAX_SENTENCE:
                hard.append(f"{article.id} {country}: {ease.score:.1f}")
    assert articles
    assert hard == []


def test_a_channel_of_texts_shows_an_article_in_one_message() -> None:
    """Telegram takes one message a second to a chat, and 30 to everybody."""
    content, _ = read_content(SHIPPED)
    composer = Composer(content, in_words=True)
    for article in content.articles:
        for country in (*COUNTRIES, None):
            for language in content.languages:
                turn = Turn(Session(language, country), (ShowArticle(article, country),))
                assert len(composer.compose(turn, None)) == 1, f"{article} {country} {language}"


def test_no_message_of_an_article_is_longer_than_every_channel_shows() -> None:
    content, _ = read_content(SHIPPED)
    composer = Composer(content)
    longest = 0
    for article in content.articles:
        for country in (*COUNTRIES, None):
            for language in content.languages:
                turn = Turn(Session(language, country), (ShowArticle(article, country),))
                messages = composer.compose(turn, None)
                assert messages, f"{article} says nothing"
                longest = max(longest, *(len(message.text) for message in messages))
    assert 0 < longest <= HARD_LIMIT
