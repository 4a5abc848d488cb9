"""What staff call an office, whole: the organization, service, location and pair of one entry."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from knowledge.directory import listing, revising
from knowledge.directory.areas_of_entries import OutsideArea
from knowledge.directory.editing import EntryNotFound
from knowledge.directory.entries import (
    TRANSLATED,
    Entry,
    Location,
    Organization,
    ServiceAtLocation,
    ServiceEntry,
)
from knowledge.directory.records import Phone, Schedule
from knowledge.directory.revising import Revision
from knowledge.staff.rights import Member
from knowledge.store.directory_tables import (
    organizations,
    service_at_locations,
    services,
)


@dataclass(frozen=True, slots=True)
class Office:
    """The four entries that one line of the directory is made of."""

    organization: Organization
    service: ServiceEntry
    location: Location
    pair: ServiceAtLocation

    @property
    def id(self) -> str:
        """The id of the pair, by which staff find the whole."""
        return self.pair.id

    def entry(self, kind: str) -> Entry:
        """Return one of the four by the name of its kind; raises `EntryNotFound`."""
        found = self.entries.get(kind)
        if found is None:
            raise EntryNotFound(f"An office has no {kind}.")
        return found

    @property
    def entries(self) -> dict[str, Entry]:
        """The four by the names of their kinds, what is most particular first."""
        return {
            "service_at_location": self.pair,
            "service": self.service,
            "location": self.location,
            "organization": self.organization,
        }

    @property
    def status(self) -> str:
        """`active` only where all four are; else the status that keeps it from people."""
        statuses = [entry.status for entry in self.entries.values()]
        return next((status for status in statuses if status != "active"), "active")

    @property
    def schedules(self) -> tuple[Schedule, ...]:
        """The hours that hold: those of the pair, else of the service, else of the location."""
        return self.pair.schedules or self.service.schedules or self.location.schedules

    @property
    def other_phones(self) -> tuple[Phone, ...]:
        """The numbers that people see here and that belong to the service or the location."""
        return (*self.service.phones, *self.location.phones)

    def untranslated(self, language: str) -> tuple[tuple[str, str], ...]:
        """Return kind and field of each text that says something in Spanish alone."""
        return tuple(self._untranslated(language))

    def _untranslated(self, language: str) -> Iterator[tuple[str, str]]:
        for kind, entry in self.entries.items():
            if kind == "organization":
                continue  # the name of an institution is not translated
            known = entry.texts.get(language, {})
            for name in TRANSLATED[kind]:
                if getattr(entry, name) and not known.get(name):
                    yield kind, name
        if any(phone.note and not phone.notes.get(language) for phone in self.pair.phones):
            yield "service_at_location", "phones"


def read_office(connection: Connection, at_id: str, member: Member) -> Office:
    """Return an office, whatever its status; `EntryNotFound` where the member may not know it."""

    def find(kind: str, entry_id: str) -> Any:
        return listing.find(connection, kind, entry_id, member, include_hidden=True)

    pair: ServiceAtLocation = find("service_at_location", at_id)
    service: ServiceEntry = find("service", pair.service_id)
    location: Location = find("location", pair.location_id)
    return Office(find("organization", service.organization_id), service, location, pair)


def kinds_to_change(connection: Connection, office: Office, member: Member) -> frozenset[str]:
    """Return which of the four a member may change: those that lie wholly in the member's area."""
    return frozenset(
        kind
        for kind, entry in office.entries.items()
        if listing.may_change(connection, kind, entry.id, member)
    )


def read_history(connection: Connection, office: Office, member: Member) -> list[Revision]:
    """Return what was changed in any of the four, newest first.

    What was changed in an entry that has no place in the member's area is left out.
    """
    found: list[Revision] = []
    for kind, entry in office.entries.items():
        try:
            listing.find_history_of(connection, kind, entry.id, member)
        except OutsideArea:
            continue
        found += revising.read_revisions(connection, kind, entry.id)
    return sorted(found, key=lambda revision: (revision.at, revision.number), reverse=True)


def uses_of(connection: Connection, office: Office, kind: str) -> int:
    """Return how many offices a change of the service, location or organization shows in."""
    if kind == "service_at_location":
        return 1
    table = service_at_locations
    query = select(table.c.id)
    if kind == "service":
        query = query.where(table.c.service_id == office.service.id)
    elif kind == "location":
        query = query.where(table.c.location_id == office.location.id)
    else:
        services = services_of(connection, office.organization.id)
        query = query.where(table.c.service_id.in_(services))
    return len(connection.execute(query).all())


def services_of(connection: Connection, organization_id: str) -> list[str]:
    """Return the ids of the services of an organization."""
    query = select(services.c.id).where(services.c.organization_id == organization_id)
    return list(connection.execute(query).scalars())


def organizations_of(connection: Connection, country: str | None) -> list[tuple[str, str, str]]:
    """Return id, name and country of every institution that people see, by name."""
    table = organizations
    query = select(table.c.id, table.c.name, table.c.country).where(table.c.status == "active")
    if country:
        query = query.where(table.c.country == country)
    return [(row.id, row.name, row.country) for row in connection.execute(query.order_by("name"))]
