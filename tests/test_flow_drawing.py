"""A flow is drawn whole: a picture that any reader of XML can open, and a Mermaid text."""

import re
from collections.abc import Iterator
from dataclasses import replace
from xml.etree import ElementTree as ET

from flows_for_tests import FLOWS, IDENTITY, a_flow, a_question, a_rule, an_outcome
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.definition import Flow, Option, Question
from flows.drawing import draw_mermaid, draw_svg
from flows.layout import Arrow, lay_out
from flows.links import Link, links_of

SVG = "{http://www.w3.org/2000/svg}"


def in_english(text: str) -> str:
    return f"<{text} & co.>"


def groups(svg: str) -> Iterator[tuple[str, str]]:
    for group in ET.fromstring(svg).iter(f"{SVG}g"):
        yield group.attrib["id"], group.attrib["class"]


def texts(svg: str) -> str:
    return " ".join(text.text or "" for text in ET.fromstring(svg).iter(f"{SVG}text"))


def test_an_svg_holds_every_node_and_answer() -> None:
    svg = draw_svg(IDENTITY, str)
    assert list(groups(svg)) == [
        ("identity_document-what_happened", "question"),
        ("identity_document-replace_dui", "outcome"),
        ("identity_document-first_document", "outcome"),
        ("identity_document-other_country", "outcome"),
    ]
    for text in ("¿what_happened?", "never_had", "lost / expired · SV", "lost / expired · GT, HN,"):
        assert text in texts(svg)
    assert len(list(ET.fromstring(svg).iter(f"{SVG}path"))) == 3


def test_an_svg_can_be_heard_and_scaled() -> None:
    picture = ET.fromstring(draw_svg(IDENTITY, str))
    title, description = picture.find(f"{SVG}title"), picture.find(f"{SVG}desc")
    assert title is not None
    assert description is not None
    assert title.text == "Prueba"
    assert "lost / expired · SV → Vaya a replace_dui." in (description.text or "")
    assert picture.attrib["aria-labelledby"] == f"{title.attrib['id']} {description.attrib['id']}"
    assert re.fullmatch(r"0 0 \d+ \d+", picture.attrib["viewBox"])


def test_texts_are_translated_and_escaped() -> None:
    assert "<¿what_happened? & co.>" in texts(draw_svg(IDENTITY, in_english))
    mermaid = draw_mermaid(IDENTITY, in_english)
    assert "#lt;¿what_happened? #amp; co.#gt;" in mermaid
    quoted = replace(IDENTITY, nodes={"end": an_outcome("end")}, first="end")
    assert '"Diga #quot;hola#quot; #35;1<br/>' in draw_mermaid(quoted, lambda _: 'Diga "hola" #1')


def test_a_number_can_stand_at_a_node() -> None:
    assert "<10" in texts(draw_svg(IDENTITY, str, {"replace_dui": "<10", "gone": "99"}))
    assert "99" not in texts(draw_svg(IDENTITY, str, {"gone": "99"}))


def test_a_mermaid_text_holds_every_node_and_arrow() -> None:
    assert draw_mermaid(IDENTITY, str) == (
        "flowchart LR\n"
        '  n0("¿what_happened?")\n'
        '  n1(["Vaya a replace_dui.<br/>documents/birth-certificate"])\n'
        '  n2(["Vaya a first_document.<br/>documents/birth-certificate"])\n'
        '  n3(["Vaya a other_country.<br/>documents/birth-certificate"])\n'
        '  n0 -->|"never_had"| n2\n'
        '  n0 -->|"lost / expired · SV"| n1\n'
        '  n0 -->|"lost / expired · GT, HN, MX"| n3\n'
    )


def test_an_arrow_that_everybody_takes_has_no_words() -> None:
    flow = a_flow(a_question("start", ("a", "b"), a_rule("end")), an_outcome("end"))
    assert links_of(flow, str) == (Link("start", "end", ""),)


def test_an_arrow_names_earlier_answers_and_conditions() -> None:
    flow = a_flow(
        a_question("one", ("a", "b"), a_rule("two")),
        a_question("two", ("c", "d"), a_rule("x", "c", "", "weekend", {"one": "b"}), a_rule("x")),
        an_outcome("x"),
    )
    assert [link.label for link in links_of(flow, str)] == ["", "c · one: b · weekend", ""]


def test_boxes_do_not_touch_and_long_arrows_pass_beside_them() -> None:
    layers = {"a": 0, "b": 1, "c": 1, "d": 2}
    heights = {"a": 200.0, "b": 50.0, "c": 80.0, "d": 40.0}
    arrows = [Arrow("a", "b", 20), Arrow("a", "c", 60), Arrow("a", "d", 40), Arrow("b", "d", 30)]
    layout = lay_out(layers, heights, arrows, 100)
    b, c, a = layout.corners["b"], layout.corners["c"], layout.corners["a"]
    assert a.x + 100 < b.x == c.x < layout.corners["d"].x
    assert b.y + heights["b"] < c.y
    _, enters, leaves, _ = layout.routes[2]
    assert (enters.x, leaves.x) == (b.x, b.x + 100)
    for box in ("b", "c"):
        top = layout.corners[box].y
        assert not top <= enters.y <= top + heights[box]
    for corner in layout.corners.values():
        assert corner.x >= 0
        assert corner.y >= 0


@settings(deadline=None)
@given(FLOWS, st.text())
def test_any_flow_can_be_drawn_with_any_text(flow: Flow, text: str) -> None:
    svg = draw_svg(flow, lambda _: text, dict.fromkeys(flow.nodes, text))
    assert len(list(groups(svg))) == len(flow.nodes)
    assert draw_mermaid(flow, lambda _: text).count("\n") >= len(flow.nodes)


def test_a_question_that_stands_alone_is_drawn() -> None:
    alone = Question("alone", "¿Sola?", (Option("a", "Sí"),), ())
    assert len(list(groups(draw_svg(a_flow(alone), str)))) == 1
