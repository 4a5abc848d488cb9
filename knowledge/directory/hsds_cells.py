"""The cells of an HSDS table as the values of our entries and parts."""

import math
import re
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from flows.folding import fold
from flows.yaml_reader import shorten
from knowledge.directory import hsds_tables as hsds
from knowledge.directory.records import DirectoryError
from knowledge.directory.rows import PARTS, RENAMED

_YES = frozenset(("yes", "si", "true", "1"))
# HSDS wants an offset from UTC with an hour; ours are local, so it says nothing new.
_HOUR = re.compile(r"(\d\d:\d\d)(?::\d\d)?(?:[+-]\d\d:?\d\d)?")
_IDS = frozenset(("id", "organization_id", "service_id", "location_id"))
# Fields that a table says in another way, or that come from elsewhere.
_NOT_CELLS = frozenset(("status", "version", "last_modified"))


class CellsError(DirectoryError):
    """A cell is not of the kind that its column wants."""


def entry_values(cls: type[Any], table: hsds.HsdsTable, cells: Mapping[str, str]) -> dict[str, Any]:
    """Return the fields of an entry that a row says; raises `CellsError`."""
    kinds = {field.name: str(field.type) for field in fields(cls)}
    return {
        column: _value(column, kinds[column], cells[column].strip())
        for column in table.header
        if column in cells and column in kinds and column not in _NOT_CELLS
    }


def read_part(field: str, cells: Mapping[str, str]) -> Any:
    """Return the part of an entry that a row says; raises `CellsError`."""
    cls, table = PARTS[field]
    kinds = {f.name: str(f.type) for f in fields(cls)}
    values: dict[str, Any] = {}
    for column, text in cells.items():
        name = RENAMED.get((table.name, column), column)
        if name in kinds:
            values[name] = _value(name, kinds[name], text.strip())
    if field == "phones":
        values["note"] = plain_note(values.get("note", ""))
        values["type"] = values.get("type") or "voice"
        values.setdefault("number", "")
    if field == "schedules":
        values["freq"] = values.get("freq") or "WEEKLY"
    for required in ("document", "address_1"):
        if required in kinds:
            values.setdefault(required, "")
    if field == "addresses":
        values["address_type"] = values.get("address_type") or "physical"
    if field == "accessibility":
        values.setdefault("description", "")
    return cls(**values)


def plain_note(text: str) -> str:
    """Return a remark without the signs that a spreadsheet needs around and between remarks."""
    return re.sub(r"\s*[();]+\s*", ", ", text).strip(", ")


def _value(name: str, kind: str, text: str) -> Any:
    if name in _IDS:
        return text.lower()
    if "bool" in kind:
        return fold(text) in _YES
    if "tuple" in kind:
        return tuple(part.strip() for part in text.split(",") if part.strip())
    if not text:
        return None if "None" in kind else ""
    if name in ("opens_at", "closes_at"):
        match = _HOUR.fullmatch(text)
        if match is None:
            raise CellsError(f'{name}: "{shorten(text)}" is no local hour like 08:00.')
        return match[1]
    number = int if "int" in kind else float if "float" in kind else None
    if number is None:
        return text
    try:
        found = number(text)
        if not math.isfinite(found):
            raise ValueError
    except (ValueError, OverflowError):
        raise CellsError(f'{name}: "{shorten(text)}" is no number.') from None
    return found
