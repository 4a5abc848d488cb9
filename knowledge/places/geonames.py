"""Reads towns and municipalities from files of GeoNames; used only by `build.py`."""

import json
import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from flows.definition import COUNTRIES
from flows.folding import fold, words
from knowledge.places.corrections import (
    DROPPED,
    MUNICIPALITY_NAMES,
    MUNICIPALITY_OF_TOWN,
    NEW_MUNICIPALITIES,
    TOWN_NAMES,
    WRONG_DEPARTMENTS,
    WRONG_PLACES,
)
from knowledge.places.place import distance_km

SEAT_KINDS = ("PPLC", "PPLA", "PPLA2")
SAME_TOWN_KM = 15.0
MAX_ALSO = 4
# A town whose name is known in many scripts has transliterations, not other names.
MAX_REAL_NAMES = 7
MAX_ALIKE = 0.6  # more alike is another spelling, which is found anyway
_SPANISH = re.compile(r"[A-ZÁÉÍÓÚÑ][A-Za-záéíóúñüÁÉÍÓÚÑ. ]+")


@dataclass
class Town:
    """A town of GeoNames; `municipality` is the code of the dump, empty when it has none."""

    id: str
    name: str
    also: list[str]
    admin1: str
    municipality: str
    seat: bool
    point: tuple[float, float] | None
    population: int
    key: str = ""

    def __post_init__(self) -> None:
        self.key = fold(self.name)


def read_towns(towns: Path, details: Path) -> dict[str, list[Town]]:
    """Return the towns by country, each once."""
    dump: dict[str, list[str]] = {}
    with details.open(encoding="utf-8") as lines:
        for text in lines:
            columns = text.rstrip("\n").split("\t")
            if columns[8] in COUNTRIES:
                dump[columns[0]] = columns
    read: dict[str, list[Town]] = {country: [] for country in COUNTRIES}
    for row in json.loads(towns.read_text(encoding="utf-8")).values():
        number = str(row["geonameid"])
        if row["countrycode"] not in COUNTRIES or number in DROPPED:
            continue
        columns = dump.get(number, [])
        read[row["countrycode"]].append(
            Town(
                id=number,
                name=TOWN_NAMES.get(number, _plain_name(row["name"])),
                also=list(_other_names(row)),
                admin1=(WRONG_PLACES | WRONG_DEPARTMENTS).get(number, row["admin1code"]),
                municipality=MUNICIPALITY_OF_TOWN.get(number, columns[11] if columns else ""),
                seat=bool(columns) and columns[7] in SEAT_KINDS,
                point=None if number in WRONG_PLACES else (row["latitude"], row["longitude"]),
                population=row["population"],
            )
        )
    return {country: list(_once(found)) for country, found in read.items()}


def _plain_name(name: str) -> str:
    return name.split(" (")[0].split(",")[0].strip()


def _other_names(row: dict[str, Any]) -> Iterator[str]:
    """Yield the names that a person of the country may write."""
    mine = _plain_name(row["name"])
    bracket = re.search(r"\(([^)]+)\)", row["name"])
    if bracket and fold(bracket[1]) and "," not in bracket[1]:
        yield bracket[1]
    names = [n for n in row["alternatenames"] if _SPANISH.fullmatch(n) and not n.isupper()]
    few = len(row["alternatenames"]) <= MAX_REAL_NAMES
    kept: set[str] = set()
    alike = SequenceMatcher(b=fold(mine))
    for name in sorted(names, key=lambda n: (n.isascii(), n)):  # the accented spelling first
        key = fold(name)
        parts, own = set(words(name)), set(words(mine))
        wider = len(parts) != len(own) and (parts < own or own < parts)
        alike.set_seq1(key)
        other = few and not parts & own and alike.ratio() < MAX_ALIKE
        if key and key not in kept and (wider or other) and len(key) > 3 and len(kept) < MAX_ALSO:
            kept.add(key)
            yield name


def _once(towns: Iterable[Town]) -> Iterator[Town]:
    """Leave out the second record of a town that GeoNames has twice."""
    kept: dict[tuple[str, str], list[Town]] = defaultdict(list)
    for town in sorted(towns, key=lambda t: (not t.seat, -t.population, int(t.id))):
        same = kept[town.admin1, town.key]
        if not any(
            _apart(town, other) < SAME_TOWN_KM and _one_municipality(town, other) for other in same
        ):
            same.append(town)
            yield town


def _apart(a: Town, b: Town) -> float:
    return distance_km(a.point, b.point) if a.point and b.point else math.inf


def _one_municipality(a: Town, b: Town) -> bool:
    return not a.municipality or not b.municipality or a.municipality == b.municipality


def read_municipalities(admin2: Path) -> dict[str, dict[tuple[str, str], str]]:
    """Return the names of the municipalities by country, by codes of department and their own."""
    read: dict[str, dict[tuple[str, str], str]] = {country: {} for country in COUNTRIES}
    for row in json.loads(admin2.read_text(encoding="utf-8")):
        country, admin1, code = row["code"].split(".")
        if country in COUNTRIES:
            name = re.sub(r"^Munic[ií]pio de ", "", row["name"]).removesuffix(" Municipality")
            name = name.split(",")[0].strip()
            name = MUNICIPALITY_NAMES.get(f"{country}.{admin1}.{name}", name)
            read[country][admin1, code] = name
    for country, admin1, name in NEW_MUNICIPALITIES:
        read[country][admin1, f"new {name}"] = name
    return read
