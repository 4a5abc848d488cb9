"""What a turn is counted as: cells of `knowledge.figures`, never who or what was written.

A turn of somebody who is known to be under 18 is not counted at all (privacy, R22).

2026-11-22. Who writes is counted once a period in the cells of where they are, in which language,
and so on, and those are the same at nearly every turn. So a session remembers that it has been
counted there, and its other turns leave those marks alone: half of what counting costs.
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
# Whose keys seldom change within a visit; the total is the dimension without a name.
OF_A_VISIT = frozenset({"", "country", "language", "channel", "department"})


@dataclass(frozen=True, slots=True)
class Counting:
    """What is to be written of one turn: its cells, and those that have its writer's mark.

    `counted` is what the session is to remember of it, once this is written.
    """

    cells: Collection[Cell] = ()
    marked: Collection[Cell] = ()
    counted: str | None = None


def counting_of(
    before: Session | None, turn: Turn, message: Message, channel: str, content: Content
) -> Counting:
    """Return how a turn is counted; nothing is written for a turn that is not.

    `before` is the session that the turn began with, None for a first message.
    """
    cells = cells_of_turn(before, turn, message, channel, content)
    if not cells:
        return Counting(counted=turn.session.counted)
    of_visit = tuple(cell for cell in cells if cell.by in OF_A_VISIT and not cell.by2)
    counted = " ".join((_periods(local_day(message.at)), *(cell.key for cell in of_visit[1:])))
    known = before is not None and before.counted == counted
    return Counting(cells, of_visit if known else (), counted)


def count(
    connection: Connection, keys: Keys, chat: bytes, at: datetime, counting: Counting
) -> None:
    """Count a turn of a pseudonym, as the last thing in its transaction. Keep one `Keys` a process.

    The session must be written in the same transaction with what `counting` has it remember.
    """
    if counting.cells:
        record(connection, keys, at, chat, counting.cells, counting.marked)


@lru_cache(maxsize=4)
def _periods(day: date) -> str:
    return f"{containing(day, Unit.MONTH).name} {containing(day, Unit.WEEK).name}"


def cells_of_turn(
    before: Session | None, turn: Turn, message: Message, channel: str, content: Content
) -> tuple[Cell, ...]:
    """Return the cells that a turn falls on; none for a child."""
    # Whoever says goodbye leaves with an empty session: the one of before says where they were.
    session = before if turn.ending is not None and before is not None else turn.session
    danger = next((r.category for r in turn.replies if isinstance(r, ShowDanger)), None)
    if is_child(session, content) or is_child(turn.session, content):
        return ()
    if danger is not None and _is_for_child(danger, content):
        return ()
    country = session.country if session.country in COUNTRIES else UNKNOWN
    language = session.language if session.language in LANGUAGES else OTHER
    return (
        TOTAL,
        Cell("country", country),
        Cell("language", language),
        Cell("channel", channel if channel in CHANNELS else OTHER),
        *_asked(turn, session, country, language),
        *(_endangered(danger, country) if danger is not None else ()),
        *(_questioned(turn, country) if _is_question(turn, message) else ()),
        *_rated(turn),
        *_walked(before, turn.session, country, content),
    )


def _asked(turn: Turn, session: Session, country: str, language: str) -> Iterator[Cell]:
    place = None
    if country != UNKNOWN:
        place = f"{country}/{session.department or UNKNOWN}"
        yield Cell("department", place)
    shown = next((r.taxonomy_term for r in turn.replies if isinstance(r, ShowServices)), None)
    if shown is not None:
        yield Cell("services", shown.split("/")[0])
    if turn.article is None:
        return
    topic = turn.article.split("/")[0]
    yield Cell("topic", topic)
    yield Cell("article", turn.article)
    yield Cell("topic", topic, "country", country)
    yield Cell("topic", topic, "language", language)
    if place is not None:
        yield Cell("department", place, "topic", topic)


def _endangered(danger: str, country: str) -> Iterator[Cell]:
    yield Cell("danger", danger)
    yield Cell("danger", danger, "country", country)


def _is_question(turn: Turn, message: Message) -> bool:
    return message.kind is Kind.TEXT and turn.ending is None and turn.rating is None


def _rated(turn: Turn) -> Iterator[Cell]:
    if turn.rating is not None:
        yield Cell("rating", "helped" if turn.rating.helped else "not-helped")


def _questioned(turn: Turn, country: str) -> Iterator[Cell]:
    answered = "answered" if turn.answered else "unanswered"
    yield Cell("question", answered)
    yield Cell("question", answered, "country", country)


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
