"""How plain text becomes paragraphs, lists and links; what must not become a link."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.web_languages import preferred
from bot.channels.web_requests import without_controls
from bot.channels.web_text import blocks, map_link, phone_link, pieces, web_link


def shape(text: str, *, urgent: bool = False) -> list[tuple[str, list[str]]]:
    return [
        (block.kind, ["".join(piece.text for piece in line) for line in block.lines])
        for block in blocks(text, urgent=urgent)
    ]


def links(text: str, *, urgent: bool = False) -> dict[str, str]:
    return {piece.text: piece.href for piece in pieces(text, urgent=urgent) if piece.href}


def test_a_title_with_steps_and_a_list() -> None:
    text = "Vaya a la oficina.\n\nQué hacer:\n1. Pague.\n2. Vaya.\n\nQué llevar:\n- El recibo."
    assert shape(text) == [
        ("p", ["Vaya a la oficina."]),
        ("title", ["Qué hacer:"]),
        ("ol", ["Pague.", "Vaya."]),
        ("title", ["Qué llevar:"]),
        ("ul", ["El recibo."]),
    ]


def test_lines_of_a_paragraph_stay_together_and_those_about_danger_stand_alone() -> None:
    assert shape("Una.\nDos.") == [("p", ["Una.", "Dos."])]
    assert shape("Una.\nDos.", urgent=True) == [("p", ["Una."]), ("p", ["Dos."])]


def test_a_list_that_goes_on_from_another_message_keeps_its_numbers() -> None:
    assert [block.start for block in blocks("3. Vaya.\n4. Firme.")] == [3]


@pytest.mark.parametrize("text", ["", "\n\n", "   "])
def test_nothing_makes_no_block(text: str) -> None:
    assert blocks(text) == ()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Llame al 2231-1000.", {"2231-1000": "tel:22311000"}),
        ("INETEL: 800 433 2000, gratis", {"800 433 2000": "tel:8004332000"}),
        ("55 5000 0000", {"55 5000 0000": "tel:5550000000"}),
        ("desde Estados Unidos 1-866-347-2423", {"1-866-347-2423": "tel:18663472423"}),
        ("(+503 2250-3600)", {"+503 2250-3600": "tel:+50322503600"}),
        ("2231-1000 y 2231-1001", {"2231-1000": "tel:22311000", "2231-1001": "tel:22311001"}),
        ("Entre a www.dui.sv.", {"www.dui.sv": "https://www.dui.sv"}),
        ("https://a.gob.gt/x?y=1&z=2, o vaya", {"https://a.gob.gt/x?y=1&z=2": "https://a.gob.gt/x?y=1&z=2"}),
    ],
)  # fmt: skip
def test_phones_and_addresses_are_links(text: str, found: dict[str, str]) -> None:
    assert links(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "Cuesta $10.31 o Q100.",
        "De 2018-2024 hubo otro plan.",
        "El 2026-03-05 a las 8:00.",
        "Hay 340 oficinas y 911 casos.",
        "El formulario I-589 y la ley 1234-5678-9",
        "Escriba a javascript:alert(1) o data:text/html",
        "http:// y www.",
    ],
)
def test_what_is_no_phone_and_no_address_is_no_link(text: str) -> None:
    assert links(text) == {}


def test_short_numbers_can_be_called_in_danger_only() -> None:
    text = "Llame ya al 911. También al 1572 o al 089, 24 horas, desde 2025."
    assert links(text, urgent=True) == {"911": "tel:911", "1572": "tel:1572", "089": "tel:089"}
    assert links(text) == {}


@given(st.text(alphabet="019- +$.,:/ \n\taá<&wh", max_size=60), st.booleans())
def test_no_letter_is_lost_and_links_are_harmless(text: str, urgent: bool) -> None:
    found = blocks(text, urgent=urgent)
    marks = r"\s|^\d{1,2}\. |^- "
    shown = "".join(piece.text for block in found for line in block.lines for piece in line)
    written = "".join(
        re.sub(r"^(\d{1,2}\. |- )(?=.)", "", line.strip()) for line in text.split("\n")
    )
    assert re.sub(marks, "", shown) == re.sub(marks, "", written)
    for block in found:
        for line in block.lines:
            assert all(re.match(r"tel:\+?\d+$|https?://", p.href) for p in line if p.href)


def test_a_remark_is_not_dialled_and_only_the_web_is_opened() -> None:
    assert phone_link("1-866-347-2423 (ext. 5)") == "tel:18663472423"
    assert web_link("javascript:alert(1)") is None
    assert web_link("www.rnpn.gob.sv/x") == "https://www.rnpn.gob.sv/x"
    assert map_link(13.70234567, -89.2) == (
        "https://www.openstreetmap.org/?mlat=13.70235&mlon=-89.20000#map=17/13.70235/-89.20000"
    )


def test_what_no_keyboard_types_is_dropped() -> None:
    assert without_controls("mi\x00 D\x07U\x1b\ud800I\u0085\nya\t") == "mi DUI\nya\t"


@pytest.mark.parametrize(
    ("asked", "header", "language"),
    [
        (None, None, "es"),
        ("en", "es-SV", "en"),
        ("EN-us", None, "en"),
        ("xx", "en;q=0.8, fr;q=0.9", "en"),
        (None, "fr, en;q=0.5, es;q=0.4", "en"),
        (None, "en;q=0, es", "es"),
        (None, "en;q=algo, *;q=0.1", "es"),
        (None, "," * 10_000, "es"),
    ],
)
def test_the_language_that_is_asked_for(asked: str, header: str, language: str) -> None:
    assert preferred(asked, header, ("es", "en")) == language
