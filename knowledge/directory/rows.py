"""Entries to table rows and back.

Columns and fields have the same names, so the way between them is one loop; the few that differ
are in `RENAMED`. Only `knowledge.directory` sees rows.
"""

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, cast

from sqlalchemy import Row, RowMapping, Table

from knowledge.directory.entries import (
    Accessibility,
    Address,
    Contact,
    CostOption,
    Entry,
    Language,
    Location,
    Organization,
    RequiredDocument,
    ServiceArea,
    ServiceAtLocation,
    ServiceEntry,
)
from knowledge.directory.records import Phone, Schedule
from knowledge.store import directory_tables as tables

# Ids of what has none are derived from what it belongs to, so that two installations agree on them.
NAMESPACE = uuid.UUID("7a7d2f44-5c0f-4a0c-9c4c-6d6a4f1f0e11")
RENAMED = {("phones", "description"): "note"}
LISTS = {("schedules", "byday")}  # tuples kept as "MO,TU"
FLAGS = {("schedules", "exception"), ("locations", "confidential")}
# What `texts` calls a phone and its remark, as HSDS names them.
PHONE, REMARK = "phone", "description"


@dataclass(frozen=True, slots=True)
class Kind:
    """One of the four entries: its class, table, the column its parts point with, its parts."""

    name: str
    cls: type[Any]
    table: Table
    link: str
    parts: tuple[str, ...]


KINDS = {
    kind.name: kind
    for kind in (
        Kind("organization", Organization, tables.organizations, "organization_id",
             ("phones", "contacts")),
        Kind("service", ServiceEntry, tables.services, "service_id",
             ("phones", "schedules", "languages", "cost_options", "required_documents",
              "service_areas", "contacts")),
        Kind("location", Location, tables.locations, "location_id",
             ("addresses", "phones", "schedules", "languages", "accessibility", "contacts")),
        Kind("service_at_location", ServiceAtLocation, tables.service_at_locations,
             "service_at_location_id", ("phones", "schedules", "service_areas", "contacts")),
    )
}  # fmt: skip
PARTS: Mapping[str, tuple[type[Any], Table]] = {
    "contacts": (Contact, tables.contacts),  # before phones, which may point to one
    "phones": (Phone, tables.phones),
    "schedules": (Schedule, tables.schedules),
    "languages": (Language, tables.languages),
    "cost_options": (CostOption, tables.cost_options),
    "required_documents": (RequiredDocument, tables.required_documents),
    "service_areas": (ServiceArea, tables.service_areas),
    "addresses": (Address, tables.addresses),
    "accessibility": (Accessibility, tables.accessibility),
}


def derived_id(*parts: str) -> str:
    """Return the id that belongs to a name ("service", "sv-gami-la-chacra")."""
    return str(uuid.uuid5(NAMESPACE, "/".join(parts)))


def kind_of(entry: Entry) -> Kind:
    """Return which of the four an entry is."""
    return next(kind for kind in KINDS.values() if isinstance(entry, kind.cls))


def with_part_ids(entry: Entry) -> Entry:
    """Return `entry` with an id in each of its parts; those that have one keep it."""
    found = {name: _numbered(getattr(entry, name), entry.id, name) for name in kind_of(entry).parts}
    if "contacts" in found:
        found["contacts"] = tuple(
            replace(contact, phones=_numbered(contact.phones, contact.id, "phones"))
            for contact in found["contacts"]
        )
    changed: Any = entry  # the names of the parts are known only here
    return cast(Entry, replace(changed, **found))


def _numbered(parts: Sequence[Any], owner: str, name: str) -> tuple[Any, ...]:
    taken = {part.id for part in parts}
    free = (i for i in (derived_id(name, owner, str(n)) for n in range(10**6)) if i not in taken)
    return tuple(part if part.id else replace(part, id=next(free)) for part in parts)


def main_row(entry: Entry) -> dict[str, Any]:
    """Return the row of an entry itself; what only its table knows (a place's point) is missing."""
    table = kind_of(entry).table
    return {
        column.name: _stored(table.name, column.name, getattr(entry, column.name))
        for column in table.columns
        if not column.name.startswith("place_")
    }


def part_rows(entry: Entry) -> Iterator[tuple[Table, dict[str, Any]]]:
    """Yield the rows of an entry's parts with their tables, ready to insert in this order."""
    kind = kind_of(entry)
    for name, (_, table) in PARTS.items():
        if name not in kind.parts:
            continue
        for position, part in enumerate(getattr(entry, name)):
            yield table, _part_row(table, part, kind.link, entry.id, position)
            if isinstance(part, Contact):
                for at, phone in enumerate(part.phones):
                    yield (
                        tables.phones,
                        _part_row(tables.phones, phone, "contact_id", part.id, at),
                    )


def _part_row(table: Table, part: Any, link: str, owner: str, position: int) -> dict[str, Any]:
    row: dict[str, Any] = {}
    names = {field.name for field in fields(part)}
    for column in table.columns:
        field = RENAMED.get((table.name, column.name), column.name)
        value = getattr(part, field) if field in names else None
        row[column.name] = _stored(table.name, column.name, value)
    return row | {link: owner, "position": position}


def text_rows(entry: Entry) -> Iterator[dict[str, Any]]:
    """Yield the rows of an entry's texts in other languages, those of its phones at the end."""
    for language, texts in sorted(entry.texts.items()):
        for field, text in sorted(texts.items()):
            if text:
                yield {
                    "link_entity": kind_of(entry).name, "link_id": entry.id, "field": field,
                    "language": language, "text": text,
                }  # fmt: skip
    for phone in phones_of(entry):
        for language, note in sorted(phone.notes.items()):
            if note:
                yield {
                    "link_entity": PHONE, "link_id": phone.id, "field": REMARK,
                    "language": language, "text": note,
                }  # fmt: skip


def phones_of(entry: Entry) -> Iterator[Phone]:
    """Yield the numbers of an entry, then those of its contacts."""
    yield from entry.phones
    for contact in entry.contacts:
        yield from contact.phones


def fields_of(kind: Kind, row: RowMapping) -> dict[str, Any]:
    """Return what the row of an entry itself says, by field."""
    return {
        name: _read(kind.table.name, name, value, optional=_optional(kind.cls, name))
        for name, value in row.items()
        if not name.startswith("place_")
    }


def part_of(name: str, row: Row[Any]) -> Any:
    """Return the part that a row of its table says."""
    return part_from(name, [getattr(row, column) for column in part_columns(name)])


def part_columns(name: str) -> tuple[str, ...]:
    """Return the columns of a table of parts that its class has fields for, in their order."""
    return tuple(column for column, _, _ in _PART_READS[name])


def part_from(name: str, values: Sequence[Any]) -> Any:
    """Return the part that the values of `part_columns` say."""
    reads = zip(_PART_READS[name], values, strict=True)
    return PARTS[name][0](**{field: read(value) for (_, field, read), value in reads})


def _stored(table: str, column: str, value: Any) -> Any:
    if (table, column) in LISTS:
        return ",".join(value) or None
    if (table, column) in FLAGS:
        return int(value)
    return None if value == "" else value


def _read(table: str, column: str, value: Any, *, optional: bool) -> Any:
    return _reader(table, column, optional=optional)(value)


def _reader(table: str, column: str, *, optional: bool) -> Callable[[Any], Any]:
    """Return what makes a field's value of a column's."""
    if (table, column) in LISTS:
        return lambda value: tuple(value.split(",")) if value else ()
    if (table, column) in FLAGS:
        return bool
    return (lambda value: value) if optional else (lambda value: "" if value is None else value)


def _optional(cls: type[Any], name: str) -> bool:
    """Whether a field says "unknown" with None; the others say it with an empty text."""
    return name in _NONE_FIELDS[cls]


_NONE_FIELDS = {
    cls: frozenset(f.name for f in fields(cls) if "None" in str(f.type))
    for cls in (*(k.cls for k in KINDS.values()), *(cls for cls, _ in PARTS.values()))
}

# Of each kind of part, what is read: a column, its field, and how. Worked out once: there are a
# dozen parts in each answer.
_PART_READS = {
    name: tuple(
        (column.name, field, _reader(table.name, column.name, optional=_optional(cls, field)))
        for column in table.columns
        if (field := RENAMED.get((table.name, column.name), column.name))
        in {f.name for f in fields(cls)}
    )
    for name, (cls, table) in PARTS.items()
}
