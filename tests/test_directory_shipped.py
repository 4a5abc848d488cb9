"""The directory that comes with the program: how much of it, and how clean."""

from collections import Counter

import pytest
from sqlalchemy import Engine, func, select

from knowledge.directory import queries
from knowledge.directory.areas import find_municipality
from knowledge.directory.entries import Location, Organization, ServiceEntry
from knowledge.directory.importing import load_all
from knowledge.directory.loading import load
from knowledge.directory.records import CONFIDENCES, Service
from knowledge.directory.shipped import check_shipped
from knowledge.directory.terms import known_terms
from knowledge.directory.validation import is_page
from knowledge.store import directory_tables as tables
from knowledge.store.entry_tables import texts


def shown(engine: Engine) -> list[Service]:
    with engine.connect() as connection:
        query = select(tables.service_at_locations.c.id).select_from(queries.JOINED)
        ids = connection.execute(query.where(queries.SHOWN)).scalars().all()
        return queries.summaries(connection, ids)


def test_there_are_enough_services_and_most_are_shown(
    shipped_store: Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    services = shown(shipped_store)
    countries = Counter(service.country for service in services)
    with shipped_store.connect() as connection:
        total = queries.count_services(connection)
        counted = queries.count_services(connection, shown=True)
    with capsys.disabled():
        print(f"\n  directory: {total} services, {len(services)} shown, {dict(countries)}")
    assert total >= 400
    assert counted == len(services) >= 290
    assert set(countries) == {"SV", "GT", "HN", "MX"}


def test_whatever_is_shown_has_a_page_a_confidence_and_a_way(shipped_store: Engine) -> None:
    for service in shown(shipped_store):
        assert is_page(service.source), service.name
        assert service.confidence in CONFIDENCES
        assert service.terms
        assert service.description
        assert service.text("description", "en") != service.description, service.name
        ways = (service.phones, service.whatsapp, service.email, service.website, service.address)
        assert any(ways), service.name
        for phone in service.phones:
            assert phone.e164 or len(phone.dialled) <= 5, phone


def test_an_organization_is_there_once_a_country(shipped_store: Engine) -> None:
    table = tables.organizations
    with shipped_store.connect() as connection:
        query = select(table.c.country, func.lower(table.c.name), func.count()).group_by(
            table.c.country, func.lower(table.c.name)
        )
        assert all(row[2] == 1 for row in connection.execute(query))


def test_municipalities_are_matched_and_offices_keep_their_own_points(
    shipped_store: Engine,
) -> None:
    with shipped_store.connect() as connection:
        entries = load_all(connection)
        points = connection.execute(
            select(tables.locations).where(tables.locations.c.place_latitude.is_not(None))
        ).all()
    located = [e for e in entries.values() if isinstance(e, Location) and e.municipality]
    assert len(located) > 290
    for location in located:
        found = find_municipality(location.country, location.department, location.municipality)
        assert found is not None, location
    assert len(points) > 250
    assert sum(1 for row in points if row.latitude is not None) < 10


def test_every_topic_of_a_service_is_ours_and_has_two_names(shipped_store: Engine) -> None:
    with shipped_store.connect() as connection:
        terms = known_terms(connection)
        names = connection.execute(select(tables.taxonomy_terms)).all()
        english = connection.execute(
            select(texts.c.link_id).where(texts.c.link_entity == "taxonomy_term")
        ).scalars()
        assert {row.id for row in names} == set(english)
        entries = load_all(connection)
    services = [e for e in entries.values() if isinstance(e, ServiceEntry)]
    assert {term for service in services for term in service.terms} <= terms
    assert len(terms) > 80
    assert all(isinstance(entries[s.organization_id], Organization) for s in services)


def test_every_remark_of_a_number_is_there_in_english(shipped_store: Engine) -> None:
    with shipped_store.connect() as connection:
        pairs = load(connection, "service_at_location").values()
    remarks = {phone.note: phone.note_in("en") for pair in pairs for phone in pair.phones}
    assert remarks["desde Estados Unidos y Canadá"] == "from the United States and Canada"
    assert remarks["extensión 2014"] == "extension 2014"
    assert len(remarks) > 20
    assert [note for note, english in remarks.items() if note and note == english] == []


def test_the_shipped_files_have_no_finding(shipped_store: Engine) -> None:
    with shipped_store.connect() as connection:
        terms = known_terms(connection)
    assert check_shipped(terms) == []
    missing = check_shipped(terms - {"documents/passport"})
    assert missing
    assert "documents/passport" in missing[0].message


def test_confidential_addresses_are_in_no_summary(shipped_store: Engine) -> None:
    with shipped_store.connect() as connection:
        entries = load_all(connection)
        secret = [e for e in entries.values() if isinstance(e, Location) and e.confidential]
        at = tables.service_at_locations
        ids = connection.execute(
            select(at.c.id).where(at.c.location_id.in_([location.id for location in secret]))
        ).scalars()
        summaries = queries.summaries(connection, list(ids), near=(14.6, -90.5))
    assert len(secret) == len(summaries) == 10
    assert any(location.addresses for location in secret)
    for summary in summaries:
        assert summary.address is summary.municipality is summary.latitude is None
        assert summary.distance_km is None
    for location in secret:
        public = location.public()
        assert (public.addresses, public.municipality, public.latitude) == ((), "", None)
