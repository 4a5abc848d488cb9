"""The tables of an HSDS data package, read and grouped by the entry that each row belongs to."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from knowledge.directory import csv_files
from knowledge.directory import hsds_tables as hsds
from knowledge.directory.csv_files import SheetRow
from knowledge.directory.entries import Contact, Entry
from knowledge.directory.exchange_hsds import Files
from knowledge.directory.hsds_cells import CellsError, plain_note, read_part
from knowledge.directory.importing import Line
from knowledge.directory.records import Phone
from knowledge.directory.rows import REMARK, kind_of, phones_of
from knowledge.directory.terms import term_id

_KNOWN = frozenset(table.path for table in hsds.TABLES)


class Tables:
    """A package: `parts` by field and owner, `codes` of topics and `texts` by entry.

    `wrong` says, by the id of an entry, which rows cannot be taken. Raises `ImportFileError` for a
    table that is no CSV.
    """

    def __init__(self, files: Files, entries: Mapping[str, Entry], terms: frozenset[str]) -> None:
        self._tables: dict[str, list[SheetRow]] = {}
        for name, raw in files.items():
            if name not in _KNOWN:
                continue
            self._tables[name] = csv_files.read_rows(raw, name, guarded=False)[1]
        self._terms = terms
        self._part_owner = {
            part.id: entry.id
            for entry in entries.values()
            for field in kind_of(entry).parts
            for part in getattr(entry, field)
        }
        self._known_phones = {p.id: p for entry in entries.values() for p in phones_of(entry)}
        self.wrong: dict[str, list[Line]] = defaultdict(list)
        self.texts = self._read_texts()
        self.parts = {field: self._read_parts(field) for field in hsds.PARTS}
        self.codes = self._read_codes()

    def has(self, table: hsds.HsdsTable) -> bool:
        """Whether the package has a table at all."""
        return table.path in self._tables

    def rows(self, table: hsds.HsdsTable) -> list[SheetRow]:
        """Return the rows of a table."""
        return self._tables.get(table.path, [])

    def refuse(self, entry_id: str, place: str, reason: str) -> None:
        """Note why an entry cannot be taken."""
        line = Line(place, entry_id, reason)
        if line not in self.wrong[entry_id]:
            self.wrong[entry_id].append(line)

    def _read_parts(self, field: str) -> dict[str, list[Any]]:
        """Return the parts of a table by what they belong to, in the order of the file."""
        table = hsds.PARTS[field]
        found: dict[str, list[Any]] = defaultdict(list)
        seen: set[str] = set()
        for row in self.rows(table):
            owner = _owner(row.cells)
            try:
                part = read_part(field, row.cells)
            except CellsError as error:
                self.refuse(owner, row.place, f"{table.path}: {error}")
                continue
            if part.id in seen:
                self.refuse(owner, row.place, "id: another row of the table has the same id.")
            seen.add(part.id)
            if isinstance(part, Phone):
                part = replace(part, notes=self._notes(part))
            if self._part_owner.get(part.id, owner) != owner:
                part = replace(part, id="")  # another entry's part: this one gets its own id
            found[owner].append(part)
        if field == "contacts":
            numbers = self._read_parts("phones")
            for owner, contacts in found.items():
                found[owner] = [_with_phones(contact, numbers) for contact in contacts]
        return found

    def _notes(self, phone: Phone) -> dict[str, str]:
        """Return a phone's remarks in other languages; without texts, those of the same remark."""
        if not self.has(hsds.TEXTS):
            known = self._known_phones.get(phone.id)
            return dict(known.notes) if known is not None and known.note == phone.note else {}
        found = self.texts.get(phone.id, {}).items()
        noted = {language: plain_note(texts.get(REMARK, "")) for language, texts in found}
        return {language: note for language, note in noted.items() if note}

    def _read_codes(self) -> dict[str, list[str]]:
        """Return the topics of each service, by the package's own terms or by ours."""
        codes = {term_id(code): code for code in self._terms}
        for row in self.rows(hsds.TERMS):
            if row.cells.get("id") and row.cells.get("code"):
                codes[row.cells["id"].lower()] = row.cells["code"].strip()
        found: dict[str, list[str]] = defaultdict(list)
        for row in self.rows(hsds.ATTRIBUTES):
            if row.cells.get("link_entity", "service").strip() in ("", "service"):
                term = row.cells.get("taxonomy_term_id", "").lower()
                found[row.cells.get("link_id", "").lower()].append(codes.get(term, term))
        return found

    def _read_texts(self) -> dict[str, dict[str, dict[str, str]]]:
        found: dict[str, dict[str, dict[str, str]]] = defaultdict(lambda: defaultdict(dict))
        for row in self.rows(hsds.TEXTS):
            if text := row.cells.get("text", "").strip():
                owner, language = (
                    row.cells.get("link_id", "").lower(),
                    row.cells.get("language", ""),
                )
                found[owner][language][row.cells.get("field", "")] = text
        return {owner: {k: dict(v) for k, v in texts.items()} for owner, texts in found.items()}


def _owner(cells: Mapping[str, str]) -> str:
    """Return what a part belongs to: the most particular of what it points to."""
    order = ("contact_id", "service_at_location_id", "location_id", "service_id", "organization_id")
    return next((cells[link].lower() for link in order if cells.get(link)), "")


def _with_phones(contact: Contact, numbers: Mapping[str, list[Any]]) -> Contact:
    return replace(contact, phones=tuple(numbers.get(contact.id, ())))
