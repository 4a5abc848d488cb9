"""The queue of questions without an answer, as whoever works it sees and settles it."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, delete, func, select, update

from knowledge.questions.keeping import ANSWERED, IGNORED, PEOPLE_TO_SHOW, STATES, wordings_of
from knowledge.store.question_tables import question_wordings, questions
from knowledge.store.sealing import Vault

# How many people asked is told in steps.
STEPS = (20, 10, PEOPLE_TO_SHOW)
_SHOWN = questions.c.people >= PEOPLE_TO_SHOW


class QuestionError(Exception):
    """Something about a question cannot be done; the text says why."""


class QuestionNotFoundError(QuestionError):
    """There is no such question, or too few people have asked it."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question that several people asked; `people` means so many or more.

    `wordings` are some of the ways it was asked, scrubbed; an ignored one has none.
    """

    id: str
    language: str
    state: str
    people: int
    first_day: str
    last_day: str
    article: str | None
    wordings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """Some questions of a state; `total` counts all of them."""

    questions: tuple[Question, ...]
    total: int


def list_questions(
    connection: Connection, vault: Vault, state: str | None, first: int, size: int
) -> Page:
    """Return questions that enough people asked, those that most people asked first."""
    wanted = _SHOWN if state is None else _SHOWN & (questions.c.state == state)
    total = connection.execute(
        select(func.count()).select_from(questions).where(wanted)
    ).scalar_one()
    query = select(questions).where(wanted).offset(first).limit(size)
    order = (questions.c.people.desc(), questions.c.last_day.desc(), questions.c.id)
    return Page(_read(connection, vault, query.order_by(*order)), total)


def count_states(connection: Connection) -> Counter[str]:
    """Return state → how many questions that enough people asked are in it."""
    query = select(questions.c.state, func.count()).where(_SHOWN).group_by(questions.c.state)
    counts = {state: int(count) for state, count in connection.execute(query)}
    return Counter({state: counts.get(state, 0) for state in STATES})


def find_question(connection: Connection, vault: Vault, question_id: str) -> Question:
    """Return one question; raises `QuestionNotFoundError` while too few people asked it."""
    found = _read(connection, vault, select(questions).where(_SHOWN, questions.c.id == question_id))
    if not found:
        raise QuestionNotFoundError("No question has this id, or fewer than five people asked it.")
    return found[0]


def ignore(connection: Connection, vault: Vault, question_id: str) -> Question:
    """Put a question away for good; its wordings are deleted at once."""
    find_question(connection, vault, question_id)
    connection.execute(
        delete(question_wordings).where(question_wordings.c.question_id == question_id)
    )
    return _settle(connection, vault, question_id, IGNORED, None)


def answer(
    connection: Connection, vault: Vault, question_id: str, article: str | None = None
) -> Question:
    """Note that a question has its answer now; if people go on asking it comes up again."""
    question = find_question(connection, vault, question_id)
    if question.state == IGNORED:
        raise QuestionError("This question was ignored and stays so.")
    return _settle(connection, vault, question_id, ANSWERED, article)


def _settle(
    connection: Connection, vault: Vault, question_id: str, state: str, article: str | None
) -> Question:
    values = {"state": state, "marks": 0, "article": article}
    connection.execute(update(questions).where(questions.c.id == question_id).values(values))
    return find_question(connection, vault, question_id)


def _read(connection: Connection, vault: Vault, query: Select[Any]) -> tuple[Question, ...]:
    rows = connection.execute(query).mappings().all()
    wordings = wordings_of(connection, vault, [row["id"] for row in rows])
    return tuple(
        Question(
            id=row["id"],
            language=row["language"],
            state=row["state"],
            people=next(step for step in STEPS if row["people"] >= step),
            first_day=row["first_day"],
            last_day=row["last_day"],
            article=row["article"],
            wordings=wordings.get(row["id"], ()),
        )
        for row in rows
    )
