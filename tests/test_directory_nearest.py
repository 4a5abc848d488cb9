"""Where so many offices serve a topic that not all are read: what is, against a look at all."""

import math
import random
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from conftest import ENGINES, Databases
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from offices_for_tests import PASSPORT, an_office, put
from sqlalchemy import Connection, event, text

from knowledge.directory import areas, finding, located, terms
from knowledge.directory.entries import Entry
from knowledge.directory.finding import find
from knowledge.directory.found import Where
from knowledge.places.gazetteer import gazetteer
from knowledge.places.place import distance_km
from knowledge.store.database import open_engine

MONDAY_TEN = datetime(2026, 11, 23, 16, tzinfo=UTC)  # 10:00 in Mexico City
HOURS = {"": None, "24/7": True, "Mo-Fr 12:00-16:00": False}  # open then?
MEXICO_CITY, CHIHUAHUA = (19.43, -99.13), (28.64, -106.09)
LOOKED_AT, LIMIT = 8, 3  # more than there are of any kind that nothing puts in order


@dataclass(frozen=True)
class Office:
    """What this test knows of an office, to work out by itself which come first."""

    name: str
    department: str
    municipality: str
    point: tuple[float, float] | None
    hours: str
    confidence: Any
    assured: str | None
    first_of_all: bool  # the topic is what it is for
    confidential: bool = False

    def entries(self) -> list[Entry]:
        topics = (PASSPORT, "reception/shelter")
        return an_office(
            self.name, country="MX", department=self.department, municipality=self.municipality,
            point=self.point, hours=self.hours, confidential=self.confidential,
            topics=topics if self.first_of_all else topics[::-1],
            service={"confidence": self.confidence, "assured_date": self.assured},
        )  # fmt: skip


def an_office_somewhere(dice: random.Random, number: int, center: tuple[float, float]) -> Office:
    """One in the crowd around a center, or anywhere in the country, or a line for all of it."""
    spread = dice.choice((0.02, 0.2, 5.0))
    point = (dice.gauss(center[0], spread), dice.gauss(center[1], spread))
    nearest = gazetteer("MX").nearest(*point)
    while nearest is None:
        point = (dice.gauss(center[0], spread), dice.gauss(center[1], spread))
        nearest = gazetteer("MX").nearest(*point)
    town, of = nearest[1], dice.random()
    line = number < 3
    return Office(
        f"o{number}",
        "" if line else town.department,
        "" if line or of > 0.9 else town.local or "",
        None if line or 0.85 < of <= 0.88 else point,
        dice.choice(list(HOURS)),
        dice.choice(("high", "medium", "low")),
        dice.choice(("2026-11-20", None)),
        dice.random() < 0.7,
        confidential=not line and number % 40 == 3,
    )


@pytest.fixture(scope="module")
def offices() -> list[Office]:
    dice = random.Random(20)
    return [an_office_somewhere(dice, n, MEXICO_CITY if n < 200 else CHIHUAHUA) for n in range(300)]


@pytest.fixture(scope="module", params=ENGINES)
def crowd(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    offices: list[Office],
) -> Iterator[Connection]:
    """Those offices, among others that are for something else or that people may not see."""
    databases: Databases = request.getfixturevalue(f"{request.param}_databases")
    with databases(tmp_path_factory.mktemp("crowd") / "data") as url:
        engine = open_engine(url)
        with engine.begin() as connection:
            terms.write_terms(connection)
            dice = random.Random(21)
            others = []
            for number in range(60):
                at = (dice.gauss(MEXICO_CITY[0], 0.05), dice.gauss(MEXICO_CITY[1], 0.05))
                other: dict[str, Any] = dice.choice((
                    {"topics": ("legal/free-legal-aid",)}, {"status": "hidden"},
                    {"at": {"status": "inactive"}}, {"location": {"status": "to_complete"}},
                ))  # fmt: skip
                others.append(an_office(
                    f"no{number}", country="MX", department="Ciudad de México", point=at, **other
                ))  # fmt: skip
            put(connection, *(office.entries() for office in offices), *others)
            if request.param == "postgresql":
                connection.execute(text("ANALYZE"))  # as its own housekeeping does
        with engine.connect() as connection:
            yield connection
        engine.dispose()


def worked_out(
    offices: list[Office],
    origin: tuple[float, float] | None,
    department: str | None,
    municipality: str | None,
) -> list[tuple[str, Where]]:
    """Return which offices come first: of those that the rules put first, the open ones and so on.

    The rules are those of `finding`, written down once more and without any index.
    """
    placed = []
    for office in offices:
        seat = areas.place_point("MX", office.department, office.municipality)
        point = None if office.confidential else office.point or seat
        km = distance_km(origin, point) if origin and point else math.inf
        band = bisect_right(finding.BANDS_KM, km)
        if not office.department:
            tier, band, where = 1, 0, Where.COUNTRY
        elif (
            municipality and not office.confidential
            and (office.department, office.municipality) == (department, municipality)
        ):  # fmt: skip
            tier, band, where = 0, 0, Where.HERE
        elif km <= 40.0:
            tier, where = 0, Where.NEAR
        elif office.department == department:
            tier, where = 0, Where.DEPARTMENT
        else:
            tier, where = 2, Where.FAR
        placed.append(((tier, band, km), where, office))
    looked_at = sorted(placed, key=lambda item: item[0])[:LOOKED_AT]

    def order(item: tuple[tuple[int, int, float], Where, Office]) -> tuple[Any, ...]:
        (tier, band, km), _, office = item
        return (
            tier, band, not office.first_of_all, (True, None, False).index(HOURS[office.hours]),
            office.assured is None, ("high", "medium", "low").index(office.confidence), km,
            office.name,
        )  # fmt: skip

    return [(office.name, where) for _, where, office in sorted(looked_at, key=order)[:LIMIT]]


@pytest.fixture(autouse=True)
def only_a_part_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(located, "WHOLE", -1)
    monkeypatch.setattr(finding, "LOOKED_AT", LOOKED_AT)


def ask(connection: Connection, **where: Any) -> list[tuple[str, Where]]:
    asked = {"term": PASSPORT, "country": "MX", "at": MONDAY_TEN, "limit": LIMIT, **where}
    return [(found.service.name, found.where) for found in find(connection, **asked)]


somewhere = st.one_of(
    st.tuples(st.floats(14.5, 32.8), st.floats(-118.0, -86.6)),
    *(
        st.tuples(st.floats(at[0] - 0.3, at[0] + 0.3), st.floats(at[1] - 0.3, at[1] + 0.3))
        for at in (MEXICO_CITY, CHIHUAHUA)
    ),
)


@given(somewhere)
@hypothesis_settings(max_examples=100)
def test_around_a_shared_location_what_is_read_holds_the_best(
    crowd: Connection, offices: list[Office], near: tuple[float, float]
) -> None:
    nearest = gazetteer("MX").nearest(*near)
    department = nearest[1].department if nearest else None
    assert ask(crowd, near=near) == worked_out(offices, near, department, None)


@given(st.data())
@hypothesis_settings(max_examples=70)
def test_around_a_place_by_name_what_is_read_holds_the_best(
    crowd: Connection, offices: list[Office], data: st.DataObject
) -> None:
    named = data.draw(st.sampled_from([office for office in offices if office.department]))
    department = named.department
    municipality = data.draw(st.sampled_from((named.municipality, ""))) or None
    place = areas.find_municipality("MX", department, municipality or "")
    origin = place.point if place else None
    found = ask(crowd, department=department, municipality=municipality)
    assert found == worked_out(offices, origin, department, municipality)


def test_a_corner_of_the_box_is_farther_than_what_lies_outside_its_side(crowd: Connection) -> None:
    """The first box is 2 km to each side: its corner is 2.8 km away."""
    middle, km = (25.0, -104.0), 1 / 111.2
    with crowd.begin_nested() as added:
        for name, north, east in (("corner", 1.9, 1.9), ("side", 2.1, 0.0), ("far", 30.0, 0.0)):
            point = (middle[0] + north * km, middle[1] + east * km / math.cos(math.radians(25)))
            put(crowd, Office(name, "Durango", "", point, "", "high", None, True).entries())
        with pytest.MonkeyPatch.context() as one:
            one.setattr(finding, "LOOKED_AT", 1)
            assert ask(crowd, near=middle, limit=1) == [("side", Where.NEAR)]
        added.rollback()


def test_where_there_is_enough_little_is_read(crowd: Connection) -> None:
    """A statement each to count, look around, look closer, read the hours, and two to show."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    event.listen(crowd.engine, "before_cursor_execute", note)
    try:
        assert len(ask(crowd, near=MEXICO_CITY)) == LIMIT
    finally:
        event.remove(crowd.engine, "before_cursor_execute", note)
    assert sum("SELECT" in statement for statement in seen) <= 7
