"""Keeping a question that had no answer: what was asked, in groups, never who asked.

2026-11-22. A group is shown when five different people asked alike (privacy, R34). Each person
leaves one of 62 marks on a group, chosen by an HMAC of the chat's pseudonym and the group with a
key outside the database: without the key a mark says nothing, with it one learns of a chat only
that every 62nd person would have left the same. What we gave up: two people can share a mark, so
in one case of six a sixth person is needed. Marks go when a group has twenty people.

Five wordings of a group are kept, scrubbed and sealed, for 30 days at most. What people ignore
keeps its signs without a word for 400 days after it was last asked, so that it stays ignored.
"""

import hashlib
import hmac
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import uuid4

from sqlalchemy import Connection, delete, func, insert, select, update

from flows.folding import fold
from knowledge.questions.likeness import ALIKE_FROM, likeness, signs_of
from knowledge.questions.scrubbing import scrub
from knowledge.store.database import hold
from knowledge.store.question_tables import question_signs, question_wordings, questions
from knowledge.store.sealing import Vault

NEW, ANSWERED, IGNORED = "new", "answered", "ignored"
STATES = (NEW, ANSWERED, IGNORED)
PEOPLE_TO_SHOW = 5
PEOPLE_TOLD_APART = 20
MARKS = 62
MOST_WORDINGS = 5
KEEP_WORDINGS_DAYS = 30
KEEP_IGNORED_DAYS = 400
# So many groups wait at once; a flood of invented questions cannot fill the disk.
MOST_GROUPS = 2000
_KEY = b"questions"


def keep(
    connection: Connection, vault: Vault, chat: bytes, text: str, language: str, on: date
) -> bool:
    """Keep a question of the chat with this pseudonym; return whether anything was kept.

    The text is scrubbed here, before anything else. It must not be of a person in danger.
    """
    plain = scrub(text)
    if plain is None:
        return False
    key = vault.token("questions").encode()
    signs = signs_of(plain, key)
    if not signs:
        return False
    hold(connection, _KEY)  # two people who ask a new question at once make one group
    group = _like(connection, signs, language)
    if group is None:
        if _is_full(connection):
            return False
        group = _new_group(connection, signs, language, on)
    _add_person(connection, group, _mark(key, chat, group.id), on)
    if group.state == NEW:
        _add_wording(connection, vault, group.id, plain, on)
    return True


def expire(connection: Connection, today: date) -> dict[str, int]:
    """Delete wordings that are 30 days old, and groups that have none left; return the counts."""
    limit = (today - timedelta(days=KEEP_WORDINGS_DAYS)).isoformat()
    last = (today - timedelta(days=KEEP_IGNORED_DAYS)).isoformat()
    wordings = connection.execute(
        delete(question_wordings).where(question_wordings.c.day <= limit)
    ).rowcount
    emptied = (questions.c.state != IGNORED) & questions.c.id.not_in(
        select(question_wordings.c.question_id)
    )
    forgotten = (questions.c.state == IGNORED) & (questions.c.last_day <= last)
    gone = connection.execute(select(questions.c.id).where(emptied | forgotten)).scalars().all()
    forget(connection, gone)
    connection.execute(update(questions).where(questions.c.last_day <= limit).values(marks=0))
    return {"question_wordings": wordings, "questions": len(gone)}


def forget(connection: Connection, ids: Collection[str]) -> None:
    """Delete groups with all that belongs to them."""
    some = list(ids)
    for table, column in (
        (question_wordings, question_wordings.c.question_id),
        (question_signs, question_signs.c.question_id),
        (questions, questions.c.id),
    ):
        connection.execute(delete(table).where(column.in_(some)))


@dataclass(frozen=True, slots=True)
class _Group:
    id: str
    state: str = NEW
    marks: int = 0
    people: int = 0


def _like(connection: Connection, signs: Collection[int], language: str) -> _Group | None:
    """Return the group that is most like these signs; answered ones take nothing in any more."""
    shared = func.count().label("shared")
    columns = [questions.c[name] for name in ("id", "state", "marks", "people", "size")]
    query = (
        select(*columns, shared)
        .join(question_signs, question_signs.c.question_id == questions.c.id)
        .where(
            question_signs.c.sign.in_(list(signs)),
            questions.c.language == language,
            questions.c.state != ANSWERED,
        )
        .group_by(*columns)
        .order_by(shared.desc(), questions.c.id)
        .limit(20)
    )
    found = [(likeness(row.shared, row.size, len(signs)), row) for row in connection.execute(query)]
    if not found:
        return None
    alike, row = max(found, key=lambda each: each[0])
    return _Group(row.id, row.state, row.marks, row.people) if alike >= ALIKE_FROM else None


def _is_full(connection: Connection) -> bool:
    query = select(func.count()).select_from(questions)
    return bool(connection.execute(query).scalar_one() >= MOST_GROUPS)


def _new_group(connection: Connection, signs: Collection[int], language: str, on: date) -> _Group:
    group = _Group(str(uuid4()))
    row = {
        "id": group.id, "language": language, "state": NEW, "size": len(signs), "marks": 0,
        "people": 0, "first_day": on.isoformat(), "last_day": on.isoformat(),
    }  # fmt: skip
    connection.execute(insert(questions).values(row))
    rows = [{"question_id": group.id, "sign": sign} for sign in sorted(signs)]
    connection.execute(insert(question_signs), rows)
    return group


def _add_person(connection: Connection, group: _Group, mark: int, on: date) -> None:
    values: dict[str, object] = {"last_day": on.isoformat()}
    if group.people < PEOPLE_TOLD_APART:
        marks = group.marks | mark
        people = max(group.people, marks.bit_count())
        values |= {"people": people, "marks": marks if people < PEOPLE_TOLD_APART else 0}
    connection.execute(update(questions).where(questions.c.id == group.id).values(values))


def _add_wording(connection: Connection, vault: Vault, group: str, text: str, on: date) -> None:
    """Keep how it was asked, unless it was asked so before or there is enough."""
    known = wordings_of(connection, vault, [group]).get(group, ())
    if len(known) < MOST_WORDINGS and fold(text) not in map(fold, known):
        row = {
            "id": str(uuid4()), "question_id": group, "day": on.isoformat(),
            "sealed": vault.seal(text.encode(), group.encode()),
        }  # fmt: skip
        connection.execute(insert(question_wordings).values(row))


def wordings_of(
    connection: Connection, vault: Vault, groups: Collection[str]
) -> dict[str, tuple[str, ...]]:
    """Return group → how it was asked, oldest day first."""
    columns = (question_wordings.c.question_id, question_wordings.c.sealed)
    query = select(*columns).where(question_wordings.c.question_id.in_(list(groups)))
    found: dict[str, tuple[str, ...]] = {}
    for group, sealed in connection.execute(
        query.order_by(question_wordings.c.day, question_wordings.c.id)
    ):
        text = vault.unseal(sealed, group.encode()).decode()
        found[group] = (*found.get(group, ()), text)
    return found


def _mark(key: bytes, chat: bytes, group: str) -> int:
    digest = hmac.digest(key, chat + b"\x00" + group.encode(), hashlib.sha256)
    mark: int = 1 << digest[0] % MARKS
    return mark
