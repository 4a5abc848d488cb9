"""«Sigue igual» for one service or for many of a list, and taking it back.

Whoever says so has checked what people reported as well, so that their reports are answered. All
of it can be undone as long as nobody has changed the service since.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from knowledge.directory import loading, revising
from knowledge.directory.editing import as_of
from knowledge.directory.entries import ServiceEntry
from knowledge.directory.listing import may_change
from knowledge.directory.queries import AT, JOINED, SERVICE
from knowledge.directory.revising import Author, VersionConflict, read_revisions
from knowledge.directory.verifying import assure_many
from knowledge.staff.rights import Member
from knowledge.store.database import insert_once
from knowledge.store.report_tables import service_reports

AT_MOST = 50  # services at once: a page of the list

# What was reported of a service at a location: its id, kind, people, caution, first and last day.
ReportRow = tuple[str, str, int, int, str, str]


@dataclass(frozen=True, slots=True)
class Assured:
    """What an assurance changed: each service with the version it got, and reports it answered."""

    services: tuple[tuple[str, int], ...]
    reports: tuple[ReportRow, ...] = ()
    left_out: int = 0  # services that are not of the member's area, or hidden, or are no more


def assure(
    connection: Connection, service_ids: Sequence[str], member: Member, author: Author
) -> Assured:
    """Note that services are true today; those that the member may not change are left out."""
    asked = list(dict.fromkeys(service_ids))[:AT_MOST]
    before: dict[str, ServiceEntry] = loading.load(connection, "service", asked)
    reported = _reports(connection, asked)
    done, refused = assure_many(connection, asked, member, author)
    ids = {service.id for service in done}
    return Assured(
        tuple((s.id, s.version) for s in done if s.version != before[s.id].version),
        tuple(report for service_id, report in reported if service_id in ids),
        len(refused),
    )


def take_back(connection: Connection, assured: Assured, member: Member, author: Author) -> Assured:
    """Undo an assurance; a service that was changed since stays, and is counted as left out."""
    services: dict[str, ServiceEntry] = loading.load(
        connection, "service", [service_id for service_id, _ in assured.services]
    )
    undone = []
    for service_id, version in assured.services:
        service = services.get(service_id)
        if service is None or service.version != version:
            continue
        if not may_change(connection, "service", service_id, member):
            continue
        before = as_of(service, read_revisions(connection, "service", service_id), version - 1)
        try:
            written = revising.change(connection, service, before, author, "restore")
        except VersionConflict:
            continue
        undone.append((service_id, written.version))
    _reopen(connection, assured.reports)
    return Assured(tuple(undone), left_out=len(assured.services) - len(undone))


def _reports(connection: Connection, service_ids: Sequence[str]) -> list[tuple[str, ReportRow]]:
    """Return what people said of services, each with the service's id in front."""
    table = service_reports.c
    query = (
        select(
            SERVICE.c.id, table.service_at_location_id, table.kind, table.people, table.caution,
            table.first_day, table.last_day,
        )
        .select_from(JOINED.join(service_reports, table.service_at_location_id == AT.c.id))
        .where(SERVICE.c.id.in_(service_ids), table.people > 0)
    )  # fmt: skip
    found = []
    for service_id, *report in connection.execute(query):
        at_id, kind, people, caution, first_day, last_day = report
        found.append((service_id, (at_id, kind, people, caution, first_day, last_day)))
    return found


def _reopen(connection: Connection, reports: Sequence[ReportRow]) -> None:
    """Put back what people had said; who said it is not known any more (marks are empty)."""
    names = ("service_at_location_id", "kind", "people", "caution", "first_day", "last_day")
    for report in reports:
        values = dict(zip(names, report, strict=True)) | {"marks": 0}
        connection.execute(insert_once(connection, service_reports), values)
