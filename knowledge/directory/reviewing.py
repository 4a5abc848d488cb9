"""Reviewing proposals: what waits, what was decided, and putting it into the live directory."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select, update

from knowledge.directory import editing
from knowledge.directory.areas_of_entries import require_changed_by
from knowledge.directory.entries import Entry
from knowledge.directory.feed import Listing
from knowledge.directory.loading import load
from knowledge.directory.proposals import WAITING, Draft, Proposal, read_proposal
from knowledge.directory.records import DirectoryError
from knowledge.directory.revising import Author, instant
from knowledge.directory.sensitive import plain_values
from knowledge.staff.rights import Action, Member, inside, may
from knowledge.store.desk_tables import proposals as table


class ProposalNotFound(DirectoryError):  # noqa: N818 - it names what happened
    """There is no proposal with this id that the member may know of."""


class AlreadyDecided(DirectoryError):  # noqa: N818 - it names what happened
    """Somebody else approved or rejected the proposal."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """A field that was changed after it was proposed: what it was then, is now, would become."""

    field: str
    then: Any
    now: Any
    proposed: Any


class ProposalConflict(DirectoryError):  # noqa: N818 - it names what happened
    """The live entry is not what it was when the change was proposed."""

    def __init__(self, conflicts: Sequence[Conflict]) -> None:
        names = ", ".join(conflict.field for conflict in conflicts)
        super().__init__(f"Changed since it was proposed: {names}. Compare, then reject or edit.")
        self.conflicts = tuple(conflicts)


def list_proposals(
    connection: Connection,
    member: Member,
    status: str | None,
    first: int,
    limit: int,
    *,
    mine: bool = False,
    unseen: bool = False,
    decided: bool = False,
) -> Listing:
    """Return proposals that a member may review or has made, newest first."""
    where = [_known_to(member)]
    if status is not None:
        where.append(table.c.status == status)
    if decided:
        where.append(table.c.status != WAITING)
    if mine:
        where.append(table.c.author == member.id)
    if unseen:
        where.append(and_(table.c.author == member.id, table.c.seen == 0,
                          table.c.status != WAITING))  # fmt: skip
    total = connection.execute(select(func.count()).select_from(table).where(*where)).scalar_one()
    query = select(table.c.id).where(*where).order_by(table.c.at.desc(), table.c.id)
    return Listing(total, tuple(connection.execute(query.offset(first).limit(limit)).scalars()))


def count_waiting(connection: Connection, member: Member) -> int:
    """Return how many proposals wait for this member's review."""
    if not may(member, Action.PUBLISH):
        return 0
    where = (table.c.status == WAITING, inside(member.area, table))
    return int(
        connection.execute(select(func.count()).select_from(table).where(*where)).scalar_one()
    )


def find_proposals(
    connection: Connection, ids: Sequence[str], member: Member
) -> dict[str, Proposal]:
    """Return proposals by id; those that a member may not know of are left out."""
    query = select(table).where(table.c.id.in_(ids), _known_to(member))
    return {row.id: read_proposal(row) for row in connection.execute(query)}


def find_proposal(connection: Connection, proposal_id: str, member: Member) -> Proposal:
    """Return a proposal; raises `ProposalNotFound`."""
    found = find_proposals(connection, [proposal_id], member).get(proposal_id)
    if found is None:
        raise ProposalNotFound(f"No proposal {proposal_id}.")
    return found


def conflicts_of(connection: Connection, proposal: Proposal) -> list[Conflict]:
    """Return the fields in which the live entries are not what they were when it was made."""
    return [conflict for draft in proposal.drafts for conflict in _conflicts(connection, draft)]


def approve(
    connection: Connection, proposal_id: str, member: Member, author: Author
) -> tuple[Proposal, list[Entry]]:
    """Write a proposal into the live directory, all of it or nothing.

    The revisions name whoever proposed it. Raises `ProposalNotFound`, `AlreadyDecided`,
    `ProposalConflict`, `InvalidEntry`, `OutsideArea`.
    """
    proposal = _take(connection, proposal_id, member, author, "approved", "")
    conflicts = conflicts_of(connection, proposal)
    if conflicts:
        raise ProposalConflict(conflicts)
    by = Author(proposal.author, author.at, proposal.why)
    entries = [_carry_out(connection, draft, by) for draft in proposal.drafts]
    require_changed_by(connection, member.area, entries)
    return find_proposal(connection, proposal_id, member), entries


def reject(
    connection: Connection, proposal_id: str, reason: str, member: Member, author: Author
) -> Proposal:
    """Put a proposal away with a reason, which its author reads."""
    _take(connection, proposal_id, member, author, "rejected", reason)
    return find_proposal(connection, proposal_id, member)


def mark_seen(connection: Connection, proposal_id: str, member: Member) -> Proposal:
    """Remember that the author has read what was decided; nobody else's reading counts."""
    proposal = find_proposal(connection, proposal_id, member)
    if proposal.author == member.id and proposal.status != WAITING:
        connection.execute(update(table).where(table.c.id == proposal_id).values(seen=1))
    return find_proposal(connection, proposal_id, member)


def _known_to(member: Member) -> ColumnElement[bool]:
    own = table.c.author == member.id
    return or_(own, inside(member.area, table)) if may(member, Action.PUBLISH) else own


def _take(
    connection: Connection, proposal_id: str, member: Member, author: Author, status: str, why: str
) -> Proposal:
    """Decide a proposal; of two who decide at once, one is told."""
    proposal = find_proposal(connection, proposal_id, member)
    statement = update(table).where(
        table.c.id == proposal_id, table.c.status == WAITING, inside(member.area, table)
    )
    taken = connection.execute(statement.values(
        status=status, reviewer=author.who, reviewed_at=instant(author.at), reason=why or None,
    ))  # fmt: skip
    if taken.rowcount != 1:
        if proposal.status == WAITING:
            raise ProposalNotFound(f"No proposal {proposal_id} for you to review.")
        raise AlreadyDecided(f"Proposal {proposal_id} is {proposal.status} already.")
    return proposal


def _carry_out(connection: Connection, draft: Draft, author: Author) -> Entry:
    if draft.action == "create":
        return editing.create(connection, draft.kind, draft.values, author, draft.id)
    version = editing.read(connection, draft.kind, draft.id).version
    if draft.action == "hide":
        return editing.hide(connection, draft.kind, draft.id, version, author)
    return editing.change(connection, draft.kind, draft.id, draft.values, version, author)


def _conflicts(connection: Connection, draft: Draft) -> list[Conflict]:
    if draft.action == "create":
        return []
    entry = load(connection, draft.kind, [draft.id]).get(draft.id)
    if entry is None:
        return [Conflict("id", draft.id, None, draft.id)]
    now = plain_values(entry, draft.values)
    return [
        Conflict(f"{draft.kind}.{name}", draft.before[name], now[name], proposed)
        for name, proposed in draft.values.items()
        if now[name] not in (draft.before[name], proposed)
    ]
