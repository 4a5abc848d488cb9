"""Editing by staff: each change a revision, nobody overwrites unseen, all can be undone."""

import json
from dataclasses import replace
from typing import Any

import pytest
from directory_for_tests import AUTHOR, NOW, a_row, a_sheet, bring_in, people_see
from sqlalchemy import Connection, Engine, select

from knowledge.directory import editing
from knowledge.directory.entries import Location, ServiceAtLocation, ServiceEntry
from knowledge.directory.records import DirectoryError, Service
from knowledge.directory.revising import Author, VersionConflict, read_revisions
from knowledge.directory.rows import KINDS
from knowledge.directory.validation import InvalidEntry
from knowledge.store import directory_tables as tables
from knowledge.store.entry_tables import revisions, texts

NEW = "bbbbbbbb-0000-4000-8000-00000000000{}"


@pytest.fixture
def office(store: Engine) -> Service:
    bring_in(store, a_sheet(a_row()))
    with store.connect() as connection:
        (service,) = people_see(connection)
    return service


def fields_of(error: pytest.ExceptionInfo[InvalidEntry]) -> list[str]:
    return [problem.field for problem in error.value.problems]


def test_an_office_is_made_from_its_parts(store: Engine) -> None:
    org, service, place, pair = (NEW.format(number) for number in range(4))
    with store.begin() as connection:
        editing.create(connection, "organization", {"name": "RNPN", "country": "SV"}, AUTHOR, org)
        values: dict[str, Any] = {
            "name": "DUI", "organization_id": org, "country": "SV", "terms": ["documents/passport"],
            "source_url": "https://example.org", "texts": {"en": {"name": "ID card"}},
        }  # fmt: skip
        made = editing.create(connection, "service", values, AUTHOR, service)
        editing.create(connection, "location", {"country": "SV"}, AUTHOR, place)
        with pytest.raises(InvalidEntry, match="nobody can reach it"):
            editing.create(
                connection, "service_at_location", {"service_id": service, "location_id": place},
                AUTHOR, pair,
            )  # fmt: skip
        editing.create(
            connection,
            "service_at_location",
            {"service_id": service, "location_id": place, "phones": [{"number": "2231-1000"}]},
            AUTHOR,
            pair,
        )
        assert isinstance(made, ServiceEntry)
        assert (made.version, made.last_modified) == (1, "2026-11-22T15:30:00.000Z")
        (found,) = people_see(connection)
        assert (found.id, found.at_id, found.phones[0].e164) == (service, pair, "+50322311000")
        with pytest.raises(InvalidEntry, match="in use already"):
            editing.create(connection, "location", {"country": "SV"}, AUTHOR, place)
        again = {"service_id": service, "location_id": place, "status": "to_complete"}
        with pytest.raises(InvalidEntry, match="has this service already"):
            editing.create(connection, "service_at_location", again, AUTHOR, NEW.format(9))


def test_a_change_is_a_revision_with_before_and_after(store: Engine, office: Service) -> None:
    with store.begin() as connection:
        changed = editing.change(
            connection, "service", office.id,
            {"alert": "Hoy no atienden",
             "texts": {"en": {"name": "Returnee desk", "alert": "Closed"}}},
            1, AUTHOR,
        )  # fmt: skip
        first, second = read_revisions(connection, "service", office.id)
    assert changed.version == second.number == 2
    assert (first.action, second.action, second.who, second.why) == (
        "create", "update", "staff-7", "prueba",
    )  # fmt: skip
    said = {change.field: (change.before, change.after) for change in second.changes}
    assert said["alert"] == ("", "Hoy no atienden")
    assert said["alert@en"] == (None, "Closed")
    assert set(said) == {"alert", "alert@en", "description@en"}


def test_who_changes_is_an_id_and_never_a_name_or_address() -> None:
    for who in ("ana@example.org", "Ana Pérez", "", "x" * 65):
        with pytest.raises(DirectoryError, match="no name or address"):
            Author(who, NOW)


def test_nobody_overwrites_what_they_have_not_seen(store: Engine, office: Service) -> None:
    with store.begin() as connection:
        editing.change(connection, "service", office.id, {"alert": "uno"}, 1, AUTHOR)
        for act in (
            lambda: editing.change(connection, "service", office.id, {"alert": "dos"}, 1, AUTHOR),
            lambda: editing.hide(connection, "service", office.id, 1, AUTHOR),
            lambda: editing.restore(connection, "service", office.id, 1, 1, AUTHOR),
        ):
            with pytest.raises(VersionConflict, match="version 2, not 1"):
                act()
        read = editing.read(connection, "service", office.id)
    assert isinstance(read, ServiceEntry)
    assert (read.alert, read.version) == ("uno", 2)


def test_a_change_that_changes_nothing_makes_no_version(store: Engine, office: Service) -> None:
    with store.begin() as connection:
        same = editing.change(connection, "service", office.id, {"name": office.name}, 1, AUTHOR)
        assert same.version == 1
        assert len(read_revisions(connection, "service", office.id)) == 1


@pytest.mark.parametrize("kind", list(KINDS))
def test_whatever_was_hidden_or_changed_comes_back(
    store: Engine, office: Service, kind: str
) -> None:
    ids = {"organization": office.organization_id, "service": office.id,
           "location": office.location_id, "service_at_location": office.at_id}  # fmt: skip
    edits: dict[str, dict[str, Any]] = {
        "organization": {"name": "Otra", "phones": [{"number": "2231-1000"}]},
        "service": {"name": "Otra", "terms": ["documents/tax-id"], "languages": [],
                    "texts": {"en": {"name": "Other"}}},
        "location": {"municipality": "San Luis Talpa", "addresses": [{"address_1": "Otra calle"}],
                     "latitude": None, "longitude": None},
        "service_at_location": {"phones": [{"number": "2334-7777"}], "hours_note": "Con cita",
                                "schedules": [{"byday": ["SU"], "opens_at": "10:00",
                                               "closes_at": "11:00"}]},
    }  # fmt: skip
    with store.begin() as connection:
        original = editing.read(connection, kind, ids[kind])
        editing.change(connection, kind, ids[kind], edits[kind], 1, AUTHOR)
        hidden = editing.hide(connection, kind, ids[kind], 2, AUTHOR)
        assert hidden.status == "hidden"
        assert people_see(connection) == []
        back = editing.restore(connection, kind, ids[kind], 1, 3, AUTHOR)
        assert replace(back, version=1, last_modified=original.last_modified) == original
        assert editing.read(connection, kind, ids[kind]) == back
        (found,) = people_see(connection)
        assert found.name == office.name
        again = editing.restore(connection, kind, ids[kind], 2, 4, AUTHOR)
        assert again.status == "active"
        actions = [r.action for r in read_revisions(connection, kind, ids[kind])]
        assert actions == ["create", "update", "hide", "restore", "restore"]
        with pytest.raises(editing.EntryNotFound, match="no revision 9"):
            editing.restore(connection, kind, ids[kind], 9, 5, AUTHOR)


@pytest.mark.parametrize(
    ("kind", "values", "field"),
    [
        ("service", {"nombre": "x"}, "nombre"),
        ("service", {"version": 7}, "version"),
        ("service", {"name": ""}, "name"),
        ("service", {"name": ["x"]}, "name"),
        ("service", {"terms": ["documents/nothing"]}, "terms"),
        ("service", {"terms": ["documents/passport", "documents/passport"]}, "terms"),
        ("service", {"status": "open"}, "status"),
        ("service", {"confidence": "sure"}, "confidence"),
        ("service", {"organization_id": NEW.format(8)}, "organization_id"),
        ("service", {"phones": [{"number": "2231-1000", "nota": "x"}]}, "phones.0.nota"),
        ("service", {"phones": [{"number": "+502 2416-1900"}]}, "phones"),
        ("service", {"phones": [{"number": "2231-1000", "note": "a (b)"}]}, "phones"),
        ("service", {"url": "javascript:alert(1)"}, "url"),
        ("service", {"assured_date": "hoy"}, "assured_date"),
        ("service", {"source_url": ""}, "source_url"),
        ("service", {"texts": {"en": {"email": "x"}}}, "texts"),
        ("service", {"texts": {"es": {"name": "x"}}}, "texts"),
        ("service", {"minimum_age": 30, "maximum_age": 20}, "maximum_age"),
        ("service", {"alert": "a\x00b"}, "alert"),
        ("service", {"required_documents": [{"document": "a\x00b"}]}, "required_documents"),
        ("service", {"contacts": [{"title": "x" * 2001}]}, "contacts"),
        ("location", {"latitude": 14.6, "longitude": -90.5}, "latitude"),
        ("location", {"latitude": None}, "latitude"),
        ("location", {"country": "US"}, "country"),
        ("location", {"department": ""}, "department"),
        ("location", {"addresses": [{"address_1": " "}]}, "addresses"),
        ("service_at_location", {"phones": [{"number": "12"}, {"number": "abc"}]}, "phones"),
        ("service_at_location", {"location_id": NEW.format(8)}, "location_id"),
        ("service_at_location",
         {"schedules": [{"byday": ["LU"], "opens_at": "08:00", "closes_at": "09:00"}]},
         "schedules"),
        ("service_at_location",
         {"schedules": [{"byday": ["MO"], "opens_at": "20:00", "closes_at": "06:00"}]},
         "schedules"),
        ("service_at_location", {"schedules": [{"exception": True}]}, "schedules"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_told_by_field_and_changes_nothing(
    store: Engine, office: Service, kind: str, values: dict[str, Any], field: str
) -> None:
    ids = {
        "service": office.id,
        "location": office.location_id,
        "service_at_location": office.at_id,
    }
    with store.begin() as connection:
        before = editing.read(connection, kind, ids[kind])
        with pytest.raises(InvalidEntry) as error:
            editing.change(connection, kind, ids[kind], values, 1, AUTHOR)
        assert field in fields_of(error)
        assert editing.read(connection, kind, ids[kind]) == before


def test_every_problem_is_told_at_once(store: Engine, office: Service) -> None:
    wrong = {"name": "", "url": "x", "terms": ["nope"], "assured_date": "x"}
    with store.begin() as connection, pytest.raises(InvalidEntry) as error:
        editing.change(connection, "service", office.id, wrong, 1, AUTHOR)
    assert fields_of(error) == ["name", "url", "terms", "assured_date"]


def test_an_entry_that_is_not_there_is_told_so(store: Engine) -> None:
    with store.begin() as connection, pytest.raises(editing.EntryNotFound, match="No service"):
        editing.read(connection, "service", NEW.format(1))


def test_a_part_keeps_its_id_and_takes_nobody_elses(store: Engine, office: Service) -> None:
    bring_in(store, a_sheet(a_row(), a_row(id="sv-otra", phones="2334-5555")))
    with store.begin() as connection:
        at = editing.read(connection, "service_at_location", office.at_id)
        other = next(
            entry for key in connection.execute(
                select(tables.service_at_locations.c.id)
            ).scalars() if (entry := editing.read(connection, "service_at_location", key)) != at
        )  # fmt: skip
        assert isinstance(at, ServiceAtLocation)
        assert isinstance(other, ServiceAtLocation)
        kept = {"phones": [{"id": at.phones[1].id, "number": "126"}, {"number": "2334-1212"}]}
        changed = editing.change(connection, "service_at_location", at.id, kept, 1, AUTHOR)
        assert isinstance(changed, ServiceAtLocation)
        assert changed.phones[0].id == at.phones[1].id
        assert changed.phones[1].id not in (changed.phones[0].id, "")
        stolen = {"phones": [{"id": other.phones[0].id, "number": "126"}]}
        with pytest.raises(InvalidEntry, match="in use elsewhere"):
            editing.change(connection, "service_at_location", at.id, stolen, 2, AUTHOR)


def test_the_remarks_of_a_number_come_and_go_with_it(store: Engine, office: Service) -> None:
    abroad = {"number": "1-888-301-1130", "note": "desde México y Estados Unidos"}
    there = {"number": "119", "note": "a toda hora", "notes": {"en": "at any hour"}}
    steps: list[dict[str, Any]] = [
        {"phones": [abroad | {"notes": {"en": "from abroad", "quc": "naj"}}, there]},
        {"phones": [abroad | {"notes": {"en": "from Mexico", "quc": ""}}]},
        {"phones": [], "contacts": [{"title": "Recepción", "phones": [there]}]},
        {"contacts": []},
    ]

    def kept(connection: Connection) -> list[tuple[str, str]]:
        query = select(texts.c.language, texts.c.text).where(texts.c.link_entity == "phone")
        return sorted((row.language, row.text) for row in connection.execute(query))

    found = []
    with store.begin() as connection:
        for version, step in enumerate(steps, 1):
            editing.change(connection, "service_at_location", office.at_id, step, version, AUTHOR)
            found.append(kept(connection))
        assert found == [
            [("en", "at any hour"), ("en", "from abroad"), ("quc", "naj")],
            [("en", "from Mexico")],
            [("en", "at any hour")],
            [],
        ]
        editing.restore(connection, "service_at_location", office.at_id, 2, 5, AUTHOR)
        assert kept(connection) == found[0]
        wrong = {"phones": [there | {"notes": {"es": "a (toda) hora"}}]}
        with pytest.raises(InvalidEntry) as refused:
            editing.change(connection, "service_at_location", office.at_id, wrong, 6, AUTHOR)
    assert fields_of(refused) == ["phones.notes", "phones.notes"]


def test_revisions_hold_no_personal_name_of_staff(store: Engine, office: Service) -> None:
    with store.begin() as connection:
        editing.change(connection, "service", office.id, {"alert": "x"}, 1, AUTHOR)
        rows = connection.execute(select(revisions)).all()
    assert {row.who for row in rows} == {"staff-7"}
    assert all(isinstance(json.loads(row.changes), list) for row in rows)


def test_a_confidential_location_leaves_as_its_department_and_phones(
    store: Engine, office: Service
) -> None:
    with store.begin() as connection:
        hidden = editing.change(
            connection, "location", office.location_id,
            {"confidential": True, "name": "Casa Luz", "texts": {"en": {"name": "Light House"}}},
            1, AUTHOR,
        )  # fmt: skip
        assert isinstance(hidden, Location)
        (seen,) = people_see(connection, near=(13.5, -88.9))
    public = hidden.public()
    assert (public.department, public.country) == ("La Paz", "SV")
    for secret in ("2a calle", "Zacatecoluca", "13.5", "Casa Luz", "Light House"):
        assert secret not in str(public)
    for secret in ("2a calle", "13.5", "88.87"):
        assert secret not in str(seen)
    assert seen.distance_km is None
