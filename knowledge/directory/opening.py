"""Whether an office is open: one function of its hours, an instant, a country and a time zone.

Hours are what a sign at the door says, so they are compared with the clock on the wall there.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from zoneinfo import ZoneInfo

from knowledge.directory.hours import DAY_MINUTES, Hours, SpecialDays
from knowledge.directory.national_holidays import national_holidays

SOON = 60  # minutes, a bus ride: who leaves home now should know that it closes
HORIZON_DAYS = 62  # covers "the second Monday of the month", one of them a holiday
ALWAYS = 2 * DAY_MINUTES  # open without a break for longer than this is open round the clock


class State(StrEnum):
    """What to tell about the hours of an office at an instant."""

    OPEN = "open"
    CLOSES_SOON = "closes_soon"
    OPENS_AT = "opens_at"  # closed, and it is known when it opens again
    CLOSED = "closed"  # closed, and nothing known of the coming weeks
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Opening:
    """What can be told about an office at an instant.

    `at`, `opens` and `closes` are on the office's own clock. `closes` is None while it is open
    round the clock, `opens` None unless it is closed. `today` are the stretches that begin today;
    `holiday` tells that a national holiday closes it today.
    """

    state: State
    at: datetime
    opens: datetime | None = None
    closes: datetime | None = None
    today: tuple[tuple[datetime, datetime], ...] = ()
    holiday: bool = False
    by_appointment: bool = False

    @property
    def is_open(self) -> bool:
        """Whether one can go in now."""
        return self.state in (State.OPEN, State.CLOSES_SOON)


# Begin and end in minutes of the clock on the wall since the year 1, and whether by appointment.
_Stretch = tuple[int, int, bool]


def opening(
    schedules: Sequence[Hours],
    exceptions: Sequence[SpecialDays],
    at: datetime,
    country: str,
    zone: ZoneInfo,
) -> Opening:
    """Tell whether an office with these hours is open at an instant, and what comes next.

    A special day replaces the usual hours, on a holiday too. On a national holiday of `country`
    only what is open round the clock stays open. Hours that have run out say nothing any more.
    `at` has a time zone, any.
    """
    here = at.astimezone(zone)
    today, now = here.date(), _minute(here)
    if not _known(today, schedules, exceptions):
        return Opening(State.UNKNOWN, here)
    special = any(days.first <= today <= days.last for days in exceptions)
    holiday = (
        not special
        and any(line.holds_on(today) and not line.all_day for line in schedules)
        and today in national_holidays(country, today.year)
    )
    shown = tuple(
        (_on_wall(begins, zone), _on_wall(ends, zone))
        for begins, ends, _ in _on(today, schedules, exceptions, country)
    )
    for begins, ends, appointment in _stretches(today, schedules, exceptions, country):
        if ends <= now:
            continue
        if begins > now:
            opens = _on_wall(begins, zone)
            return Opening(State.OPENS_AT, here, opens, None, shown, holiday, appointment)
        if ends - now > ALWAYS:
            return Opening(State.OPEN, here, None, None, shown, False, appointment)
        state = State.CLOSES_SOON if ends - now <= SOON else State.OPEN
        return Opening(state, here, None, _on_wall(ends, zone), shown, False, appointment)
    return Opening(State.CLOSED, here, None, None, shown, holiday)


def is_open(
    schedules: Sequence[Hours],
    exceptions: Sequence[SpecialDays],
    at: datetime,
    country: str,
    zone: ZoneInfo,
) -> bool | None:
    """Return what `opening` would say, but only open or not (None: unknown), and much quicker."""
    here = at.astimezone(zone)
    today, now = here.date(), _minute(here)
    if not _known(today, schedules, exceptions):
        return None
    for day in (today, date.fromordinal(today.toordinal() - 1)):
        for begins, ends, _ in _on(day, schedules, exceptions, country):
            if begins <= now < ends:
                return True
    return False


def _known(today: date, schedules: Sequence[Hours], exceptions: Sequence[SpecialDays]) -> bool:
    """Whether any hours still hold, the night before included, or today is a special day."""
    yesterday = date.fromordinal(today.toordinal() - 1)
    return any(line.valid_to is None or line.valid_to >= yesterday for line in schedules) or any(
        days.first <= today <= days.last for days in exceptions
    )


def _stretches(
    today: date, schedules: Sequence[Hours], exceptions: Sequence[SpecialDays], country: str
) -> Iterator[_Stretch]:
    """Yield the stretches from yesterday on, in order, those that touch joined."""
    pending: _Stretch | None = None
    first = today.toordinal() - 1
    for ordinal in range(first, first + HORIZON_DAYS + 1):
        for stretch in _on(date.fromordinal(ordinal), schedules, exceptions, country):
            if pending is None:
                pending = stretch
            elif stretch[0] <= pending[1]:
                pending = (pending[0], max(pending[1], stretch[1]), pending[2])
            else:
                yield pending
                pending = stretch
        if pending is not None and pending[1] < (ordinal + 1) * DAY_MINUTES:
            yield pending  # nothing of tomorrow can touch it
            pending = None
            continue
        if pending is not None and pending[1] - pending[0] > 2 * ALWAYS:
            yield pending
            return
    if pending is not None:
        yield pending


def _on(
    day: date, schedules: Sequence[Hours], exceptions: Sequence[SpecialDays], country: str
) -> list[_Stretch]:
    """Return the stretches that begin on a day, the earliest first."""
    midnight = day.toordinal() * DAY_MINUTES
    special = [days for days in exceptions if days.first <= day <= days.last]
    if any(days.opens is None for days in special):
        return []
    if special:
        return sorted(
            (midnight + days.opens, midnight + days.closes, False)
            for days in special
            if days.opens is not None and days.closes is not None
        )
    lines = [line for line in schedules if line.holds_on(day)]
    if any(not line.all_day for line in lines) and day in national_holidays(country, day.year):
        lines = [line for line in lines if line.all_day]
    return sorted(
        (midnight + line.opens, midnight + line.closes, line.by_appointment) for line in lines
    )


def _minute(here: datetime) -> int:
    return here.toordinal() * DAY_MINUTES + here.hour * 60 + here.minute


def _on_wall(minute: int, zone: ZoneInfo) -> datetime:
    day = date.fromordinal(minute // DAY_MINUTES)
    clock = time(minute % DAY_MINUTES // 60, minute % 60)
    return datetime.combine(day, clock, zone)
