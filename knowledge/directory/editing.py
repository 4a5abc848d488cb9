"""Editing by staff: create, change, hide and restore, each a revision that can be undone.

Values come and go as JSON with the field names of `knowledge.directory.entries`. Whoever changes an
entry says which version was read; a version that is no longer the newest is refused
(`VersionConflict`), so that nobody overwrites what they have not seen.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, replace
from functools import cache
from typing import Any, cast

from pydantic import ConfigDict, TypeAdapter, ValidationError
from sqlalchemy import ColumnElement, Connection, or_, select

from knowledge.directory import revising
from knowledge.directory.entries import (
    Entry,
    Location,
    Organization,
    ServiceAtLocation,
    ServiceEntry,
)
from knowledge.directory.importing import UNREACHABLE, reachable
from knowledge.directory.loading import load
from knowledge.directory.phones import PhoneError, read_phone
from knowledge.directory.records import DirectoryError, Phone
from knowledge.directory.revising import Author, FieldChange, Revision, read_revisions
from knowledge.directory.rows import KINDS, PARTS, kind_of
from knowledge.directory.terms import known_terms
from knowledge.directory.validation import InvalidEntry, Problem, phone_problems, problems_of
from knowledge.store.directory_tables import service_at_locations

# What the directory keeps by itself and nobody sets.
KEPT = frozenset(("id", "version", "last_modified"))


class EntryNotFound(DirectoryError):  # noqa: N818 - it names what happened
    """There is no entry of this kind with this id."""


def read(connection: Connection, kind: str, entry_id: str) -> Entry:
    """Return an entry, whatever its status; raises `EntryNotFound`."""
    found = load(connection, kind, [entry_id]).get(entry_id)
    if found is None:
        raise EntryNotFound(f"No {kind} {entry_id}. It may have been merged; search by name.")
    return cast(Entry, found)


def create(
    connection: Connection, kind: str, values: Mapping[str, Any], author: Author, entry_id: str
) -> Entry:
    """Add an entry under a new id (a UUID); raises `InvalidEntry` with every problem."""
    if load(connection, kind, [entry_id]):
        raise InvalidEntry([Problem("id", "is in use already.")])
    entry = replace(_built(kind, values, None), id=entry_id)
    entry = _judged(connection, entry)
    return revising.add(connection, [entry], author)[0]


def change(
    connection: Connection,
    kind: str,
    entry_id: str,
    values: Mapping[str, Any],
    version: int,
    author: Author,
) -> Entry:
    """Change the given fields of an entry, and only those; a list is given whole.

    Raises `EntryNotFound`, `VersionConflict`, or `InvalidEntry` with every problem.
    """
    before, after = preview(connection, kind, entry_id, values, version)
    return revising.change(connection, before, after, author, "update")


def preview(
    connection: Connection, kind: str, entry_id: str, values: Mapping[str, Any], version: int
) -> tuple[Entry, Entry]:
    """Return an entry as it is and as `change` would make it; raises as `change` does."""
    before = _newest(connection, kind, entry_id, version)
    return before, _judged(connection, _built(kind, values, before))


def hide(connection: Connection, kind: str, entry_id: str, version: int, author: Author) -> Entry:
    """Take an entry out of sight of people; nothing is destroyed. Raises as `change` does."""
    before = _newest(connection, kind, entry_id, version)
    return revising.change(connection, before, replace(before, status="hidden"), author, "hide")


def restore(
    connection: Connection, kind: str, entry_id: str, number: int, version: int, author: Author
) -> Entry:
    """Make an entry again what revision `number` had made it; raises as `change` does."""
    before, after = preview_restored(connection, kind, entry_id, number, version)
    return revising.change(connection, before, after, author, "restore")


def preview_restored(
    connection: Connection, kind: str, entry_id: str, number: int, version: int
) -> tuple[Entry, Entry]:
    """Return an entry as it is and as `restore` would make it; raises as `restore` does."""
    before = _newest(connection, kind, entry_id, version)
    history = read_revisions(connection, kind, entry_id)
    if number not in {revision.number for revision in history}:
        raise EntryNotFound(f"{kind} {entry_id} has no revision {number}.")
    return before, _judged(connection, as_of(before, history, number))


def as_of(entry: Entry, history: Sequence[Revision], number: int) -> Entry:
    """Return an entry as revision `number` left it; `history` is its whole history."""
    values = revising.document(entry)
    for revision in sorted(history, key=lambda r: r.number, reverse=True):
        if revision.number > number:
            for changed in revision.changes:
                values[changed.field] = changed.before
    return replace(
        _built(kind_of(entry).name, _nested(values), None),
        id=entry.id, version=entry.version, last_modified=entry.last_modified,
    )  # fmt: skip


def changes_between(before: Entry, after: Entry) -> tuple[FieldChange, ...]:
    """Return the fields in which two states of an entry differ, for a person to read."""
    return revising.differences(before, after)


def _newest(connection: Connection, kind: str, entry_id: str, version: int) -> Entry:
    entry = read(connection, kind, entry_id)
    if entry.version != version:
        raise revising.VersionConflict(
            f"{kind} {entry_id} is at version {entry.version}, not {version}. Read it again."
        )
    return entry


def _nested(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return a revision's document with its texts by language again."""
    nested: dict[str, Any] = {"texts": {}}
    for field, value in values.items():
        name, at, language = field.partition("@")
        if not at:
            nested[name] = value
        elif value:
            nested["texts"].setdefault(language, {})[name] = value
    return nested


def _built(kind: str, values: Mapping[str, Any], base: Entry | None) -> Entry:
    """Return the entry that `values` say, over `base`; raises `InvalidEntry` for a wrong shape."""
    cls = KINDS[kind].cls
    names = {field.name for field in fields(cls)}
    problems = [
        Problem(name, "is kept by the directory itself.") for name in values if name in KEPT
    ]
    problems += [Problem(name, f"is no field of a {kind}.") for name in values if name not in names]
    if problems:
        raise InvalidEntry(problems)
    known = {name: getattr(base, name) for name in names} if base else {}
    try:
        return cast(Entry, _adapter(kind).validate_python(known | dict(values)))
    except ValidationError as error:
        found = [
            Problem(".".join(str(part) for part in e["loc"]) or kind, f"{e['msg']}.")
            for e in error.errors(include_url=False, include_input=False)
        ]
        raise InvalidEntry(found) from error


@cache
def _adapter(kind: str) -> TypeAdapter[Any]:
    cls = KINDS[kind].cls
    for part, _ in PARTS.values():
        part.__pydantic_config__ = ConfigDict(extra="forbid", str_strip_whitespace=True)
    cls.__pydantic_config__ = ConfigDict(extra="forbid", str_strip_whitespace=True)
    return TypeAdapter(cls)


def _judged(connection: Connection, entry: Entry) -> Entry:
    """Return an entry with its numbers read; raises `InvalidEntry` with all that is wrong."""
    if isinstance(entry, Location):
        entry = entry.settled()
    country, problems = _country(connection, entry)
    entry = _with_numbers(entry, country)
    problems += problems_of(entry, known_terms(connection))
    if isinstance(entry, ServiceAtLocation) and country:
        problems += phone_problems(entry.phones, country)
    problems += _taken_ids(connection, entry)
    if not problems:
        problems += _unreachable(connection, entry)
    if problems:
        raise InvalidEntry(problems)
    return entry


def _country(connection: Connection, entry: Entry) -> tuple[str, list[Problem]]:
    """Return the country whose numbers an entry has; what it points to must exist and agree."""
    if isinstance(entry, ServiceEntry):
        if not load(connection, "organization", [entry.organization_id]):
            return entry.country, [Problem("organization_id", "is no organization.")]
        return entry.country, []
    if not isinstance(entry, ServiceAtLocation):
        return entry.country, []
    service = load(connection, "service", [entry.service_id]).get(entry.service_id)
    location = load(connection, "location", [entry.location_id]).get(entry.location_id)
    problems = []
    if service is None:
        problems.append(Problem("service_id", "is no service."))
    if location is None:
        problems.append(Problem("location_id", "is no location."))
    if service and location and service.country != location.country:
        problems.append(Problem("location_id", "is in another country than the service."))
    problems += _pair_problems(connection, entry)
    return (service.country if service else ""), problems


def _pair_problems(connection: Connection, entry: ServiceAtLocation) -> Iterator[Problem]:
    table = service_at_locations
    same_pair = (table.c.service_id == entry.service_id) & (
        table.c.location_id == entry.location_id
    )
    others = table.c.id != entry.id
    if connection.execute(select(table.c.id).where(same_pair, others)).first():
        yield Problem("location_id", "has this service already.")
    if (
        entry.slug
        and connection.execute(select(table.c.id).where(table.c.slug == entry.slug, others)).first()
    ):
        yield Problem("slug", "is in use already.")


def _with_numbers(entry: Entry, country: str) -> Entry:
    """Return an entry whose phones know their number for the whole world, if they are any."""

    def settled(phone: Phone) -> Phone:
        text = f"{phone.number} ({phone.note})" if phone.note else phone.number
        try:
            found = read_phone(text, country, phone.type)
        except PhoneError:
            return phone  # said by `problems_of`
        extension = phone.extension if phone.extension is not None else found.extension
        notes = {language: note for language, note in phone.notes.items() if note}
        return replace(found, id=phone.id, extension=extension, notes=notes)

    if not country:
        return entry
    contacts = tuple(
        replace(contact, phones=tuple(map(settled, contact.phones))) for contact in entry.contacts
    )
    return replace(entry, phones=tuple(map(settled, entry.phones)), contacts=contacts)


def _taken_ids(connection: Connection, entry: Entry) -> Iterator[Problem]:
    """Yield the parts whose id belongs to a part of another entry."""
    kind = kind_of(entry)
    for name in kind.parts:
        table = PARTS[name][1]
        ids = [part.id for part in getattr(entry, name) if part.id]
        if len(set(ids)) != len(ids):
            yield Problem(name, "has one id twice.")
        link = table.c[kind.link]
        elsewhere: ColumnElement[bool] = or_(link.is_(None), link != entry.id)
        query = select(table.c.id).where(table.c.id.in_(ids), elsewhere)
        if ids and connection.execute(query).first():
            yield Problem(name, "has an id that is in use elsewhere.")


def _unreachable(connection: Connection, entry: Entry) -> Iterator[Problem]:
    """Yield a problem when a change would leave people an office that nobody can reach."""
    if isinstance(entry, Organization) or entry.status != "active":
        return
    table = service_at_locations
    column = {ServiceEntry: table.c.service_id, Location: table.c.location_id}.get(
        type(entry), table.c.id
    )
    ids = list(connection.execute(select(table.c.id).where(column == entry.id)).scalars())
    pairs: dict[str, ServiceAtLocation] = load(connection, "service_at_location", ids)
    if isinstance(entry, ServiceAtLocation):
        pairs = {entry.id: entry}
    services = load(connection, "service", [pair.service_id for pair in pairs.values()])
    locations = load(connection, "location", [pair.location_id for pair in pairs.values()])
    for pair in pairs.values():
        service = entry if isinstance(entry, ServiceEntry) else services[pair.service_id]
        location = entry if isinstance(entry, Location) else locations[pair.location_id]
        shown = service.status == pair.status == location.status == "active"
        if shown and not reachable(service, location, pair):
            yield Problem("status", UNREACHABLE)
