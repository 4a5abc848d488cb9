"""Saying that services are still as they stand: verified today, by the clock of their country."""

from collections.abc import Sequence

from sqlalchemy import Connection, select

from knowledge.directory import editing, reports, revising
from knowledge.directory.entries import ServiceEntry
from knowledge.directory.listing import find_to_change
from knowledge.directory.records import DirectoryError
from knowledge.directory.revising import Author
from knowledge.directory.validation import InvalidEntry, Problem
from knowledge.directory.zones import zone_of
from knowledge.staff.rights import Member
from knowledge.store.directory_tables import service_at_locations


def assure(connection: Connection, service_id: str, member: Member, author: Author) -> ServiceEntry:
    """Write today as the day on which a service was verified, and settle what people reported.

    Raises `EntryNotFound`, `OutsideArea`, and `InvalidEntry` for one that is hidden.
    """
    service = find_to_change(connection, "service", service_id, member)
    assert isinstance(service, ServiceEntry)  # noqa: S101 - the kind says so
    if service.status == "hidden":
        raise InvalidEntry([Problem("status", "is hidden. Show it again first.")])
    today = author.at.astimezone(zone_of(service.country)).date().isoformat()
    of_service = select(service_at_locations.c.id).where(
        service_at_locations.c.service_id == service_id
    )
    reports.close_task(connection, connection.execute(of_service).scalars())
    if service.assured_date == today:
        return service
    before, after = editing.preview(
        connection, "service", service_id, {"assured_date": today}, service.version
    )
    assured = revising.change(connection, before, after, author, "assure")
    assert isinstance(assured, ServiceEntry)  # noqa: S101 - the kind says so
    return assured


def assure_many(
    connection: Connection, service_ids: Sequence[str], member: Member, author: Author
) -> tuple[list[ServiceEntry], list[tuple[str, str]]]:
    """Assure each service; return those done, and the ids of the others with the reason."""
    done: list[ServiceEntry] = []
    refused: list[tuple[str, str]] = []
    for service_id in dict.fromkeys(service_ids):
        try:
            with connection.begin_nested():
                done.append(assure(connection, service_id, member, author))
        except DirectoryError as error:
            refused.append((service_id, str(error)))
    return done, refused
