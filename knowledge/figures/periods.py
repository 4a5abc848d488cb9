"""Weeks and months: the only stretches of time that figures are given for.

A week is an ISO week, a month a calendar month, both by the clock of El Salvador, Guatemala,
Honduras and central Mexico (UTC−6, no summer time). Weeks and months share days, so messages are
summed by *parts*: a week that a new month begins in has two, any other has one.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from enum import StrEnum
from functools import lru_cache

CLOCK = timezone(timedelta(hours=-6))
HOUR = 3600  # seconds
EPOCH = date(2024, 1, 1)  # a Monday and the first of a month; nothing was counted before
# Replies to what was sent just before midnight are still counted; then the period is over.
GRACE = timedelta(days=1)


class FiguresError(Exception):
    """A figure that was asked for cannot be given; the text says why, in one line."""


class Unit(StrEnum):
    """How long a period is."""

    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A complete week or month, by its first day."""

    start: date
    unit: Unit

    @property
    def after(self) -> date:
        """The first day that is not in the period any more."""
        if self.unit is Unit.WEEK:
            return self.start + timedelta(days=7)
        return (self.start + timedelta(days=31)).replace(day=1)

    @property
    def last_day(self) -> date:
        """The last day of the period."""
        return self.after - timedelta(days=1)

    @property
    def name(self) -> str:
        """The name in releases: 2026-W48 or 2026-11."""
        if self.unit is Unit.WEEK:
            year, week, _ = self.start.isocalendar()
            return f"{year}-W{week:02}"
        return f"{self.start:%Y-%m}"

    @property
    def number(self) -> int:
        """A small number of its own, below 2,048 until the year 2043."""
        if self.unit is Unit.WEEK:
            return (self.start - EPOCH).days // 7 * 2
        return ((self.start.year - EPOCH.year) * 12 + self.start.month - 1) * 2 + 1

    @classmethod
    def of_number(cls, number: int) -> "Period":
        """Return the period with that `number`."""
        if number % 2 == 0:
            return cls(EPOCH + timedelta(days=number // 2 * 7), Unit.WEEK)
        years, month = divmod(number // 2, 12)
        return cls(date(EPOCH.year + years, month + 1, 1), Unit.MONTH)

    @property
    def before(self) -> "Period":
        """The period before this one."""
        return containing(self.start - timedelta(days=1), self.unit)

    @property
    def next(self) -> "Period":
        """The period after this one."""
        return Period(self.after, self.unit)

    def is_over(self, now: datetime) -> bool:
        """Whether the period is complete, with the grace after it."""
        end = datetime(self.after.year, self.after.month, self.after.day, tzinfo=CLOCK)
        return now >= end + GRACE

    def shares_days_with(self, other: "Period") -> bool:
        """Whether some day is in both periods."""
        return self.start < other.after and other.start < self.after

    def holds(self, other: "Period") -> bool:
        """Whether every day of the other period is in this one."""
        return self.start <= other.start and other.after <= self.after


def containing(day: date, unit: Unit) -> Period:
    """Return the week or month that a day is in."""
    if unit is Unit.WEEK:
        return Period(day - timedelta(days=day.weekday()), unit)
    return Period(day.replace(day=1), unit)


def local_day(at: datetime) -> date:
    """Return the day of an instant by the clock of the region."""
    return _day_of(int(at.timestamp() // HOUR))


@lru_cache(maxsize=64)  # every turn asks twice, and most of them are of this hour
def _day_of(hour: int) -> date:
    return datetime.fromtimestamp(hour * HOUR, CLOCK).date()


def weeks_of(month: Period) -> list[Period]:
    """Return every week that shares a day with a month, in order."""
    week = containing(month.start, Unit.WEEK)
    weeks = []
    while week.start < month.after:
        weeks.append(week)
        week = week.next
    return weeks


@dataclass(frozen=True, slots=True, order=True)
class Part:
    """The days of a week that are in one month."""

    week: Period
    second: bool = False  # the days after the first of the new month

    @property
    def number(self) -> int:
        """A small number of its own, below 2,048 until the year 2043."""
        return self.week.number + self.second


def part_of(day: date) -> Part:
    """Return the part of a week that a day is in."""
    week = containing(day, Unit.WEEK)
    return Part(week, second=day.month != week.start.month)


def parts_of(period: Period) -> list[Part]:
    """Return the parts whose sum a period is, in order."""
    if period.unit is Unit.MONTH:
        weeks = weeks_of(period)
        return [Part(week, week.start < period.start) for week in weeks]
    if period.start.month == period.last_day.month:
        return [Part(period)]
    return [Part(period), Part(period, second=True)]


def read_period(unit: str, name: str) -> Period:
    """Return the period of that name; raises `FiguresError` when there is none such."""
    try:
        if unit == Unit.WEEK:
            year, _, week = name.partition("-W")
            found = Period(date.fromisocalendar(int(year), int(week), 1), Unit.WEEK)
        elif unit == Unit.MONTH:
            found = Period(datetime.strptime(name, "%Y-%m").replace(tzinfo=UTC).date(), Unit.MONTH)
        else:
            raise FiguresError(f'There is no unit "{unit}": week or month.')
    except ValueError:
        found = None
    if found is None or found.name != name:
        example = "2026-W48" if unit == Unit.WEEK else "2026-11"
        raise FiguresError(f'"{name}" is no complete {unit}: write it as {example}.')
    return found
