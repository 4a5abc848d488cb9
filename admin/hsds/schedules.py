"""Opening hours as HSDS says them: regular intervals, each with the dates between which it holds.

HSDS has no closed day and no exception. So a regular interval ends the day before an exception and
begins again the day after, and special hours are an interval that holds on those days alone.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from knowledge.directory.records import DAYS, Schedule
from knowledge.directory.rows import derived_id

ONE_DAY = timedelta(days=1)
Span = tuple[date | None, date | None]  # None: without an end on that side


def hsds_schedules(
    rows: Sequence[Schedule], link: dict[str, str], zone: ZoneInfo, at: datetime
) -> list[dict[str, Any]]:
    """Return schedules as HSDS objects; `link` is what they belong to (`service_id`, …).

    Hours carry the offset from UTC that `zone` has at `at`, as `timezone` does.
    """
    offset = at.astimezone(zone).utcoffset() or timedelta()
    exceptions = [row for row in rows if row.exception]
    away = [_span(row) for row in exceptions]
    found: list[dict[str, Any]] = []
    for row in rows:
        pieces = [_span(row)] if row.exception else _without(_span(row), away)
        for number, (first, last) in enumerate(pieces):
            told = _object(row, first, last, offset)
            if told is not None:
                key = row.id if number == 0 else derived_id("schedule", row.id, str(number))
                found.append({"id": key, **link, **told})
    return found


def _object(
    row: Schedule, first: date | None, last: date | None, offset: timedelta
) -> dict[str, Any] | None:
    if row.exception and (row.opens_at is None or row.closes_at is None):
        return None  # closed: the gap between the others says so
    suffix = _suffix(offset)
    told: dict[str, Any] = {
        "valid_from": first.isoformat() if first else None,
        "valid_to": last.isoformat() if last else None,
        "dtstart": row.dtstart,
        "until": row.until,
        "timezone": _hours(offset),
        "freq": row.freq,
        "interval": row.interval,
        "byday": ",".join(DAYS if row.exception else row.byday),
        "bymonthday": row.bymonthday,
        "opens_at": f"{row.opens_at}{suffix}" if row.opens_at else None,
        "closes_at": f"{_ends(row.closes_at)}{suffix}" if row.closes_at else None,
        "description": row.description,
    }
    return {key: value for key, value in told.items() if value not in (None, "")}


def _ends(closes_at: str) -> str:
    """Return an hour that every system can read; none of them knows 24:00."""
    return "23:59" if closes_at == "24:00" else closes_at


def _hours(offset: timedelta) -> float:
    hours = offset / timedelta(hours=1)
    return int(hours) if hours == int(hours) else hours


def _suffix(offset: timedelta) -> str:
    minutes = round(offset / timedelta(minutes=1))
    sign = "-" if minutes < 0 else "+"
    return f"{sign}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"


def _span(row: Schedule) -> Span:
    return _day(row.valid_from), _day(row.valid_to)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _without(span: Span, away: Sequence[Span]) -> list[Span]:
    """Return what is left of a span of days when others are taken out of it."""
    pieces = [span]
    for gap in away:
        pieces = [left for piece in pieces for left in _cut(piece, gap)]
    return pieces


def _cut(piece: Span, gap: Span) -> Iterator[Span]:
    first, last = piece[0] or date.min, piece[1] or date.max
    begins, ends = gap[0] or date.min, gap[1] or date.max
    if ends < first or begins > last:
        yield piece
        return
    if begins > first:
        yield piece[0], begins - ONE_DAY
    if ends < last:
        yield ends + ONE_DAY, piece[1]
