"""The directory as staff go through it: filtered, sorted, page by page, inside their area."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any, Literal

from sqlalchemy import Connection, Row, Select, select

from flows.folding import fold
from knowledge.directory.ageing import Age
from knowledge.directory.desk_index import Line, Sort, desk_index, folded, limits_on
from knowledge.directory.queries import AT, JOINED, LOCATION, ORGANIZATION, SERVICE, summaries
from knowledge.directory.records import Service
from knowledge.staff.rights import Member
from knowledge.store.entry_tables import revisions
from knowledge.store.report_tables import service_reports

PER_PAGE = 50
Scope = Literal["area", "mine", "all"]
TO_CHECK = "check"  # in the place of an age: all that is no longer fresh, as far as people see it


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a member is looking for; what is empty narrows nothing.

    `scope`: the member's own area, what the member has changed, or all that staff may know.
    `age` is one of `Age` or `TO_CHECK`, `status` one of `records.STATUSES`; pages count from 1.
    """

    search: str = ""
    country: str = ""
    department: str = ""
    municipality: str = ""
    topic: str = ""
    status: str = ""
    age: str = ""
    scope: Scope = "area"
    sort: Sort = "age"
    page: int = 1


@dataclass(frozen=True, slots=True)
class DeskRow:
    """One service at a location, as a line of the list.

    `department` and `municipality` are the true ones, of a confidential place too: whoever gets
    the row may know. `status` is the worst of its parts. `may_change`: inside the member's area.
    """

    at_id: str
    service_id: str
    name: str
    organization: str
    country: str
    department: str
    municipality: str
    status: str
    age: Age
    assured_date: str
    may_change: bool
    reported: bool
    public: Service  # what people are told: phones, hours, the point on a map


@dataclass(frozen=True, slots=True)
class DeskPage:
    """A page of the list; `total` counts the rows of all pages."""

    rows: tuple[DeskRow, ...]
    total: int
    page: int
    pages: int


def list_rows(
    connection: Connection, member: Member, wanted: Wanted, on: date, per_page: int = PER_PAGE
) -> DeskPage:
    """Return one page of what a member is looking for; a page past the end is the last one."""
    index = desk_index(connection)
    found = index.sorted(wanted.sort)
    for test in _tests(connection, member, wanted, on):
        found = [line for line in found if test(line)]
    pages = max(1, -(-len(found) // per_page))
    page = min(max(wanted.page, 1), pages)
    shown = [line.at_id for line in found[(page - 1) * per_page : page * per_page]]
    return DeskPage(tuple(rows_of(connection, member, shown, on)), len(found), page, pages)


def rows_of(
    connection: Connection, member: Member, at_ids: Sequence[str], on: date
) -> list[DeskRow]:
    """Return lines of the list in the order of their ids, without what a member may not know."""
    index, limits = desk_index(connection), limits_on(on)
    may_know = _in_scope(member, "all")
    lines = [index.lines[at_id] for at_id in at_ids if at_id in index.lines]
    ids = [line.at_id for line in lines if may_know(line)]
    rows = {row.at_id: row for row in connection.execute(_ROWS.where(AT.c.id.in_(ids)))}
    reported = _with_report(connection, ids)
    return [
        _row(
            rows[public.at_id],
            public,
            status=index.lines[public.at_id].status,
            age=index.lines[public.at_id].age(limits),
            may_change=index.may_change(public.id, member.area),
            reported=public.at_id in reported,
        )
        for public in summaries(connection, ids)
    ]


def count_lines(connection: Connection, service_ids: Sequence[str]) -> int:
    """Return how many lines of the list some services have; each place of a service is one."""
    of_services = desk_index(connection).of_services
    return sum(len(of_services.get(service_id, ())) for service_id in service_ids)


def count_ages(connection: Connection, member: Member, on: date) -> Counter[Age]:
    """Return how many entries of a member's area, of those that people see, have each age."""
    limits = limits_on(on)
    return Counter(line.age(limits) for line in _own(connection, member) if line.status == "active")


def count_statuses(connection: Connection, member: Member) -> Counter[str]:
    """Return how many entries of a member's area have each status."""
    return Counter(line.status for line in _own(connection, member))


def places(
    connection: Connection, member: Member, scope: Scope
) -> dict[str, dict[str, tuple[str, ...]]]:
    """Return country → department → municipalities in which there is something to list."""
    index = desk_index(connection)
    asked = (member.area, scope == "area")
    if asked not in index.places:
        index.places[asked] = _places(filter(_in_scope(member, scope), index.lines.values()))
    found: dict[str, dict[str, tuple[str, ...]]] = index.places[asked]
    return found


def _places(lines: Iterable[Line]) -> dict[str, dict[str, tuple[str, ...]]]:
    found = {(line.country, line.department, line.municipality) for line in lines}
    tree: dict[str, dict[str, tuple[str, ...]]] = {}
    for country, department, municipality in sorted(found, key=lambda p: [*map(folded, p)]):
        departments = tree.setdefault(country, {})
        if department:
            towns = departments.get(department, ())
            departments[department] = (*towns, municipality) if municipality else towns
    return tree


def _with_report(connection: Connection, at_ids: Sequence[str]) -> set[str]:
    table = service_reports.c
    query = select(table.service_at_location_id).where(
        table.service_at_location_id.in_(at_ids), table.people > 0
    )
    return set(connection.execute(query).scalars())


def _own(connection: Connection, member: Member) -> Iterator[Line]:
    return filter(_in_scope(member, "area"), desk_index(connection).lines.values())


Test = Callable[[Line], bool]


def _tests(connection: Connection, member: Member, wanted: Wanted, on: date) -> Iterator[Test]:
    yield _in_scope(member, wanted.scope)
    if wanted.scope == "mine":
        query = select(revisions.c.entity_id).where(revisions.c.who == member.id)
        changed = frozenset(connection.execute(query).scalars())
        yield lambda line: not changed.isdisjoint(line.ids)
    if wanted.country:
        yield lambda line: line.country == wanted.country
    if wanted.department:
        yield lambda line: line.department == wanted.department
    if wanted.municipality:
        yield lambda line: line.municipality == wanted.municipality
    if wanted.status:
        yield lambda line: line.status == wanted.status
    if wanted.topic:
        yield lambda line: wanted.topic in line.terms
    if wanted.age:
        limits = limits_on(on)
        if wanted.age == TO_CHECK:
            yield lambda line: line.status == "active" and line.age(limits) is not Age.FRESH
        else:
            yield lambda line: line.age(limits) == wanted.age
    for word in fold(wanted.search).split():
        yield partial(_tells, word)


def _tells(word: str, line: Line) -> bool:
    return word in line.told


def _in_scope(member: Member, scope: Scope) -> Test:
    """Return the test for what staff of an area have, or may know of (`areas_of_entries`)."""
    area = member.area
    if scope == "area":
        return lambda line: line.inside(area)
    return lambda line: line.public or line.inside(area)


_ROWS: Select[Any] = select(
    AT.c.id.label("at_id"), SERVICE.c.id.label("service_id"), SERVICE.c.name,
    ORGANIZATION.c.name.label("organization"), LOCATION.c.country, LOCATION.c.department,
    LOCATION.c.municipality, SERVICE.c.assured_date,
).select_from(JOINED)  # fmt: skip


def _row(
    row: Row[Any], public: Service, *, status: str, age: Age, may_change: bool, reported: bool
) -> DeskRow:
    return DeskRow(
        at_id=row.at_id,
        service_id=row.service_id,
        name=row.name,
        organization=row.organization,
        country=row.country,
        department=row.department or "",
        municipality=row.municipality or "",
        status=status,
        age=age,
        assured_date=row.assured_date or "",
        may_change=may_change,
        reported=reported,
        public=public,
    )
