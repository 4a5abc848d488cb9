"""A visit leaves its marks once: later turns leave them alone, and no mark is missing for that."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, func, select

from bot import counting
from bot.chat import Chat, Inbound
from bot.messages import Kind, Message
from knowledge.figures.cells import TOTAL, Cell
from knowledge.figures.counting import record
from knowledge.store.figure_tables import figure_marks, figure_totals

SAID = (
    "hola", "Honduras", "Guatemala", "english", "español", "busco trabajo en Soyapango",
    "como saco mi pasaporte", "tengo 15 años y estoy solo", "documentos", "1", "2", "menú",
    "xyzzy", "no quiero vivir", "mis datos", "salir", "borrar",
)  # fmt: skip
# Around the end of a month, which falls within a week, and a week later.
BEGIN = datetime(2026, 9, 29, 17, tzinfo=UTC)


class Noted:
    """The calls of `record`, as they were made."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.calls: list[tuple[Any, ...]] = []

        def noting(connection: Any, *arguments: Any) -> None:
            self.calls.append(arguments)
            record(connection, *arguments)

        monkeypatch.setattr(counting, "record", noting)

    @property
    def marked(self) -> list[frozenset[Cell]]:
        """The cells of each turn that its writer was known to be marked in."""
        return [frozenset(arguments[-1]) for arguments in self.calls]


@pytest.fixture
def noted(monkeypatch: pytest.MonkeyPatch) -> Noted:
    return Noted(monkeypatch)


def say(chat: Chat, text: str, at: datetime, user: str = "1") -> None:
    chat.take(Inbound("web", user, Message(Kind.TEXT, text, country="SV", at=at)))


def marks(engine: Engine) -> int:
    with engine.connect() as connection:
        return connection.execute(select(func.count()).select_from(figure_marks)).scalar_one()


def messages(engine: Engine) -> int:
    with engine.connect() as connection:
        total: int = connection.execute(select(func.sum(figure_totals.c.messages))).scalar_one()
        return total


def test_no_mark_is_missing_whatever_people_say(chat: Chat, noted: Noted) -> None:
    dice = random.Random(20261122)
    at = BEGIN
    for _ in range(150):
        at += timedelta(hours=dice.choice((0, 0, 1, 9)))
        say(chat, dice.choice(SAID), at, user=dice.choice("12345"))
    assert sum(map(bool, noted.marked)) > 40
    before = marks(chat.engine)
    with chat.engine.begin() as connection:
        for keys, moment, person, cells, marked in noted.calls:
            record(connection, keys, moment, person, (*cells, *marked))
    assert marks(chat.engine) == before


def test_only_the_first_turn_of_a_visit_leaves_the_marks_of_the_visit(
    chat: Chat, noted: Noted
) -> None:
    for minute in range(3):
        say(chat, "xyzzy", BEGIN + timedelta(minutes=minute))
    first, *others = noted.marked
    assert not first
    for marked in others:
        assert TOTAL in marked
        assert Cell("country", "SV") in marked
        assert Cell("question", "unanswered") in marked
        visit = {"", "country", "language", "channel", "department"}
        assert {cell.by for cell in marked} == visit | {"question"}
    # Messages are counted every time.
    assert messages(chat.engine) == sum(len({*cells, *marked}) for *_, cells, marked in noted.calls)


@pytest.mark.parametrize(
    ("between", "days"),
    [("english", 0), ("Honduras", 0), ("salir", 0), ("borrar", 0), ("xyzzy", 2), ("xyzzy", 7)],
    ids=["language", "country", "left", "erased", "next month", "next week"],
)
def test_where_something_changed_the_marks_are_left_again(
    chat: Chat, noted: Noted, between: str, days: int
) -> None:
    say(chat, "xyzzy", BEGIN)
    say(chat, between, BEGIN)
    say(chat, "xyzzy", BEGIN + timedelta(days=days))
    assert not all(noted.marked[1:])
    assert TOTAL not in noted.marked[0]


def test_a_turn_that_is_undone_is_not_remembered_as_counted(
    chat: Chat, noted: Noted, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(counting, "count", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            say(chat, "xyzzy", BEGIN)
    say(chat, "xyzzy", BEGIN)
    assert noted.marked == [frozenset()]
