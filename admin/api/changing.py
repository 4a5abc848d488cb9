"""What all changes of entries begin and end with."""

from fastapi import Response
from sqlalchemy import Connection

from admin.api.parameters import as_entry_id
from admin.api.reviews import proposal_json
from admin.api.work import Work, answer_entry, answer_saved, require_match
from knowledge.directory import listing, proposals
from knowledge.directory.entries import Entry
from knowledge.directory.proposals import New, Saved
from knowledge.staff.rights import Member

# Part of an address → the kind of entry, and how people call it.
KINDS = {
    "organizations": ("organization", "organization"),
    "services": ("service", "service"),
    "locations": ("location", "location"),
    "service-at-locations": ("service_at_location", "service at a location"),
}


def matched(
    connection: Connection,
    work: Work,
    kind: str,
    entry_id: str,
    member: Member,
    if_match: str | None,
) -> Entry:
    """Return the entry to be changed, when the member may change it and has read it as it is."""
    entry = listing.find_to_change(connection, kind, as_entry_id(kind, entry_id), member)
    require_match(connection, entry, if_match, work.now)
    return entry


def created(
    connection: Connection, work: Work, member: Member, name: str, new: list[New]
) -> Response:
    """Add entries; the answer tells of the last one, which all others belong to."""
    saved = proposals.create(connection, new, member, work.author(member))
    if saved.proposal is not None:
        return answer_change(connection, saved, member)
    entry = saved.entries[-1]
    return answer_entry(entry, 201, f"/api/v1/{name}/{entry.id}")


def answer_change(connection: Connection, saved: Saved, member: Member) -> Response:
    """Return the entry as it is now, with 202 where part of the change waits."""
    waits = saved.proposal
    told = None if waits is None else proposal_json(connection, waits, member)
    return answer_saved(saved, told)
