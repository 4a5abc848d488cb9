"""The data of the places themselves, and what holds for any text and any name."""

import csv
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.definition import COUNTRIES
from flows.folding import fold
from knowledge.places import (
    Place,
    distance_km,
    find_places,
    nearest_place,
    place_by_id,
    place_of_area,
    places_in,
)
from knowledge.places.gazetteer import gazetteer
from knowledge.places.nicknames import read_words, sayings, short_departments

SHIPPED = Path(__file__).parent.parent / "knowledge" / "directory" / "shipped"
LETTERS = "abcdefghijklmnopqrstuvwxyz"
# South, north, west and east ends of each country.
BOUNDS = {
    "SV": (13.1, 14.5, -90.2, -87.6),
    "GT": (13.7, 17.9, -92.3, -88.2),
    "HN": (12.9, 17.5, -89.4, -83.1),
    "MX": (14.5, 32.8, -118.5, -86.7),
}


def count(country: str, level: str) -> int:
    return sum(place.level == level for place in gazetteer(country))


@pytest.mark.parametrize(
    ("country", "departments", "municipalities"),
    [("SV", 14, 44), ("GT", 22, 340), ("HN", 18, 298), ("MX", 32, 2478)],
)
def test_every_department_and_municipality_is_there(
    country: str, departments: int, municipalities: int
) -> None:
    assert count(country, "department") == departments
    assert count(country, "municipality") == municipalities


def test_every_district_of_el_salvador_has_its_municipality() -> None:
    districts = [place for place in gazetteer("SV") if place.level == "district"]
    municipalities = {
        (place.department, place.name) for place in gazetteer("SV") if place.level == "municipality"
    }
    assert len(districts) == 262
    assert {(place.department, place.municipality) for place in districts} == municipalities


@pytest.mark.parametrize("country", COUNTRIES)
def test_places_lie_in_their_country_and_department(country: str) -> None:
    south, north, west, east = BOUNDS[country]
    departments = {place.name for place in gazetteer(country) if place.level == "department"}
    ids = set()
    for place in gazetteer(country):
        assert place.department in departments
        assert place.id not in ids
        ids.add(place.id)
        if place.point is not None:
            assert south < place.point[0] < north
            assert west < place.point[1] < east


@pytest.mark.parametrize("country", COUNTRIES)
def test_every_nickname_names_a_place(country: str) -> None:
    places = gazetteer(country)
    for saying, paths in sayings(country).items():
        for department, name in paths:
            found = place_of_area(country, department, name)
            assert found is not None, f"nicknames.yaml: {department}/{name} is no place"
        assert saying in places.nicknames
    for department in short_departments(country).values():
        assert place_of_area(country, department) is not None, department
    assert sum(len(paths) for paths in sayings(country).values()) >= 60


def test_word_lists_are_folded() -> None:
    lists = read_words()
    for word in lists.common | lists.people | lists.strict | lists.bare | lists.phrases:
        assert word == fold(word)


def offices() -> list[tuple[str, str, str]]:
    found = set()
    for country in COUNTRIES:
        with (SHIPPED / f"{country}.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                if row["department"]:
                    found.add((row["country"], row["department"], row["municipality"]))
    return sorted(found)


@pytest.mark.parametrize(("country", "department", "municipality"), offices())
def test_every_municipality_of_the_directory_is_found(
    country: str, department: str, municipality: str
) -> None:
    place = place_of_area(country, department, municipality or None)
    assert place is not None
    typed = find_places(f"{municipality}, {department}" if municipality else department, country)
    assert place in typed.places or any(
        (p.department, p.municipality) == (place.department, place.municipality)
        for p in typed.places
    )
    assert any(
        p.department == department for p in find_places(municipality or department, country).places
    )


@pytest.mark.parametrize(
    ("latitude", "longitude", "country", "department"),
    [
        (13.70, -89.20, "SV", "San Salvador"),
        (13.51, -88.87, "SV", "La Paz"),
        (14.84, -91.52, "GT", "Quetzaltenango"),
        (16.93, -89.89, "GT", "Petén"),
        (15.50, -88.03, "HN", "Cortés"),
        (16.32, -86.54, "HN", "Islas de la Bahía"),
        (32.52, -117.02, "MX", "Baja California"),
        (19.43, -99.13, "MX", "Ciudad de México"),
        (20.97, -89.62, "MX", "Yucatán"),
    ],
)
def test_a_shared_location_has_its_country_and_department(
    latitude: float, longitude: float, country: str, department: str
) -> None:
    place = nearest_place(latitude, longitude)
    assert place is not None
    assert (place.country, place.department) == (country, department)


def test_far_away_nothing_is_near() -> None:
    assert nearest_place(40.71, -74.0) is None
    assert nearest_place(0.0, -120.0) is None
    assert nearest_place(91.0, 0.0) is None
    assert nearest_place(float("nan"), float("nan")) is None


@pytest.mark.parametrize(
    ("countries", "box"),
    [
        (("SV", "GT", "HN"), (13.4, 15.4, -90.0, -86.0)),
        (("MX",), (22.0, 31.0, -115.0, -104.0)),  # deserts and the sea, where towns are far apart
    ],
)
def test_the_nearest_place_is_the_one_of_a_slow_search(
    countries: tuple[str, ...], box: tuple[float, float, float, float]
) -> None:
    dice = random.Random(7)
    everywhere = [
        place.point
        for country in countries
        for place in gazetteer(country)
        if place.point is not None and place.level != "department"
    ]
    for _ in range(50):
        here = (dice.uniform(*box[:2]), dice.uniform(*box[2:]))
        slow = min(distance_km(here, point) for point in everywhere)
        quick = nearest_place(*here)
        assert (quick is not None) == (slow <= 100.0)
        if quick is not None and quick.point is not None:
            assert distance_km(here, quick.point) == slow


def test_distance_of_two_capitals() -> None:
    san_salvador, tegucigalpa = (13.6929, -89.2182), (14.0818, -87.2068)
    assert 215 < distance_km(san_salvador, tegucigalpa) < 225
    assert distance_km(san_salvador, san_salvador) == 0


def test_a_place_is_found_again_by_its_id() -> None:
    best = find_places("san pedro sula").best
    assert best is not None
    assert place_by_id(best.id) == best
    assert place_by_id("hn-0") is None
    assert place_by_id("") is None


@given(st.text(max_size=300), st.sampled_from([None, *COUNTRIES]))
def test_no_text_raises(text: str, country: str | None) -> None:
    find_places(text, country)
    places_in(text, country)


SOME = [
    place
    for country in COUNTRIES
    for place in gazetteer(country)
    if place.level != "town" or (place.population or 0) > 20_000
]


@given(st.sampled_from(SOME))
def test_accents_and_capitals_make_no_difference(place: Place) -> None:
    as_written = find_places(place.name, place.country)
    # A few are better known by another name: Dolores Hidalgo, Ixtapa-Zihuatanejo.
    there = {(found.department, found.name) for found in as_written.places}
    known = {place.name, "Dolores Hidalgo Cuna de la Independencia Nacional",
             "Doctor Belisario Domínguez", "Zihuatanejo de Azueta"}  # fmt: skip
    assert there & {(place.department, name) for name in known} or len(as_written.places) > 4
    assert find_places(fold(place.name), place.country) == as_written
    assert find_places(place.name.upper(), place.country) == as_written


def with_a_typo(name: str, dice: random.Random) -> str:
    """Leave out, double, change or swap one letter, as a thumb does."""
    at = dice.choice([i for i, letter in enumerate(name) if letter != " "])
    kind = dice.choice(("leave", "double", "change", "swap"))
    if kind == "leave":
        return name[:at] + name[at + 1 :]
    if kind == "double":
        return name[:at] + name[at] + name[at:]
    if kind == "change":
        return name[:at] + dice.choice(LETTERS) + name[at + 1 :]
    return name[:at] + name[at + 1 : at + 2] + name[at] + name[at + 2 :]


@pytest.mark.parametrize("country", COUNTRIES)
def test_one_wrong_letter_finds_the_same_place(country: str) -> None:
    dice = random.Random(20261122)
    names = sorted({fold(p.name) for p in gazetteer(country) if len(p.name) >= 7})
    names = dice.sample(names, min(400, len(names)))
    found = 0
    for name in names:
        match = find_places(with_a_typo(name, dice), country, limit=20)
        found += any(fold(place.name) == name for place in match.places)
    assert found / len(names) >= 0.95, f"{country}: {found} of {len(names)}"
