"""Which offices come first: near before far, open before closed, confirmed before unconfirmed."""

import math
import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from offices_for_tests import PASSPORT, an_empty_directory, an_office, at_id, put
from sqlalchemy import Connection

from knowledge.directory import located
from knowledge.directory.ageing import FILE, Age, age_of, load_rules
from knowledge.directory.finding import find
from knowledge.directory.found import Found, Where
from knowledge.directory.opening import State
from knowledge.directory.records import Schedule
from knowledge.directory.reports import report
from knowledge.places import nearest_place
from knowledge.places.place import distance_km
from knowledge.taxonomy import load_taxonomy

SONSONATE = (13.719, -89.724)
ZACATECOLUCA = (13.508, -88.868)
SAN_SALVADOR = (13.698, -89.191)
MONDAY_TEN = datetime(2026, 11, 23, 16, tzinfo=UTC)  # 10:00 in El Salvador
OPEN_NOW, SHUT_NOW = "Mo-Fr 08:00-16:00", "Mo-Fr 12:00-16:00"


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    with an_empty_directory(tmp_path) as engine, engine.begin() as connection:
        yield connection


def names(found: list[Found]) -> list[str]:
    return [f.service.name for f in found]


def ask(connection: Connection, **kind: object) -> list[Found]:
    asked = {"term": PASSPORT, "country": "SV", "at": MONDAY_TEN, "limit": 9, **kind}
    return find(connection, **asked)  # type: ignore[arg-type]


def test_the_nearest_comes_first_and_says_how_far(connection: Connection) -> None:
    put(
        connection,
        an_office("lejos", department="San Salvador", point=SAN_SALVADOR),
        an_office("cerca", department="Sonsonate", point=(13.72, -89.73)),
        an_office("medio", department="La Libertad", point=(13.676, -89.289)),
    )
    found = ask(connection, near=SONSONATE)
    assert names(found) == ["cerca", "medio", "lejos"]
    assert [round(f.service.distance_km or 0) for f in found] == [1, 47, 58]
    assert [f.where for f in found] == [Where.NEAR, Where.FAR, Where.FAR]
    assert all(f.about_km is None for f in found)


def test_a_municipality_stands_in_for_an_office_without_a_point(connection: Connection) -> None:
    put(
        connection,
        an_office("lejos", department="Santa Ana", municipality="Santa Ana"),
        an_office("aquí", department="La Paz", municipality="Zacatecoluca"),
    )
    found = ask(connection, department="La Paz", municipality="Zacatecoluca")
    assert names(found) == ["aquí", "lejos"]
    assert [f.where for f in found] == [Where.HERE, Where.FAR]
    here, far = found
    assert here.service.distance_km is None  # the seat of a municipality is not the office
    assert here.service.latitude is None
    assert far.about_km is not None
    assert 80 < far.about_km < 110
    shared = ask(connection, near=ZACATECOLUCA)
    assert names(shared) == ["aquí", "lejos"]
    assert shared[0].where is Where.NEAR


def test_wider_areas_follow_and_are_named(connection: Connection) -> None:
    put(
        connection,
        an_office("otro departamento", department="Santa Ana", municipality="Metapán"),
        an_office("línea nacional"),
        an_office("departamento", department="La Paz"),
        an_office("municipio", department="La Paz", municipality="Zacatecoluca"),
    )
    found = ask(connection, department="La Paz", municipality="Zacatecoluca")
    assert names(found) == ["municipio", "departamento", "línea nacional", "otro departamento"]
    assert [f.where for f in found] == [
        Where.HERE, Where.DEPARTMENT, Where.COUNTRY, Where.FAR,
    ]  # fmt: skip
    only = ask(connection, department="Chalatenango", municipality="Chalatenango")
    assert names(only)[0] == "línea nacional"
    assert len(only) == 4  # never empty where the country has one


def test_open_comes_before_unknown_before_closed_when_about_as_far(connection: Connection) -> None:
    near = [(13.719 + n / 2000, -89.724) for n in range(4)]
    put(
        connection,
        an_office("cerrada", department="Sonsonate", point=near[0], hours=SHUT_NOW),
        an_office("sin horario", department="Sonsonate", point=near[1]),
        an_office("abierta", department="Sonsonate", point=near[2], hours=OPEN_NOW),
        an_office("abierta y lejos", department="Sonsonate", point=(13.85, -89.75), hours="24/7"),
    )
    found = ask(connection, near=SONSONATE)
    assert names(found) == ["abierta", "sin horario", "cerrada", "abierta y lejos"]
    assert [f.opening.state for f in found] == [
        State.OPEN, State.UNKNOWN, State.OPENS_AT, State.OPEN,
    ]  # fmt: skip
    at_noon = ask(connection, near=SONSONATE, at=MONDAY_TEN + timedelta(hours=3))
    assert names(at_noon)[:2] == ["cerrada", "abierta"]


def test_confirmed_comes_before_unconfirmed(connection: Connection) -> None:
    def office(name: str, **service: object) -> list:  # type: ignore[type-arg]
        where = {"department": "Sonsonate", "municipality": "Sonsonate"}
        return an_office(name, **where, service=service)  # type: ignore[arg-type]

    put(
        connection,
        office("dudosa", confidence="low"),
        office("segura", confidence="high"),
        office("verificada", confidence="low", assured_date="2026-11-01"),
        office("verificada hace mucho", confidence="low", assured_date="2024-11-01"),
        office("avisada", confidence="high"),
    )
    for chat in (b"one", b"two"):
        report(connection, "key", chat, at_id("avisada"), "closed", date(2026, 11, 20))
    found = ask(connection, department="Sonsonate", municipality="Sonsonate")
    assert names(found) == ["verificada", "segura", "dudosa", "verificada hace mucho", "avisada"]
    assert [f.age for f in found] == [Age.FRESH, Age.NEVER, Age.NEVER, Age.OLD, Age.NEVER]
    assert found[-1].caution is not None


def test_a_group_counts_its_members_each_office_once(connection: Connection) -> None:
    put(
        connection,
        an_office("una", topics=("documents/passport", "documents/birth-certificate")),
        an_office("dos", topics=("documents/birth-certificate",)),
        an_office("tres", topics=("health/pregnancy",)),
    )
    assert sorted(names(ask(connection, term="documents"))) == ["dos", "una"]
    assert names(ask(connection, term="health")) == ["tres"]
    assert names(ask(connection, term="legal")) == []
    assert names(ask(connection, term="no such topic")) == []


def test_what_an_office_is_for_first_of_all_counts(connection: Connection) -> None:
    where = {"department": "Sonsonate", "municipality": "Sonsonate"}
    put(
        connection,
        an_office("albergue", topics=("reception/shelter", PASSPORT), hours=OPEN_NOW, **where),  # type: ignore[arg-type]
        an_office("pasaportes", topics=(PASSPORT, "reception/shelter"), hours=SHUT_NOW, **where),  # type: ignore[arg-type]
    )
    assert names(ask(connection, **where)) == ["pasaportes", "albergue"]
    assert names(ask(connection, term="reception/shelter", **where)) == ["albergue", "pasaportes"]


@pytest.mark.parametrize("status", ["to_complete", "inactive", "hidden"])
def test_only_what_is_active_is_found(connection: Connection, status: str) -> None:
    put(connection, an_office("no", status=status), an_office("sí"))
    put(connection, an_office("sin sede", location={"status": status}))
    put(connection, an_office("sin pareja", at={"status": status}))
    assert names(ask(connection)) == ["sí"]
    assert names(ask(connection, country="HN")) == []


@pytest.mark.parametrize("whole", [located.WHOLE, -1])
def test_a_shelter_gives_neither_its_address_nor_its_distance(
    connection: Connection, monkeypatch: pytest.MonkeyPatch, whole: int
) -> None:
    """Whoever asks from many places must not be able to draw circles around it."""
    monkeypatch.setattr(located, "WHOLE", whole)
    topic: dict[str, Any] = {"topics": ("psychosocial/violence-at-home",)}
    put(
        connection,
        an_office("refugio", department="Sonsonate", municipality="Sonsonate", point=SONSONATE,
                  confidential=True, **topic),
        an_office("oficina", department="Sonsonate", point=(13.60, -89.83), **topic),
        an_office("otra", department="Santa Ana", point=(13.99, -89.55), **topic),
    )  # fmt: skip
    seen: dict[str, set[tuple[object, ...]]] = {}
    rng = random.Random(5)
    for _ in range(60):
        near = (SONSONATE[0] + rng.uniform(-0.3, 0.3), SONSONATE[1] + rng.uniform(-0.3, 0.3))
        found = ask(connection, term="psychosocial/violence-at-home", near=near)
        place = nearest_place(*near)
        assert place is not None
        told: tuple[object, ...] = ()
        for shelter in (f for f in found if f.service.confidential):
            service = shelter.service
            assert (service.address, service.municipality, service.latitude) == (None, None, None)
            assert (service.distance_km, shelter.about_km) == (None, None)
            assert service.phones
            after = {f.where for f in found[found.index(shelter) + 1 :]}
            told = (shelter.where, after <= {Where.FAR})
        seen.setdefault(place.department, set()).add(told)
    # Whether it is shown, and that it is the last of its area, depends on the department alone.
    assert all(len(ways) == 1 for ways in seen.values()), seen
    assert seen["Sonsonate"] == {(Where.DEPARTMENT, True)}
    assert len(seen) > 1


def test_hours_of_the_pair_come_before_those_of_the_service(connection: Connection) -> None:
    put(
        connection,
        an_office("propias", hours=SHUT_NOW, service={"schedules": (_row("08:00"),)}),
        an_office("del servicio", service={"schedules": (_row("08:00"),)}),
        an_office("de la sede", location={"schedules": (_row("09:00"),)}),
    )
    states = {f.service.name: f.opening.is_open for f in ask(connection)}
    assert states == {"propias": False, "del servicio": True, "de la sede": True}


def _row(opens: str) -> Schedule:
    return Schedule(("MO",), opens, "16:00")


def test_without_a_place_a_line_for_everyone_comes_first(connection: Connection) -> None:
    put(
        connection,
        an_office("oficina", department="Sonsonate", municipality="Sonsonate"),
        an_office("línea"),
    )
    found = ask(connection)
    assert names(found) == ["línea", "oficina"]
    assert [f.where for f in found] == [Where.COUNTRY, Where.ANYWHERE]
    assert len(ask(connection, limit=1)) == 1


@pytest.mark.parametrize(
    ("assured", "terms", "is_line", "age"),
    [
        ("2026-11-22", (), False, Age.FRESH),
        ("2026-08-25", (), False, Age.FRESH),  # 89 days
        ("2026-08-24", (), False, Age.AGEING),  # 90
        ("2026-05-27", (), False, Age.AGEING),  # 179
        ("2026-05-26", (), False, Age.OLD),  # 180
        ("2027-01-01", (), False, Age.FRESH),
        ("2026-08-24", (), True, Age.FRESH),
        ("2026-09-20", ("reception/shelter",), False, Age.AGEING),
        ("2026-09-20", ("documents/passport", "reception/shelter"), False, Age.FRESH),
        ("2026-07-20", ("skills/free-courses",), False, Age.OLD),
        (None, (), False, Age.NEVER),
        ("", (), False, Age.NEVER),
        ("last year", (), False, Age.NEVER),
    ],
)
def test_age_by_kind_of_service(
    assured: str | None, terms: tuple[str, ...], is_line: bool, age: Age
) -> None:
    assert age_of(assured, date(2026, 11, 22), terms, is_line=is_line) is age


def test_the_rules_of_age_are_right_and_wrong_ones_are_named(tmp_path: Path) -> None:
    assert load_rules(known_topics=load_taxonomy()[0])[1] == []
    text = FILE.read_text(encoding="utf-8")
    broken = tmp_path / "ageing.yaml"
    for old, new, finding_text in (
        ("reception/shelter", "reception/sheltr", "is no topic of ours"),
        ("plain: 180", "plain: 999", "comes before plain"),
        ("call_first: 180", "call_first: soon", "no number of days"),
        ("  - kind: office\n    plain: 90\n    call_first: 180\n", "", "the last rule"),
        ("plain: 180", "plane: 180", "Did you mean"),
    ):
        broken.write_text(text.replace(old, new), encoding="utf-8")
        _, findings = load_rules(broken, "ageing.yaml", load_taxonomy()[0])
        assert any(finding_text in str(f) for f in findings), (old, findings)
    assert math.isclose(distance_km(SONSONATE, SONSONATE), 0)
