"""A `.po` is written so that it reads back, and a broken one is refused with its line."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.definition import Place
from locales.merge import merge
from locales.po_files import CatalogError, compile_po, format_po, parse_po
from locales.sources import Sentence


def sentence(message_id):
    return Sentence(message_id, (Place("bot/phrases.py", 1),))


def test_a_written_catalog_reads_back_as_it_was():
    hard = ('Con "comillas", \\ y\nlíneas ' + "largas " * 40 + ".", "Plural {n}\ttab")
    merged = merge(None, [sentence(hard), sentence("Simple")])
    merged.messages[0].string = ('One "quoted"\n', "Many \\n {n}")
    merged.messages[0].flags.add("fuzzy")
    merged.messages[0].previous_id = ["Antes " + "muy largo " * 30, 'Antes "plural"']
    text = format_po("en", merged.messages, merged.messages[:1])
    catalog = parse_po(Path("x.po"), text.encode())
    for message in (catalog.get(hard), *catalog.obsolete.values()):
        assert message.id == hard
        assert message.string == ('One "quoted"\n', "Many \\n {n}")
        assert message.fuzzy
    assert catalog.get(hard).previous_id == merged.messages[0].previous_id
    again = merge(catalog, [sentence(hard), sentence("Simple")])
    assert format_po("en", again.messages, before=catalog) == format_po("en", merged.messages)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('msgid "Hola"\nmsgstr "Hello\n', 2),
        ('msgid Hola\nmsgstr "Hello"\n', 1),
        ('msgid "Hola"\n=======\nmsgstr "Hello"\n', 2),
        ('msgid "Hola"\n\nmsgid "Adiós"\nmsgstr "Bye"\n', 3),
        ('msgid "Hola"\nmsgstr "Hello"\nmsgstr "Hi"\n', 3),
        ('#~ msgid "Hola"\n#~ msgid "Adiós"\n', 2),
        ('#~ msgid "Hola\n#~ msgstr "Hi"\n', 1),
        ('"suelto"\n', 1),
        ('msgstr "primero"\n', 1),
        ('msgid ""\nmsgstr "Plural-Forms: nplurals=x; plural=n;\\n"\n', 1),
        ('msgid ""\nmsgstr "Plural-Forms: nplurals=2; plural=exit();\\n"\n', 1),
        ('msgid ""\nmsgstr "POT-Creation-Date: yesterday\\n"\n', 1),
        ('msgid "a"\nmsgid_plural "b"\nmsgstr[9] "c"\n', 1),
    ],
)
def test_whatever_is_wrong_with_a_catalog_is_one_kind_of_error(text, line, capsys):
    with pytest.raises(CatalogError) as refused:
        compile_po(Path("x.po"), text.encode())
    assert (str(refused.value.path), refused.value.line) == ("x.po", line)
    assert capsys.readouterr().out == ""


PO_LINES = st.sampled_from(
    [
        'msgid ""',
        'msgid "a"',
        'msgid_plural "b"',
        'msgctxt "c"',
        'msgstr ""',
        'msgstr "{n} \\n"',
        'msgstr[0] "x"',
        'msgstr[7] "y"',
        '"Plural-Forms: nplurals=9; plural=n;\\n"',
        '"Language: ¿?\\n"',
        '"Content-Type: text/plain; charset=nothing\\n"',
        '"POT-Creation-Date: 2\\n"',
        "#, fuzzy",
        '#| msgid "old"',
        '#~ msgid "gone"',
        '#~ msgstr "gone"',
        "#: a.yaml:3 \u2068b c",
        "",
    ]
)


@given(st.lists(st.one_of(PO_LINES, st.text(max_size=12))))
def test_a_catalog_is_read_or_refused_and_nothing_else(lines):
    content = "\n".join(lines).encode(errors="replace")
    try:
        catalog = parse_po(Path("x.po"), content)
        compile_po(Path("x.po"), content)
    except CatalogError as error:
        assert 1 <= error.line <= len(lines) + 1  # noqa: PT017 - both ways out are right
    else:
        merged = merge(catalog, [sentence("a"), sentence(("{n} día", "{n} días"))])
        text = format_po("en", merged.messages, merged.obsolete, catalog)
        parse_po(Path("x.po"), text.encode())
