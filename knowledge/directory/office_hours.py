"""Reading the hours of some offices, quickly enough to put them in order by who is open."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, or_, select

from knowledge.directory.candidates import Details, Pair
from knowledge.directory.hours import Hours, SpecialDays, read_schedules
from knowledge.directory.records import Schedule
from knowledge.store.directory_tables import schedules as schedule_table
from knowledge.store.listed import Listed

OfficeHours = tuple[tuple[Hours, ...], tuple[SpecialDays, ...]]


def hours_of(connection: Connection, offices: Mapping[Pair, Details]) -> dict[str, OfficeHours]:
    """Return the hours by `at_id`: those of the pair, else of the service, else of the location.

    Offices with the same hours share one value.
    """
    asked = {
        "pairs": [known.at_id for known in offices.values()],
        "services": list({service for service, _ in offices}),
        "locations": list({location for _, location in offices}),
    }
    by_owner: dict[str, list[tuple[Any, ...]]] = {}
    for at, service, location, *row in _HOURS.execute(connection, asked).all():
        by_owner.setdefault(at or service or location, []).append(tuple(row))
    found = {}
    for (service, location), known in offices.items():
        owners = (known.at_id, service, location)
        own = next((by_owner[owner] for owner in owners if owner in by_owner), ())
        found[known.at_id] = _read_hours(tuple(own), known.hours_note)
    return found


_SCHEDULE = tuple(
    schedule_table.c[name]
    for name in ("byday", "opens_at", "closes_at", "valid_from", "valid_to", "exception",
                 "description", "freq", "interval", "bymonthday", "dtstart", "until")
)  # fmt: skip
_OWNERS = (
    schedule_table.c.service_at_location_id,
    schedule_table.c.service_id,
    schedule_table.c.location_id,
)
_HOURS = Listed(
    lambda lists: select(*_OWNERS, *_SCHEDULE).where(
        or_(
            _OWNERS[0].in_(lists("pairs")),
            _OWNERS[1].in_(lists("services")),
            _OWNERS[2].in_(lists("locations")),
        )
    )
)


# Very many offices keep the same few hours.
@lru_cache(maxsize=2048)
def _read_hours(rows: tuple[tuple[Any, ...], ...], note: str) -> OfficeHours:
    return read_schedules(
        [
            Schedule(tuple(byday.split(",")) if byday else (), opens, closes, begins, ends,
                     bool(exception), description or "", *rest)
            for byday, opens, closes, begins, ends, exception, description, *rest in rows
        ],
        note,
    )  # fmt: skip
