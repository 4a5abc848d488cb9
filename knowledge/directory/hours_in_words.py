"""Opening hours in words: "lunes a viernes de 8:00 a 12:00 y de 13:00 a 16:00; sábado cerrado".

Pure: the sentences go out as Spanish keys through `say`, which gives them in a language.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

from flows.marking import N_
from knowledge.directory.records import DAYS, Schedule

Say = Callable[..., str]  # (Spanish sentence, **params) → the sentence in a language
WriteDate = Callable[[str], str]  # 2026-12-24 → "24 de diciembre de 2026"
Interval = tuple[str, str]

ALL_DAY: Interval = ("00:00", "24:00")


DAY_NAMES = (
    N_("lunes"), N_("martes"), N_("miércoles"), N_("jueves"), N_("viernes"), N_("sábado"),
    N_("domingo"),
)  # fmt: skip
ALWAYS = N_("24 horas, todos los días")
ALL_DAY_LONG = N_("las 24 horas")
FROM_TO = N_("de {opens} a {closes}")
DAYS_FROM_TO = N_("{first} a {last}")
AND = N_("y")
CLOSED = N_("{days} cerrado")
CLOSED_ON = N_("cerrado el {date}")
CLOSED_FROM_TO = N_("cerrado del {first} al {last}")
OPEN_ON = N_("el {date}, {hours}")
OPEN_FROM_TO = N_("del {first} al {last}, {hours}")
FROM_DATE = N_("desde el {first}, {hours}")
UNTIL_DATE = N_("hasta el {last}, {hours}")
NTH_DAY = N_("{nth} {day} de cada mes")
NTHS = {
    "1": N_("primer"), "2": N_("segundo"), "3": N_("tercer"), "4": N_("cuarto"),
    "5": N_("quinto"), "-1": N_("último"),
}  # fmt: skip
EVERY_OTHER = N_("{days} (no todas las semanas)")
DAYS_OF_MONTH = N_("los días {days} de cada mes")


def in_words(
    schedules: Sequence[Schedule], say: Say, language: str, write_date: WriteDate
) -> tuple[str, ...]:
    """Return what some schedules say: the week in one phrase, then one phrase an exception.

    Nothing is returned for no schedules: then nobody knows the hours.
    """
    usual = [row for row in schedules if is_usual(row)]
    phrases = [_week(usual, say, language)] if usual else []
    phrases += [_other(row, say, language, write_date) for row in schedules if not is_usual(row)]
    return tuple(phrase for phrase in phrases if phrase)


def is_usual(row: Schedule) -> bool:
    """Whether a row is plain weekly hours, without dates that limit it."""
    return row.weekly and bool(row.opens_at) and not (row.valid_from or row.valid_to)


def usual_days(schedules: Sequence[Schedule]) -> dict[str, tuple[Interval, ...]]:
    """Return the intervals of each day of a usual week; a day that is closed has none."""
    return {
        day: tuple(
            sorted(
                (row.opens_at or "", row.closes_at or "")
                for row in schedules
                if is_usual(row) and day in row.byday
            )
        )
        for day in DAYS
    }


def clock(time: str, language: str) -> str:
    """Return a time of day as a language writes it: 16:00, 4:00 pm."""
    hour, minute = time.split(":")[:2]
    if language != "en":
        return f"{int(hour)}:{minute}"
    half = "am" if int(hour) < 12 or int(hour) == 24 else "pm"
    return f"{(int(hour) - 1) % 12 + 1}:{minute} {half}"


def clock_of(minutes: int) -> str:
    """Return minutes since midnight as `HH:MM`."""
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _week(rows: Sequence[Schedule], say: Say, language: str) -> str:
    by_day = usual_days(rows)
    if all(times == (ALL_DAY,) for times in by_day.values()):
        return say(ALWAYS)
    alike: dict[tuple[Interval, ...], list[int]] = {}
    for index, day in enumerate(DAYS):
        alike.setdefault(by_day[day], []).append(index)
    closed = alike.pop((), [])
    parts = [f"{_days(days, say)} {_times(times, say, language)}" for times, days in alike.items()]
    if closed:
        parts.append(say(CLOSED, days=_days(closed, say)))
    return "; ".join(parts)


def _days(indexes: Sequence[int], say: Say) -> str:
    """Return days as one says them: runs of three and more as "lunes a viernes"."""
    runs = [
        [index for _, index in group]
        for _, group in groupby(enumerate(indexes), key=lambda pair: pair[1] - pair[0])
    ]
    spoken: list[str] = []
    for run in runs:
        names = [say(DAY_NAMES[index]) for index in run]
        if len(run) > 2:
            spoken.append(say(DAYS_FROM_TO, first=names[0], last=names[-1]))
        else:
            spoken += names
    return _joined(spoken, say)


def _times(times: Sequence[Interval], say: Say, language: str) -> str:
    spoken = []
    for opens, closes in times:
        if (opens, closes) == ALL_DAY:
            spoken.append(say(ALL_DAY_LONG))
        else:
            told = {"opens": clock(opens, language), "closes": clock(closes, language)}
            spoken.append(say(FROM_TO, **told))
    return _joined(spoken, say)


def _joined(items: Sequence[str], say: Say) -> str:
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {say(AND)} {items[-1]}"


def _other(row: Schedule, say: Say, language: str, write_date: WriteDate) -> str:
    """Return a row that is no part of a usual week: an exception, a season, a day of the month."""
    hours = " ".join(_pieces(row, say, language)).strip()
    first, last = row.valid_from, row.valid_to
    if first and last:
        dates = {"date": write_date(first), "first": write_date(first), "last": write_date(last)}
        one = first == last
        if row.closed:
            text = say(CLOSED_ON if one else CLOSED_FROM_TO, **dates)
        else:
            text = say(OPEN_ON if one else OPEN_FROM_TO, hours=hours, **dates)
    elif first:
        text = say(FROM_DATE, first=write_date(first), hours=hours)
    elif last:
        text = say(UNTIL_DATE, last=write_date(last), hours=hours)
    else:
        text = hours
    if not text:
        return row.description
    return f"{text} ({row.description})" if row.description else text


def _pieces(row: Schedule, say: Say, language: str) -> Iterator[str]:
    if row.bymonthday:
        yield say(DAYS_OF_MONTH, days=row.bymonthday.replace(",", ", "))
    elif row.freq == "MONTHLY":
        yield _joined([_nth_day(day, say) for day in row.byday], say)
    elif row.byday and not row.exception:
        days = _days([DAYS.index(day) for day in DAYS if day in row.byday], say)
        yield say(EVERY_OTHER, days=days) if row.interval not in (None, 1) else days
    if row.opens_at and row.closes_at:
        yield _times([(row.opens_at, row.closes_at)], say, language)


def _nth_day(day: str, say: Say) -> str:
    name = say(DAY_NAMES[DAYS.index(day[-2:])])
    nth = NTHS.get(day[:-2].lstrip("+"))
    return say(NTH_DAY, nth=say(nth), day=name) if nth else name
