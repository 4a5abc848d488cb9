"""Spreadsheets that staff have brought and not yet had written: kept sealed for a day, no longer.

A draft goes from `reading` to `ready` (what it would do is known) and from `writing` to `done`; a
file that is none is `failed`. Each step is begun once, whoever sends its form how often.
"""

import hashlib
import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, select, update

from knowledge.directory.editing import EntryNotFound
from knowledge.directory.proposals import new_id
from knowledge.directory.revising import instant
from knowledge.store.desk_tables import NOTE
from knowledge.store.desk_tables import import_drafts as table
from knowledge.store.sealing import Vault

# Work that takes longer than this was cut off with its process; nothing of it was written.
GIVEN_UP_AFTER = timedelta(minutes=15)
READING, READY, WRITING, DONE, FAILED = "reading", "ready", "writing", "done", "failed"


class DraftNotFound(EntryNotFound):
    """There is no draft, or note of one, with this id that is the member's."""


class WorkTakenOver(Exception):  # noqa: N818 - an answer, not an error
    """The draft is not in the state that this work began with: nothing of it is kept."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell that changes, as the spreadsheet writes it."""

    column: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a file as it is previewed; `cells` are those that change."""

    line: int
    name: str
    place: str = ""
    cells: tuple[Cell, ...] = ()


@dataclass(frozen=True, slots=True)
class Refusal:
    """One reason why a line is not taken, in the words of the program."""

    line: int
    id: str
    reason: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a draft would do, or did; `added` and `changed` show the first rows of them.

    `print` tells two outcomes apart. `moved`: the directory changed after the last look, and this
    is the new one. `trouble` is why a file is none, in the words of the program, or what failed.
    """

    name: str
    added: tuple[Row, ...] = ()
    changed: tuple[Row, ...] = ()
    adds: int = 0
    changes: int = 0
    unchanged: int = 0
    refused: tuple[Refusal, ...] = ()
    print: str = ""
    moved: bool = False
    waiting: int = 0
    trouble: str = ""

    @property
    def refused_lines(self) -> int:
        """How many lines are refused; one can have several reasons."""
        return len({refusal.line for refusal in self.refused})


@dataclass(frozen=True, slots=True)
class Draft:
    """A spreadsheet on its way; `attempt` names the work that is being done on it."""

    id: str
    at: str
    lines: int
    state: str
    attempt: int
    since: str
    outcome: Outcome

    @property
    def is_working(self) -> bool:
        """Whether something is being done with it."""
        return self.state in (READING, WRITING)

    def was_cut_off(self, now: datetime) -> bool:
        """Whether the work on it ended without an end."""
        return self.is_working and self.since < instant(now - GIVEN_UP_AFTER)


def keep(
    connection: Connection, vault: Vault, wanted_id: str, member_id: str, name: str, raw: bytes,
    now: datetime,
) -> tuple[Draft, bool]:  # fmt: skip
    """Keep a file; return its draft and whether it is new: a form sent twice brings it once."""
    digest = hashlib.sha256(raw).hexdigest()
    row = connection.execute(select(table).where(table.c.id == wanted_id)).first()
    if row is not None and (row.member, row.digest) == (member_id, digest):
        return _draft(row, vault), False
    draft_id = wanted_id if row is None else new_id()
    outcome = Outcome(name)
    values = {
        "id": draft_id, "member": member_id, "at": instant(now), "digest": digest,
        "lines": raw.count(b"\n"), "state": READING, "attempt": 1, "since": instant(now),
        "content": vault.seal(zlib.compress(raw), _bound_to(draft_id)),
        "outcome": _sealed(vault, draft_id, outcome),
    }  # fmt: skip
    connection.execute(insert(table), values)
    return find(connection, vault, draft_id, member_id), True


def find(connection: Connection, vault: Vault, draft_id: str, member_id: str) -> Draft:
    """Return a draft of a member's own; raises `DraftNotFound`."""
    mine = (table.c.id == draft_id, table.c.member == member_id, table.c.state != NOTE)
    query = select(table).where(*mine)
    row = connection.execute(query).first()
    if row is None:
        raise DraftNotFound(f"No draft {draft_id[:60]}.")
    return _draft(row, vault)


def list_own(connection: Connection, vault: Vault, member_id: str, most: int) -> list[Draft]:
    """Return a member's newest drafts, the last one first."""
    mine = (table.c.member == member_id, table.c.state != NOTE)
    query = select(table).where(*mine).order_by(table.c.at.desc())
    return [_draft(row, vault) for row in connection.execute(query.limit(most))]


def content_of(connection: Connection, vault: Vault, draft_id: str) -> bytes:
    """Return the file of a draft; raises `DraftNotFound`."""
    query = select(table.c.content).where(table.c.id == draft_id)
    sealed = connection.execute(query).scalar_one_or_none()
    if sealed is None:
        raise DraftNotFound(f"No draft {draft_id[:60]}.")
    return zlib.decompress(vault.unseal(sealed, _bound_to(draft_id)))


def begin(connection: Connection, draft: Draft, state: str, now: datetime) -> Draft | None:
    """Begin the next work on a draft as it was found; None where somebody has begun it already."""
    statement = update(table).where(
        table.c.id == draft.id, table.c.state == draft.state, table.c.attempt == draft.attempt
    )
    begun = replace(draft, state=state, attempt=draft.attempt + 1, since=instant(now))
    values = {"state": state, "attempt": begun.attempt, "since": begun.since}
    return begun if connection.execute(statement.values(**values)).rowcount == 1 else None


def end(
    connection: Connection, vault: Vault, draft: Draft, state: str, outcome: Outcome, now: datetime
) -> None:
    """Note what came of the work that was begun; raises `WorkTakenOver`."""
    statement = update(table).where(
        table.c.id == draft.id, table.c.state == draft.state, table.c.attempt == draft.attempt
    )
    sealed = _sealed(vault, draft.id, outcome)
    values = {"state": state, "since": instant(now), "outcome": sealed}
    if connection.execute(statement.values(**values)).rowcount != 1:
        raise WorkTakenOver(draft.id)


def _draft(row: Any, vault: Vault) -> Draft:
    told = json.loads(zlib.decompress(vault.unseal(row.outcome, _bound_to(row.id))))
    return Draft(row.id, row.at, row.lines, row.state, row.attempt, row.since, _read_outcome(told))


def _read_outcome(told: Mapping[str, Any]) -> Outcome:
    def rows(found: Sequence[Mapping[str, Any]]) -> tuple[Row, ...]:
        return tuple(
            Row(**{**row, "cells": tuple(Cell(**cell) for cell in row["cells"])}) for row in found
        )

    return Outcome(**{
        **told, "added": rows(told["added"]), "changed": rows(told["changed"]),
        "refused": tuple(Refusal(**refusal) for refusal in told["refused"]),
    })  # fmt: skip


def _sealed(vault: Vault, draft_id: str, outcome: Outcome) -> bytes:
    told = json.dumps(asdict(outcome), ensure_ascii=False).encode()
    return vault.seal(zlib.compress(told), _bound_to(draft_id))


def _bound_to(draft_id: str) -> bytes:
    return f"import draft {draft_id}".encode()
