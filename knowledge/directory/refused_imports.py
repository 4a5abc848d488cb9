"""Spreadsheets that were not taken, or not all of them: told on «Hoy» until put away, or 30 days.

2026-11-22. A wrong file can hold anything, so a draft goes after a day with all its cells. What is
kept longer lies among the drafts as a note: when, whose, how many lines, and the numbers of the
first ones. No cell, no reason (it quotes cells) and no name of a file. What we gave up: after a day
the words are gone, and the file has to be brought again to see them; the numbers say where to look.

Who brought the file sees the note, and so does whoever may publish in the area of that member.
"""

import json
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, or_, select, update

from knowledge.directory.import_drafts import DraftNotFound, Outcome
from knowledge.directory.revising import instant
from knowledge.staff.rights import Action, Member, inside, may
from knowledge.store.database import upsert
from knowledge.store.desk_tables import NOTE
from knowledge.store.desk_tables import import_drafts as table
from knowledge.store.staff_tables import staff_members

KEEP = timedelta(days=30)
LINES_KEPT = 20
MOST = 50  # notes that anybody would look at
_NAMES = uuid.UUID("0f5b6a6e-9a53-4b0c-8f6c-6f0d1c2b7a11")


@dataclass(frozen=True, slots=True)
class RefusedImport:
    """What is remembered of one: `lines` are the first refused ones by number.

    `unreadable`: the whole file is none. `applied`: the other lines were written. `draft` is where
    the lines are seen with their reasons, None for others than its member and once it is gone.
    """

    id: str
    at: str
    member: str
    refused: int
    lines: tuple[int, ...]
    unreadable: bool
    applied: bool
    draft: str | None


def note(
    connection: Connection,
    member_id: str,
    brought: str,
    now: datetime,
    lines: Iterable[int],
    *,
    unreadable: bool = False,
    applied: bool = False,
) -> None:
    """Remember that lines of a spreadsheet were refused, or forget it where none are any more.

    `brought` is the id of its draft, else the digest of a file that had none: the same file brought
    again changes its note.
    """
    note_id = str(uuid.uuid5(_NAMES, f"{member_id} {brought}"))
    refused = sorted(set(lines))
    if not refused and not unreadable:
        connection.execute(delete(table).where(table.c.id == note_id))
        return
    told = {
        "draft": brought, "refused": len(refused), "lines": refused[:LINES_KEPT],
        "unreadable": unreadable, "applied": applied, "put_away": [],
    }  # fmt: skip
    row = {
        "id": note_id, "member": member_id, "at": instant(now), "digest": "", "state": NOTE,
        "lines": len(refused), "attempt": 1, "since": instant(now), "content": b"",
        "outcome": json.dumps(told).encode(),
    }  # fmt: skip
    connection.execute(upsert(connection, table, ("id",)), row)


def note_outcome(
    connection: Connection,
    member_id: str,
    draft_id: str,
    outcome: Outcome,
    now: datetime,
    *,
    applied: bool,
) -> None:
    """Remember what a draft came to; a failure of ours is no refusal."""
    note(
        connection, member_id, draft_id, now, (refusal.line for refusal in outcome.refused),
        unreadable=bool(outcome.trouble), applied=applied,
    )  # fmt: skip


def list_refused(connection: Connection, member: Member, now: datetime) -> list[RefusedImport]:
    """Return what a member has to know of and has not put away, the newest first."""
    query = (
        select(table.c.id, table.c.at, table.c.member, table.c.outcome)
        .where(*_seen(member), table.c.at > instant(now - KEEP))
        .order_by(table.c.at.desc(), table.c.id)
        .limit(MOST)
    )
    rows = [(row, _told(row.outcome)) for row in connection.execute(query)]
    drafts = select(table.c.id).where(
        table.c.member == member.id,
        table.c.state != NOTE,
        table.c.id.in_([told["draft"] for _, told in rows]),
    )
    there = set(connection.execute(drafts).scalars())
    return [
        RefusedImport(
            row.id, row.at, row.member, told["refused"], tuple(told["lines"]),
            told["unreadable"], told["applied"], told["draft"] if told["draft"] in there else None,
        )
        for row, told in rows
        if member.id not in told["put_away"]
    ]  # fmt: skip


def put_away(connection: Connection, note_id: str, member: Member) -> None:
    """Show a note no more; raises `DraftNotFound`.

    Its own member has then seen to it, and it is forgotten; somebody else puts it away for
    themselves alone.
    """
    query = select(table.c.id, table.c.member, table.c.outcome).where(
        table.c.id == note_id, *_seen(member)
    )
    row = connection.execute(query.with_for_update()).first()
    if row is None:
        raise DraftNotFound(f"No refused import {note_id[:60]}.")
    this = table.c.id == row.id
    if row.member == member.id:
        connection.execute(delete(table).where(this))
        return
    told = _told(row.outcome)
    told["put_away"] = sorted({*told["put_away"], member.id})
    connection.execute(update(table).where(this).values(outcome=json.dumps(told).encode()))


def _seen(member: Member) -> tuple[Any, ...]:
    own = table.c.member == member.id
    if not may(member, Action.PUBLISH):
        return table.c.state == NOTE, own
    people = select(staff_members.c.id).where(inside(member.area, staff_members))
    return table.c.state == NOTE, or_(own, table.c.member.in_(people))


def _told(outcome: bytes) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(outcome)
    return found
