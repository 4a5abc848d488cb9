"""Finding places: loading, exact names, typos, sentences, memory; each beside a plain scan.

`python tests/benchmarks/bench_places.py`. The baseline is what one would write first: read the
lines with `csv`, and compare the text with every folded name.
"""

import csv
import json
import random
import statistics
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
sys.path.insert(0, str(ROOT / "tests"))

from rapidfuzz.distance import OSA  # noqa: E402
from rows import sized, tell  # noqa: E402

from flows.definition import COUNTRIES  # noqa: E402
from flows.folding import fold  # noqa: E402
from knowledge.places import find_places, nearest_place, places_in  # noqa: E402
from knowledge.places.gazetteer import DATA, Gazetteer, gazetteer  # noqa: E402
from knowledge.places.matching import find_exact  # noqa: E402
from knowledge.places.nicknames import read_words, sayings  # noqa: E402

ROUNDS = sized(5, 2)
NAMES = sized(300, 60)
SENTENCE = "Buenas tardes, quisiera saber donde puedo sacar el dui de mi hijo si yo vivo en {} pero"
COLD = """
import json, sys, time
sys.path.insert(0, {root!r})
import knowledge.places
from knowledge.places.gazetteer import gazetteer
started = time.perf_counter()
gazetteer("MX")
mexico = time.perf_counter() - started
for country in ("SV", "GT", "HN"):
    gazetteer(country)
print(json.dumps([mexico, time.perf_counter() - started]))
"""
TARGET_MB = 25
# Whatever is measured, its target in milliseconds.
TARGETS = {
    "load Mexico": 60.0,
    "load all": 120.0,
    "exact": 0.1,
    "find_places, exact": 0.1,
    "typo, one country": 5.0,
    "typo, all countries": 5.0,
    "places_in, 100 letters": 5.0,
    "places_in, a typo": 5.0,
}


def milliseconds(call: Callable[[str], object], texts: Sequence[str]) -> tuple[float, float]:
    """Return the median and the 99th percentile of a call over some texts."""
    taken = []
    for text in texts:
        started = time.perf_counter()
        call(text)
        taken.append((time.perf_counter() - started) * 1000)
    taken.sort()
    return statistics.median(taken), taken[int(len(taken) * 0.99) - 1]


def tell_row(what: str, median: float, p99: float | None, baseline: float | None) -> None:
    tell(
        f"places: {what}", median, "ms",
        beside=None if baseline is None else ("a plain scan", baseline),
        most=TARGETS.get(what), note="" if p99 is None else f"p99 {p99:.3f} ms",
    )  # fmt: skip


def plain_rows(country: str) -> list[dict[str, str]]:
    with (DATA / f"{country}.csv").open(encoding="utf-8", newline="") as file:
        file.readline()
        rows = list(csv.DictReader(file))
    for row in rows:
        row["key"] = fold(row["name"])
    return rows


def with_a_typo(name: str, dice: random.Random) -> str:
    at = dice.randrange(1, len(name) - 1)
    return name[:at] + dice.choice("aeiourst") + name[at + 1 :]


def bench_loading() -> None:
    runs = [
        json.loads(
            subprocess.run(
                [sys.executable, "-c", COLD.format(root=str(ROOT))],
                capture_output=True,
                check=True,
                text=True,
            ).stdout
        )
        for _ in range(ROUNDS)
    ]
    started = time.perf_counter()
    plain_rows("MX")
    plain = (time.perf_counter() - started) * 1000
    tell_row("load Mexico", min(run[0] for run in runs) * 1000, None, plain)
    tell_row("load all", min(run[1] for run in runs) * 1000, None, None)


def bench_memory() -> None:
    for country in COUNTRIES:
        sayings(country)
    read_words()
    tracemalloc.start()
    kept = [
        Gazetteer(country, (DATA / f"{country}.csv").read_text(encoding="utf-8"))
        for country in COUNTRIES
    ]
    for places in kept:
        places.ends(3, 3)
        places.nearest(15.0, -90.0)
    ours = tracemalloc.get_traced_memory()[0] / 1e6
    tracemalloc.stop()
    tracemalloc.start()
    plain = [plain_rows(country) for country in COUNTRIES]
    theirs = tracemalloc.get_traced_memory()[0] / 1e6
    tracemalloc.stop()
    tell(
        "places: memory of all", ours, "MB",
        beside=(f"the rows of {len(plain)} countries", theirs), most=TARGET_MB,
        note=f"{sum(len(places) for places in kept)} places",
    )  # fmt: skip


def bench_finding() -> None:
    dice = random.Random(1)
    keys = [fold(place.name) for place in gazetteer("MX") if len(place.name) > 8]
    names = dice.sample(keys, NAMES)
    typos = [with_a_typo(name, dice) for name in names]
    rows = plain_rows("MX")
    scan, _ = milliseconds(lambda text: [row for row in rows if row["key"] == text], names[:30])
    near, _ = milliseconds(
        lambda text: min(rows, key=lambda row: OSA.distance(text, row["key"])), typos[:10]
    )
    find_places(typos[0])
    tell_row("exact", *milliseconds(lambda text: find_exact(text, "MX"), names), scan)
    tell_row("find_places, exact", *milliseconds(lambda text: find_places(text, "MX"), names), scan)
    tell_row("typo, one country", *milliseconds(lambda text: find_places(text, "MX"), typos), near)
    tell_row("typo, all countries", *milliseconds(find_places, typos), near)
    sentences = [SENTENCE.format(name) for name in names]
    misspelt = [SENTENCE.format(name) for name in typos]
    tell_row("places_in, 100 letters", *milliseconds(places_in, sentences), None)
    tell_row("places_in, a typo", *milliseconds(places_in, misspelt), None)
    points = [f"{dice.uniform(14, 30)},{dice.uniform(-110, -88)}" for _ in range(NAMES)]
    nearest_place(15.0, -90.0)
    tell_row(
        "nearest_place",
        *milliseconds(lambda text: nearest_place(*map(float, text.split(","))), points),
        None,
    )


def main() -> None:
    bench_loading()
    bench_memory()
    bench_finding()


if __name__ == "__main__":
    main()
