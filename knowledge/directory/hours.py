"""Opening hours as plain values to reckon with, read from the schedules of the directory."""

import re
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from knowledge.directory.records import DAYS, Schedule

DAY_MINUTES = 24 * 60

_DAY = re.compile(r"([+-]?[1-5])?(MO|TU|WE|TH|FR|SA|SU)")
_CLOCK = re.compile(r"(\d\d?):(\d\d)(?::\d\d)?(?:Z|[+-]\d\d:?\d\d)?")
# At the start of a sentence only: "Emergencias a toda hora. Consulta externa con cita" is open.
_APPOINTMENT = re.compile(
    r"(?:^|[.;])\s*(?:s[oó]lo\s+)?con cita\b|\bby appointment only\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Hours:
    """One line of opening hours: on which days, from which minute of the day to which.

    `closes` is past 1,440 when it is after midnight; 0 to 1,440 is round the clock. `days` holds
    pairs of a position in the month (0: each week, 2: the second, -1: the last) and a weekday (0 is
    Monday). `every` other week or month is counted from `since`.
    """

    days: frozenset[tuple[int, int]]
    opens: int
    closes: int
    month_days: frozenset[int] = frozenset()
    every: int = 1
    monthly: bool = False
    since: date | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    by_appointment: bool = False

    @property
    def all_day(self) -> bool:
        """Whether it is round the clock: such places keep no holidays."""
        return self.opens == 0 and self.closes == DAY_MINUTES

    def holds_on(self, day: date) -> bool:
        """Whether this line begins on that day."""
        if (self.valid_from and day < self.valid_from) or (self.valid_to and day > self.valid_to):
            return False
        if self.every > 1 and self._periods_since(day) % self.every:
            return False
        if self.month_days:
            left = _days_in_month(day.year, day.month) - day.day
            return bool(self.month_days & {day.day, -left - 1})
        weekday = day.weekday()
        if (0, weekday) in self.days:
            return True
        days = _days_in_month(day.year, day.month)
        first, last = (day.day - 1) // 7 + 1, -((days - day.day) // 7 + 1)
        return (first, weekday) in self.days or (last, weekday) in self.days

    def _periods_since(self, day: date) -> int:
        since = self.since or day
        if self.monthly:
            return (day.year - since.year) * 12 + day.month - since.month
        return (_monday(day) - _monday(since)).days // 7


@dataclass(frozen=True, slots=True)
class SpecialDays:
    """Days with other hours than usual, from `first` to `last`; closed where `opens` is None."""

    first: date
    last: date
    opens: int | None = None
    closes: int | None = None


def read_schedules(
    schedules: Iterable[Schedule], note: str = ""
) -> tuple[tuple[Hours, ...], tuple[SpecialDays, ...]]:
    """Return the usual hours and the special days that the schedules of an office tell.

    A row that cannot be read leaves nothing certain: then both are empty. `note` is what rows
    cannot say ("sólo con cita").
    """
    usual: list[Hours] = []
    special: list[SpecialDays] = []
    for row in schedules:
        try:
            appointment = needs_appointment(note) or needs_appointment(row.description)
            read = _read(row, appointment)
        except ValueError:
            return (), ()
        if isinstance(read, SpecialDays):
            special.append(read)
        elif read is not None:
            usual.append(read)
    return tuple(usual), tuple(special)


def _read(row: Schedule, appointment: bool) -> Hours | SpecialDays | None:
    first = date.fromisoformat(row.valid_from) if row.valid_from else None
    last = date.fromisoformat(row.valid_to) if row.valid_to else None
    if row.exception:
        if row.opens_at is None or row.closes_at is None:
            return SpecialDays(first or date.min, last or date.max)
        opens, closes = clock_span(row.opens_at, row.closes_at)
        return SpecialDays(first or date.min, last or date.max, opens, closes)
    if row.opens_at is None or row.closes_at is None:
        return None  # a remark without hours
    opens, closes = clock_span(row.opens_at, row.closes_at)
    begin = date.fromisoformat(row.dtstart) if row.dtstart else None
    end = date.fromisoformat(row.until) if row.until else None
    days = days_from_byday(row.byday)
    month_days = frozenset(int(n) for n in (row.bymonthday or "").split(",") if n.strip())
    if not days and not month_days:
        if begin is None:
            raise ValueError("a schedule without days")
        days = frozenset({(0, begin.weekday())})
    if (row.interval or 1) > 1 and begin is None:
        raise ValueError("every other week, counted from no date")
    return Hours(
        days,
        opens,
        closes,
        month_days=month_days,
        every=row.interval or 1,
        monthly=row.freq == "MONTHLY",
        since=begin,
        valid_from=max(filter(None, (first, begin)), default=None),
        valid_to=min(filter(None, (last, end)), default=None),
        by_appointment=appointment,
    )


def needs_appointment(note: str) -> bool:
    """Whether a remark on the hours says that one must have an appointment."""
    return bool(_APPOINTMENT.search(note))


def clock_span(opens: str, closes: str) -> tuple[int, int]:
    """Return two times of day as minutes, the second after the first: past midnight if need be.

    Equal times and 00:00 to 23:59 are round the clock. Raises ValueError for no time of day.
    """
    first, last = _minutes(opens), _minutes(closes)
    if first == 0 and last in (0, DAY_MINUTES - 1, DAY_MINUTES):
        return 0, DAY_MINUTES
    return first, last if last > first else last + DAY_MINUTES


def days_from_byday(byday: Iterable[str]) -> frozenset[tuple[int, int]]:
    """Read iCalendar's `MO`, `2MO`, `-1FR`; raises ValueError for anything else."""
    found = []
    for part in byday:
        match = _DAY.fullmatch(part.strip().upper())
        if match is None:
            raise ValueError(f'"{part}" is no day of a schedule')
        found.append((int(match.group(1) or 0), DAYS.index(match.group(2))))
    return frozenset(found)


def _minutes(text: str) -> int:
    match = _CLOCK.fullmatch(text.strip())
    if match is None or int(match.group(2)) > 59:
        raise ValueError(f'"{text}" is no time of day')
    minutes = int(match.group(1)) * 60 + int(match.group(2))
    if minutes > DAY_MINUTES:
        raise ValueError(f'"{text}" is no time of day')
    return minutes


@lru_cache(maxsize=64)
def _days_in_month(year: int, month: int) -> int:
    return monthrange(year, month)[1]


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
