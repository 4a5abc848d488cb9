"""Open, closes soon, opens at, closed, unknown: against a model that looks at every minute."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from knowledge.directory.hours import (
    DAY_MINUTES,
    Hours,
    SpecialDays,
    needs_appointment,
    read_schedules,
)
from knowledge.directory.opening import ALWAYS, SOON, Opening, State, is_open, opening
from knowledge.directory.records import Schedule
from knowledge.directory.weekly import read_hours
from knowledge.directory.zones import zone_of

SV = ZoneInfo("America/El_Salvador")
MINUTE = timedelta(minutes=1)
MODEL_DAYS = 8
# What the model takes for holidays; the weeks drawn below hold both of these and no other.
HOLIDAYS = {date(2026, 9, 15), date(2026, 11, 2)}


def told(schedule: str | Schedule, local: str, country: str = "SV", note: str = "") -> Opening:
    zone = zone_of(country)
    at = datetime.fromisoformat(local).replace(tzinfo=zone).astimezone(UTC)
    rows = read_hours(schedule) if isinstance(schedule, str) else (schedule,)
    return opening(*read_schedules(rows, note), at, country, zone)


NIGHTS = Schedule(("FR", "SA"), "22:00", "03:00")
OFFICE = "Mo-Fr 08:00-12:00,13:00-16:00; Sa 08:00-12:00"


@pytest.mark.parametrize(
    ("schedule", "local", "state", "opens", "closes"),
    [
        (OFFICE, "2026-11-23T07:59", State.OPENS_AT, "2026-11-23T08:00", None),
        (OFFICE, "2026-11-23T08:00", State.OPEN, None, "2026-11-23T12:00"),
        (OFFICE, "2026-11-23T11:00", State.CLOSES_SOON, None, "2026-11-23T12:00"),
        (OFFICE, "2026-11-23T11:59", State.CLOSES_SOON, None, "2026-11-23T12:00"),
        (OFFICE, "2026-11-23T12:00", State.OPENS_AT, "2026-11-23T13:00", None),
        (OFFICE, "2026-11-23T16:00", State.OPENS_AT, "2026-11-24T08:00", None),
        (OFFICE, "2026-11-21T12:30", State.OPENS_AT, "2026-11-23T08:00", None),
        ("24/7", "2026-11-22T03:00", State.OPEN, None, None),
        ("24/7", "2026-12-25T03:00", State.OPEN, None, None),  # a holiday closes no hotline
        (NIGHTS, "2026-11-21T02:30", State.CLOSES_SOON, None, "2026-11-21T03:00"),
        (NIGHTS, "2026-11-20T02:30", State.OPENS_AT, "2026-11-20T22:00", None),
        ("Mo,Sa-Su 08:00-10:00", "2026-11-23T09:30", State.CLOSES_SOON, None, "2026-11-23T10:00"),
        ("Mo 08:00-24:00; Tu 00:00-09:00", "2026-11-23T20:00", State.OPEN, None,
         "2026-11-24T09:00"),
        # Independence Day, a Tuesday; Christmas, a Friday before a free weekend.
        (OFFICE, "2026-09-15T09:00", State.OPENS_AT, "2026-09-16T08:00", None),
        ("Mo-Fr 08:00-16:00", "2026-12-24T16:30", State.OPENS_AT, "2026-12-28T08:00", None),
        ("", "2026-11-23T09:00", State.UNKNOWN, None, None),
    ],
)  # fmt: skip
def test_hours_as_a_sign_says_them(
    schedule: str | Schedule, local: str, state: State, opens: str | None, closes: str | None
) -> None:
    found = told(schedule, local)
    assert found.state is state
    for got, expected in ((found.opens, opens), (found.closes, closes)):
        assert (got and got.isoformat()[:16]) == expected


def test_a_holiday_is_named_only_where_it_closes() -> None:
    assert told(OFFICE, "2026-09-15T09:00").holiday
    assert not told(OFFICE, "2026-09-16T09:00").holiday
    assert not told("24/7", "2026-09-15T09:00").holiday
    assert not told("Sa 08:00-12:00", "2026-09-15T09:00").holiday  # closed on Tuesdays anyway
    assert told(OFFICE, "2026-10-20T09:00", "GT").holiday  # Día de la Revolución, there alone
    assert not told(OFFICE, "2026-10-20T09:00", "SV").holiday


def test_the_clock_is_that_of_the_office() -> None:
    at = datetime(2026, 7, 1, 14, 30, tzinfo=UTC)
    hours, _ = read_schedules(read_hours("Mo-Fr 08:00-16:00"))
    for department, municipality, hour, is_it in (
        ("Ciudad de México", None, "08:30", True),
        ("Quintana Roo", "Benito Juárez", "09:30", True),
        ("Sonora", "Nogales", "07:30", False),
        ("Baja California", "Tijuana", "07:30", False),
        ("Tamaulipas", "Reynosa", "09:30", True),
        ("Tamaulipas", "Ciudad Victoria", "08:30", True),
        ("Chihuahua", "Juárez", "08:30", True),
        ("Coahuila de Zaragoza", "Piedras Negras", "09:30", True),
        ("Nayarit", "Tepic", "07:30", False),
        ("Nayarit", "Bahía de Banderas", "08:30", True),
    ):
        zone = zone_of("MX", department, municipality)
        found = opening(hours, (), at, "MX", zone)
        assert found.at.strftime("%H:%M") == hour, department
        assert found.is_open is is_it, department
    for country in ("SV", "GT", "HN"):
        assert opening(hours, (), at, country, zone_of(country)).at.strftime("%H:%M") == "08:30"


def test_an_office_of_tijuana_keeps_its_hours_over_the_change_of_clocks() -> None:
    zone = zone_of("MX", "Baja California")
    hours, _ = read_schedules(read_hours("Mo-Su 08:00-16:00"))
    for day in (date(2026, 3, 8), date(2026, 11, 1)):
        for clock, state in ((time(7, 59), State.OPENS_AT), (time(8), State.OPEN)):
            at = datetime.combine(day, clock, zone).astimezone(UTC)
            assert opening(hours, (), at, "MX", zone).state is state


def test_special_days_replace_the_usual_ones() -> None:
    rows = (
        Schedule(("MO", "TU", "WE", "TH", "FR"), "08:00", "16:00"),
        Schedule(valid_from="2026-11-24", valid_to="2026-11-25", exception=True),
        Schedule((), "10:00", "11:00", "2026-11-26", "2026-11-26", exception=True),
        Schedule((), "09:00", "12:00", "2026-12-25", "2026-12-25", exception=True),
    )
    usual, special = read_schedules(rows)

    def at(local: str) -> Opening:
        when = datetime.fromisoformat(local).replace(tzinfo=SV)
        return opening(usual, special, when, "SV", SV)

    assert at("2026-11-23T10:00").is_open
    closed = at("2026-11-24T10:00")
    assert closed.state is State.OPENS_AT
    assert closed.opens == datetime(2026, 11, 26, 10, tzinfo=SV)
    assert not at("2026-11-26T09:30").is_open
    assert at("2026-11-26T10:30").is_open
    assert not at("2026-11-26T11:30").is_open
    assert at("2026-12-25T10:00").is_open  # they say that they open on the holiday
    assert not at("2026-12-25T10:00").holiday


def test_schedules_of_other_systems() -> None:
    second_monday = Schedule(("2MO",), "09:00", "12:00", freq="MONTHLY")
    last_friday = Schedule(("-1FR",), "09:00", "12:00", freq="MONTHLY")
    first_of_month = Schedule((), "09:00", "12:00", freq="MONTHLY", bymonthday="1,-1")
    fortnightly = Schedule(("WE",), "09:00", "12:00", interval=2, dtstart="2026-11-04")

    def days(row: Schedule, year: int = 2026, month: int = 11) -> list[int]:
        usual, special = read_schedules([row])
        assert not special
        first = date(year, month, 1)
        days = (first + timedelta(days=n) for n in range(31))
        return [d.day for d in days if d.month == month and usual[0].holds_on(d)]

    assert days(second_monday) == [9]
    assert days(last_friday) == [27]
    assert days(first_of_month) == [1, 30]
    assert days(first_of_month, 2028, 2) == [1, 29]
    assert days(fortnightly) == [4, 18]
    at = datetime(2026, 11, 2, 10, tzinfo=SV)
    found = opening(*read_schedules([second_monday]), at, "SV", SV)
    assert found.opens == datetime(2026, 11, 9, 9, tzinfo=SV)


@pytest.mark.parametrize(
    "row",
    [
        Schedule(("XX",), "09:00", "12:00"),
        Schedule(("MO",), "25:00", "12:00"),
        Schedule(("MO",), "nine", "12:00"),
        Schedule((), "09:00", "12:00"),
        Schedule(("MO",), "09:00", "12:00", interval=2),
        Schedule(("MO",), "09:00", "12:00", valid_from="soon"),
    ],
)
def test_what_cannot_be_read_is_unknown_and_not_a_guess(row: Schedule) -> None:
    plain = Schedule(("TU",), "09:00", "12:00")
    usual, special = read_schedules([plain, row])
    found = opening(usual, special, datetime(2026, 11, 24, 10, tzinfo=SV), "SV", SV)
    assert found.state is State.UNKNOWN


def test_hours_that_have_run_out_say_nothing() -> None:
    row = Schedule(("MO",), "09:00", "12:00", valid_to="2026-11-16")
    usual, special = read_schedules([row])
    last = opening(usual, special, datetime(2026, 11, 16, 10, tzinfo=SV), "SV", SV)
    assert last.is_open
    after = opening(usual, special, datetime(2026, 11, 20, 10, tzinfo=SV), "SV", SV)
    assert after.state is State.UNKNOWN


def test_appointments_are_read_from_the_remark() -> None:
    for note in ("Sólo con cita", "Con cita en línea.", "solo CON CITA comprada en el banco"):
        assert needs_appointment(note)
    for note in (
        "No necesita cita",
        "",
        "De 8:00 a 16:00",
        "Emergencias a toda hora. Consulta externa con cita.",
    ):
        assert not needs_appointment(note)
    assert told(OFFICE, "2026-11-23T09:00", note="Sólo con cita").by_appointment
    assert not told(OFFICE, "2026-11-23T09:00").by_appointment


# The model. It knows only one thing, told minute by minute: is the door open?
def open_minutes(
    first: date, hours: list[Hours], special: list[SpecialDays]
) -> tuple[datetime, bytearray]:
    """Return a midnight and, for each minute after it, whether the door is open."""
    midnight = datetime.combine(first, time()) - timedelta(days=1)
    door = bytearray((MODEL_DAYS + 4) * DAY_MINUTES)
    for number in range(MODEL_DAYS + 2):
        day = midnight.date() + timedelta(days=number)
        ruled = [s for s in special if s.first <= day <= s.last]
        if ruled:
            spans = (
                [] if any(s.opens is None for s in ruled) else [(s.opens, s.closes) for s in ruled]
            )
        else:
            held = [h for h in hours if (0, day.weekday()) in h.days and _valid(h, day)]
            if day in HOLIDAYS and any((h.opens, h.closes) != (0, 1440) for h in held):
                held = [h for h in held if (h.opens, h.closes) == (0, 1440)]
            spans = [(h.opens, h.closes) for h in held]
        for opens, closes in spans:
            for minute in range(opens or 0, closes or 0):
                door[number * DAY_MINUTES + minute] = 1
    return midnight, door


def _valid(hours: Hours, day: date) -> bool:
    return (hours.valid_from or day) <= day <= (hours.valid_to or day)


clocks = st.integers(0, 24 * 4 - 1).map(lambda quarter: quarter * 15)


@st.composite
def some_hours(draw: st.DrawFn) -> Hours:
    days = draw(st.frozensets(st.integers(0, 6), min_size=1))
    opens, length = draw(clocks), draw(st.integers(1, 24 * 4)) * 15
    if draw(st.booleans()) and draw(st.booleans()):
        opens, length = 0, DAY_MINUTES
    return Hours(frozenset((0, day) for day in days), opens, opens + length)


instants = st.one_of(
    st.datetimes(datetime(2026, 9, 10), datetime(2026, 9, 20)),  # noqa: DTZ001
    st.datetimes(datetime(2026, 10, 29), datetime(2026, 11, 6)),  # noqa: DTZ001
)


@st.composite
def special_days(draw: st.DrawFn) -> SpecialDays:
    first = draw(st.sampled_from((date(2026, 9, 12), date(2026, 10, 30)))) + timedelta(
        days=draw(st.integers(0, 7))
    )
    last = first + timedelta(days=draw(st.integers(0, 2)))
    if draw(st.booleans()):
        return SpecialDays(first, last)
    opens = draw(clocks)
    return SpecialDays(first, last, opens, opens + draw(st.integers(1, 40)) * 15)


@given(
    st.lists(some_hours(), min_size=1, max_size=3),
    st.lists(special_days(), max_size=2),
    instants,
    st.sampled_from(("America/El_Salvador", "America/Tijuana")),
    st.booleans(),
)
def test_every_state_agrees_with_the_minutes(
    hours: list[Hours], special: list[SpecialDays], wall: datetime, zone_name: str, ends: bool
) -> None:
    zone = ZoneInfo(zone_name)
    if ends:
        hours[0] = replace(hours[0], valid_to=wall.date() + timedelta(days=1))
    at = wall.replace(tzinfo=zone)
    # In the hour that a change of clocks repeats, the wall shows every minute twice.
    assume(at.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == wall)
    found = opening(hours, special, at.astimezone(UTC), "SV", zone)
    assert is_open(hours, special, at.astimezone(UTC), "SV", zone) is found.is_open

    now = wall.replace(second=0, microsecond=0)
    midnight, door = open_minutes(now.date(), hours, special)
    here = int((now - midnight) / MINUTE)
    is_it = bool(door[here])
    assert found.is_open is is_it
    ahead = range(here + 1, here + MODEL_DAYS * DAY_MINUTES)
    step = next((m for m in ahead if bool(door[m]) is not is_it), None)
    changes = None if step is None else midnight + step * MINUTE
    if is_it:
        left = None if changes is None else int((changes - now) / MINUTE)
        if left is None or left > ALWAYS:
            assert (found.state, found.closes) == (State.OPEN, None)
        else:
            expected = State.CLOSES_SOON if left <= SOON else State.OPEN
            assert found.state is expected
            assert found.closes is not None
            assert found.closes.replace(tzinfo=None) == changes
    elif changes is not None:
        assert found.state is State.OPENS_AT
        assert found.opens is not None
        assert found.opens.replace(tzinfo=None) == changes
    else:
        assert found.state is State.CLOSED or (
            found.opens is not None
            and found.opens.replace(tzinfo=None) > now + timedelta(days=MODEL_DAYS)
        )


@given(st.text(max_size=40), st.text(max_size=8), st.text(max_size=8))
def test_no_row_of_any_content_raises(byday: str, opens: str, closes: str) -> None:
    usual, special = read_schedules([Schedule((byday,), opens, closes, bymonthday=byday)])
    opening(usual, special, datetime(2026, 11, 24, 10, tzinfo=SV), "SV", SV)
