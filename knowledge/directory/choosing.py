"""Which entries have some words, or were last checked too long ago, for the lists of the API.

2026-11-22. In the database alone, words of services at locations took 120 to 250 ms of 10,000, and
what is stale 400: letters are made plain one by one, and topics asked for each row anew. The lines
that the desk keeps in memory know the words; the database then only sorts, and says who may know.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Connection, and_, case, or_, select

from knowledge.directory.ageing import shipped_rules
from knowledge.directory.desk_index import desk_index
from knowledge.directory.plain_letters import plain_text
from knowledge.directory.queries import AT, LOCATION, ORGANIZATION, SERVICE
from knowledge.store.directory_tables import attributes, taxonomy_terms

IDS = ("service_at_location", "service", "location", "organization")  # as `Line.ids` has them


def with_words(connection: Connection, kind: str, words: Sequence[str]) -> set[str]:
    """Return the services, or services at locations, with all of some folded words.

    They are looked for in the names of the service and of who gives it; for a service at a location
    also in its place and in what a spreadsheet calls it.
    """
    lines = desk_index(connection).lines.values()
    if kind == "service_at_location":
        told = ((line.at_id, f"{line.slug} {line.named} {line.placed}") for line in lines)
    else:
        told = ((line.ids[1], line.named) for line in lines)
    found = {key for key, text in told if all(word in text for word in words)}
    if kind == "service":
        without_place = _without_place(connection)
        found |= {key for key, text in without_place if all(word in text for word in words)}
    return found


def stale(connection: Connection, kind: str, on: date) -> set[str]:
    """Return the entries with a service that was last checked too long ago, or never.

    By the rules of `ageing.yaml`: people would be told to call before they go.
    """
    query = select(SERVICE.c.id, SERVICE.c.organization_id).where(_stale_by(on))
    owners = {row[0]: row[1] for row in connection.execute(query)}
    if kind == "service":
        return set(owners)
    if kind == "organization":
        return set(owners.values())
    at = IDS.index(kind)
    lines = desk_index(connection).lines.values()
    return {line.ids[at] for line in lines if line.ids[1] in owners}


def _without_place(connection: Connection) -> Iterator[tuple[str, str]]:
    """Yield the services that have no line, with their names."""
    query = (
        select(SERVICE.c.id, SERVICE.c.name, SERVICE.c.alternate_name, ORGANIZATION.c.name)
        .join(ORGANIZATION, ORGANIZATION.c.id == SERVICE.c.organization_id)
        .where(SERVICE.c.id.not_in(select(AT.c.service_id)))
    )
    for key, *names in connection.execute(query):
        yield key, plain_text(" ".join(name for name in names if name))


def _stale_by(on: date) -> ColumnElement[bool]:
    at_office = (
        select(AT.c.id)
        .join(LOCATION, LOCATION.c.id == AT.c.location_id)
        .where(AT.c.service_id == SERVICE.c.id, LOCATION.c.location_type == "physical")
        .correlate(SERVICE)
        .exists()
    )
    limits: list[tuple[ColumnElement[bool], str]] = []
    for rule in shipped_rules():
        of_rule: list[ColumnElement[bool]] = []
        if rule.lines:
            of_rule.append(~at_office)
        if rule.topics:
            of_rule.append(_first_for(rule.topics))
        limit = (on - timedelta(days=rule.call_first)).isoformat()
        limits.append((and_(*of_rule) if of_rule else SERVICE.c.id == SERVICE.c.id, limit))
    assured = SERVICE.c.assured_date
    # Only between the first and the last limit has the rule of a service to be found out.
    days = [limit for _, limit in limits]
    between = and_(assured <= max(days), assured <= case(*limits, else_=""))
    return or_(assured.is_(None), assured <= min(days), between)


def _first_for(topics: Sequence[str]) -> ColumnElement[bool]:
    """Return the condition that a service is first of all for one of some topics or groups."""
    code = taxonomy_terms.c.code
    named_so = [or_(code == t, code.startswith(f"{t}/", autoescape=True)) for t in topics]
    terms = select(taxonomy_terms.c.id).where(or_(*named_so))
    return SERVICE.c.id.in_(
        select(attributes.c.service_id).where(
            attributes.c.rank == 0, attributes.c.taxonomy_term_id.in_(terms)
        )
    )
