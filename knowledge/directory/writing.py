"""Writing entries into their tables; callers have validated them and hold the transaction."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Table, delete, insert, update

from knowledge.directory import areas
from knowledge.directory.entries import Entry, Location, ServiceEntry
from knowledge.directory.remembering import directory_changed
from knowledge.directory.rows import (
    KINDS,
    PARTS,
    PHONE,
    derived_id,
    kind_of,
    main_row,
    part_rows,
    text_rows,
)
from knowledge.directory.terms import term_id
from knowledge.store import directory_tables as tables
from knowledge.store.entry_tables import texts

# What points to another entry comes after it.
ORDER = ("organization", "service", "location", "service_at_location")


def insert_entries(connection: Connection, entries: Iterable[Entry]) -> None:
    """Insert new entries with all their parts; each has its id, and so has each part."""
    rows: dict[Table, list[dict[str, Any]]] = defaultdict(list)
    for entry in entries:
        rows[kind_of(entry).table].append(_main_row(entry))
        _add_parts(rows, entry)
    for name in ORDER:
        _insert(connection, KINDS[name].table, rows.pop(KINDS[name].table, []))
    _insert_parts(connection, rows)
    directory_changed(connection)


def replace_entry(connection: Connection, before: Entry, after: Entry) -> bool:
    """Write `after` over `before`, only what differs; False when the database holds neither.

    It holds `before` as long as the version in it is that of `before`.
    """
    kind = kind_of(after)
    table = kind.table
    statement = update(table).where(table.c.id == after.id, table.c.version == before.version)
    if connection.execute(statement.values(_main_row(after))).rowcount != 1:
        return False
    same = {name for name in kind.parts if getattr(before, name) == getattr(after, name)}
    for name in reversed(list(PARTS)):
        if name in kind.parts and name not in same:
            part = PARTS[name][1]
            connection.execute(delete(part).where(part.c[kind.link] == after.id))
            _delete_notes(connection, before, name)
    changed: Any = after
    changed = replace(changed, **dict.fromkeys(same, ()))
    if before.texts == after.texts:
        changed = replace(changed, texts={})
    else:
        of_entry = (texts.c.link_entity == kind.name, texts.c.link_id == after.id)
        connection.execute(delete(texts).where(*of_entry))
    if isinstance(before, ServiceEntry) and isinstance(after, ServiceEntry):
        if (before.terms, before.country) == (after.terms, after.country):
            changed = replace(changed, terms=())
        else:
            attributes = tables.attributes
            connection.execute(delete(attributes).where(attributes.c.service_id == after.id))
    rows: dict[Table, list[dict[str, Any]]] = defaultdict(list)
    _add_parts(rows, changed)
    _insert_parts(connection, rows)
    directory_changed(connection)
    return True


def _delete_notes(connection: Connection, entry: Entry, part: str) -> None:
    """Delete the remarks in other languages of the phones that one kind of part brings along."""
    numbers = {"phones": entry.phones, "contacts": [p for c in entry.contacts for p in c.phones]}
    ids = [phone.id for phone in numbers.get(part, ()) if phone.notes]
    if ids:
        of_phones = (texts.c.link_entity == PHONE, texts.c.link_id.in_(ids))
        connection.execute(delete(texts).where(*of_phones))


def _main_row(entry: Entry) -> dict[str, Any]:
    row = main_row(entry)
    if isinstance(entry, Location):
        point = areas.place_point(entry.country, entry.department, entry.municipality)
        row["place_latitude"], row["place_longitude"] = point or (None, None)
    return row


def _add_parts(rows: Mapping[Table, list[dict[str, Any]]], entry: Entry) -> None:
    for table, row in part_rows(entry):
        rows[table].append(row)
    rows[texts].extend(text_rows(entry))
    if isinstance(entry, ServiceEntry):
        rows[tables.attributes].extend(_attribute_rows(entry))


def _attribute_rows(service: ServiceEntry) -> list[dict[str, Any]]:
    return [
        {
            "id": derived_id("attribute", service.id, code),
            "service_id": service.id,
            "taxonomy_term_id": term_id(code),
            "rank": rank,
            "country": service.country,
        }
        for rank, code in enumerate(service.terms)
    ]


def _insert_parts(connection: Connection, rows: Mapping[Table, list[dict[str, Any]]]) -> None:
    order: Sequence[Table] = [
        *(table for _, table in PARTS.values()), texts, tables.attributes,
    ]  # fmt: skip
    for table in order:
        _insert(connection, table, rows.get(table, []))


def _insert(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    if rows:
        connection.execute(insert(table), rows)
