"""The directory as staff see it: lists by page, and single entries that somebody may know of.

Who may know and change what is the rule of `knowledge.directory.areas_of_entries`; it is asked in
the query, so that pages and API cannot forget it.
"""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date
from functools import reduce
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, select

from flows.folding import fold
from knowledge.directory import choosing
from knowledge.directory.areas_of_entries import (
    KEYS,
    changed_by,
    known_to,
    own_of,
    require_changed_by,
)
from knowledge.directory.desk_index import FEW
from knowledge.directory.editing import EntryNotFound, read
from knowledge.directory.entries import Entry
from knowledge.directory.feed import Listing, services_of_term
from knowledge.directory.plain_letters import plain
from knowledge.directory.queries import AT, LOCATION, ORGANIZATION, SERVICE
from knowledge.directory.rows import KINDS
from knowledge.staff.rights import Member

SORTS = ("name", "-name", "last_modified", "-last_modified", "assured_date", "-assured_date", "id")
# Where words are looked for by the database; for services it is done in memory (`choosing`).
_SEARCHED: Mapping[str, tuple[ColumnElement[Any], ...]] = {
    "organization": (ORGANIZATION.c.name, ORGANIZATION.c.alternate_name),
    "location": (LOCATION.c.name, LOCATION.c.municipality, LOCATION.c.department),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list is narrowed by and how it is sorted; what is None narrows nothing.

    `stale_on`: only what should be checked again by that day. `sort` is one of `SORTS`.
    """

    search: str | None = None
    country: str | None = None
    department: str | None = None
    municipality: str | None = None
    topic: str | None = None
    status: str | None = None
    modified_after: str | None = None
    stale_on: date | None = None
    include_hidden: bool = False
    sort: str = "name"


def list_entries(
    connection: Connection, kind: str, member: Member, wanted: Wanted, first: int, limit: int
) -> Listing:
    """Return how many entries of a kind a member may know of, and the ids of one page of them."""
    table = KINDS[kind].table
    where = (_seen(kind, member, hidden=wanted.include_hidden), *_conditions(kind, wanted))
    chosen = _chosen(connection, kind, wanted)
    if chosen is not None:
        return _page_of_chosen(connection, kind, chosen, where, wanted.sort, first, limit)
    # Counted along with the page, so that what narrows the list is judged once.
    query = select(table.c.id, func.count().over()).where(*where)
    query = query.order_by(*_order(kind, wanted.sort)).offset(first).limit(limit)
    rows = connection.execute(query).all()
    if rows or not first:
        return Listing(rows[0][1] if rows else 0, tuple(row[0] for row in rows))
    total = connection.execute(select(func.count()).select_from(table).where(*where))
    return Listing(int(total.scalar_one()), ())


def _page_of_chosen(
    connection: Connection,
    kind: str,
    chosen: Set[str],
    where: Sequence[ColumnElement[bool]],
    sort: str,
    first: int,
    limit: int,
) -> Listing:
    key = KINDS[kind].table.c.id
    query = select(key).where(*where).order_by(*_order(kind, sort))
    if len(chosen) <= FEW:
        query = query.where(key.in_(chosen))
    ids = [found for found in connection.execute(query).scalars().all() if found in chosen]
    return Listing(len(ids), tuple(ids[first : first + limit]))


def find(
    connection: Connection, kind: str, entry_id: str, member: Member, *, include_hidden: bool
) -> Entry:
    """Return an entry that a member may know of; raises `EntryNotFound`."""
    _require(connection, kind, entry_id, _seen(kind, member, hidden=include_hidden))
    return read(connection, kind, entry_id)


def find_to_change(connection: Connection, kind: str, entry_id: str, member: Member) -> Entry:
    """Return an entry, hidden or not, that a member may change.

    Raises `EntryNotFound` for one that the member may not know of, else `OutsideArea`.
    """
    entry = find(connection, kind, entry_id, member, include_hidden=True)
    require_changed_by(connection, member.area, [entry])
    return entry


def may_change(connection: Connection, kind: str, entry_id: str, member: Member) -> bool:
    """Whether an entry is of a member's area, as far as changing it goes."""
    key = KEYS[kind]
    query = select(key).where(key == entry_id, changed_by(kind, member.area))
    return connection.execute(query).first() is not None


def find_history_of(connection: Connection, kind: str, entry_id: str, member: Member) -> Entry:
    """Return an entry whose history a member may read: one with a place in the area.

    The history of a place tells what it was before it became confidential, or public. Raises
    `EntryNotFound` for one that the member may not know of, else `OutsideArea`.
    """
    entry = find(connection, kind, entry_id, member, include_hidden=True)
    key = KEYS[kind]
    if not connection.execute(select(key).where(key == entry_id, own_of(kind, member.area))).all():
        require_changed_by(connection, member.area, [entry])
    return entry


def _require(
    connection: Connection, kind: str, entry_id: str, condition: ColumnElement[bool]
) -> None:
    key = KEYS[kind]
    if connection.execute(select(key).where(key == entry_id, condition)).first() is None:
        raise EntryNotFound(f"No {kind} {entry_id}. It may have been merged; search by name.")


def _seen(kind: str, member: Member, *, hidden: bool) -> ColumnElement[bool]:
    known = known_to(kind, member.area)
    return known if hidden else and_(known, KINDS[kind].table.c.status != "hidden")


def _conditions(kind: str, wanted: Wanted) -> list[ColumnElement[bool]]:
    table = KINDS[kind].table
    found: list[ColumnElement[bool]] = []
    if kind in _SEARCHED:
        found += [_has_word(kind, word) for word in fold(wanted.search or "").split()]
    if wanted.status is not None:
        found.append(table.c.status == wanted.status)
    if wanted.modified_after is not None:
        found.append(table.c.last_modified >= wanted.modified_after)
    if wanted.country is not None and "country" in table.c:
        found.append(table.c.country == wanted.country)
    places = [
        LOCATION.c[name] == value
        for name, value in (("country", wanted.country if "country" not in table.c else None),
                            ("department", wanted.department),
                            ("municipality", wanted.municipality))
        if value is not None
    ]  # fmt: skip
    if places:
        found.append(_at_place(kind, and_(*places)))
    if wanted.topic is not None:
        found.append(_of_service(kind, SERVICE.c.id.in_(services_of_term(wanted.topic, None))))
    return found


def _chosen(connection: Connection, kind: str, wanted: Wanted) -> Set[str] | None:
    """Return the ids that fulfil what is judged in memory; None where nothing is."""
    found: list[Set[str]] = []
    words = fold(wanted.search or "").split()
    if words and kind not in _SEARCHED:
        found.append(choosing.with_words(connection, kind, words))
    if wanted.stale_on is not None:
        found.append(choosing.stale(connection, kind, wanted.stale_on))
    return reduce(lambda one, other: one & other, found) if found else None


def _has_word(kind: str, word: str) -> ColumnElement[bool]:
    told: list[ColumnElement[str]] = [func.coalesce(column, "") for column in _SEARCHED[kind]]
    text = reduce(lambda one, other: one + " " + other, told)
    return plain(text, word).contains(word, autoescape=True)


def _at_place(kind: str, condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return the condition that an entry has a place that fulfils another."""
    if kind == "location":
        return condition
    places = select(LOCATION.c.id).where(condition)
    if kind == "service_at_location":
        return AT.c.location_id.in_(places)
    given = select(AT.c.service_id).where(AT.c.location_id.in_(places))
    if kind == "service":
        return SERVICE.c.id.in_(given)
    owners = select(SERVICE.c.organization_id).where(SERVICE.c.id.in_(given))
    return ORGANIZATION.c.id.in_(owners)


def _of_service(kind: str, condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return the condition that a service, or one that an entry has, fulfils another."""
    if kind == "service":
        return condition
    if kind == "organization":
        return ORGANIZATION.c.id.in_(select(SERVICE.c.organization_id).where(condition))
    chosen = select(SERVICE.c.id).where(condition)
    if kind == "service_at_location":
        return AT.c.service_id.in_(chosen)
    return LOCATION.c.id.in_(select(AT.c.location_id).where(AT.c.service_id.in_(chosen)))


def _order(kind: str, sort: str) -> tuple[ColumnElement[Any], ...]:
    table = KINDS[kind].table
    name = sort.removeprefix("-")
    column: ColumnElement[Any]
    if name == "assured_date" and kind != "service":
        name = "last_modified"
    if name == "name" and kind == "service_at_location":
        of_pair = select(SERVICE.c.name).where(SERVICE.c.id == AT.c.service_id)
        column = of_pair.correlate(AT).scalar_subquery()
    else:
        column = table.c[name]
    # What was never assured comes before what was, on both engines.
    filled = func.coalesce(column, "")
    return (filled.desc() if sort.startswith("-") else filled.asc(), table.c.id)
