"""A page of 50 services among 10,000, as the staff's API answers it, by role and by filter.

The baseline of the same run is reading the same 50 entries by their ids alone. The target is
60 ms server time a page, for a member of any area. The time is the processor's own, SQLite being
in the process: a busy machine does not blur it.
"""

import statistics
import sys
import time
from datetime import date
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parent.parent))

from bench_nearest import fill, sqlite_file
from sqlalchemy import Connection, Engine

from admin.api.bodies import entry_json
from admin.paging import page_of
from knowledge.directory import terms
from knowledge.directory.listing import Wanted, list_entries
from knowledge.directory.rows import load
from knowledge.staff.rights import Area, Member, Role
from knowledge.store.database import reading

SIZE = 10_000
ROUNDS = 15
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


def median_ms(work: Any) -> float:
    taken = []
    for _ in range(ROUNDS):
        begun = time.process_time()
        work()
        taken.append(time.process_time() - begun)
    return statistics.median(taken) * 1000


def measure(engine: Engine) -> bool:
    """Print every median with its ratio; return whether all are within the target."""
    good = True
    with reading(engine).connect() as connection:
        for kind in ("service", "service_at_location"):
            everybody = MEMBERS["administrator"]
            ids = list_entries(connection, kind, everybody, Wanted(), 0, 50).ids
            plain = median_ms(lambda ids=ids, kind=kind: load(connection, kind, ids))
            print(f"{kind}, 50 of {SIZE:,}; reading 50 by id takes {plain:.1f} ms")
            for asked, wanted in ASKED.items():
                told = []
                for name, member in MEMBERS.items():
                    one = (connection, kind, member, wanted)
                    taken = median_ms(lambda one=one: page(*one, 0))
                    good = good and taken < TARGET_MS
                    told.append(f"{name} {taken:6.1f} ms ({taken / plain:4.1f} ×)")
                print(f"  {asked:20} {'   '.join(told)}", flush=True)
    return good


def main() -> int:
    print(f"A page of the staff's API (target: under {TARGET_MS} ms)")
    with sqlite_file() as engine:
        with engine.begin() as connection:
            terms.write_terms(connection)
            fill(connection, SIZE, worst=False)
        return 0 if measure(engine) else 1


if __name__ == "__main__":
    sys.exit(main())
