"""Catalogs follow the content: what is kept, what waits for review, what is set aside."""

from functools import cache
from pathlib import Path

import pytest

from flows.definition import Place
from locales.catalogs import po_path, translator
from locales.merge import merge
from locales.po_files import format_po, parse_po, read_po_file
from locales.sources import Sentence, Sources, read_sources
from locales.update import main


def article(root: Path, *sentences: str, name: str = "passport") -> None:
    path = root / "knowledge" / "articles" / "documents" / f"{name}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    steps = "".join(f'      - "{sentence}"\n' for sentence in sentences)
    path.write_text(f"countries:\n  SV:\n    steps:\n{steps}", encoding="utf-8")


@cache
def code_sentences() -> Sources:
    return read_sources("messages", Path())


@pytest.fixture(autouse=True)
def _code_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The program's own sentences are the same for each of these folders, and take long to read."""

    def read(domain: str, content: Path) -> Sources:
        return code_sentences() if domain == "messages" else read_sources(domain, content)

    monkeypatch.setattr("locales.update.read_sources", read)


@pytest.fixture
def content(tmp_path: Path) -> Path:
    (tmp_path / "locales" / "en" / "LC_MESSAGES").mkdir(parents=True)
    return tmp_path


def update(content: Path, *options: str) -> int:
    return main(["--content", str(content), *options])


def po(content: Path, language: str = "en") -> Path:
    return po_path(content / "locales", language, "articles")


def entries(content: Path) -> str:
    return po(content).read_text(encoding="utf-8").partition('!= 1);\\n"\n\n')[2]


def translate(content: Path, spanish: str, english: str) -> None:
    path = po(content)
    text = path.read_text(encoding="utf-8")
    untranslated = f'msgid "{spanish}"\nmsgstr ""'
    assert untranslated in text
    path.write_text(text.replace(untranslated, f'msgid "{spanish}"\nmsgstr "{english}"'), "utf-8")


def test_a_first_update_makes_the_three_catalogs(content, capsys):
    article(content, "Pague en el banco.", "Vaya en persona.")
    assert update(content) == 0
    assert capsys.readouterr().out.splitlines()[2] == (
        f"{po(content)}: 2 texts, 2 new, 0 changed, 0 retired, 0 to review, 2 without translation"
    )
    assert sorted(path.name for path in po(content).parent.iterdir()) == [
        "articles.po",
        "flows.po",
        "messages.po",
    ]
    assert po(content).read_text(encoding="utf-8") == (
        "# Ventanilla: Spanish → en.\n"
        'msgid ""\n'
        'msgstr ""\n'
        '"Project-Id-Version: Ventanilla\\n"\n'
        '"Language: en\\n"\n'
        '"MIME-Version: 1.0\\n"\n'
        '"Content-Type: text/plain; charset=UTF-8\\n"\n'
        '"Content-Transfer-Encoding: 8bit\\n"\n'
        '"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n'
        "\n"
        "#. documents/passport SV steps\n"
        "#: knowledge/articles/documents/passport.yaml\n"
        'msgid "Pague en el banco."\n'
        'msgstr ""\n'
        "\n"
        "#. documents/passport SV steps\n"
        "#: knowledge/articles/documents/passport.yaml\n"
        'msgid "Vaya en persona."\n'
        'msgstr ""\n'
    )


def test_a_changed_sentence_keeps_its_english_for_review_and_people_read_spanish(content):
    article(content, "Pague $10.31 en el banco.", "Vaya en persona.")
    update(content)
    translate(content, "Pague $10.31 en el banco.", "Pay $10.31 at the bank.")
    article(content, "Vaya en persona.", "Pague $12.00 en el banco.")
    assert update(content) == 0
    assert entries(content) == (
        "#. documents/passport SV steps\n"
        "#: knowledge/articles/documents/passport.yaml\n"
        'msgid "Vaya en persona."\n'
        'msgstr ""\n'
        "\n"
        "#. documents/passport SV steps\n"
        "#: knowledge/articles/documents/passport.yaml\n"
        "#, fuzzy\n"
        '#| msgid "Pague $10.31 en el banco."\n'
        'msgid "Pague $12.00 en el banco."\n'
        'msgstr "Pay $10.31 at the bank."\n'
    )
    english = translator("en", content / "locales")
    assert english.text("Pague $12.00 en el banco.") == "Pague $12.00 en el banco."
    assert english.translates("Pague $12.00 en el banco.") == "fuzzy"


def test_a_sentence_changed_twice_still_shows_what_its_english_was_made_for(content):
    article(content, "Pague $10.31 en el banco.")
    update(content)
    translate(content, "Pague $10.31 en el banco.", "Pay $10.31 at the bank.")
    for price in ("$12.00", "$13.50"):
        article(content, f"Pague {price} en el banco.")
        update(content)
    (message,) = [each for each in read_po_file(po(content)) if each.id]
    assert message.fuzzy
    assert message.previous_id == ["Pague $10.31 en el banco."]


def test_likeness_counts_within_a_file_only(content):
    article(content, "Pague en el banco.")
    update(content)
    translate(content, "Pague en el banco.", "Pay at the bank.")
    article(content, "Otra cosa.")
    article(content, "Pague en los bancos.", name="birth-certificate")
    update(content)
    assert "fuzzy" not in entries(content)
    assert entries(content).endswith(
        '#~ msgid "Pague en el banco."\n#~ msgstr "Pay at the bank."\n'
    )


def test_a_sentence_out_of_use_keeps_its_translation_and_finds_it_again(content):
    article(content, "Pague en el banco.", "Nunca se tradujo.")
    update(content)
    translate(content, "Pague en el banco.", "Pay at the bank.")
    article(content, "Otra cosa.")
    update(content)
    assert "#~ msgid" in entries(content)
    assert "Nunca se tradujo" not in entries(content)
    article(content, "Pague en el banco.")
    update(content)
    assert entries(content).endswith('msgid "Pague en el banco."\nmsgstr "Pay at the bank."\n')
    assert "fuzzy" not in entries(content)


def test_the_second_update_changes_nothing_even_after_lines_move(content):
    article(content, "Pague en el banco. " * 20, "Vaya en persona.")
    update(content)
    translate(content, "Vaya en persona.", "Go in person.")
    before = po(content).read_text(encoding="utf-8")
    path = content / "knowledge/articles/documents/passport.yaml"
    path.write_text(f"# Una nota.\n\n{path.read_text(encoding='utf-8')}", encoding="utf-8")
    assert update(content, "--check") == 0
    assert update(content) == 0
    assert po(content).read_text(encoding="utf-8") == before
    assert max(map(len, before.splitlines())) <= 100


def test_check_writes_nothing_and_fails_when_a_catalog_is_behind(content, capsys):
    article(content, "Pague en el banco.")
    assert update(content, "--check") == 1
    assert "make messages" in capsys.readouterr().err
    assert not po(content).exists()


def test_what_people_wrote_in_a_catalog_stays(content):
    article(content, "Vaya en persona.")
    update(content)
    text = po(content).read_text(encoding="utf-8")
    text = text.replace("# Ventanilla: Spanish → en.", "# English by Ana.\n# Thanks to her aunt.")
    text = text.replace("(n != 1)", "(n > 1)")
    text = text.replace("#. documents", "# Ask at the window.\n#. documents")
    po(content).write_text(text, encoding="utf-8")
    article(content, "Vaya en persona.", "Y espere.")
    update(content)
    after = po(content).read_text(encoding="utf-8")
    assert after.startswith(text)
    assert after.endswith('msgid "Y espere."\nmsgstr ""\n')


def test_a_third_language_begins_as_an_empty_folder(content):
    article(content, "Vaya en persona.")
    (content / "locales" / "cab" / "LC_MESSAGES").mkdir(parents=True)
    assert update(content) == 0
    assert 'msgid "Vaya en persona."' in po(content, "cab").read_text(encoding="utf-8")


@pytest.mark.parametrize("broken", ["content", "catalog"])
def test_nothing_is_written_over_when_something_cannot_be_read(content, capsys, broken):
    article(content, "Vaya en persona.")
    update(content)
    translate(content, "Vaya en persona.", "Go in person.")
    if broken == "content":
        article(content, 'Vaya "en" persona.')
    else:
        text = po(content).read_text(encoding="utf-8")
        po(content).write_text(f"<<<<<<< ours\n{text}", encoding="utf-8")
    before = po(content).read_text(encoding="utf-8")
    assert update(content) == 1
    assert "Nothing was updated" in capsys.readouterr().err
    assert po(content).read_text(encoding="utf-8") == before


def test_pairs_fill_what_they_match_and_say_what_is_left(content, capsys):
    article(content, "Pague en el banco.", "Vaya en persona.", "Espere en su casa.")
    pairs = content / "pairs"
    pairs.mkdir()
    (pairs / "one.yaml").write_text(
        "- es: |\n    Pague en\n    el   banco.\n  en: Pay at the bank.\n"
        "- {es: Vaya usted en persona., en: Go with someone.}\n"
        "- {es: Pague en el banco., en: Pay in the bank.}\n"
        "- {en: Alone.}\n"
        "- loose\n",
        encoding="utf-8",
    )
    (pairs / "two.yaml").write_text("- 'open\n", encoding="utf-8")
    assert update(content, "--pairs", str(pairs)) == 0
    said = capsys.readouterr().out
    assert "3 texts, 3 new, 0 changed, 0 retired, 1 filled from pairs" in said
    assert (
        f'{pairs}/one.yaml:5: no text reads "Vaya usted en persona.". '
        'Did you mean "Vaya en persona."?' in said
    )
    assert f"{pairs}/one.yaml:6: {pairs}/one.yaml:1 translates" in said
    assert f"{pairs}/one.yaml:7: " in said
    assert f'{pairs}/one.yaml:8: is not a pair "es: …", "en: …".' in said
    assert f"{pairs}/two.yaml:1: " in said
    assert (
        "knowledge/articles/documents/passport.yaml: 2 without a reviewed translation\n"
        "  en missing: Vaya en persona.\n"
        "  en missing: Espere en su casa.\n" in said
    )
    assert translator("en", content / "locales").text("Pague en el banco.") == "Pay at the bank."


def test_a_pair_ends_a_review(content):
    article(content, "Pague $10.31 en el banco.")
    update(content)
    translate(content, "Pague $10.31 en el banco.", "Pay $10.31 at the bank.")
    article(content, "Pague $12.00 en el banco.")
    pair = content / "pairs" / "one.yaml"
    pair.parent.mkdir()
    pair.write_text("- {es: Pague $12.00 en el banco., en: Pay $12.00 at the bank.}", "utf-8")
    update(content, "--pairs", str(pair.parent))
    assert entries(content).endswith(
        'msgid "Pague $12.00 en el banco."\nmsgstr "Pay $12.00 at the bank."\n'
    )
    assert "fuzzy" not in entries(content)


def sentence(message_id, path="bot/phrases.py"):
    return Sentence(message_id, (Place(path, 1),))


def test_a_changed_plural_waits_for_review():
    before = merge(None, [sentence(("{n} oficina", "{n} oficinas"))])
    before.messages[0].string = ("{n} office", "{n} offices")
    catalog = parse_po(Path("x.po"), format_po("en", before.messages).encode())
    after = merge(catalog, [sentence(("{n} oficina", "{n} ventanillas"))])
    assert after.messages[0].fuzzy
    assert after.messages[0].string == ("{n} office", "{n} offices")
    # A sentence that gets a plural has to be translated anew.
    alone = merge(catalog, [sentence("{n} oficina")])
    assert (alone.messages[0].string, alone.messages[0].fuzzy) == ("", False)


def test_six_thousand_changed_sentences_are_each_matched_with_their_own():
    def sentences(year):
        return [
            sentence(f"Pague {n} dólares en {year} por el trámite {n * 7}.", f"a/{n // 60}.yaml")
            for n in range(6_000)
        ]

    old = merge(None, sentences(2025))
    for message in old.messages:
        message.string = "Pay."
    content = format_po("en", old.messages).encode()
    merged = merge(parse_po(Path("x.po"), content), sentences(2026))
    assert merged.changed == 6_000
