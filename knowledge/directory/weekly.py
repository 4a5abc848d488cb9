"""Weekly hours as one line of text, and back: `Mo-Fr 08:00-12:00,13:00-16:00; Sa 08:00-12:00`.

The form is a small part of OpenStreetMap's opening_hours. Hours after midnight belong to the next
day: `Fr 20:00-24:00; Sa 00:00-02:00`.
"""

import re
from collections.abc import Sequence
from itertools import groupby, pairwise

from knowledge.directory.records import DAYS, DirectoryError, Schedule

ALWAYS = "24/7"
EXAMPLE = 'Write it like "Mo-Fr 08:00-12:00,13:00-16:00; Sa 08:00-12:00", or "24/7".'
_NAMES = {day.title(): day for day in DAYS}  # Mo → MO
_TIME = re.compile(r"(\d{1,2}):(\d\d)")


class HoursError(DirectoryError):
    """A text does not say weekly hours; it says why, and how to write them."""


def read_hours(text: str) -> tuple[Schedule, ...]:
    """Return the rows that a line of hours says, in its order.

    Raises `HoursError`: an unknown day, an hour such as 25:00, closing before opening, or hours of
    one day that overlap.
    """
    text = " ".join(text.split())
    if not text:
        return ()
    if text == ALWAYS:
        return (Schedule(DAYS, "00:00", "24:00"),)
    rows: list[Schedule] = []
    for rule in text.split(";"):
        days, _, times = rule.strip().partition(" ")
        if not times:
            raise HoursError(f'"{rule.strip()[:40]}" is no weekly hours. {EXAMPLE}')
        byday = _read_days(days)
        rows += [Schedule(byday, *_read_interval(part)) for part in times.split(",")]
    _check_overlaps(rows)
    return tuple(rows)


def write_hours(schedules: Sequence[Schedule]) -> str:
    """Return weekly rows as one line; what no line can say (exceptions, seasons) is left out."""
    rows = [row for row in schedules if row.weekly and row.opens_at and not row.valid_from]
    if any(
        row.byday == DAYS and (row.opens_at, row.closes_at) == ("00:00", "24:00") for row in rows
    ):
        return ALWAYS
    rules = []
    for byday, group in groupby(rows, key=lambda row: row.byday):
        times = ",".join(f"{row.opens_at}-{row.closes_at}" for row in group)
        rules.append(f"{_write_days(byday)} {times}")
    return "; ".join(rules)


def fits_a_line(schedules: Sequence[Schedule]) -> bool:
    """Whether `write_hours` says all of these rows."""
    return all(
        row.weekly and row.opens_at and not (row.valid_from or row.valid_to or row.description)
        for row in schedules
    )


def minutes(time: str) -> int:
    """Return the minutes since midnight of `HH:MM`, up to 24:00; raises `HoursError`."""
    match = _TIME.fullmatch(time)
    if match is None:
        raise HoursError(f'"{time[:20]}" is no hour like 08:00.')
    value = int(match[1]) * 60 + int(match[2])
    if int(match[2]) > 59 or value > 24 * 60:
        raise HoursError(f'there is no hour "{time}": hours go from 00:00 to 24:00.')
    return value


def _read_days(text: str) -> tuple[str, ...]:
    found: list[str] = []
    for part in text.split(","):
        first, _, last = part.partition("-")
        if first not in _NAMES or (last or first) not in _NAMES:
            raise HoursError(f'"{part[:20]}" is no day: write {", ".join(_NAMES)}. {EXAMPLE}')
        start, end = DAYS.index(_NAMES[first]), DAYS.index(_NAMES[last or first])
        if end < start:
            raise HoursError(f'"{part}" runs backwards. Name the days one by one: "Sa,Su,Mo".')
        found += DAYS[start : end + 1]
    if len(set(found)) != len(found):
        raise HoursError(f'"{text}" names a day twice.')
    return tuple(day for day in DAYS if day in found)


def _read_interval(text: str) -> tuple[str, str]:
    opens, dash, closes = text.strip().partition("-")
    if not dash:
        raise HoursError(f'"{text.strip()[:20]}" is no interval like 08:00-16:00.')
    return check_interval(opens.strip(), closes.strip())


def check_interval(opens: str, closes: str) -> tuple[str, str]:
    """Return two hours as `HH:MM`; raises `HoursError` when they are no interval of one day."""
    start, end = minutes(opens), minutes(closes)
    if end <= start:
        raise HoursError(
            f'"{opens}-{closes}" closes before it opens. For hours after midnight write the rest '
            'on the next day: "Fr 20:00-24:00; Sa 00:00-02:00".'
        )
    return _clock(start), _clock(end)


def _clock(value: int) -> str:
    return f"{value // 60:02}:{value % 60:02}"


def _check_overlaps(rows: list[Schedule]) -> None:
    for day in DAYS:
        spans = sorted(
            (minutes(row.opens_at), minutes(row.closes_at))
            for row in rows
            if day in row.byday and row.opens_at and row.closes_at
        )
        for (_, closes), (opens, _) in pairwise(spans):
            if opens < closes:
                raise HoursError(f"the hours of {day.title()} overlap.")


def _write_days(byday: tuple[str, ...]) -> str:
    indexes = [DAYS.index(day) for day in byday]
    parts = []
    for _, group in groupby(enumerate(indexes), key=lambda pair: pair[1] - pair[0]):
        run = [index for _, index in group]
        names = [DAYS[index].title() for index in (run[0], run[-1])]
        parts.append(names[0] if len(run) == 1 else "-".join(names))
    return ",".join(parts)
