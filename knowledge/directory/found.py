"""What finding offices gives back: plain values, for whoever writes them down for people."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from knowledge.directory.ageing import Age
from knowledge.directory.opening import Opening, State
from knowledge.directory.records import Service


class Where(StrEnum):
    """How an office lies to the place that was asked for."""

    HERE = "here"  # in the same municipality
    NEAR = "near"  # within a day's bus ride
    DEPARTMENT = "department"  # in the same department, or it does not matter how far
    COUNTRY = "country"  # a line or page for the whole country
    FAR = "far"  # in another department
    ANYWHERE = "anywhere"  # no place was asked for


@dataclass(frozen=True, slots=True)
class Caution:
    """What different people said of an entry since it was last checked; `day` is `YYYY-MM-DD`."""

    kinds: tuple[str, ...]
    day: str


@dataclass(frozen=True, slots=True)
class Found:
    """A service at a location with all that depends on the moment and on who asks.

    `service.distance_km` is from the office's own point. `about_km` is from its municipality's and
    may only be told as "about": set when the office's own point is not known.
    """

    service: Service
    opening: Opening
    where: Where
    about_km: float | None = None
    age: Age = Age.NEVER
    caution: Caution | None = None


def at_any_time(found: Found | Service) -> Found:
    """Return a service that was found without a time or place; what depends on them is unknown."""
    if isinstance(found, Found):
        return found
    unknown = Opening(State.UNKNOWN, datetime.min.replace(tzinfo=UTC))
    return Found(found, unknown, Where.ANYWHERE)
