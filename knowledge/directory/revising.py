"""What every change leaves behind: a version, an instant and a revision (HSDS `metadata`)."""

import json
import re
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from knowledge.directory.announcing import announce
from knowledge.directory.entries import Entry
from knowledge.directory.records import DirectoryError
from knowledge.directory.rows import kind_of, with_part_ids
from knowledge.directory.writing import insert_entries, replace_entry
from knowledge.store.entry_tables import revisions as table

# Staff are named by an id: an address or a full name would stay in the history for ever.
_WHO = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}")
_NOT_CONTENT = ("id", "version", "last_modified")


class VersionConflict(DirectoryError):  # noqa: N818 - it names what happened
    """Somebody else changed the entry after it was read."""


@dataclass(frozen=True, slots=True)
class Author:
    """Who changes entries (a staff id, or what the program does: `import`), when and why."""

    who: str
    at: datetime
    why: str = ""

    def __post_init__(self) -> None:
        if not _WHO.fullmatch(self.who):
            raise DirectoryError("who: give the id of a member of staff, no name or address.")


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field before and after, as JSON values; `name@en` is a text in another language."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Revision:
    """One change of one entry; `number` is the version that it made."""

    entity: str
    entity_id: str
    number: int
    action: str
    at: str
    who: str
    why: str
    changes: tuple[FieldChange, ...]


def instant(at: datetime) -> str:
    """Return an instant as the directory keeps it: UTC with milliseconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03}Z"


def add(connection: Connection, entries: Iterable[Entry], author: Author) -> list[Entry]:
    """Insert new entries, each as its version 1; one that has a `last_modified` keeps it."""
    now = instant(author.at)
    numbered = [
        replace(with_part_ids(entry), version=1, last_modified=entry.last_modified or now)
        for entry in entries
    ]
    insert_entries(connection, numbered)
    _record(connection, [(entry, "create", ()) for entry in numbered], author)
    return numbered


def change(
    connection: Connection, before: Entry, after: Entry, author: Author, action: str
) -> Entry:
    """Write `after` over `before` as its next version; nothing is written when they are equal.

    Raises `VersionConflict` when the database no longer holds `before`.
    """
    after = with_part_ids(after)
    changes = differences(before, after)
    if not changes:
        return before
    after = replace(after, version=before.version + 1, last_modified=instant(author.at))
    if not replace_entry(connection, before, after):
        raise VersionConflict(
            f"{kind_of(after).name} {after.id} was changed meanwhile. Read it again."
        )
    _record(connection, [(after, action, changes)], author)
    return after


def differences(before: Entry, after: Entry) -> tuple[FieldChange, ...]:
    """Return the fields that differ; ids of parts alone make no difference."""
    old, new = document(before), document(after)
    return tuple(
        FieldChange(field, old.get(field), new.get(field))
        for field in sorted(old.keys() | new.keys())
        if _without_ids(old.get(field)) != _without_ids(new.get(field))
    )


def document(entry: Entry) -> dict[str, Any]:
    """Return the content of an entry as JSON values, its texts as `field@language`."""
    values = asdict(entry)
    texts: Mapping[str, Mapping[str, str]] = values.pop("texts")
    for name in _NOT_CONTENT:
        del values[name]
    for language, found in texts.items():
        values |= {f"{field}@{language}": text for field, text in found.items()}
    plain: dict[str, Any] = json.loads(json.dumps(values))
    return plain


def read_revisions(connection: Connection, entity: str, entity_id: str) -> list[Revision]:
    """Return the history of an entry, oldest first."""
    query = select(table).where(table.c.entity == entity, table.c.entity_id == entity_id)
    return [
        Revision(
            row.entity, row.entity_id, row.number, row.action, row.at, row.who, row.why or "",
            tuple(FieldChange(**change) for change in json.loads(row.changes)),
        )
        for row in connection.execute(query.order_by(table.c.number))
    ]  # fmt: skip


def _record(
    connection: Connection,
    made: Sequence[tuple[Entry, str, Sequence[FieldChange]]],
    author: Author,
) -> None:
    rows = [
        {
            "id": str(uuid.uuid4()),
            "entity": kind_of(entry).name,
            "entity_id": entry.id,
            "number": entry.version,
            "action": action,
            "at": instant(author.at),
            "who": author.who,
            "why": author.why or None,
            "changes": json.dumps([asdict(c) for c in changes], ensure_ascii=False),
        }
        for entry, action, changes in made
    ]
    if rows:
        connection.execute(insert(table), rows)
        announce(connection, rows)


def _without_ids(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_ids(item) for item in value]
    if isinstance(value, dict):
        return {key: _without_ids(item) for key, item in value.items() if key != "id"}
    return value
