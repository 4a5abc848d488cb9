"""The glossary: it loads, it finds what is not explained, and the shipped articles explain all."""

from pathlib import Path

import pytest

from bot.content import SHIPPED
from flows.definition import COUNTRIES, Place
from knowledge.articles import load_articles
from knowledge.glossary import COMMON, Glossary, check_terms, find_unexplained, load_glossary

GLOSSARY, FINDINGS = load_glossary()


def missed(country: str | None, *texts: str, glossary: Glossary = GLOSSARY) -> list[str]:
    return [miss.word for miss in find_unexplained(texts, country, glossary)]


def test_the_shipped_glossary_has_no_findings() -> None:
    assert FINDINGS == []
    assert set(GLOSSARY.terms) == {COMMON, *COUNTRIES}


def test_each_term_is_told_once_and_shortly_in_both_languages() -> None:
    for place, terms in GLOSSARY.terms.items():
        spellings = [spelling for term in terms for spelling in term.spellings]
        assert len(spellings) == len(set(spellings)), place
        for term in terms:
            assert term.spanish, term.term
            assert term.english, term.term
            assert len(term.spanish) <= 45, term.term


def test_every_identity_document_and_tax_number_is_there() -> None:
    for country, words in {
        "SV": ("DUI", "RNPN", "NIT", "PGR", "PDDH", "GAMI", "INCAF", "ISSS"),
        "GT": ("DPI", "RENAP", "NIT", "SAT", "Intecap", "IGSS"),
        "HN": ("DNI", "RNP", "RTN", "SAR", "CAMR", "UMAR", "INFOP", "IHSS"),
        "MX": ("INE", "CURP", "RFC", "SAT", "IMSS", "SEP", "CONOCER"),
    }.items():
        for word in words:
            assert GLOSSARY.find(word, country) is not None, f"{country} {word}"


def test_the_same_letters_mean_another_thing_in_another_country() -> None:
    guatemalan, honduran = GLOSSARY.find("DPI", "GT"), GLOSSARY.find("DPI", "HN")
    assert guatemalan is not None
    assert honduran is not None
    assert guatemalan.spanish == "documento de identidad"
    assert honduran.spanish == "policía"


@pytest.mark.parametrize(
    "text",
    [
        "Llame al RNPN (registro de las personas): 2521-9300.",
        "Vaya al registro de las personas (RNPN).",
        "Vaya al RNPN, el registro donde está su partida.",
        "El RNPN es un registro de las personas.",
        "Pregunte en el «RNPN» (registro) de su departamento.",
    ],
)
def test_a_term_may_be_explained_in_several_ways(text: str) -> None:
    assert missed("SV", text) == []


def test_a_term_without_explanation_is_found_where_it_first_comes() -> None:
    glossary = GLOSSARY
    [miss] = find_unexplained(["Vaya hoy.", "Llame al RNPN.", "El RNPN abre."], "SV", glossary)
    assert (miss.word, miss.position) == ("RNPN", 1)
    assert miss.remedy == "Write «RNPN (registro de las personas)»."


def test_an_explanation_that_comes_too_late_does_not_count() -> None:
    assert missed("SV", "Vaya al RNPN.", "El RNPN (registro de las personas) abre.") == ["RNPN"]


def test_the_bracket_of_another_term_explains_nothing() -> None:
    assert missed("HN", "Saque su RTN (número de impuestos) en la SAR.") == ["SAR"]


def test_one_bracket_may_explain_two_of_a_kind() -> None:
    assert missed("HN", "La UNAH y la UTH (universidades) dan ayuda legal.") == []


def test_names_in_small_letters_are_found_too() -> None:
    assert missed("GT", "Pregunte en el Mintrab.") == ["Mintrab"]
    assert missed("GT", "Pida la apostilla.") == ["apostilla"]
    assert missed("GT", "Pida la apostilla (sello internacional).") == []


def test_two_spellings_are_one_term() -> None:
    assert missed("GT", "El Intecap (instituto de oficios) abre.", "Vaya al INTECAP.") == []


def test_an_acronym_that_nobody_listed_is_found() -> None:
    [miss] = find_unexplained(["Vaya al XYZW."], "SV", GLOSSARY)
    assert miss.term is None
    assert "knowledge/glossary.yaml" in miss.remedy
    assert missed("SV", "Vaya al XYZW (oficina de pagos).") == []


def test_what_everybody_knows_needs_no_words() -> None:
    assert (
        missed("SV", "Vuelve de EE. UU. Es de la ONU.", "Su PDF, su partida y la solvencia.") == []
    )


def test_money_and_addresses_are_no_acronyms() -> None:
    assert missed("HN", "Cuesta L200 o US$100.", "Entre a www.RNP.hn o HOLA@RNP.HN.") == []


def test_a_finding_names_the_line_and_the_country() -> None:
    parts = [(Place("a.yaml", 3), "Vaya hoy."), (Place("a.yaml", 9), "Llame al RNPN.")]
    [finding] = check_terms("SV", parts, "SV", GLOSSARY)
    assert str(finding) == (
        'a.yaml:9: SV: uses "RNPN" without saying what it is. '
        "Write «RNPN (registro de las personas)»."
    )


def test_a_broken_glossary_is_told_line_by_line(tmp_path: Path) -> None:
    file = tmp_path / "glossary.yaml"
    file.write_text(
        "terms:\n  SV:\n    DUI: {es: documento}\n    NIT: {es: número, en: number, foo: 1}\n",
        encoding="utf-8",
    )
    _, findings = load_glossary(file, "glossary.yaml")
    told = [str(finding) for finding in findings]
    assert any(line.startswith("glossary.yaml:3: ") and '"en" is missing' in line for line in told)
    assert any(line.startswith("glossary.yaml:4: ") and '"foo"' in line for line in told)


def test_every_shipped_section_explains_its_terms() -> None:
    articles, _ = load_articles(SHIPPED / "knowledge" / "articles")
    unexplained = []
    for article in articles.values():
        for country, section in (*article.countries.items(), (None, article.everywhere)):
            if section is None:
                continue
            spoken = [s.text for _, sentences in section.parts() for s in sentences]
            words = missed(country, section.summary, *spoken)
            unexplained += [f"{article.id} {country}: {word}" for word in words]
    assert articles
    assert unexplained == []
