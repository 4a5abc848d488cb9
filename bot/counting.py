"""What a turn is counted as: cells of `knowledge.figures`, never who or what was written.

A turn of somebody who is known to be under 18 is not counted at all (privacy, R22).

2026-11-22. Who writes is counted once a period in the cells of where they are, in which language,
and so on, and those are the same at nearly every turn. So a session remembers that it has been
counted there, and for questions with an answer or without one, and its other turns leave those
marks alone: half of what counting costs.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from sqlalchemy import Connection

from bot.children import is_child
from bot.content import Content
from bot.messages import Kind, Message, Session, ShowDanger, ShowServices, Turn
from flows.definition import COUNTRIES, Flow, Question
from knowledge.figures.cells import CHANNELS, OTHER, TOTAL, UNKNOWN, Cell
from knowledge.figures.counting import Keys, record
from knowledge.figures.periods import Unit, containing, local_day

LANGUAGES = ("es", "en")
BETWEEN = "|"  # where a visit is counted, and what for; no department has it in its name


@dataclass(frozen=True, slots=True)
class Counting:
    """What is to be written of one turn: its cells, and more that have its writer's mark already.

    `counted` is what the session is to remember of it, once this is written.
    """

    cells: Collection[Cell] = ()
    marked: Collection[Cell] = ()
    counted: str | None = None


@dataclass(frozen=True, slots=True)
class _Visit:
    """What seldom changes from turn to turn: its cells, and all of it in one text."""

    country: str
    language: str
    place: str | None
    cells: tuple[Cell, ...]
    said: str


def counting_of(
    before: Session | None, turn: Turn, message: Message, channel: str, content: Content
) -> Counting:
    """Return how a turn is counted; nothing is written for a turn that is not.

    `before` is the session that the turn began with, None for a first message.
    """
    danger = _danger_in(turn)
    visit = _visit_of(before, turn, danger, channel, content)
    if visit is None:
        return Counting(counted=turn.session.counted)
    cells = tuple(_during(visit, before, turn, danger, content))
    here = f"{_periods(local_day(message.at))} {visit.said}"
    had = _outcomes_counted(before, here)
    outcome = _outcome(turn, message)
    questioned = () if outcome is None else _questioned(outcome, visit.country)
    counted = BETWEEN.join((here, *sorted({*(had or ()), *([outcome] if outcome else ())})))
    if had is None:
        return Counting((*visit.cells, *cells, *questioned), (), counted)
    if outcome in had:
        return Counting(cells, (*visit.cells, *questioned), counted)
    return Counting((*cells, *questioned), visit.cells, counted)


def count(
    connection: Connection, keys: Keys, chat: bytes, at: datetime, counting: Counting
) -> None:
    """Count a turn of a pseudonym, as the last thing in its transaction. Keep one `Keys` a process.

    The session must be written in the same transaction with what `counting` has it remember.
    """
    if counting.cells or counting.marked:
        record(connection, keys, at, chat, counting.cells, counting.marked)


@lru_cache(maxsize=4)
def _periods(day: date) -> str:
    return f"{containing(day, Unit.MONTH).name} {containing(day, Unit.WEEK).name}"


def _outcomes_counted(before: Session | None, here: str) -> list[str] | None:
    """Return the outcomes of questions that a visit is counted for; None if not counted `here`."""
    if before is None or before.counted is None:
        return None
    there, *outcomes = before.counted.split(BETWEEN)
    return outcomes if there == here else None


def cells_of_turn(
    before: Session | None, turn: Turn, message: Message, channel: str, content: Content
) -> tuple[Cell, ...]:
    """Return the cells that a turn falls on; none for a child."""
    counting = counting_of(before, turn, message, channel, content)
    return (*counting.marked, *counting.cells)


def _visit_of(
    before: Session | None, turn: Turn, danger: str | None, channel: str, content: Content
) -> _Visit | None:
    """Return where a turn belongs; None for a child's."""
    # Whoever says goodbye leaves with an empty session: the one of before says where they were.
    session = before if turn.ending is not None and before is not None else turn.session
    if is_child(session, content):
        return None
    if session is not turn.session and is_child(turn.session, content):
        return None
    if danger is not None and _is_for_child(danger, content):
        return None
    return _visit(session.country, session.department, session.language, channel)


@lru_cache(maxsize=1024)
def _visit(country: str | None, department: str | None, language: str, channel: str) -> _Visit:
    country = country if country in COUNTRIES else UNKNOWN
    language = language if language in LANGUAGES else OTHER
    place = None if country == UNKNOWN else f"{country}/{department or UNKNOWN}"
    cells = [
        TOTAL,
        Cell("country", country),
        Cell("language", language),
        Cell("channel", channel if channel in CHANNELS else OTHER),
    ]
    if place is not None:
        cells.append(Cell("department", place))
    return _Visit(country, language, place, tuple(cells), " ".join(cell.key for cell in cells[1:]))


def _during(
    visit: _Visit,
    before: Session | None,
    turn: Turn,
    danger: str | None,
    content: Content,
) -> Iterator[Cell]:
    """Give the cells of what was shown and answered in a turn."""
    yield from _asked(turn, visit)
    if danger is not None:
        yield from _endangered(danger, visit.country)
    yield from _rated(turn)
    yield from _walked(before, turn.session, visit.country, content)


def _danger_in(turn: Turn) -> str | None:
    return next((r.category for r in turn.replies if isinstance(r, ShowDanger)), None)


def _asked(turn: Turn, visit: _Visit) -> Iterator[Cell]:
    shown = next((r.taxonomy_term for r in turn.replies if isinstance(r, ShowServices)), None)
    if shown is not None:
        yield Cell("services", shown.split("/")[0])
    if turn.article is None:
        return
    topic = turn.article.split("/")[0]
    yield Cell("topic", topic)
    yield Cell("article", turn.article)
    yield Cell("topic", topic, "country", visit.country)
    yield Cell("topic", topic, "language", visit.language)
    if visit.place is not None:
        yield Cell("department", visit.place, "topic", topic)


def _endangered(danger: str, country: str) -> Iterator[Cell]:
    yield Cell("danger", danger)
    yield Cell("danger", danger, "country", country)


def _outcome(turn: Turn, message: Message) -> str | None:
    """Return whether a question had an answer; None for what is no question."""
    if message.kind is not Kind.TEXT or turn.ending is not None or turn.rating is not None:
        return None
    return "answered" if turn.answered else "unanswered"


def _rated(turn: Turn) -> Iterator[Cell]:
    if turn.rating is not None:
        yield Cell("rating", "helped" if turn.rating.helped else "not-helped")


@lru_cache(maxsize=16)
def _questioned(outcome: str, country: str) -> tuple[Cell, ...]:
    return Cell("question", outcome), Cell("question", outcome, "country", country)


def _walked(
    before: Session | None, after: Session, country: str, content: Content
) -> Iterator[Cell]:
    """Give the nodes that were entered, answered and left."""
    opened = after.flow is not None and (before is None or before.flow != after.flow)
    if before is not None and before.flow is not None and before.flow != after.flow:
        yield from _left(before, content)
    flow = content.flows.get(after.flow or "")
    if flow is None or after.node is None:
        return
    known = before.answers if before is not None and not opened else {}
    answered = [node for node, option in after.answers.items() if known.get(node) != option]
    if opened:
        yield Cell("flow", flow.id)
        yield Cell("flow", flow.id, "country", country)
    elif not answered:
        return
    path = [*answered, after.node]
    for node in path if opened else path[1:]:
        yield _entered(flow, node)
    for node in answered:
        yield Cell("answered", f"{flow.id}/{node}")


def _left(before: Session, content: Content) -> Iterator[Cell]:
    flow = content.flows.get(before.flow or "")
    if flow is not None and isinstance(flow.nodes.get(before.node or ""), Question):
        yield Cell("left", f"{flow.id}/{before.node}")


def _entered(flow: Flow, node: str) -> Cell:
    by = "node" if isinstance(flow.nodes.get(node), Question) else "outcome"
    return Cell(by, f"{flow.id}/{node}")


def _is_for_child(danger: str, content: Content) -> bool:
    category = content.danger.categories.get(danger)
    return category is not None and category.for_child
