"""The directory as one spreadsheet, a row a service at a location; docs/directory.md says more.

A row that is already there is compared cell by cell with what would be exported for it, and only
the cells that differ are written: what no column says (contacts, holidays) stays as it is.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import cast

from sqlalchemy import Connection

from flows.definition import COUNTRIES
from flows.yaml_reader import did_you_mean, shorten
from knowledge.directory import csv_files
from knowledge.directory.entries import (
    Country,
    Entry,
    Location,
    Organization,
    ServiceAtLocation,
    ServiceEntry,
)
from knowledge.directory.importing import (
    UNREACHABLE,
    ImportFileError,
    Line,
    Plan,
    load_all,
    reachable,
)
from knowledge.directory.revising import differences
from knowledge.directory.rows import derived_id
from knowledge.directory.sheet import (
    COLUMNS,
    IDS,
    LOCATION_COLUMNS,
    REMARKS,
    REQUIRED,
    SERVICE_COLUMNS,
    TRANSLATION,
    CellError,
    Four,
    notes_of,
    organization_id_of,
    read_cell,
    write_row,
)
from knowledge.directory.sheet_rows import applied, four_of, new_four, with_status
from knowledge.directory.terms import known_terms
from knowledge.directory.validation import UUID, is_page, problems_of


def export_csv(
    connection: Connection, *, public: bool = False, only: frozenset[str] | None = None
) -> bytes:
    """Return the whole directory as CSV, by id; `public` leaves out what people may not see.

    `only`, when given, are the ids of the services at locations that are wanted. Entries that are
    at no location have no row; the HSDS format has them.
    """
    entries = load_all(connection)
    rows = []
    for at in entries.values():
        if isinstance(at, ServiceAtLocation) and (only is None or at.id in only):
            four = four_of(entries, at)
            row = write_row(four if not public else replace(four, location=four.location.public()))
            if not public or row["status"] == "active":
                rows.append(row)
    rows.sort(key=lambda row: (row["country"], row["id"]))
    extra = {column for row in rows for column in row} - set(COLUMNS)
    return csv_files.write_rows((*COLUMNS, *sorted(extra)), rows)


def template() -> bytes:
    """Return an empty spreadsheet with the header, to fill in."""
    return csv_files.write_rows(COLUMNS, ())


def plan_csv(connection: Connection, raw: bytes, name: str) -> Plan:
    """Return what importing a file would do; nothing is written.

    Raises `ImportFileError` when it is no table with our header.
    """
    header, rows = csv_files.read_rows(raw, name)
    header = [column for column in header if column not in REMARKS]
    _check_columns(header, name)
    return plan_rows(connection, header, rows)


def plan_rows(
    connection: Connection, header: Sequence[str], rows: Sequence[csv_files.SheetRow]
) -> Plan:
    """Return what importing rows would do; `header` are the columns that they speak of."""
    planner = _Planner(connection, header)
    times = Counter(row.cells["id"].strip().lower() for row in rows)
    for row in rows:
        row_id = row.cells["id"].strip()
        if row_id and times[row_id.lower()] > 1:
            planner.refuse(row, [f"id: {times[row_id.lower()]} rows have the same id."])
        else:
            planner.take(row)
    return planner.plan


def _check_columns(header: Sequence[str], name: str) -> None:
    for column in header:
        if column not in COLUMNS and not TRANSLATION.fullmatch(column):
            hint = did_you_mean(column, COLUMNS)
            raise ImportFileError(f'{name}:1: no column is called "{shorten(column)}".{hint}')
    missing = [column for column in REQUIRED if column not in header]
    if missing:
        raise ImportFileError(f"{name}:1: the header lacks the columns {', '.join(missing)}.")


class _Planner:
    """Takes rows one by one and keeps what they make of the directory."""

    def __init__(self, connection: Connection, header: Sequence[str]) -> None:
        self.plan = Plan()
        self._header = header
        self._terms = known_terms(connection)
        self._entries = load_all(connection)  # with what earlier rows made of it
        self._original = dict(self._entries)
        self._by_slug: dict[str, ServiceAtLocation] = {}
        self._rows_of: Counter[str] = Counter()  # a service or location → its pairs
        self._organizations: dict[tuple[str, str], str] = {}
        self._said: dict[str, dict[str, tuple[str, str]]] = defaultdict(dict)
        for entry in self._entries.values():
            if isinstance(entry, ServiceAtLocation):
                self._by_slug[entry.slug or entry.id] = entry
                self._rows_of.update((entry.service_id, entry.location_id))
            elif isinstance(entry, Organization):
                self._organizations.setdefault((entry.country, entry.name), entry.id)

    def refuse(self, row: csv_files.SheetRow, reasons: Sequence[str]) -> None:
        """Note every reason why a row cannot be taken."""
        row_id = shorten(row.cells["id"])
        self.plan.refused += [Line(row.place, row_id, reason) for reason in reasons]

    def take(self, row: csv_files.SheetRow) -> None:
        """Judge one row, and keep what it makes when nothing is wrong with it."""
        cells, reasons = self._read(row)
        known = self._by_slug.get(cells.get("id", ""))
        if not reasons:
            try:
                four, columns = self._make(cells, known)
                reasons = self._judge(four) or self._disagreements(four, cells, row.place)
            except CellError as error:
                reasons = [str(error)]
        if reasons:
            self.refuse(row, reasons)
            return
        if known is not None and columns and not self._differs(four, known):
            columns = set()  # it says the same in other letters
        line = Line(row.place, cells["id"], ", ".join(sorted(columns)))
        if known is None:
            self.plan.added.append(replace(line, remark=four.service.name))
            self._rows_of.update((four.service.id, four.location.id))
        elif columns:
            self.plan.changed.append(line)
        else:
            self.plan.unchanged += 1
        self._keep(four)

    def _read(self, row: csv_files.SheetRow) -> tuple[dict[str, str], list[str]]:
        """Return the cells of a row in their right way of writing, and what is wrong with them."""
        cells: dict[str, str] = {}
        reasons: list[str] = []
        country = row.cells["country"].strip().upper()
        unknown = country not in COUNTRIES
        for column in self._header:
            if unknown and column in ("phones", "whatsapp"):
                continue  # said once, by the country
            try:
                cells[column] = read_cell(column, row.cells[column], country, self._terms)
            except CellError as error:
                reasons.append(f"{column}: {error}")
        reasons += [f"{column}: is empty." for column in REQUIRED if cells.get(column) == ""]
        return cells, reasons

    def _make(
        self, cells: dict[str, str], known: ServiceAtLocation | None
    ) -> tuple[Four, set[str]]:
        """Return the entries of a row as they would be, and the columns that changed."""
        # Another number begins without remarks in other languages: the file's are read again.
        notes = {column: of[0] for column in cells if (of := notes_of(column))}
        if known is None:
            blank = {c: read_cell(c, "", cells["country"], self._terms) for c in COLUMNS}
            cells = blank | cells
            four = self._new(cells)
            columns = {column for column in cells if column not in IDS}
        else:
            four = four_of(self._entries, self._by_slug[known.slug or known.id])
            exported = write_row(four_of(self._original, known))
            self._check_ids(four, cells)
            columns = {
                column
                for column, text in cells.items()
                if column not in IDS and text != exported.get(column, "")
            }
            if "status" in columns and not cells["status"]:
                columns.remove("status")
            if "organization" in columns or "country" in columns:
                four = replace(four, organization=self._organization(exported | cells))
            cells = exported | cells
        pairs = 0 if known is None else 1
        alone = max(self._rows_of[four.service.id], self._rows_of[four.location.id]) <= pairs
        again = {column for column, of in notes.items() if of in columns}
        four = applied(four, cells, columns | again, alone=alone)
        if known is None or "status" in columns:
            status = cells["status"] or self._fitting_status(four)
            four = with_status(four, status, alone=self._rows_of[four.service.id] <= pairs)
        return four, columns

    def _fitting_status(self, four: Four) -> str:
        shown = reachable(four.service, four.location, four.at) and is_page(four.service.source_url)
        return "active" if shown else "to_complete"

    def _new(self, cells: Mapping[str, str]) -> Four:
        row_id = cells["id"]
        at_id = row_id if UUID.fullmatch(row_id) else derived_id("service_at_location", row_id)
        service = self._entries.get(cells["service_id"]) if cells["service_id"] else None
        location = self._entries.get(cells["location_id"]) if cells["location_id"] else None
        if service is not None and not isinstance(service, ServiceEntry):
            raise CellError("service_id: is the id of something else.")
        if location is not None and not isinstance(location, Location):
            raise CellError("location_id: is the id of something else.")
        four = new_four(cells, self._organization(cells), service, location, at_id)
        new: list[Entry] = [four.at]
        new += [four.service] if service is None else []
        new += [four.location] if location is None else []
        for entry in new:
            if entry.id in self._entries:
                raise CellError(f"id: {entry.id} is in use already.")
        return four

    def _check_ids(self, four: Four, cells: Mapping[str, str]) -> None:
        for column, entry in (("service_id", four.service), ("location_id", four.location)):
            if cells.get(column) and cells[column] != entry.id:
                raise CellError(f"{column}: this row belongs to {entry.id}; it cannot be moved.")

    def _organization(self, cells: Mapping[str, str]) -> Organization:
        """Return the organization of a row: by its id, else by its name, else a new one."""
        country, name = cells["country"], cells["organization"]
        given = cells.get("organization_id", "")
        found = self._entries.get(given or self._organizations.get((country, name), ""))
        if found is not None and not isinstance(found, Organization):
            raise CellError("organization_id: is the id of something else.")
        if found is not None:
            return replace(found, name=name)
        new_id = given or organization_id_of(country, name)
        if new_id in self._entries:  # its owner was renamed since
            new_id = derived_id("organization", country, name, cells["id"])
        return Organization(name=name, country=cast(Country, country), id=new_id)

    def _judge(self, four: Four) -> list[str]:
        entries = (four.organization, four.service, four.location, four.at)
        reasons = [str(p) for entry in entries for p in problems_of(entry, self._terms)]
        if four.service.country != four.location.country:
            reasons.append("country: its location is in another country.")
        active = (four.service.status, four.at.status) == ("active", "active")
        if active and not reachable(four.service, four.location, four.at):
            reasons.append(f"status: {UNREACHABLE}")
        return reasons

    def _disagreements(self, four: Four, cells: Mapping[str, str], place: str) -> list[str]:
        """Return where rows of one service or location of this file say different things."""
        reasons = []
        for entry, columns in ((four.service, SERVICE_COLUMNS), (four.location, LOCATION_COLUMNS)):
            said = self._said[entry.id]
            for column, text in cells.items():
                shared = column in columns or (column.rpartition("_")[0] in columns)
                if shared and said.setdefault(column, (text, place))[0] != text:
                    first = said[column][1]
                    reasons.append(f"{column}: {first} says something else of {entry.id}.")
        return reasons

    def _differs(self, four: Four, known: ServiceAtLocation) -> bool:
        before = four_of(self._original, known)
        return any(
            differences(getattr(before, name), getattr(four, name))
            for name in ("organization", "service", "location", "at")
        )

    def _keep(self, four: Four) -> None:
        for entry in (four.organization, four.service, four.location, four.at):
            self._entries[entry.id] = entry
            original = self._original.get(entry.id)
            if original != entry:
                self.plan.after[entry.id] = entry
                if original is not None:
                    self.plan.before[entry.id] = original
        self._by_slug[four.at.slug or four.at.id] = four.at
        key = (four.organization.country, four.organization.name)
        self._organizations.setdefault(key, four.organization.id)
