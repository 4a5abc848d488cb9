"""A spreadsheet that a member of staff brings: only lines of the member's area are taken.

Who may publish has everything live at once, as `importing` writes it. From others hours and phones
go live, what waits waits: one proposal for all new entries of the file, one for each changed one.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from sqlalchemy import Connection, select

from knowledge.directory import proposals
from knowledge.directory.areas_of_entries import changed_by, own_of
from knowledge.directory.entries import Entry, Location, ServiceAtLocation, ServiceEntry
from knowledge.directory.exchange_csv import export_csv, plan_csv
from knowledge.directory.importing import Line, Plan, Report, carry_out
from knowledge.directory.loading import load
from knowledge.directory.proposals import New, Proposal
from knowledge.directory.revising import Author, differences
from knowledge.directory.rows import KINDS, kind_of
from knowledge.directory.sensitive import plain_values
from knowledge.directory.writing import ORDER
from knowledge.staff.rights import Action, Area, Member, may
from knowledge.store.directory_tables import service_at_locations

OUTSIDE = "is outside your area, or belongs to an office that is."


@dataclass(frozen=True, slots=True)
class Brought:
    """What an import did, and what waits of it."""

    report: Report
    proposals: tuple[Proposal, ...] = ()


def bring_in(
    connection: Connection,
    raw: bytes,
    name: str,
    member: Member,
    author: Author,
    *,
    keep_good: bool,
    dry_run: bool,
) -> Brought:
    """Import a CSV file as a member of staff; raises `ImportFileError` for what is none."""
    plan = plan_for(connection, raw, name, member)
    return write_plan(connection, plan, member, author, keep_good=keep_good, dry_run=dry_run)


def plan_for(connection: Connection, raw: bytes, name: str, member: Member) -> Plan:
    """Return what importing a file as this member would do; raises as `bring_in` does."""
    plan = plan_csv(connection, raw, name)
    _refuse_outside(connection, plan, member)
    return plan


def write_plan(
    connection: Connection,
    plan: Plan,
    member: Member,
    author: Author,
    *,
    keep_good: bool,
    dry_run: bool = False,
) -> Brought:
    """Write a plan that was made of the directory as it is now."""
    may_publish = may(member, Action.PUBLISH)
    if may_publish or dry_run or (plan.refused and not keep_good):
        done = carry_out(connection, plan, author, keep_good=keep_good, dry_run=dry_run)
        return Brought(done)
    waiting = _save(connection, plan, member, author)
    return Brought(plan.report(applied=True), tuple(waiting))


def export_for(connection: Connection, member: Member) -> bytes:
    """Return the spreadsheet of the offices of a member's area, hidden ones too."""
    query = select(service_at_locations.c.id).where(own_of("service_at_location", member.area))
    return export_csv(connection, only=frozenset(connection.execute(query).scalars()))


def _refuse_outside(connection: Connection, plan: Plan, member: Member) -> None:
    """Move the lines that are not of the member's area to those refused."""
    if member.area.country is None:
        return
    pairs = {
        entry.slug or entry.id: entry
        for entry in (*_all_pairs(connection), *plan.after.values())
        if isinstance(entry, ServiceAtLocation)
    }
    by_id = {pair.id: pair for pair in pairs.values()}
    locked = _locked(connection, plan, member)
    outside: list[Line] = []
    kept_ids: set[str] = set()
    for lines in (plan.added, plan.changed):
        for line in list(lines):
            pair = pairs.get(line.id) or by_id[line.id]
            entries = _entries_of(connection, plan, pair)
            if entries.isdisjoint(locked) and _is_inside(connection, plan, pair, member.area):
                kept_ids |= entries
            else:
                lines.remove(line)
                outside.append(replace(line, remark=OUTSIDE))
    plan.refused += outside
    if outside:
        plan.after = {key: entry for key, entry in plan.after.items() if key in kept_ids}
        plan.before = {key: entry for key, entry in plan.before.items() if key in kept_ids}


def _all_pairs(connection: Connection) -> Iterable[Entry]:
    found: dict[str, Entry] = load(connection, "service_at_location")
    return found.values()


def _locked(connection: Connection, plan: Plan, member: Member) -> set[str]:
    """Return the ids of stored entries that a plan changes and the member may not."""
    locked: set[str] = set()
    for kind in KINDS.values():
        ids = [key for key, entry in plan.before.items() if isinstance(entry, kind.cls)]
        query = select(kind.table.c.id).where(changed_by(kind.name, member.area))
        allowed = set(connection.execute(query).scalars()) if ids else set()
        locked |= set(ids) - allowed
    return locked


def _entries_of(connection: Connection, plan: Plan, pair: ServiceAtLocation) -> set[str]:
    service = plan.after.get(pair.service_id)
    if service is None:
        service = load(connection, "service", [pair.service_id])[pair.service_id]
    assert isinstance(service, ServiceEntry)  # noqa: S101 - a pair has a service
    return {pair.id, pair.service_id, pair.location_id, service.organization_id}


def _is_inside(connection: Connection, plan: Plan, pair: ServiceAtLocation, area: Area) -> bool:
    location = plan.after.get(pair.location_id)
    if location is None:
        location = load(connection, "location", [pair.location_id])[pair.location_id]
    assert isinstance(location, Location)  # noqa: S101 - a pair has a location
    place = Area(location.country, location.department or None, location.municipality or None)
    return area.holds(place)


def _save(connection: Connection, plan: Plan, member: Member, author: Author) -> Iterable[Proposal]:
    new = [entry for key, entry in plan.after.items() if key not in plan.before]
    new.sort(key=lambda entry: ORDER.index(kind_of(entry).name))
    ids = {entry.id for entry in new}
    tied = [e for k, e in plan.after.items() if k in plan.before and ids & _points_to(e)]
    if new:
        bundle = [New(kind_of(e).name, plain_values(e, proposals.content_of(e)), e.id) for e in new]
        saved = proposals.create(connection, bundle, member, author, tied)
        if saved.proposal is not None:
            yield saved.proposal
    for key, after in plan.after.items():
        before = plan.before.get(key)
        if before is None or after in tied:
            continue
        names = {change.field.partition("@") for change in differences(before, after)}
        fields = {"texts" if at else name for name, at, _ in names}
        values = {name: getattr(after, name) for name in fields}
        saved = proposals.save(
            connection, kind_of(after).name, key, values, before.version, member, author
        )
        if saved.proposal is not None:
            yield saved.proposal


def _points_to(entry: Entry) -> set[str]:
    return {getattr(entry, f"{kind}_id", "") for kind in ORDER}
