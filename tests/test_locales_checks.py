"""An editor is told what a catalog lacks, at the place where the Spanish stands."""

from pathlib import Path

import pytest

from locales.catalogs import po_path
from locales.checks import check_catalogs
from locales.comparing import differences

ARTICLE = """\
countries:
  SV:
    steps:
      - Pague $10.31 en el banco.
      - Espere 3 días.
      - Vaya en persona.
      - Hola.
"""
ENGLISH = """\
msgid "Pague $10.31 en el banco."
msgstr "Pay $13.10 at the bank."

msgid "Espere 3 días."
msgstr ""

#, fuzzy
msgid "Vaya en persona."
msgstr "Go there."

#~ msgid "Antes."
#~ msgstr "Before"
"""
CATALOG = "locales/en/LC_MESSAGES/articles.po"


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def findings(root: Path) -> list[str]:
    return [str(each) for each in check_catalogs(root / "locales", root, code_root=root)]


@pytest.fixture
def content(tmp_path: Path) -> Path:
    write(tmp_path / "knowledge/articles/documents/passport.yaml", ARTICLE)
    write(po_path(tmp_path / "locales", "en", "articles"), ENGLISH)
    return tmp_path


def test_each_finding_is_at_the_spanish_and_names_the_catalog(content):
    path = "knowledge/articles/documents/passport.yaml"
    numbers = (
        f"in {CATALOG} the numbers differ: only in Spanish 10.31, only in the translation 13.10."
    )
    changed = (
        f"changed since it was translated in {CATALOG}. Review the translation there "
        "and take the mark «fuzzy» away; people read Spanish until then."
    )
    assert findings(content) == [
        f'{path}:4: "Pague $10.31 en el banco.": {numbers}',
        f'{path}:5: "Espere 3 días.": has no translation in {CATALOG}.',
        f'{path}:6: "Vaya en persona.": {changed}',
        f'{path}:7: "Hola.": is not in {CATALOG} yet. Run "make messages".',
    ]


def test_a_complete_catalog_has_no_findings(content):
    english = ENGLISH.replace("13.10", "10.31").replace('msgstr ""', 'msgstr "Wait 3 days."')
    english = english.replace("#, fuzzy\n", "") + '\nmsgid "Hola."\nmsgstr "Hello."\n'
    write(content / CATALOG, english)
    assert findings(content) == []


def test_a_catalog_that_is_missing_is_one_finding(content):
    (content / CATALOG).unlink()
    assert findings(content) == [f'{CATALOG}:1: is missing. Run "make messages" to make it.']


def test_a_broken_catalog_is_one_finding_with_its_line(content):
    write(content / CATALOG, ENGLISH.replace('bank."', "bank."))
    assert findings(content) == [
        f'{CATALOG}:2: a line should read: msgid "…" or msgstr "…", with both quotes.'
    ]


def test_a_broken_article_is_a_finding_beside_those_of_the_others(content):
    write(content / "knowledge/articles/documents/visa.yaml", "title: 'open\n")
    paths = [each.partition(":")[0] for each in findings(content)]
    assert paths == [*["knowledge/articles/documents/passport.yaml"] * 4, *[paths[-1]]]
    assert paths[-1] == "knowledge/articles/documents/visa.yaml"


def test_without_other_languages_there_is_nothing_to_find(content):
    (content / CATALOG).unlink()
    (content / CATALOG).parent.rmdir()
    assert findings(content) == []


def test_both_forms_of_a_plural_are_compared(content):
    write(content / "bot/phrases.py", 'x = NP_("{n} oficina", "{n} oficinas.")\n')
    plural = (
        'msgid "{n} oficina"\nmsgid_plural "{n} oficinas."\n'
        'msgstr[0] "one office"\nmsgstr[1] "{n} offices."\n'
    )
    write(po_path(content / "locales", "en", "messages"), plural)
    assert findings(content)[0] == (
        'bot/phrases.py:1: "{n} oficina": in locales/en/LC_MESSAGES/messages.po '
        "the translation has none where the Spanish has {n}."
    )


@pytest.mark.parametrize(
    ("spanish", "translation"),
    [
        ("De 8:00 a 18:00.", "From 8:00 to 18:00."),
        ("De 8:00 a 18:30.", "From 8 a.m. to 6:30 p.m."),
        ("A las 12:00", "At 12 pm"),
        ("Llame al 2231-1000 o al 911.", "Call 911 or 2231-1000."),
        ("Cuesta 1,795 pesos.", "It costs 1,795 pesos."),
        ("¿Qué pasó?", "What happened?"),
        ("Escriba «borrar».", "Type “delete.”"),
        ("Hola {name}, {name}", "Hello {name}"),
        ("Autoridades de EE. UU.", "U.S. authorities"),
        ("Desde 06:00.", "From 6:00."),
    ],
)
def test_what_a_translator_may_do(spanish, translation):
    assert list(differences(spanish, translation)) == []


@pytest.mark.parametrize(
    ("spanish", "translation", "part"),
    [
        ("Cuesta $10.31.", "It costs $10.13.", "numbers"),
        ("Cuesta $10.31.", "It costs $31.10.", "numbers"),
        ("Llame al 2231-1000.", "Call 2231-100.", "numbers"),
        ("A las 18:00.", "At 6 a.m.", "numbers"),
        ("Dos copias.", "2 copies.", "numbers"),
        ("3 días o 3 meses", "3 days or months", "numbers"),
        ("Hola {name}", "Hello {nmae}", "{nmae}"),
        ("Hola", "Hello {name}", "{name}"),
        ("Hay %(count)s", "There are", "%(count)s"),
        ("Hola ", "Hello", "spaces"),
        ("\nHola", "Hello", "spaces"),
        ("Vaya.", "Go", "no punctuation"),
        ("Vaya:", "Go.", '"."'),
        ("¿Va?", "You go.", '"?"'),
    ],
)
def test_what_a_translator_must_not_do(spanish, translation, part):
    (difference,) = differences(spanish, translation)
    assert part in difference
