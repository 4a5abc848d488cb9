"""Entries as they are in the database, whole: with their parts, texts and topics."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Row, select

from knowledge.directory.rows import KINDS, PARTS, PHONE, Kind, fields_of, part_of
from knowledge.store import directory_tables as tables
from knowledge.store.entry_tables import texts as texts_table

AT_ONCE = 500  # ids in one statement; SQLite takes some thousands


def load(connection: Connection, kind: str, ids: Iterable[str] | None = None) -> dict[str, Any]:
    """Return entries of a kind by id, every one without `ids`; unknown ids are left out."""
    if ids is None:
        return _load(connection, KINDS[kind], None)
    wanted = list(dict.fromkeys(ids))
    found: dict[str, Any] = {}
    for start in range(0, len(wanted), AT_ONCE):
        found |= _load(connection, KINDS[kind], wanted[start : start + AT_ONCE])
    return found


def _load(connection: Connection, kind: Kind, ids: list[str] | None) -> dict[str, Any]:
    query = select(kind.table).order_by(kind.table.c.id)
    rows = connection.execute(query if ids is None else query.where(kind.table.c.id.in_(ids)))
    parts = {name: _load_parts(connection, kind, name, ids) for name in kind.parts}
    texts = _load_texts(connection, kind, ids)
    terms = _load_terms(connection, ids) if kind.name == "service" else {}
    found = {}
    for row in rows.mappings():
        values = fields_of(kind, row)
        values |= {name: tuple(parts[name].get(row["id"], ())) for name in kind.parts}
        if kind.name == "service":
            values["terms"] = tuple(terms.get(row["id"], ()))
        found[row["id"]] = kind.cls(**values, texts=texts.get(row["id"], {}))
    return found


def _load_parts(
    connection: Connection, kind: Kind, name: str, ids: list[str] | None
) -> dict[str, list[Any]]:
    table = PARTS[name][1]
    link = table.c[kind.link]
    query = select(table).where(link.is_not(None) if ids is None else link.in_(ids))
    rows = connection.execute(query.order_by(link, table.c.position)).all()
    contact_phones: dict[str, list[Any]] = {}
    if name == "contacts" and rows:
        contact_phones = _load_contact_phones(connection, [row.id for row in rows])
    notes = _load_notes(connection, rows) if name == "phones" else {}
    found: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        part = part_of(name, row)
        if name == "contacts":
            part = replace(part, phones=tuple(contact_phones.get(part.id, ())))
        if row.id in notes:
            part = replace(part, notes=notes[row.id])
        found[getattr(row, kind.link)].append(part)
    return found


def _load_notes(connection: Connection, phones: Sequence[Row[Any]]) -> dict[str, dict[str, str]]:
    """Return the remarks of phones in other languages, by the phone's id and by language."""
    ids = [row.id for row in phones]
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for start in range(0, len(ids), AT_ONCE):
        query = select(texts_table).where(
            texts_table.c.link_entity == PHONE,
            texts_table.c.link_id.in_(ids[start : start + AT_ONCE]),
        )
        for text in connection.execute(query.order_by(texts_table.c.language)):
            found[text.link_id][text.language] = text.text
    return dict(found)


def _load_contact_phones(connection: Connection, ids: list[str]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = defaultdict(list)
    link = tables.phones.c.contact_id
    for start in range(0, len(ids), AT_ONCE):
        query = select(tables.phones).where(link.in_(ids[start : start + AT_ONCE]))
        rows = connection.execute(query.order_by(link, tables.phones.c.position)).all()
        notes = _load_notes(connection, rows)
        for row in rows:
            phone = replace(part_of("phones", row), notes=notes.get(row.id, {}))
            found[row.contact_id].append(phone)
    return found


def _load_texts(
    connection: Connection, kind: Kind, ids: list[str] | None
) -> dict[str, dict[str, dict[str, str]]]:
    table = texts_table
    query = select(table).where(table.c.link_entity == kind.name)
    found: dict[str, dict[str, dict[str, str]]] = defaultdict(lambda: defaultdict(dict))
    if ids is not None:
        query = query.where(table.c.link_id.in_(ids))
    for row in connection.execute(query.order_by(table.c.link_id, table.c.language, table.c.field)):
        found[row.link_id][row.language][row.field] = row.text
    return {link: {k: dict(v) for k, v in texts.items()} for link, texts in found.items()}


def _load_terms(connection: Connection, ids: list[str] | None) -> dict[str, list[str]]:
    attributes, terms = tables.attributes, tables.taxonomy_terms
    query = select(attributes.c.service_id, terms.c.code).join(
        terms, terms.c.id == attributes.c.taxonomy_term_id
    )
    if ids is not None:
        query = query.where(attributes.c.service_id.in_(ids))
    found: dict[str, list[str]] = defaultdict(list)
    for row in connection.execute(query.order_by(attributes.c.service_id, attributes.c.rank)):
        found[row.service_id].append(row.code)
    return found
