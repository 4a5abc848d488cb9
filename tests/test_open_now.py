"""Questions that ask no more than whether an office is open, and those that ask something else."""

import pytest

from bot.content import Content
from bot.messages import Session
from bot.open_now import asks_if_open, show_again


@pytest.mark.parametrize(
    "text",
    [
        "¿está abierto ahora?",
        "esta abierto",
        "¿A qué hora cierran?",
        "a que hora abre la oficina",
        "¿siguen abiertos?",
        "¿abren hoy?",
        "ya cerraron?",
        "atienden mañana?",
        "is it open now?",
        "are they still open",
        "what time does the office close?",
        "is that office open today please",
    ],
)
def test_it_asks_whether_an_office_is_open(text: str) -> None:
    assert asks_if_open(text)


@pytest.mark.parametrize(
    "text",
    [
        "¿está abierto el consulado?",
        "quiero abrir un negocio",
        "la puerta está abierta y entró mi esposo",
        "is the border open now",
        "hay un albergue abierto ahora en San Miguel",
        "tengo una herida abierta",
        "",
    ],
)
def test_it_asks_something_else(text: str) -> None:
    assert not asks_if_open(text)


def test_with_no_office_in_sight_it_is_an_ordinary_question(content: Content) -> None:
    assert show_again(Session(country="SV"), content) is None
    assert show_again(Session(article="documents/passport"), content) is None
    assert show_again(Session(country="SV", article="no/such"), content) is None
