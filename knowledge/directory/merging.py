"""Two entries that are one: what belongs to the second goes to the first; and copies to begin with.

Nothing is destroyed: the second is hidden, and every entry that changes has a revision.
"""

from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any, cast

from sqlalchemy import Connection, select

from knowledge.directory import editing, revising
from knowledge.directory.entries import Entry, ServiceAtLocation
from knowledge.directory.listing import find_to_change
from knowledge.directory.loading import load
from knowledge.directory.proposals import New, new_id
from knowledge.directory.revising import Author
from knowledge.directory.rows import KINDS
from knowledge.directory.sensitive import plain_values
from knowledge.directory.validation import InvalidEntry, Problem
from knowledge.staff.rights import Member
from knowledge.store.directory_tables import service_at_locations, services

# What says which entry it is, and is never filled from another one.
_OWN = frozenset(("status", "slug", "source_url", "source_date", "assured_date", "confidence"))


def merge(
    connection: Connection,
    kind: str,
    from_id: str,
    into_id: str,
    version: int,
    member: Member,
    author: Author,
) -> tuple[Entry, Entry]:
    """Make one of two entries of a kind; return the one that stays and the one that is hidden.

    `version` is that of the one to be hidden. What the other lacks is taken from it. Raises as
    `proposals.save` does.
    """
    gone = find_to_change(connection, kind, from_id, member)
    kept = find_to_change(connection, kind, into_id, member)
    if gone.id == kept.id:
        raise InvalidEntry([Problem("into", "is the same entry.")])
    if getattr(gone, "country", "") != getattr(kept, "country", ""):
        raise InvalidEntry([Problem("into", "is in another country.")])
    editing.preview(connection, kind, from_id, {}, version)
    _hand_over(connection, kind, gone, kept, author)
    gone = editing.read(connection, kind, from_id)
    kept = editing.read(connection, kind, into_id)
    # The phones and hours of one place are not those of another: parts are filled as a whole.
    filled = {
        field.name: getattr(gone, field.name)
        for field in fields(kept)
        if field.name not in editing.KEPT | _OWN and getattr(kept, field.name) in ("", None, ())
    }
    filled = {name: without_ids(value) for name, value in filled.items()}
    note = revising.Author(author.who, author.at, author.why or f"merged with {from_id}")
    hidden = editing.hide(connection, kind, from_id, gone.version, note)
    if filled:
        kept = editing.change(connection, kind, into_id, filled, kept.version, note)
    return kept, hidden


def copy_of(connection: Connection, kind: str, entry_id: str, member: Member) -> list[New]:
    """Return what is to be created for a copy of an entry, not public before it is completed.

    A service at a location is copied with its service and its location. Raises as
    `find_to_change` does.
    """
    entry = find_to_change(connection, kind, entry_id, member)
    if not isinstance(entry, ServiceAtLocation):
        return [_copied(kind, entry)]
    service = _copied("service", editing.read(connection, "service", entry.service_id))
    location = _copied("location", editing.read(connection, "location", entry.location_id))
    moved = replace(entry, service_id=service.id, location_id=location.id, slug="")
    return [service, location, _copied(kind, moved)]


def _hand_over(connection: Connection, kind: str, gone: Entry, kept: Entry, author: Author) -> None:
    """Let what points to the one entry point to the other."""
    if kind == "organization":
        query = select(services.c.id).where(services.c.organization_id == gone.id)
        found = load(connection, "service", connection.execute(query).scalars())
        for service in found.values():
            moved = replace(service, organization_id=kept.id)
            revising.change(connection, service, moved, author, "update")
    if kind not in ("service", "location"):
        return
    link = f"{kind}_id"
    other = "location_id" if kind == "service" else "service_id"
    pairs = _pairs(connection, link, gone.id)
    taken = {getattr(pair, other) for pair in _pairs(connection, link, kept.id)}
    for pair in pairs:
        if getattr(pair, other) in taken:
            hidden = replace(pair, status="hidden")
            revising.change(connection, pair, hidden, author, "hide")
        else:
            change: Any = {link: kept.id}
            revising.change(connection, pair, replace(pair, **change), author, "update")


def _pairs(connection: Connection, link: str, entry_id: str) -> Sequence[ServiceAtLocation]:
    query = select(service_at_locations.c.id).where(service_at_locations.c[link] == entry_id)
    ids = connection.execute(query).scalars().all()
    return list(load(connection, "service_at_location", ids).values())


def _copied(kind: str, entry: Entry) -> New:
    names = {f.name for f in fields(KINDS[kind].cls)} - editing.KEPT - {"slug"}
    values = {name: _plain(value) for name, value in plain_values(entry, names).items()}
    return New(kind, values | {"status": "to_complete"}, new_id())


def _plain(value: Any) -> Any:
    """Return JSON without the ids of parts."""
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items() if key != "id"}
    return value


def without_ids(value: Any) -> Any:
    """Return the parts of a field as another entry can have them: with ids of their own."""
    if not isinstance(value, tuple) or not hasattr(next(iter(value), None), "id"):
        return value
    parts: list[Any] = []
    for part in value:
        change: dict[str, Any] = {"id": ""}
        if hasattr(part, "phones"):
            change["phones"] = tuple(replace(cast(Any, p), id="") for p in part.phones)
        parts.append(replace(part, **change))
    return tuple(parts)
