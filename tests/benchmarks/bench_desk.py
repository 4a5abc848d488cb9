"""A page of 50 services among 10,000, as the staff's API answers it, by role and by filter.

The baseline of the same run is reading the same 50 entries by their ids alone. The target is
60 ms server time a page, for a member of any area. On SQLite the time is the processor's own, the
database being in the process: a busy machine does not blur it.
"""

import statistics
import sys
import time
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from databases import analyze, engines, migrated
from generated_offices import fill
from rows import sized, tell
from sqlalchemy import Connection, Engine

from admin.api.bodies import entry_json
from admin.paging import page_of
from knowledge.directory.listing import Wanted, list_entries
from knowledge.directory.loading import load
from knowledge.directory.remembering import directory_changed
from knowledge.staff.rights import Area, Member, Role
from knowledge.store.database import reading

SIZE = sized(10_000, 2_000)
ROUNDS = sized(15, 3)
TARGET_MS = 60
MEMBERS = {
    "administrator": Member("a", Role.ADMINISTRATOR, Area()),
    "country": Member("b", Role.COORDINATOR, Area("SV")),
    "department": Member("c", Role.EDITOR, Area("SV", "D3")),
}
ASKED = {
    "first page by name": Wanted(),
    "hidden ones too": Wanted(include_hidden=True),
    "one department": Wanted(country="SV", department="D3"),
    "one topic": Wanted(topic="documents"),
    "stale": Wanted(stale_on=date(2026, 11, 23)),
    "words": Wanted(search="oficina 77"),
    "newest first": Wanted(sort="-last_modified"),
}


def page(connection: Connection, kind: str, member: Member, wanted: Wanted, first: int) -> Any:
    """What the handler does: count, find the ids, read the entries, shape them."""
    listed = list_entries(connection, kind, member, wanted, first, 50)
    found = load(connection, kind, listed.ids)
    return page_of([entry_json(found[key]) for key in listed.ids], listed.total, 1, 50)


def median_ms(work: Callable[[], Any], clock: Callable[[], float]) -> float:
    taken = []
    for _ in range(ROUNDS):
        begun = clock()
        work()
        taken.append(clock() - begun)
    return statistics.median(taken) * 1000


def measure(engine: Engine, name: str) -> None:
    """Tell the median of the slowest member for each list that staff ask for."""
    clock = time.process_time if name == "SQLite" else time.perf_counter
    with reading(engine).connect() as connection:
        for kind in ("service", "service_at_location"):
            everybody = MEMBERS["administrator"]
            ids = list_entries(connection, kind, everybody, Wanted(), 0, 50).ids
            plain = median_ms(partial(load, connection, kind, ids), clock)
            for asked, wanted in ASKED.items():
                times = {}
                for member_name, member in MEMBERS.items():
                    asked_for = partial(page, connection, kind, member, wanted, 0)
                    times[member_name] = median_ms(asked_for, clock)
                slowest = max(times, key=lambda one: times[one])
                tell(
                    f"50 of {SIZE:,} {kind}, {asked}, {name}", times[slowest], "ms",
                    beside=("reading 50 by id", plain), most=TARGET_MS, note=f"as {slowest}",
                )  # fmt: skip


def main() -> None:
    for name, opened in engines().items():
        with migrated(opened) as engine:
            with engine.begin() as connection:
                fill(connection, SIZE, worst=False)
                directory_changed(connection)
            analyze(engine)
            measure(engine, name)


if __name__ == "__main__":
    main()
