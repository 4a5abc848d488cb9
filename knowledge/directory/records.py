"""Plain values of the directory: what callers get, never rows.

`Service` is the summary that people are shown. The full entries, as staff edit and other systems
exchange them, are in `knowledge.directory.entries`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

# `to_complete` (nobody can reach it, or no page says so), `inactive` (closed) and `hidden` (taken
# out by staff) are for staff alone.
STATUSES = ("active", "to_complete", "inactive", "hidden")
CONFIDENCES = ("high", "medium", "low")
# The days of iCalendar's BYDAY, as HSDS writes them, Monday first.
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


class DirectoryError(Exception):
    """The directory cannot be read or changed as asked; the text says what would help."""


@dataclass(frozen=True, slots=True)
class Phone:
    """A number as dialled in its country, with a remark ("desde Estados Unidos").

    `notes` holds the remark in other languages, by language. `e164` is the number for the whole
    world (`+50322311000`); None for a short code, which works in `country` alone. `type` is HSDS's
    (`voice`, `cell`, `fax`, …) or `whatsapp`.
    """

    number: str
    note: str = ""
    type: str = "voice"
    e164: str | None = None
    country: str | None = None
    extension: int | None = None
    id: str = ""
    notes: Mapping[str, str] = field(default_factory=dict)

    def note_in(self, language: str) -> str:
        """Return the remark in a language, the Spanish one where there is no other."""
        return self.notes.get(language) or self.note

    @property
    def dialled(self) -> str:
        """What a telephone has to dial: `+50322311000`, `*0311`, `911`."""
        return self.e164 or "".join(c for c in self.number if c.isdigit() or c in "+*#")


@dataclass(frozen=True, slots=True)
class Schedule:
    """One regular interval of a week, or an exception to them, in the location's own time.

    `byday` holds codes of `DAYS` (`2MO` only where `freq` is MONTHLY). Hours are `HH:MM`; all day
    is `00:00` to `24:00`, and an interval whose `closes_at` is not after `opens_at` goes on past
    midnight. `valid_from` and `valid_to` (`YYYY-MM-DD`, inclusive) limit it. An `exception` says
    what holds on the days from `valid_from` to `valid_to` instead of everything regular: these
    hours, or closed when it has none. What is not `weekly` (each second week, the first Monday of
    a month) comes from other systems.
    """

    byday: tuple[str, ...] = ()
    opens_at: str | None = None
    closes_at: str | None = None
    valid_from: str | None = None
    valid_to: str | None = None
    exception: bool = False
    description: str = ""
    freq: str = "WEEKLY"
    interval: int | None = None
    bymonthday: str | None = None
    dtstart: str | None = None
    until: str | None = None
    id: str = ""

    @property
    def closed(self) -> bool:
        """Whether it says that nobody attends on these days."""
        return self.exception and self.opens_at is None

    @property
    def weekly(self) -> bool:
        """Whether it holds in every week, between its two dates."""
        if self.exception or self.freq != "WEEKLY" or self.interval not in (None, 1):
            return False
        return not self.bymonthday and all(day in DAYS for day in self.byday)


@dataclass(frozen=True, slots=True)
class Service:
    """A service at one location, for people, with where each claim comes from.

    `id` is the service's; `at_id` that of the service at this location. `schedule` says the weekly
    rows of `schedules` as `Mo-Fr 08:00-16:00; Sa 08:00-12:00` or `24/7`. `source_date` is as exact
    as the page was: `2025`, `2025-12`, `2025-12-24`. `texts` holds other languages by language and
    field. A `confidential` service has no address, municipality or point here: they are never
    public. `terms` are the codes of its topics, what it is for first of all before the rest.
    """

    id: str
    organization: str
    name: str
    country: str
    description: str = ""
    who: str = ""
    cost: str = ""
    alert: str = ""
    department: str | None = None
    municipality: str | None = None
    address: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    phones: tuple[Phone, ...] = ()
    whatsapp: str | None = None
    email: str | None = None
    website: str | None = None
    schedule: str = ""
    hours_note: str = ""
    languages: tuple[str, ...] = ("es",)
    confidential: bool = False
    source: str = ""
    source_date: str | None = None
    confidence: str = "low"
    assured_date: str | None = None
    distance_km: float | None = None
    texts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    at_id: str = ""
    location_id: str = ""
    organization_id: str = ""
    terms: tuple[str, ...] = ()
    schedules: tuple[Schedule, ...] = ()
    required_documents: tuple[str, ...] = ()
    accessibility: tuple[str, ...] = ()
    service_areas: tuple[str, ...] = ()
    status: str = "active"
    last_modified: str = ""

    def text(self, name: str, language: str) -> str:
        """Return one of the texts in a language, the Spanish one where there is no other."""
        spanish: Any = getattr(self, name)
        return self.texts.get(language, {}).get(name) or spanish or ""
