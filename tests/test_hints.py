"""What a message tells by the way: its language and its country."""

import pytest

from bot.content import Content
from bot.hints import country_of, language_of


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("me deportaron a Honduras", "HN"),
        ("soy de Xela", "GT"),
        ("vivo en soyapango", "SV"),
        ("my dad is Mexican", "MX"),
        ("perdí mi DUI", "SV"),
        ("un DUI por manejar tomado", None),
        ("I grew up in New Mexico", None),
        ("pasé por México y ahora estoy en Guatemala", "GT"),
        ("entre Honduras y Guatemala", None),
        ("nos agarraron en Tijuana", None),
        ("no sé", None),
    ],
)
def test_the_country_is_read_from_the_message(text: str, country: str | None) -> None:
    assert country_of(text) == country


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("ya estoy en Honduras", "HN"),
        ("mi esposa es de Honduras", None),
        ("mi amigo es hondureño", None),
        ("me piden el DPI", None),
    ],
)
def test_a_known_country_changes_only_by_its_plain_name(text: str, country: str | None) -> None:
    assert country_of(text, known="SV") == country


def test_one_word_never_changes_the_language_of_a_conversation(content: Content) -> None:
    languages = content.index.reader.languages
    assert language_of("lonely", languages, settled=True) is None
    assert language_of("lonely", languages, settled=False) == "en"
    assert language_of("i feel so lonely here", languages, settled=True) == "en"
