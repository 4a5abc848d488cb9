"""How a question is read: shorthand, repair, concepts, language."""

from pathlib import Path

import pytest

from bot.content import Content
from knowledge.search import load_lexicon
from knowledge.search.concepts import load_concepts
from knowledge.search.repair import Repairer
from knowledge.search.shorthand import Shorthand, load_shorthand
from knowledge.search.sounds import sound
from knowledge.search.verbs import verb_forms


def concepts_in(text: str, content: Content, country: str | None = None) -> set[str]:
    return {match.concept for match in content.index.reader.read(text, country).concepts}


def test_the_shipped_language_data_has_no_faults() -> None:
    assert load_lexicon()[1] == []


def test_shorthand_is_written_out_in_its_language(content: Content) -> None:
    shorthand = content.index.reader.lexicon.shorthand
    assert shorthand.write_out(["y", "q"], "es") == ["y", "que"]
    assert shorthand.write_out(["y", "dont"], "en") == ["why", "do", "not"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("sertificasion", ("certificacion",)),  # by ear
        ("pasaprote", ("pasaporte",)),  # swapped
        ("licenca", ("licencia",)),  # dropped
        ("midui", ("mi", "dui")),  # glued
        ("pasaporte", ("pasaporte",)),
        ("viviendo", ("viviendo",)),  # a verb, not a house
        ("partido", ("partido",)),  # a game, not a birth record
        ("zzzzkk", ("zzzzkk",)),
    ],
)
def test_a_word_is_repaired_only_when_it_is_plain(
    typed: str, meant: tuple[str, ...], content: Content
) -> None:
    assert content.index.reader.repairer.repair(typed) == meant


def test_an_acronym_is_never_the_outcome_of_a_repair() -> None:
    repairer = Repairer({"imss": 9, "visa": 9}, acronyms={"imss"})
    assert repairer.repair("imsss") == ("imsss",)
    assert repairer.repair("bisa") == ("visa",)


def test_a_misspelling_in_our_own_phrasings_is_no_known_word() -> None:
    repairer = Repairer({"antecedentes": 10, "antesedentes": 1})
    assert repairer.repair("antesedentes") == ("antecedentes",)


@pytest.mark.parametrize(
    ("one", "other"),
    [("baca", "vaca"), ("ora", "hora"), ("kiero", "quiero"), ("cayo", "callo"), ("jente", "gente")],
)
def test_words_of_one_sound_share_a_key(one: str, other: str) -> None:
    assert sound(one) == sound(other)


def test_a_verb_has_its_regular_forms() -> None:
    assert {"busque", "buscaba", "buscarlo"} <= verb_forms("buscar")
    assert {"viviendo", "vivimos", "viviria"} <= verb_forms("vivir")
    assert verb_forms("casa") == set()


def test_concepts_join_countries_and_languages(content: Content) -> None:
    assert "identidad" in concepts_in("mi dpi", content) & concepts_in("my id card", content)


def test_a_phrase_wins_over_its_words(content: Content) -> None:
    assert concepts_in("birth certificate", content) == {"nacimiento-acta"}


def test_the_country_chooses_between_two_senses(content: Content) -> None:
    assert "extorsion" in concepts_in("la renta", content, "SV")
    assert "vivienda" in concepts_in("la renta", content, "MX")


FAULTS = {
    "una palabra en dos conceptos": (
        "concepts:\n  a: [gato]\n  b: [gato]\n",
        '"gato" is in a already',
    ),
    "un tallo muy corto": ("concepts:\n  a: [ga*]\n", "3 letters at least"),
    "sin letras": ('concepts:\n  a: ["¿?"]\n', "holds no letters"),
    "un asterisco en medio": ("concepts:\n  a: [gat* negro]\n", "only the last words"),
    "un concepto que no existe": (
        "concepts:\n  perro: [perro]\nby_country:\n  can: {otro: pero}\n",
        'Did you mean "perro"?',
    ),
    "falta el sentido general": (
        "concepts:\n  perro: [perro]\nby_country:\n  can: {SV: perro}\n",
        '"otro" is missing',
    ),
    "otra clave": ("conceptos:\n  a: [gato]\n", 'the key "conceptos" is not known here'),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_an_editor_is_told_what_is_wrong_with_the_concepts(fault: str, tmp_path: Path) -> None:
    written, told = FAULTS[fault]
    path = tmp_path / "concepts.yaml"
    path.write_text(written, encoding="utf-8")
    _, findings = load_concepts(path, "concepts.yaml", Shorthand())
    assert any(told in str(finding) for finding in findings), [str(f) for f in findings]


def test_an_editor_is_told_what_is_wrong_with_the_shorthand(tmp_path: Path) -> None:
    path = tmp_path / "shorthand.yaml"
    path.write_text("es:\n  dos palabras: una\n", encoding="utf-8")
    _, findings = load_shorthand(path, "shorthand.yaml")
    assert "must be one short word" in str(findings[0])


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("necesito sacar mi partida", "es"),
        ("how do i get my papers", "en"),
        ("q onda donde saco mi dpi", "es"),
        ("lonely", "en"),
        ("ok", None),
        ("DUI", None),
        ("ok dui", None),
        ("", None),
        ("503 2222", None),
        ("i want to work pero no tengo papeles aqui", None),
    ],
)
def test_the_language_is_told_only_when_it_is_clear(
    text: str, language: str | None, content: Content
) -> None:
    assert content.index.reader.languages.read(text.lower().split()).language == language


def test_half_and_half_is_mixed(content: Content) -> None:
    spoken = content.index.reader.languages.read("i need help pero no tengo dinero ok".split())
    assert spoken.mixed
