"""Reading an HSDS data package into a plan; columns and files that it lacks change nothing."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, cast

from sqlalchemy import Connection

from flows.yaml_reader import shorten
from knowledge.directory import hsds_tables as hsds
from knowledge.directory import revising
from knowledge.directory.csv_files import SheetRow
from knowledge.directory.entries import (
    Entry,
    Location,
    Organization,
    ServiceAtLocation,
    ServiceEntry,
)
from knowledge.directory.exchange_hsds import Files
from knowledge.directory.hsds_cells import CellsError, entry_values
from knowledge.directory.hsds_reading import Tables
from knowledge.directory.importing import UNREACHABLE, Line, Plan, load_all, reachable
from knowledge.directory.phones import PhoneError, read_phone, write_phone
from knowledge.directory.records import Phone
from knowledge.directory.rows import KINDS
from knowledge.directory.terms import known_terms
from knowledge.directory.validation import UUID, is_page, problems_of

_OUR_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


def plan_hsds(connection: Connection, files: Files) -> Plan:
    """Return what importing a package would do; raises `ImportFileError` for unreadable tables."""
    package = _Package(files, load_all(connection), known_terms(connection))
    return package.plan()


class _Package:
    """The tables of a package and what becomes of them, entry by entry."""

    def __init__(self, files: Files, entries: Mapping[str, Entry], terms: frozenset[str]) -> None:
        self._original = entries
        self._terms = terms
        self._tables = Tables(files, entries, terms)
        self._refuse = self._tables.refuse
        self._place: dict[str, str] = {}
        self._made: dict[str, Entry] = {}

    def plan(self) -> Plan:
        """Return the plan of the whole package."""
        plan = Plan()
        for table in hsds.ENTRIES:
            for row in self._rows(table, plan):
                self._made[row.cells["id"].lower()] = self._make(table, row)
        self._spread_countries()
        for entry_id, entry in self._made.items():
            self._made[entry_id] = self._with_numbers(entry)
        for entry_id, entry in self._made.items():
            for reason in self._reasons(entry):
                self._refuse(entry_id, self._place[entry_id], reason)
        self._refuse_what_depends()
        for entry_id, entry in self._made.items():
            self._enter(plan, entry_id, entry)
        return plan

    def _rows(self, table: hsds.HsdsTable, plan: Plan) -> Iterator[SheetRow]:
        """Yield the rows of a table of entries that have an id of their own."""
        rows = self._tables.rows(table)
        times = Counter(row.cells.get("id", "").lower() for row in rows)
        for row in rows:
            entry_id = row.cells.get("id", "").lower()
            if not UUID.fullmatch(entry_id):
                plan.refused.append(Line(row.place, shorten(entry_id), "id: is no UUID."))
            elif times[entry_id] > 1:
                reason = f"id: {times[entry_id]} rows have the same id."
                plan.refused.append(Line(row.place, entry_id, reason))
            else:
                self._place[entry_id] = row.place
                yield row

    def _make(self, table: hsds.HsdsTable, row: SheetRow) -> Entry:
        kind = KINDS[table.name]
        entry_id = row.cells["id"].lower()
        base = self._original.get(entry_id)
        if base is not None and not isinstance(base, kind.cls):
            self._refuse(entry_id, row.place, "id: is the id of something else.")
            base = None
        values: dict[str, Any] = {}
        try:
            values = entry_values(kind.cls, table, row.cells)
        except CellsError as error:
            self._refuse(entry_id, row.place, str(error))
        for field in kind.parts:
            if self._tables.has(hsds.PARTS[field]):
                values[field] = tuple(self._tables.parts[field].get(entry_id, ()))
        if self._tables.has(hsds.TEXTS):
            values["texts"] = self._tables.texts.get(entry_id, {})
        if kind.cls is ServiceEntry and self._tables.has(hsds.ATTRIBUTES):
            values["terms"] = tuple(dict.fromkeys(self._tables.codes.get(entry_id, ())))
        if values.get("description") == values.get("name") and kind.cls is Organization:
            values["description"] = ""
        if base is not None:
            made: Entry = replace(base, **values)
        else:
            blank = {"name": "", "country": "", "organization_id": "", "service_id": "",
                     "location_id": ""}  # fmt: skip
            known = {name: "" for name in blank if name in kind.cls.__dataclass_fields__}
            made = kind.cls(**(known | {"id": entry_id} | values))
        return self._with_status(made, row.cells, new=base is None)

    def _with_status(self, entry: Entry, cells: Mapping[str, str], *, new: bool) -> Entry:
        status = cells.get("entry_status", "").strip() or None
        if status is None and isinstance(entry, ServiceEntry) and cells.get("status"):
            open_ = cells["status"].strip().lower() == "active"
            status = "active" if open_ else "inactive"
            if open_ and not is_page(entry.source_url):
                status = "to_complete"
        stamp = cells.get("last_modified", "").strip()
        kept = stamp if _OUR_INSTANT.fullmatch(stamp) else ""
        stamped: dict[str, Any] = {"last_modified": kept} if new else {}
        stamped |= {"status": status} if status else {}
        return replace(entry, **stamped)

    def _spread_countries(self) -> None:
        """Let countries go from addresses to locations, to their services, to organizations."""
        located: dict[str, str] = {}
        served: dict[str, str] = {}
        for entry_id, entry in self._made.items():
            if isinstance(entry, Location):
                self._made[entry_id] = _with_area(entry)
        for entry in self._made.values():
            location = (
                self._entry(entry.location_id) if isinstance(entry, ServiceAtLocation) else None
            )
            if isinstance(entry, ServiceAtLocation) and isinstance(location, Location):
                located.setdefault(entry.service_id, location.country)
        for entry_id, entry in self._made.items():
            if isinstance(entry, ServiceEntry):
                country = entry.country or cast(Any, located.get(entry_id, ""))
                self._made[entry_id] = replace(entry, country=country)
                served.setdefault(entry.organization_id, country)
        for entry_id, entry in self._made.items():
            if isinstance(entry, Organization) and not entry.country:
                self._made[entry_id] = replace(entry, country=cast(Any, served.get(entry_id, "")))

    def _with_numbers(self, entry: Entry) -> Entry:
        country = self._country(entry)

        def read(phone: Phone) -> Phone:
            try:
                found = read_phone(write_phone(phone), country, phone.type)
            except PhoneError as error:
                self._refuse(entry.id, self._place[entry.id], f"phones: {error}")
                return phone
            return replace(found, id=phone.id, note=phone.note, extension=phone.extension,
                           notes=phone.notes)  # fmt: skip

        if not country:
            return entry
        contacts = tuple(
            replace(contact, phones=tuple(map(read, contact.phones))) for contact in entry.contacts
        )
        return replace(entry, phones=tuple(map(read, entry.phones)), contacts=contacts)

    def _country(self, entry: Entry) -> str:
        if isinstance(entry, ServiceAtLocation):
            service = self._entry(entry.service_id)
            return service.country if isinstance(service, ServiceEntry) else ""
        return entry.country

    def _entry(self, entry_id: str) -> Entry | None:
        return self._made.get(entry_id) or self._original.get(entry_id)

    def _reasons(self, entry: Entry) -> Iterator[str]:
        for problem in problems_of(entry, self._terms):
            if problem.field != "phones":  # said when they were read
                yield str(problem)
        if isinstance(entry, ServiceEntry):
            if not isinstance(self._entry(entry.organization_id), Organization):
                yield "organization_id: is no organization."
        elif isinstance(entry, ServiceAtLocation):
            service = self._entry(entry.service_id)
            location = self._entry(entry.location_id)
            if not isinstance(service, ServiceEntry):
                yield "service_id: is no service."
            elif not isinstance(location, Location):
                yield "location_id: is no location."
            elif service.country != location.country:
                yield "location_id: is in another country than the service."
            elif service.status == location.status == entry.status == "active" and not reachable(
                service, location, entry
            ):
                yield f"status: {UNREACHABLE}"

    def _refuse_what_depends(self) -> None:
        """Refuse what belongs to something that is refused: services first, then their pairs."""
        for cls in (ServiceEntry, ServiceAtLocation):
            for entry_id, entry in self._made.items():
                if not isinstance(entry, cls):
                    continue
                for field in ("organization_id", "service_id", "location_id"):
                    owner = getattr(entry, field, "")
                    if self._tables.wrong.get(owner):
                        reason = f"{field}: {owner} is refused."
                        self._refuse(entry_id, self._place[entry_id], reason)

    def _enter(self, plan: Plan, entry_id: str, entry: Entry) -> None:
        if self._tables.wrong.get(entry_id):
            plan.refused += self._tables.wrong[entry_id]
            return
        before = self._original.get(entry_id)
        line = Line(self._place[entry_id], entry_id, getattr(entry, "name", ""))
        if before is None:
            plan.added.append(line)
        elif changes := revising.differences(before, entry):
            plan.changed.append(replace(line, remark=", ".join(c.field for c in changes)))
            plan.before[entry_id] = before
        else:
            plan.unchanged += 1
            return
        plan.after[entry_id] = entry


def _with_area(location: Location) -> Location:
    """Return a location with the area that its first address tells, where it has none itself."""
    if not location.addresses:
        return location
    first = location.addresses[0]
    found = replace(
        location,
        country=location.country or cast(Any, first.country.upper()),
        department=location.department or first.state_province or first.region,
        municipality=location.municipality or first.city,
    )
    return found.settled()
