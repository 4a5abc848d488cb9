"""Which entries have some words, or were last checked too long ago, for the lists of the API.

2026-11-22. In the database alone, words of services at locations took 120 to 250 ms of 10,000, and
what is stale 400: letters are made plain one by one, and topics asked for each row anew. The lines
that the desk keeps in memory know both; the database then only sorts, and says who may know.
"""

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, and_, select

from knowledge.directory.ageing import AgeRule
from knowledge.directory.desk_index import DeskIndex, desk_index, limits_on, rule_for
from knowledge.directory.plain_letters import plain_names
from knowledge.directory.queries import AT, ORGANIZATION, SERVICE
from knowledge.store.directory_tables import attributes, taxonomy_terms


def with_words(connection: Connection, kind: str, words: Sequence[str]) -> set[str]:
    """Return the services, or services at locations, with all of some folded words.

    They are looked for in the names of the service and of who gives it; for a service at a location
    also in its place and in what a spreadsheet calls it.
    """
    index = desk_index(connection)
    lines = index.lines.values()
    if kind == "service_at_location":
        told = ((line.at_id, f"{line.slug} {line.named} {line.placed}") for line in lines)
    else:
        told = ((line.ids[1], line.named) for line in lines)
    found = {key for key, text in told if all(word in text for word in words)}
    if kind == "service":
        alone = _without_place(connection, index)
        found |= {one.id for one in alone if all(word in one.named for word in words)}
    return found


def stale(connection: Connection, kind: str, on: date) -> Set[str]:
    """Return the entries with a service that was last checked too long ago, or never.

    By the rules of `ageing.yaml`: people would be told to call before they go.
    """
    index = desk_index(connection)
    asked = ("stale", kind, on)
    if asked not in index.chosen:
        index.chosen[asked] = _stale(connection, index, kind, on)
    found: Set[str] = index.chosen[asked]
    return found


def _stale(connection: Connection, index: DeskIndex, kind: str, on: date) -> Set[str]:
    limits = {rule: call_first for rule, (_, call_first) in limits_on(on).items()}
    at = ("service_at_location", "service", "location", "organization").index(kind)
    found: set[str] = set()
    for lines in index.of_services.values():
        # A service with one office that people can go to is no line, wherever else it is given.
        by_line = not any(line.physical for line in lines)
        if lines[0].assured <= limits[lines[0].rules[by_line]]:
            found.update(line.ids[at] for line in lines)
    alone = [one for one in _without_place(connection, index) if one.assured <= limits[one.rule]]
    if kind == "service":
        found.update(one.id for one in alone)
    elif kind == "organization":
        found.update(one.owner for one in alone)
    return found


@dataclass(frozen=True, slots=True)
class _Alone:
    """A service that is nowhere yet, and so has no line in memory."""

    id: str
    owner: str
    named: str
    assured: str
    rule: AgeRule


def _without_place(connection: Connection, index: DeskIndex) -> Sequence[_Alone]:
    if "alone" not in index.chosen:
        index.chosen["alone"] = list(_read_without_place(connection))
    found: Sequence[_Alone] = index.chosen["alone"]
    return found


def _read_without_place(connection: Connection) -> Iterator[_Alone]:
    for key, owner, assured, topic, *names in connection.execute(_WITHOUT_PLACE):
        rule = rule_for(topic, is_line=True)
        yield _Alone(key, owner, plain_names(*names), assured or "", rule)


_WITHOUT_PLACE = (
    select(
        SERVICE.c.id, SERVICE.c.organization_id, SERVICE.c.assured_date, taxonomy_terms.c.code,
        SERVICE.c.name, SERVICE.c.alternate_name, ORGANIZATION.c.name,
    )
    .join(ORGANIZATION, ORGANIZATION.c.id == SERVICE.c.organization_id)
    .outerjoin(attributes, and_(attributes.c.service_id == SERVICE.c.id, attributes.c.rank == 0))
    .outerjoin(taxonomy_terms, taxonomy_terms.c.id == attributes.c.taxonomy_term_id)
    .where(~select(AT.c.id).where(AT.c.service_id == SERVICE.c.id).correlate(SERVICE).exists())
)  # fmt: skip
