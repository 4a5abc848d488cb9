"""The gate: three leaky releases are refused with the reason, and what is safe stays safe."""

from collections import Counter
from collections.abc import Mapping
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.figures.board import FEWEST_VALUES, MESSAGES, PEOPLE, Board, values_between
from knowledge.figures.cells import TOTAL, Cell, threshold
from knowledge.figures.figure import KEPT, SHOWN, SMALL, Figure
from knowledge.figures.gate import board_of, examine
from knowledge.figures.periods import Period, Unit, weeks_of
from knowledge.figures.program import Program, lines_of
from knowledge.figures.relations import relations
from knowledge.figures.release import agreeing, first_look, with_missing
from knowledge.figures.suppression import protect

WEEK = Period(date(2026, 11, 9), Unit.WEEK)
MONTH = Period(date(2026, 11, 1), Unit.MONTH)


def shown(cell: Cell, people: int, messages: int, period: Period = MONTH) -> Figure:
    return Figure(period, cell, threshold(cell), SHOWN, people, messages)


def hidden(cell: Cell, sign: str = SMALL, period: Period = MONTH) -> Figure:
    return Figure(period, cell, threshold(cell), sign)


def test_a_hidden_cell_found_by_taking_the_others_from_the_total_is_refused() -> None:
    release = [
        shown(TOTAL, 60, 120),
        shown(Cell("language", "es"), 56, 110),
        hidden(Cell("language", "en")),
    ]
    (leak,) = [leak for leak in examine(release) if leak.what == MESSAGES]
    assert (leak.cell, leak.low, leak.high) == (Cell("language", "en"), 10, 10)
    assert str(leak) == (
        "2026-11, language=en: hidden, but its messages can only be 10, from total beside its "
        "parts by language. Safe instead: total."
    )
    safe = [release[0], hidden(Cell("language", "es"), KEPT), release[2]]
    assert examine(safe) == []


def test_a_hidden_cell_found_by_taking_weeks_from_a_month_is_refused() -> None:
    month = Period(date(2027, 2, 1), Unit.MONTH)  # four whole weeks
    weeks = weeks_of(month)
    cell = Cell("topic", "documents")
    last = [hidden(cell, SMALL, weeks[3]), shown(TOTAL, 50, 60, weeks[3])]
    always = [shown(cell, 40, 64, month), shown(TOTAL, 90, 235, month), *last]
    always += [shown(TOTAL, 50, 60, week) for week in weeks[:3]]
    # Nobody writes less than one message, so twenty people with twenty messages are exactly that.
    exact = [shown(cell, 20, 20, week) for week in weeks[:3]]
    leaks = examine([*always, *exact])
    found = next(leak for leak in leaks if leak.what == MESSAGES)
    assert (found.period, found.low, found.high) == (weeks[3].name, 4, 4)
    assert "the messages of a month beside those of its weeks" in found.reason
    rounded = [shown(cell, 12, 20, week) for week in weeks[:3]]
    assert examine([*always, *rounded]) == []  # 4 to 16 messages


def test_people_of_weeks_that_fill_a_month_are_refused() -> None:
    month = Period(date(2027, 2, 1), Unit.MONTH)
    weeks = weeks_of(month)
    release = [shown(TOTAL, 68, 128, month)]
    release += [shown(TOTAL, 20, 40, week) for week in weeks[:3]]
    release += [hidden(TOTAL, SMALL, weeks[3])]
    (leak,) = [leak for leak in examine(release) if leak.what == PEOPLE]
    assert (leak.period, leak.low, leak.high) == (weeks[3].name, 8, 9)
    assert "a month beside all its weeks" in leak.reason


def test_a_hidden_cell_found_from_two_tables_that_overlap_is_refused() -> None:
    topic = ("topic", "documents")
    release = [
        shown(Cell(*topic), 90, 200),
        shown(Cell("country", "SV"), 60, 200),
        shown(Cell("country", "GT"), 40, 100),
        shown(Cell(*topic, "country", "SV"), 50, 130),
        hidden(Cell(*topic, "country", "GT"), KEPT),
        hidden(Cell(*topic, "country", "HN")),
        shown(Cell("department", "GT/Petén", "topic", "documents"), 30, 50),
        shown(Cell("department", "GT/unknown", "topic", "documents"), 12, 17),
    ]
    leaks = examine(release)
    assert {leak.cell for leak in leaks} == {release[4].cell, release[5].cell}
    small = next(leak for leak in leaks if leak.cell.key2 == "HN" and leak.what == MESSAGES)
    assert (small.low, small.high) == (3, 3)
    assert "by department" in small.reason
    assert "by country" in small.reason
    assert small.broader == Cell("topic", "documents")


def test_estimates_that_contradict_each_other_do_not_stop_the_gate() -> None:
    release = [
        shown(TOTAL, 1000, 3000),
        shown(Cell("language", "es"), 1010, 2000),
        hidden(Cell("language", "en"), KEPT),
        hidden(Cell("language", "other")),
    ]
    assert examine(release) == []


people = st.lists(st.integers(0, 40), min_size=2, max_size=4)
more = st.lists(st.integers(0, 30), min_size=40, max_size=40)


@given(people, people, more, st.sets(st.integers(0, 15), max_size=4))
@settings(max_examples=40)
def test_what_is_hidden_stays_wide_and_the_truth_stays_inside(
    by_topic: list[int], by_country: list[int], spare: list[int], silent: set[int]
) -> None:
    """People who are each in one cell of a small table of topics and countries."""
    table: dict[Cell, tuple[int, int]] = {}
    rest = iter(spare)
    for row, first in enumerate(by_topic):
        for column, second in enumerate(by_country):
            number = 0 if row * 4 + column in silent else abs(first - second)
            cell = Cell("topic", f"t{row}", "country", f"c{column}")
            table[cell] = (number, number + (next(rest) if number else 0))
    truth = dict(table)
    for cell, (number, messages) in table.items():
        for whole in (TOTAL, Cell("topic", cell.key), Cell("country", cell.key2)):
            before = truth.get(whole, (0, 0))
            truth[whole] = (before[0] + number, before[1] + messages)
    board = board_of(first_look(MONTH, cell, *count) for cell, count in truth.items())
    protect(board, MONTH)
    figures = [board.figures[MONTH, cell] for cell in truth]
    assert examine(figures) == []
    assert_wide_and_true(board, truth)


def assert_wide_and_true(board: Board, truth: Mapping[Cell, tuple[int, int]]) -> None:
    """Each hidden number can be five at least, and every number can be what it was."""
    column_of, columns, lines = lines_of(board)
    program = Program(columns, lines)
    for place, column in column_of.items():
        what, _, cell = board.names[place]
        value = truth[cell][what == MESSAGES]
        low = program.minimise({column: 1.0})
        high = program.minimise({column: -1.0})
        most = float("inf") if high.unbounded else -high.value
        assert low.value - 1e-6 <= value <= most + 1e-6
        assert not board.guarded[place] or values_between(low.value, most) >= FEWEST_VALUES


count = st.tuples(st.integers(0, 40), st.integers(0, 6))  # people, more messages than people
article = st.tuples(count, count)  # in two countries
gone = st.tuples(st.integers(0, 1), st.integers(0, 1))  # four messages of a topic at most
topic = st.tuples(st.lists(article, min_size=1, max_size=4), st.tuples(gone, gone))


@given(st.lists(topic, min_size=1, max_size=3), st.booleans())
@settings(max_examples=60, deadline=None)
def test_sums_that_miss_a_few_messages_tell_nobody_what_is_nearly_right(
    usage: list[tuple[list[tuple[tuple[int, int], ...]], tuple[tuple[int, int], ...]]],
    many: bool,
) -> None:
    """Topics of whose articles one was taken away, with some messages in each country."""
    people: Counter[Cell] = Counter()
    messages: Counter[Cell] = Counter()
    for topic, (articles, gone) in enumerate(usage):
        of_topic = Cell("topic", f"t{topic}")
        read = [(f"t{topic}/a{n}", each) for n, each in enumerate(articles)]
        lost = tuple((number * 3, more * 4) for number, more in gone) if many else gone
        for name, counts in [*read, ("", lost)]:
            for country, (number, more) in enumerate(counts):
                in_country = Cell("country", f"c{country}")
                cells = [TOTAL, of_topic, in_country, Cell(*of_topic[:2], *in_country[:2])]
                for cell in [*cells, Cell("article", name)] if name else cells:
                    people[cell] += number
                    messages[cell] += number + (more if number else 0)
    ties = relations(people)
    truth = agreeing(people, people, messages, ties, ())
    board = Board()
    board.add_figures(first_look(MONTH, cell, *counts) for cell, counts in truth.items())
    board.relate(MONTH, [with_missing(tie, truth) for tie in ties])
    protect(board, MONTH)
    assert_wide_and_true(board, truth)
    if not many:  # somebody who takes every sum of messages for true is not even nearly right
        leaks = [leak for leak in examine(board.figures.values()) if leak.what == MESSAGES]
        for leak in leaks:
            number = truth[leak.cell][1]
            assert not leak.low - FEWEST_VALUES < number < leak.high + FEWEST_VALUES, leak


def test_nothing_is_shown_under_its_threshold() -> None:
    assert first_look(MONTH, Cell("topic", "documents"), 9, 90).people_text == "<10"
    assert first_look(MONTH, Cell("topic", "documents"), 10, 90).people_text == "10"
    assert first_look(MONTH, Cell("topic", "health"), 19, 90).people_text == "<20"
    assert first_look(MONTH, Cell("danger", "gbv", "country", "SV"), 19, 90).messages_text == "<20"
    assert first_look(MONTH, TOTAL, 0, 0) == first_look(MONTH, TOTAL, 9, 500)


@pytest.mark.parametrize("messages", range(10, 16))
def test_the_messages_of_a_week_are_rounded_up(messages: int) -> None:
    figure = first_look(WEEK, TOTAL, 10, messages)
    assert figure.messages in (10, 15)
    assert 0 <= (figure.messages or 0) - messages < 5
    assert first_look(MONTH, TOTAL, 10, messages).messages == messages
