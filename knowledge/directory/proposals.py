"""Changes by staff, of which some wait for a coordinator as a draft beside the live entry.

Pages and API change entries through `save`, `hide`, `restore`, `create`: each asks whether the
entry is of the member's area, writes at once what may be written, and keeps the rest as a proposal.
Whoever may publish writes everything at once. What is decided later is in `reviewing`.
"""

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from sqlalchemy import Connection, insert, select

from knowledge.directory import editing
from knowledge.directory.areas_of_entries import area_of, require_changed_by
from knowledge.directory.entries import Entry
from knowledge.directory.listing import find_to_change
from knowledge.directory.revising import Author, instant
from knowledge.directory.rows import KINDS, kind_of
from knowledge.directory.sensitive import (
    CREATE,
    HIDE,
    plain_values,
    read_sensitive,
    waiting_fields,
)
from knowledge.directory.validation import InvalidEntry
from knowledge.staff.rights import Action, Area, Member, may
from knowledge.store.desk_tables import proposals as table

WAITING = "waiting"


@dataclass(frozen=True, slots=True)
class Draft:
    """One entry as it is proposed: `values` are the fields that change, `before` what they were.

    `action` is create, update or hide.
    """

    kind: str
    id: str
    action: str
    values: Mapping[str, Any]
    before: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Proposal:
    """A change that waits, or waited, for review."""

    id: str
    drafts: tuple[Draft, ...]
    author: str
    at: str
    why: str = ""
    status: str = WAITING  # or approved, rejected
    reviewer: str = ""
    reviewed_at: str = ""
    reason: str = ""
    seen: bool = False


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of a change: the live entries after it, and what waits of it."""

    entries: tuple[Entry, ...] = ()
    proposal: Proposal | None = None

    @property
    def entry(self) -> Entry | None:
        """The live entry that was changed, None where all of a new one waits."""
        return self.entries[0] if self.entries else None


@dataclass(frozen=True, slots=True)
class New:
    """An entry to be: its kind, its values and the id (a UUID) that it is going to have."""

    kind: str
    values: Mapping[str, Any]
    id: str


def new_id() -> str:
    """Return an id for an entry that has none yet."""
    return str(uuid.uuid4())


def save(
    connection: Connection,
    kind: str,
    entry_id: str,
    values: Mapping[str, Any],
    version: int,
    member: Member,
    author: Author,
) -> Saved:
    """Change fields of an entry as `editing.change` does; raises `OutsideArea` too."""
    find_to_change(connection, kind, entry_id, member)
    before, after = editing.preview(connection, kind, entry_id, values, version)
    waits = _waits(connection, before, after, member)
    live = {name: value for name, value in values.items() if name not in waits}
    if waits and live:
        try:
            with connection.begin_nested():
                editing.change(connection, kind, entry_id, live, version, author)
        except InvalidEntry:  # the one makes no sense without the other
            waits, live = frozenset(values), {}
    elif live:
        editing.change(connection, kind, entry_id, live, version, author)
    return _finish(connection, before, after, waits, member, author)


def restore(
    connection: Connection,
    kind: str,
    entry_id: str,
    number: int,
    version: int,
    member: Member,
    author: Author,
) -> Saved:
    """Make an entry what revision `number` had made it; raises as `save` does."""
    find_to_change(connection, kind, entry_id, member)
    before, after = editing.preview_restored(connection, kind, entry_id, number, version)
    if not _waits(connection, before, after, member):
        entry = editing.restore(connection, kind, entry_id, number, version, author)
        require_changed_by(connection, member.area, [entry])
        return Saved((entry,))
    names = (f.name for f in fields(KINDS[kind].cls) if f.name not in editing.KEPT)
    values = {n: getattr(after, n) for n in names if getattr(before, n) != getattr(after, n)}
    return save(connection, kind, entry_id, values, version, member, author)


def hide(
    connection: Connection, kind: str, entry_id: str, version: int, member: Member, author: Author
) -> Saved:
    """Take an entry out of sight, or propose to; raises as `save` does."""
    before = find_to_change(connection, kind, entry_id, member)
    if before.status == "hidden" or not _must_wait(connection, HIDE, member):
        return Saved((editing.hide(connection, kind, entry_id, version, author),))
    before, _ = editing.preview(connection, kind, entry_id, {}, version)
    draft = Draft(kind, entry_id, HIDE, {"status": "hidden"}, {"status": before.status})
    return Saved((before,), _keep(connection, [draft], [before], author))


def create(
    connection: Connection,
    new: Sequence[New],
    member: Member,
    author: Author,
    tied: Sequence[Entry] = (),
) -> Saved:
    """Add entries that belong together, or propose them as one; the first tells what they are.

    They may point to each other by their ids, in the order in which they are given. `tied` are
    stored entries as they would be once the new ones are there, and wait with them. Raises
    `InvalidEntry`, `OutsideArea`.
    """
    held = connection.begin_nested()
    try:
        made = [editing.create(connection, each.kind, each.values, author, each.id) for each in new]
        drafts = [Draft(e.kind, e.id, CREATE, _all(m), {}) for e, m in zip(new, made, strict=True)]
        for after in tied:
            drafts.append(_draft_of_change(connection, after))
            made.append(_changed(connection, after, author))
        require_changed_by(connection, member.area, made)
        if not _must_wait(connection, CREATE, member):
            held.commit()
            return Saved(tuple(made))
        area = area_of(connection, made)
    except BaseException:
        held.rollback()
        raise
    held.rollback()
    return Saved((), _insert(connection, drafts, area, author))


def read_proposal(row: Any) -> Proposal:
    """Return the proposal that a row of the table says."""
    return Proposal(
        row.id, tuple(Draft(**draft) for draft in json.loads(row.drafts)), row.author, row.at,
        row.why or "", row.status, row.reviewer or "", row.reviewed_at or "", row.reason or "",
        bool(row.seen),
    )  # fmt: skip


def _all(entry: Entry) -> dict[str, Any]:
    return plain_values(entry, content_of(entry))


def _draft_of_change(connection: Connection, after: Entry) -> Draft:
    before = editing.read(connection, kind_of(after).name, after.id)
    old, new = _all(before), _all(after)
    changed = {name: value for name, value in new.items() if value != old[name]}
    return Draft(
        kind_of(after).name, after.id, "update", changed, {name: old[name] for name in changed}
    )


def _changed(connection: Connection, after: Entry, author: Author) -> Entry:
    kind = kind_of(after).name
    version = editing.read(connection, kind, after.id).version
    return editing.change(connection, kind, after.id, _all(after), version, author)


def _finish(
    connection: Connection,
    before: Entry,
    after: Entry,
    waits: frozenset[str],
    member: Member,
    author: Author,
) -> Saved:
    """Keep what waits as a proposal; what is live by now must still be of the member's area."""
    kind = kind_of(before).name
    entry = editing.read(connection, kind, before.id)
    require_changed_by(connection, member.area, [entry])
    if not waits:
        return Saved((entry,))
    draft = Draft(kind, before.id, "update", plain_values(after, waits), plain_values(entry, waits))
    return Saved((entry,), _keep(connection, [draft], [entry], author))


def _waits(connection: Connection, before: Entry, after: Entry, member: Member) -> frozenset[str]:
    if may(member, Action.PUBLISH):
        return frozenset()
    sensitive = read_sensitive(connection)
    if HIDE in sensitive and after.status == "hidden":
        sensitive |= {f"{kind_of(after).name}.status"}
    return waiting_fields(before, after, sensitive)


def _must_wait(connection: Connection, action: str, member: Member) -> bool:
    return not may(member, Action.PUBLISH) and action in read_sensitive(connection)


def content_of(entry: Entry) -> list[str]:
    """Return the fields of an entry that staff set."""
    return [field.name for field in fields(entry) if field.name not in editing.KEPT]


def _keep(
    connection: Connection, drafts: Sequence[Draft], entries: Sequence[Entry], author: Author
) -> Proposal:
    return _insert(connection, drafts, area_of(connection, entries), author)


def _insert(
    connection: Connection,
    drafts: Sequence[Draft],
    area: Area,
    author: Author,
) -> Proposal:
    """Write a proposal; one that the author sent already and that still waits stands for it."""
    first = drafts[0]
    told = json.dumps([asdict(draft) for draft in drafts], ensure_ascii=False)
    same = select(table).where(
        table.c.author == author.who, table.c.entity_id == first.id,
        table.c.status == WAITING, table.c.drafts == told,
    )  # fmt: skip
    if (row := connection.execute(same).first()) is not None:
        return read_proposal(row)
    proposal = Proposal(new_id(), tuple(drafts), author.who, instant(author.at), author.why)
    connection.execute(insert(table), {
        "id": proposal.id, "kind": first.kind, "entity_id": first.id, "action": first.action,
        "drafts": told, "country": area.country, "department": area.department,
        "municipality": area.municipality,
        "author": author.who, "why": author.why or None, "at": proposal.at, "status": WAITING,
        "seen": 0,
    })  # fmt: skip
    return proposal
