"""Every text that people read is found in flows, articles, Python and templates, at its line."""

import io
from pathlib import Path

import pytest

from locales.extract import UnreadableYamlError, extract_article, extract_flow
from locales.sources import read_sources

FLOW = """\
flow: identity_document
title: Documento de identidad
starts_with: [documento, dui]
first: what_happened
nodes:
  what_happened:
    question: ¿Qué pasó con su documento?
    hint: >
      Si no está seguro,
      elija la primera.
    options:
      lost: Lo perdí
      expired: {label: Está vencido, words: [vencido, expired]}
      "no":
        label: "No"
        words: [nope]
    next:
      - go: replace
  replace:
    outcome: Estos son los pasos.
    articles: [documents/passport]
    services: {taxonomy_term: identity_documents, near: municipality}
"""

ARTICLE = """\
title: Pasaporte
summary: Puede sacar su pasaporte aquí.
asks:
  es: [sacar pasaporte]
  en: [get a passport]
see_also: [documents/birth-certificate]
everywhere:
  good_to_know:
    - Nadie puede quitarle su pasaporte.
countries:
  SV:
    summary: Cuesta $25.
    steps:
      - say: Pague $25 en el banco.
        source: pago
      - Vaya en persona.
    bring: [Su DUI]
    cost: Cuesta $25 en total.
    time:
      - say: De 8:00 a 16:00.
        confirm: true
    who: []
    where:
      - En Galerías.
    good_to_know:
      -
      - ""
    sources:
      pago: {url: "https://example.org", date: "2025-09"}
    checked: "2026-11-21"
    confidence: high
"""


def found_in(extractor, text, name=""):
    file = io.BytesIO(text.encode())
    file.name = name
    return [
        (line, sentence, comments[0])
        for line, function, sentence, comments in extractor(file, (), (), {})
        if function is None
    ]


def test_a_flow_yields_each_text_with_its_line_and_where_it_is_shown():
    assert found_in(extract_flow, FLOW) == [
        (2, "Documento de identidad", "identity_document title"),
        (
            7,
            "¿Qué pasó con su documento?",
            "identity_document what_happened question",
        ),
        (
            8,
            "Si no está seguro, elija la primera.",
            "identity_document what_happened hint",
        ),
        (12, "Lo perdí", "identity_document what_happened option lost"),
        (13, "Está vencido", "identity_document what_happened option expired"),
        (15, "No", "identity_document what_happened option no"),
        (20, "Estos son los pasos.", "identity_document replace outcome"),
    ]


def test_an_article_yields_each_text_with_its_line_and_where_it_is_shown():
    found = found_in(extract_article, ARTICLE, "/srv/knowledge/articles/documents/passport.yaml")
    assert found == [
        (1, "Pasaporte", "documents/passport title"),
        (2, "Puede sacar su pasaporte aquí.", "documents/passport summary"),
        (9, "Nadie puede quitarle su pasaporte.", "documents/passport everywhere good_to_know"),
        (12, "Cuesta $25.", "documents/passport SV summary"),
        (14, "Pague $25 en el banco.", "documents/passport SV steps"),
        (16, "Vaya en persona.", "documents/passport SV steps"),
        (17, "Su DUI", "documents/passport SV bring"),
        (18, "Cuesta $25 en total.", "documents/passport SV cost"),
        (20, "De 8:00 a 16:00.", "documents/passport SV time"),
        (24, "En Galerías.", "documents/passport SV where"),
    ]


@pytest.mark.parametrize("text", ["[]", "just a word", "nodes: [1]", "countries: {SV: no}"])
@pytest.mark.parametrize("extractor", [extract_flow, extract_article])
def test_a_file_of_another_shape_has_no_texts(extractor, text):
    assert found_in(extractor, text) == []


@pytest.mark.parametrize("text", ["title: 'abierto\n", "a: [" * 500, "title: \tx", "a: *b", ""])
def test_a_file_that_is_not_yaml_is_refused_with_its_line(text):
    with pytest.raises(UnreadableYamlError) as refused:
        found_in(extract_article, text, "x.yaml")
    assert refused.value.finding.place.path == "x.yaml"
    assert refused.value.finding.place.line >= 1


def write(root: Path, path: str, text: str) -> None:
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def test_the_messages_are_in_python_and_templates(tmp_path):
    write(
        tmp_path,
        "bot/phrases.py",
        'HOLA = N_(\n    "Hola, "\n    "soy Ventanilla."\n)\nclave = d.text("title")\n'
        '# Translators: how many offices.\nx = t.plural("{n} oficina", "{n} oficinas", 2)\n',
    )
    write(
        tmp_path,
        "admin/pages/list.html",
        '<h1>{{ _("Oficinas") }}</h1>\n{% trans %}Guardar{% endtrans %}\n'
        '<p>{{ _("Hola, soy Ventanilla.") }}</p>',
    )
    write(tmp_path, "tests/test_it.py", 'N_("Esto no")')
    sources = read_sources("messages", tmp_path / "content", code_root=tmp_path)
    assert [(each.id, [str(place) for place in each.places]) for each in sources.sentences] == [
        ("Oficinas", ["admin/pages/list.html:1"]),
        ("Guardar", ["admin/pages/list.html:2"]),
        ("Hola, soy Ventanilla.", ["admin/pages/list.html:3", "bot/phrases.py:2"]),
        (("{n} oficina", "{n} oficinas"), ["bot/phrases.py:7"]),
    ]
    assert sources.sentences[3].comments == ("how many offices.",)


def test_sentences_come_in_the_order_of_files_and_lines(tmp_path):
    write(tmp_path, "knowledge/articles/b/one.yaml", "summary: Segundo\ntitle: Tercero\n")
    write(tmp_path, "knowledge/articles/a/two.yaml", "title: Primero\n")
    sources = read_sources("articles", tmp_path)
    assert [each.text for each in sources.sentences] == ["Primero", "Segundo", "Tercero"]
    assert sources.unreadable == ()


def test_a_broken_file_is_named_and_the_others_are_read(tmp_path):
    write(tmp_path, "flows/library/good.yaml", "flow: good\ntitle: Bueno\n")
    write(tmp_path, "flows/library/bad.yaml", "flow: bad\ntitle: 'Malo\n")
    (tmp_path / "flows/library/latin.yaml").write_bytes("title: Ñandú".encode("latin-1"))
    write(tmp_path, "bot/pages/chat.html", "<p>\n{% trans %}Hola")
    write(tmp_path, "bot/broken.py", '_("x"\n')
    flows = read_sources("flows", tmp_path)
    messages = read_sources("messages", tmp_path, code_root=tmp_path)
    assert [each.text for each in flows.sentences] == ["Bueno"]
    unreadable = [*flows.unreadable, *messages.unreadable]
    assert [each.place.path for each in unreadable] == [
        "flows/library/bad.yaml",
        "flows/library/latin.yaml",
        "bot/broken.py",
        "bot/pages/chat.html",
    ]
    assert unreadable[3].place.line == 2
