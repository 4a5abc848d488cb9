"""What a form that was open for a while changes: the member's edits over what others did meanwhile.

A form names the version of the entry that it was filled in from. What the member changed is told
from that version; what others changed since is left alone, unless both changed the same field.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, is_dataclass
from typing import Any

from sqlalchemy import Connection

from knowledge.directory import editing, revising
from knowledge.directory.entries import Entry
from knowledge.directory.records import DirectoryError
from knowledge.directory.revising import FieldChange, Revision

# Field → value; `name@en` is a text in another language, a list is given whole.
Edits = Mapping[str, Any]


class EditConflict(DirectoryError):  # noqa: N818 - it names what happened
    """Somebody else changed the same fields; nothing was written.

    `fields` holds theirs as `before` and the member's as `after`; `revision` is the newest that
    touched one of them, `current` the entry as it is now.
    """

    def __init__(
        self, fields: tuple[FieldChange, ...], revision: Revision | None, current: Entry
    ) -> None:
        super().__init__(f"{', '.join(change.field for change in fields)}: changed meanwhile.")
        self.fields = fields
        self.revision = revision
        self.current = current


@dataclass(frozen=True, slots=True)
class Settled:
    """What is left to do of some edits: over which entry, and which fields get which value."""

    current: Entry
    values: Mapping[str, Any]

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that change, `name@en` for a text in another language."""
        return tuple(self.values)

    def only(self, fields: frozenset[str]) -> "Settled":
        """Return the part of it that is about some fields."""
        return Settled(self.current, {k: v for k, v in self.values.items() if k in fields})

    def as_values(self) -> dict[str, Any]:
        """Return the values as `editing.change` takes them, texts whole."""
        found = {name: value for name, value in self.values.items() if "@" not in name}
        translated = {name: value for name, value in self.values.items() if "@" in name}
        if translated:
            texts = {language: dict(known) for language, known in self.current.texts.items()}
            for name, value in translated.items():
                field, _, language = name.partition("@")
                known = texts.setdefault(language, {})
                if value:
                    known[field] = value
                else:
                    known.pop(field, None)
            found["texts"] = {language: known for language, known in texts.items() if known}
        return found


def settle(connection: Connection, kind: str, entry_id: str, edits: Edits, version: int) -> Settled:
    """Return what `edits`, made over `version` of an entry, still have to change in it.

    A form that is sent twice leaves nothing to do the second time. Raises `EntryNotFound`, and
    `EditConflict` where somebody else gave one of the fields another value.
    """
    current = editing.read(connection, kind, entry_id)
    now = revising.document(current)
    history: list[Revision] = []
    then = now
    if version < current.version:
        history = revising.read_revisions(connection, kind, entry_id)
        then = revising.document(editing.as_of(current, history, version))
    mine = {name: value for name, value in edits.items() if not same(name, then.get(name), value)}
    left = {name: value for name, value in mine.items() if not same(name, now.get(name), value)}
    theirs = {name for name in left if not same(name, then.get(name), now.get(name))}
    if theirs:
        fields = tuple(FieldChange(name, now.get(name), left[name]) for name in sorted(theirs))
        touched = [
            revision
            for revision in history
            if revision.number > version and theirs & {change.field for change in revision.changes}
        ]
        raise EditConflict(fields, touched[-1] if touched else None, current)
    return Settled(current, left)


def same(field: str, one: object, other: object) -> bool:
    """Whether two values of a field say the same; ids of parts make no difference."""
    return bool(_plain(field, one) == _plain(field, other))


def _plain(field: str, value: Any) -> Any:
    if field == "schedules":
        return _by_day(value)
    if is_dataclass(value) and not isinstance(value, type):
        value = asdict(value)
    if isinstance(value, Mapping):
        return {key: _plain(key, item) for key, item in value.items() if key != "id"}
    if isinstance(value, list | tuple):
        return [_plain(field, item) for item in value] or None
    return None if value == "" else value


def _by_day(value: Any) -> list[tuple[str, str]]:
    """Return schedules a day each, in one order: how rows are grouped makes no difference."""
    rows = [_plain("", row) for row in value or ()]
    return sorted(
        (day, json.dumps({name: row[name] for name in row if name != "byday"}, sort_keys=True))
        for row in rows
        for day in row.get("byday") or [""]
    )
