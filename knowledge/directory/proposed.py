"""What a proposal is about, and what would come of it, for whoever reviews it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, select

from knowledge.directory import reviewing
from knowledge.directory.loading import load
from knowledge.directory.proposals import Draft, Proposal
from knowledge.directory.queries import AT, JOINED, ORGANIZATION, SERVICE
from knowledge.directory.revising import Author
from knowledge.staff.rights import Member

_LINKS = {
    "service_at_location": AT.c.id,
    "service": AT.c.service_id,
    "location": AT.c.location_id,
    "organization": SERVICE.c.organization_id,
}


@dataclass(frozen=True, slots=True)
class Subject:
    """What people call the office that a proposal is about.

    `at_id` is where it shows best, one of `offices`; with several a change shows in all of them.
    """

    name: str
    organization: str
    at_id: str
    offices: int
    is_new: bool


def subject_of(connection: Connection, proposal: Proposal) -> Subject:
    """Return what a proposal is about, as it is stored now or as it is to be created."""
    first = proposal.drafts[0]
    if first.action == "create":
        return _new_subject(connection, proposal)
    name = AT.c.status == "active"
    query = (
        select(AT.c.id, SERVICE.c.name, ORGANIZATION.c.name.label("owner"))
        .select_from(JOINED)
        .where(_LINKS[first.kind] == first.id)
        .order_by(name.desc(), AT.c.id)
    )
    rows = connection.execute(query).all()
    if rows:
        top = rows[0]
        shown = top.owner if first.kind == "organization" else top.name
        return Subject(shown, top.owner, top.id, len(rows), is_new=False)
    entry = load(connection, first.kind, [first.id]).get(first.id)
    return Subject(getattr(entry, "name", "") or "", "", "", 0, is_new=False)


def names_of(connection: Connection, proposal: Proposal) -> Mapping[str, str]:
    """Return the names of the entries that a proposal points to, by id."""
    found = {draft.id: str(draft.values.get("name") or "") for draft in proposal.drafts}
    for kind in ("organization", "service", "location"):
        asked = {
            value
            for draft in proposal.drafts
            for values in (draft.values, draft.before)
            if isinstance(value := values.get(f"{kind}_id"), str)
        } - found.keys()
        for key, entry in load(connection, kind, sorted(asked)).items():
            found[key] = getattr(entry, "name", "") or getattr(entry, "municipality", "")
    return found


@contextmanager
def as_if_approved(
    engine: Engine, proposal: Proposal, member: Member, author: Author
) -> Iterator[Connection]:
    """Give a transaction in which a proposal is carried out, and which is never kept.

    Raises as `reviewing.approve` does.
    """
    with engine.connect() as connection:
        held = connection.begin()
        try:
            reviewing.approve(connection, proposal.id, member, author)
            yield connection
        finally:
            held.rollback()


def _new_subject(connection: Connection, proposal: Proposal) -> Subject:
    by_kind: dict[str, Draft] = {}
    for draft in proposal.drafts:
        by_kind.setdefault(draft.kind, draft)
    service = by_kind.get("service") or proposal.drafts[0]
    owner_id = service.values.get("organization_id", "")
    owner: Any = load(connection, "organization", [owner_id]).get(owner_id)
    owner_name = owner.name if owner else ""
    if "organization" in by_kind:
        owner_name = str(by_kind["organization"].values.get("name") or "")
    pairs = [d for d in proposal.drafts if d.kind == "service_at_location"]
    name = str(service.values.get("name") or owner_name)
    at_id = pairs[0].id if pairs else ""
    return Subject(name, owner_name, at_id, len(pairs), is_new=True)
