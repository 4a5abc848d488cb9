"""What people read in another language, and that Spanish stands wherever it is not sure."""

import logging
import os
import time
from pathlib import Path

import pytest

from locales.catalogs import _load, languages, translator

PO = """\
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Language: en\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""


def catalog(directory: Path, text: str, domain="messages", language="en") -> Path:
    path = directory / language / "LC_MESSAGES" / f"{domain}.po"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(PO.replace("Language: en", f"Language: {language}") + text, encoding="utf-8")
    return path


def test_spanish_is_what_is_written(tmp_path):
    spanish = translator("es", tmp_path)
    assert spanish.language == "es"
    assert spanish.text("Cuesta {amount}.", amount="$10.31") == "Cuesta $10.31."
    assert spanish.plural("{n} oficina", "{n} oficinas", 1) == "1 oficina"
    assert spanish.plural("{n} oficina", "{n} oficinas", 3) == "3 oficinas"
    assert spanish.translates("Cualquier cosa") == "yes"


def test_the_three_catalogs_are_one(tmp_path):
    catalog(tmp_path, 'msgid "Hola"\nmsgstr "Hello"\n')
    catalog(tmp_path, 'msgid "Lo perdí"\nmsgstr "I lost it"\n', "flows")
    catalog(tmp_path, 'msgid "Cuesta $25."\nmsgstr "It costs $25."\n', "articles")
    english = translator("en", tmp_path)
    assert english.language == "en"
    texts = ["Hola", "Lo perdí", "Cuesta $25.", "Nadie me tradujo"]
    assert [english.text(text) for text in texts] == [
        "Hello",
        "I lost it",
        "It costs $25.",
        "Nadie me tradujo",
    ]
    assert [english.translates(text) for text in texts] == ["yes", "yes", "yes", "no"]


def test_a_fuzzy_or_empty_translation_leaves_the_spanish(tmp_path):
    catalog(
        tmp_path,
        '#, fuzzy\n#| msgid "Cuesta $10."\nmsgid "Cuesta $12."\nmsgstr "It costs $10."\n\n'
        'msgid "Espere."\nmsgstr ""\n\n#~ msgid "Viejo"\n#~ msgstr "Old"\n\n'
        'msgid "{n} día"\nmsgid_plural "{n} días"\nmsgstr[0] "{n} day"\nmsgstr[1] ""\n\n'
        '#, fuzzy\nmsgid "{n} mes"\nmsgid_plural "{n} meses"\nmsgstr[0] "{n} a"\nmsgstr[1] "b"\n',
    )
    english = translator("en", tmp_path)
    for text, state in [
        ("Cuesta $12.", "fuzzy"),
        ("Espere.", "no"),
        ("Viejo", "no"),
        ("{n} día", "no"),
        ("{n} mes", "fuzzy"),
    ]:
        assert (english.text(text), english.translates(text)) == (text, state)
    assert english.plural("{n} día", "{n} días", 2) == "2 días"
    assert english.plural("{n} mes", "{n} meses", 1) == "1 mes"


def test_plurals_follow_the_rule_of_the_catalog(tmp_path):
    path = catalog(
        tmp_path,
        'msgid "{n} oficina"\nmsgid_plural "{n} oficinas"\n'
        'msgstr[0] "{n} one"\nmsgstr[1] "{n} many"\n',
        language="quc",
    )
    path.write_text(path.read_text(encoding="utf-8").replace("(n != 1)", "(n > 4)"))
    quiche = translator("quc", tmp_path)
    shown = [quiche.plural("{n} oficina", "{n} oficinas", n) for n in (1, 4, 5)]
    assert shown == ["1 one", "4 one", "5 many"]
    assert quiche.translates("{n} oficina") == "yes"


def test_placeholders_are_filled_by_name_and_nothing_else_happens(tmp_path):
    catalog(
        tmp_path,
        'msgid "Hola {name}"\nmsgstr "Hello {name}, {name}"\n\n'
        'msgid "Son {amount}"\nmsgstr "It is {amuont}"\n\n'
        'msgid "Clase {x}"\nmsgstr "{x.__class__} {0} {} { {x}"\n',
    )
    english = translator("en", tmp_path)
    assert english.text("Hola {name}", name="{name} {other}") == (
        "Hello {name} {other}, {name} {other}"
    )
    assert english.text("Son {amount}", amount=3) == "Son 3"  # the translation cannot be filled
    assert english.text("Son {amount}") == "It is {amuont}"  # as it is, to be filled by a caller
    assert english.text("Clase {x}", x=1) == "{x.__class__} {0} {} { 1"
    assert english.text("Sin {nada}", otra=1) == "Sin {nada}"


def test_a_third_language_is_one_more_folder(tmp_path):
    assert languages(tmp_path) == ("es",)
    catalog(tmp_path, 'msgid "Hola"\nmsgstr "Hello"\n')
    catalog(tmp_path, 'msgid "Hola"\nmsgstr "Saqarik"\n', language="quc")
    (tmp_path / "es").mkdir()
    (tmp_path / "mam" / "LC_MESSAGES").mkdir(parents=True)
    assert languages(tmp_path) == ("es", "en", "quc")
    assert translator("quc", tmp_path).text("Hola") == "Saqarik"


@pytest.mark.parametrize("language", ["fr", "mam", "", "..", "en/../en", "../x", "EN", "e" * 9999])
def test_a_language_without_catalogs_is_answered_in_spanish(tmp_path, language):
    catalog(tmp_path, 'msgid "Hola"\nmsgstr "Hello"\n')
    found = translator(language, tmp_path)
    assert (found.language, found.text("Hola")) == ("es", "Hola")


def test_a_broken_catalog_costs_its_own_sentences_only(tmp_path, caplog):
    catalog(tmp_path, 'msgid "Hola"\nmsgstr "Hello\n')
    catalog(tmp_path, 'msgid "Sí"\nmsgstr "Yes"\n', "flows")
    catalog(tmp_path, "", "articles").write_bytes(b"\xff\xfe")
    with caplog.at_level(logging.WARNING):
        english = translator("en", tmp_path)
    assert (english.text("Hola"), english.text("Sí")) == ("Hola", "Yes")
    assert "messages.po:8" in caplog.text
    assert "articles.po" in caplog.text


def test_the_compiled_catalog_is_used_until_the_po_changes(tmp_path):
    path = catalog(tmp_path, 'msgid "Hola"\nmsgstr "Hello"\n')
    mo_path = path.with_suffix(".mo")
    _load("en", tmp_path)
    made = mo_path.stat().st_mtime_ns
    assert _load("en", tmp_path).text("Hola") == "Hello"
    assert mo_path.stat().st_mtime_ns == made
    # An edit counts even where its date is older than that of the compiled catalog.
    catalog(tmp_path, 'msgid "Hola"\nmsgstr "Hi"\n')
    os.utime(path, (1, 1))
    assert _load("en", tmp_path).text("Hola") == "Hi"
    mo_path.write_bytes(b"damaged")
    assert _load("en", tmp_path).text("Hola") == "Hi"
    path.unlink()
    assert _load("en", tmp_path).text("Hola") == "Hi"


def test_a_folder_that_cannot_be_written_is_no_hindrance(tmp_path):
    path = catalog(tmp_path, 'msgid "Hola"\nmsgstr "Hello"\n')
    path.with_suffix(".mo").mkdir()  # nothing can take the place of a folder
    assert translator("en", tmp_path).text("Hola") == "Hello"
    assert sorted(each.name for each in path.parent.iterdir()) == ["messages.mo", "messages.po"]


def test_a_loaded_translator_stays_as_it_is(tmp_path):
    catalog(tmp_path, 'msgid "Hola"\nmsgstr "Hello"\n')
    first = translator("en", tmp_path)
    catalog(tmp_path, 'msgid "Hola"\nmsgstr "Hi"\n')
    assert translator("en", tmp_path) is first
    assert first.text("Hola") == "Hello"


def test_five_thousand_sentences_are_ready_at_once(tmp_path):
    entries = (
        f'msgid "Oración número {n}, de largo {"x" * 60}"\nmsgstr "Sentence {n} {"y" * 60}"\n\n'
        for n in range(5_000)
    )
    catalog(tmp_path, "".join(entries), "articles")
    times = []
    for _ in range(6):
        start = time.thread_time()
        loaded = _load("en", tmp_path)
        times.append(time.thread_time() - start)
    assert loaded.translates(f"Oración número 4999, de largo {'x' * 60}") == "yes"
    # Reading the sentences is done once and kept; taking up what was kept is another matter.
    assert min(times[1:]) < times[0] / 5
