"""The directory in memory as staff search it: one short line a service at a location.

2026-11-22. Folding accents and sorting by it in the database took 200 to 1,200 ms for 10,000
entries on SQLite, which folds nothing by itself; here it takes 5 to 15. What is kept is tied to the
mark of the directory (`knowledge.store.versions`); after a change only what was changed is read
again. What we gave up: some 15 MB for 10,000 entries in a process that staff use.
"""

import threading
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, Literal
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Row, Select, func, or_, select

from flows.folding import fold
from knowledge.directory.ageing import Age, AgeRule, shipped_rules
from knowledge.directory.plain_letters import plain_names
from knowledge.directory.queries import AT, JOINED, LOCATION, ORGANIZATION, SERVICE
from knowledge.directory.remembering import NAME
from knowledge.staff.rights import Area
from knowledge.store.directory_tables import addresses, attributes, taxonomy_terms
from knowledge.store.versions import mark

Sort = Literal["age", "name", "place", "changed"]
# The worst of what has to be active for people to see an entry comes first.
WORST_FIRST = ("hidden", "inactive", "to_complete")
# Processes have clocks of their own: so much of what was read already is read again.
OVERLAP = timedelta(minutes=10)
FEW = 500  # more ids than that are read faster without a condition


@dataclass(frozen=True, slots=True)
class Line:
    """What a service at a location is searched, filtered and sorted by."""

    at_id: str
    ids: tuple[str, str, str, str]  # of the pair, the service, the location, the organization
    country: str
    department: str
    municipality: str
    status: str  # the worst of its parts
    public: bool  # whether staff of all areas may know of it
    hidden: bool  # whether the pair or its place is, so that it does not count for who may change
    assured: str
    terms: frozenset[str]  # topics and their groups
    rule: AgeRule
    told: str  # folded words, one string
    name: str  # folded
    changed: str
    # For the lists of the API, in plain letters: what a spreadsheet calls it, the names of the
    # service and of who gives it, those of its place.
    slug: str
    named: str
    placed: str
    physical: bool  # whether people can go there
    rules: tuple[AgeRule, AgeRule]  # of its age: at an office, by phone or web alone

    def inside(self, area: Area) -> bool:
        """Whether it lies in an area."""
        return (
            area.country in (None, self.country)
            and area.department in (None, self.department)
            and area.municipality in (None, self.municipality)
        )

    def age(self, limits: Mapping[AgeRule, tuple[str, str]]) -> Age:
        """Return how old it is; `limits` come from `limits_on`."""
        if not self.assured:
            return Age.NEVER
        plain, call_first = limits[self.rule]
        if self.assured > plain:
            return Age.FRESH
        return Age.AGEING if self.assured > call_first else Age.OLD


def limits_on(on: date) -> dict[AgeRule, tuple[str, str]]:
    """Return for each rule the days after which an entry has to have been assured."""
    return {
        rule: (
            (on - timedelta(days=rule.plain)).isoformat(),
            (on - timedelta(days=rule.call_first)).isoformat(),
        )
        for rule in shipped_rules()
    }


@lru_cache(maxsize=50_000)
def folded(text: str) -> str:
    """Return a name as it is compared; most names of places and organizations come often."""
    return fold(text)


@lru_cache(maxsize=1_000)
def rule_for(topic: str | None, *, is_line: bool) -> AgeRule:
    """Return the rule for a service that is first of all for a topic."""
    terms = () if topic is None else (topic,)
    return next(rule for rule in shipped_rules() if rule.covers(terms, is_line=is_line))


_KEYS: dict[Sort, Callable[[Line], tuple[str, ...]]] = {
    "age": lambda line: (line.assured, line.name, line.at_id),
    "name": lambda line: (line.name, line.at_id),
    "place": lambda line: (
        line.country, folded(line.department), folded(line.municipality), line.name, line.at_id,
    ),
    "changed": lambda line: (line.changed, line.at_id),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class DeskIndex:
    """All lines, for one state of the directory."""

    state: str
    lines: Mapping[str, Line]
    newest: str
    of_services: Mapping[str, Sequence[Line]]
    places: dict[Hashable, Any] = field(default_factory=dict)  # see `desk_lists.places`
    chosen: dict[Hashable, Any] = field(default_factory=dict)  # see `choosing`
    _sorted: dict[Sort, Sequence[Line]] = field(default_factory=dict)

    def sorted(self, by: Sort) -> Sequence[Line]:
        """Return the lines in an order: longest unassured, by name, by place, last changed."""
        if by not in self._sorted:
            newest_first = by == "changed"
            self._sorted[by] = sorted(self.lines.values(), key=_KEYS[by], reverse=newest_first)
        return self._sorted[by]

    def may_change(self, service_id: str, area: Area) -> bool:
        """Whether staff of an area may change a service, as `areas_of_entries` says.

        This is for what a page offers; it is asked of the database again before a change.
        """
        lines = [line for line in self.of_services.get(service_id, ()) if not line.hidden]
        return bool(lines) and all(line.inside(area) for line in lines)


_kept: "WeakKeyDictionary[Any, DeskIndex]" = WeakKeyDictionary()
_lock = threading.Lock()


def desk_index(connection: Connection) -> DeskIndex:
    """Return the index of the directory as this transaction sees it."""
    state = mark(connection, NAME)
    pool = connection.engine.pool  # the same for all who use one database
    with _lock:
        known = _kept.get(pool)
    if known is not None and known.state == state and state:
        return known
    found = _refreshed(connection, known, state) or _read_all(connection, state)
    # What a transaction has written may still be rolled back: only what a reader saw is kept.
    if connection.get_execution_options().get("read_only"):
        with _lock:
            _kept[pool] = found
    return found


def _refreshed(connection: Connection, known: DeskIndex | None, state: str) -> DeskIndex | None:
    """Return an index with what has changed since; None when all has to be read."""
    if known is None or not known.newest:
        return None
    count, *newest = connection.execute(_SIZE).one()
    if count != len(known.lines) or max(date or "" for date in newest) < known.newest:
        return None  # something is gone, or a backup was restored
    since = _earlier(known.newest)
    recent = or_(*(table.c.last_modified >= since for table in _ENTRIES))
    changed = _lines(connection, _LINES.where(recent))
    return _index(state, {**known.lines, **changed}) if changed else None


def _read_all(connection: Connection, state: str) -> DeskIndex:
    return _index(state, _lines(connection, _LINES))


def _index(state: str, lines: Mapping[str, Line]) -> DeskIndex:
    of_services: dict[str, list[Line]] = {}
    for line in lines.values():
        of_services.setdefault(line.ids[1], []).append(line)
    newest = max((line.changed for line in lines.values()), default="")
    return DeskIndex(state, lines, newest, of_services)


def _earlier(instant: str) -> str:
    return (datetime.fromisoformat(instant) - OVERLAP).strftime("%Y-%m-%dT%H:%M:%S")


_ENTRIES = (AT, SERVICE, LOCATION, ORGANIZATION)
_SIZE = select(
    select(func.count()).select_from(AT).scalar_subquery(),
    *(select(func.max(table.c.last_modified)).scalar_subquery() for table in _ENTRIES),
)
_LINES = select(
    AT.c.id, AT.c.slug, SERVICE.c.id, LOCATION.c.id, ORGANIZATION.c.id,
    SERVICE.c.name, SERVICE.c.alternate_name, ORGANIZATION.c.name, SERVICE.c.assured_date,
    LOCATION.c.country, LOCATION.c.department, LOCATION.c.municipality, LOCATION.c.confidential,
    LOCATION.c.name, LOCATION.c.location_type,
    *(table.c.status for table in _ENTRIES), *(table.c.last_modified for table in _ENTRIES),
).select_from(JOINED)  # fmt: skip


def _lines(connection: Connection, query: Select[Any]) -> dict[str, Line]:
    rows = connection.execute(query).all()
    of_terms = select(attributes.c.service_id, taxonomy_terms.c.code).join(
        taxonomy_terms, taxonomy_terms.c.id == attributes.c.taxonomy_term_id
    )
    of_streets = select(addresses.c.location_id, addresses.c.address_1)
    if len(rows) < FEW:
        of_terms = of_terms.where(attributes.c.service_id.in_([row[2] for row in rows]))
        of_streets = of_streets.where(addresses.c.location_id.in_([row[3] for row in rows]))
    terms = _many(connection, of_terms.order_by(attributes.c.rank))
    streets = _many(connection, of_streets)
    return {row[0]: _line(row, terms.get(row[2], []), streets.get(row[3], [])) for row in rows}


def _many(connection: Connection, query: Select[Any]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for owner, value in connection.execute(query):
        found.setdefault(owner, []).append(value)
    return found


def _line(row: Row[Any], terms: list[str], streets: list[str]) -> Line:
    values = list(row)
    (at_id, slug, service, location, organization, name, other_name, owner, assured, country,
     department, municipality, confidential, place, type_) = values[:15]  # fmt: skip
    statuses = values[15:19]
    topic = terms[0] if terms else None
    rules = (rule_for(topic, is_line=False), rule_for(topic, is_line=True))
    told = (name, other_name, owner, department, municipality, slug, *streets)
    return Line(
        at_id=at_id,
        ids=(at_id, service, location, organization),
        country=country,
        department=department or "",
        municipality=municipality or "",
        status=next((status for status in WORST_FIRST if status in statuses), "active"),
        public=statuses[0] == "active" and not confidential,
        hidden="hidden" in (statuses[0], statuses[2]),
        assured=assured or "",
        terms=frozenset(terms) | {term.split("/")[0] for term in terms},
        rule=rules[not department],
        told=" ".join(folded(text) for text in told if text),
        name=folded(name),
        changed=max(values[19:23]),
        slug=plain_names(slug),
        named=plain_names(name, other_name, owner),
        placed=plain_names(place, municipality, department),
        physical=type_ == "physical",
        rules=rules,
    )
