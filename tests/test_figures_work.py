"""The gate works quickly, and comes to a safe end where the work it may do does not suffice."""

from collections import Counter
from datetime import date
from pathlib import Path
from random import Random

import pytest
from figures_for_tests import VAULT, an_empty_store, cells_of, noon

from knowledge.figures import stored
from knowledge.figures.board import FEWEST_VALUES, Board, values_between
from knowledge.figures.catalog import make_catalog
from knowledge.figures.cells import TOTAL, Cell
from knowledge.figures.counting import Keys, record
from knowledge.figures.figure import SHOWN, TABLE
from knowledge.figures.gate import attack, board_of, examine
from knowledge.figures.periods import FiguresError, Period, Unit
from knowledge.figures.program import Program, Work, components, lines_of
from knowledge.figures.release import first_look, release_due
from knowledge.figures.suppression import MOST_WORK, protect

MONTH = Period(date(2026, 11, 1), Unit.MONTH)
TOPICS = [f"t{number}" for number in range(12)]
COUNTRIES = ("SV", "GT", "HN", "MX")


def a_board(seed: int = 1) -> Board:
    """A table of topics and countries with many small cells, before anything else is hidden."""
    rng = Random(seed)
    counts: Counter[Cell] = Counter()
    for topic in TOPICS:
        for country in COUNTRIES:
            number = int(40 * rng.random() ** 3)
            pair = Cell("topic", topic, "country", country)
            for cell in (TOTAL, Cell("topic", topic), Cell("country", country), pair):
                counts[cell] += number
    return board_of(first_look(MONTH, c, n, n + n // 3) for c, n in counts.items())


def signs(board: Board) -> Counter[str]:
    return Counter(figure.hidden for figure in board.figures.values())


@pytest.mark.parametrize("seed", range(4))
def test_solutions_that_clear_many_figures_find_what_single_questions_find(seed: int) -> None:
    board = a_board(seed)
    column_of, columns, lines = lines_of(board)
    program = Program(columns, lines)
    leaks = {}
    for place, column in column_of.items():
        low = program.minimise({column: 1.0}).value
        high = -program.minimise({column: -1.0}).value
        if board.guarded[place] and values_between(low, high) < FEWEST_VALUES:
            leaks[place] = (low, high)
    found = {each.place: (each.low, each.high) for each in attack(board)}
    assert leaks
    assert found.keys() == leaks.keys()
    for place, ends in leaks.items():
        assert found[place] == pytest.approx(ends, abs=1e-6)


def test_a_table_takes_a_hundredth_of_the_work() -> None:
    board = a_board()
    assert not protect(board, MONTH, MOST_WORK / 100)
    assert examine(board.figures.values()) == []


def test_whatever_the_work_nothing_unproved_is_released() -> None:
    ends = set()
    for work in range(20, 800, 20):
        board = a_board()
        ends.add(end := end_of(board, work))
        if end == "nothing":
            assert not signs(board)[SHOWN]
        else:
            assert examine(board.figures.values()) == []
        assert (end != "single figures") == bool(signs(board)[TABLE]), "what is hidden says why"
        if end == "tables":
            whole = {(c.by, c.by2) for (_, c), f in board.figures.items() if f.hidden == SHOWN}
            assert ("topic", "country") not in whole
    assert ends == {"nothing", "tables", "single figures"}


def end_of(board: Board, work: float) -> str:
    try:
        return "tables" if protect(board, MONTH, work) else "single figures"
    except FiguresError:
        return "nothing"


def test_work_is_counted_not_timed() -> None:
    used = []
    for _ in range(2):
        work = Work(MOST_WORK)
        attack(a_board(), work)
        used.append(work.left)
    assert used[0] == used[1] < MOST_WORK


def test_small_parts_of_a_program_are_solved_together() -> None:
    one, other = a_board(1), a_board(2)
    for board in (one, other):
        _, columns, lines = lines_of(board)
        (members, _, own) = next(iter(components(columns, lines)))
        assert sorted(members) == list(range(len(columns)))
        assert sum(len(line.terms) for line in own) == sum(len(line.terms) for line in lines)


def test_people_who_read_an_article_that_was_taken_away_stay_in_its_topic(tmp_path: Path) -> None:
    now_known = make_catalog({"topic": ["documents", "money"], "article": ["documents/kept"]})
    with an_empty_store(tmp_path) as engine:
        keys = Keys(VAULT)
        with engine.begin() as connection:
            for person in range(300):
                article = "documents/gone" if person % 2 else "money/gone"
                article = "documents/kept" if person < 5 else article
                cells = cells_of("SV", "SV/La Paz", "es", "web", article)
                at = noon(date(2026, 9, 1 + person // 2 % 30))
                record(connection, keys, at, f"{person}".encode(), cells)
        release_due(engine, noon(date(2026, 10, 9)), now_known)
        with engine.connect() as connection:
            figures = stored.figures_of(connection, Period(date(2026, 9, 1), Unit.MONTH))
    people = {figure.cell: figure.people for figure in figures}
    assert 140 <= (people[Cell("topic", "documents")] or 0) <= 160
    assert people[Cell("article", "documents/kept")] is None
