"""Hours of a week in one text, as people type them: "lunes a viernes de 8 a 4, sábado 8-12".

The days are found first; what stands between them is read as `hours_typed` reads the hours of a
day. What is not wholly understood is refused: half a week would send people to a closed door.
"""

import re
from collections.abc import Iterator, Sequence

from flows.folding import fold
from flows.marking import N_
from knowledge.directory.hours_in_words import ALL_DAY
from knowledge.directory.hours_typed import NOT_UNDERSTOOD, TimesError, read_times
from knowledge.directory.records import DAYS, Schedule

NO_DAYS = N_("¿Qué días? Escriba, por ejemplo, lunes a viernes de 8 a 4.")
NO_TIMES = N_("¿A qué hora? Escriba, por ejemplo, 8 a 12 y 1 a 4.")
TWICE = N_("Escriba cada día una sola vez, con todo su horario: {days}.")

# A day is known by its first two letters, in Spanish and in English.
_CODES = {
    "lu": "MO", "mo": "MO", "ma": "TU", "tu": "TU", "mi": "WE", "we": "WE", "ju": "TH",
    "th": "TH", "vi": "FR", "fr": "FR", "sa": "SA", "do": "SU", "su": "SU",
}  # fmt: skip
_WHOLE = {
    "todos los dias": DAYS, "cada dia": DAYS, "diario": DAYS, "every day": DAYS, "daily": DAYS,
    "entre semana": DAYS[:5], "weekdays": DAYS[:5], "l-v": DAYS[:5], "l a v": DAYS[:5],
    "fin de semana": DAYS[5:], "fines de semana": DAYS[5:], "weekends": DAYS[5:],
}  # fmt: skip
_DAY = (
    r"(?:lun(?:es)?|mar(?:tes)?|mie(?:rc|rcoles)?|jue(?:ves)?|vie(?:rnes)?|sab(?:ados?)?"
    r"|dom(?:ingos?)?|mon(?:days?)?|tue(?:s|sdays?)?|wed(?:nesdays?)?|thu(?:rs?|rsdays?)?"
    r"|fri(?:days?)?|sat(?:urdays?)?|sun(?:days?)?)\b\.?"
)
_OF = r"(?:(?:del?|los?|las?|el|cada|from|on) )*"
_TO = rf" ?(?:-|al?\b|hasta\b|to\b|through\b) ?{_OF}"
_RUN = rf"(?:(?P<first>{_DAY})(?:{_TO}(?P<last>{_DAY}))?|(?P<whole>{'|'.join(_WHOLE)})\b)"
_PLAIN_RUN = re.sub(r"\?P<\w+>", "?:", _RUN)
_AND = rf" ?(?:[,/&+] ?(?:y |and )?|y |e |and ){_OF}"
_RUNS = re.compile(_RUN)
_SOME_DAYS = re.compile(rf"\b{_OF}{_PLAIN_RUN}(?:{_AND}{_PLAIN_RUN})*")
_EDGES = re.compile(r"^[\s,;:.]+|(?:[\s,;:]|\by$|\band$|\.$(?<!m\.))+$")
_ALWAYS = re.compile(r"24 ?/ ?7")


class WeekError(TimesError):
    """A text says no hours of a week; `days` are the codes of the days that it is about."""

    def __init__(self, msgid: str, text: str, days: Sequence[str] = ()) -> None:
        super().__init__(msgid, text)
        self.days = tuple(days)


def read_week(text: str, days: Sequence[str] = ()) -> tuple[Schedule, ...]:
    """Return the rows that a text says; `days` are those of a text that names none.

    >>> [(row.byday, row.opens_at, row.closes_at) for row in read_week("lun y mié 8 a 4; dom 9-12")]
    [(('MO', 'WE'), '08:00', '16:00'), (('SU',), '09:00', '12:00')]

    Raises `TimesError` for hours that cannot be read, `WeekError` for days.
    """
    taken: set[str] = set()
    rows: list[Schedule] = []
    for found, times in _lines(_plain(text), text, days):
        if not times:
            raise WeekError(NO_TIMES, text, found)
        hours = read_times(times)
        if taken & set(found):
            raise WeekError(TWICE, text, [day for day in DAYS if day in taken & set(found)])
        taken |= set(found)
        rows += [Schedule(tuple(found), opens, closes) for opens, closes in hours]
    if not rows:
        raise WeekError(NO_TIMES, text)
    return tuple(rows)


def _lines(plain: str, text: str, days: Sequence[str]) -> Iterator[tuple[Sequence[str], str]]:
    """Yield days, in the order of the week, with the text of their hours."""
    found = list(_SOME_DAYS.finditer(plain))
    if not found:
        always = read_times(plain) == (ALL_DAY,) and _ALWAYS.fullmatch(plain)
        if not (days or always):
            raise WeekError(NO_DAYS, text)
        yield [day for day in DAYS if always or day in days], plain
        return
    before = _trimmed(plain[: found[0].start()])
    ends = [*(match.start() for match in found[1:]), len(plain)]
    after = [_trimmed(plain[m.end() : end]) for m, end in zip(found, ends, strict=True)]
    if before and not any(after) and len(found) == 1:  # "8 a 4 de lunes a viernes"
        after, before = [before], ""
    if before:
        raise TimesError(NOT_UNDERSTOOD, text)
    for match, times in zip(found, after, strict=True):
        yield _days_of(match[0]), times


def _days_of(spoken: str) -> list[str]:
    said: set[str] = set()
    for run in _RUNS.finditer(spoken):
        if run["whole"]:
            said |= set(_WHOLE[run["whole"]])
            continue
        first = DAYS.index(_CODES[run["first"][:2]])
        last = DAYS.index(_CODES[run["last"][:2]]) if run["last"] else first
        length = (last - first) % len(DAYS) + 1  # "viernes a lunes" goes over the week's end
        said |= {DAYS[(first + step) % len(DAYS)] for step in range(length)}
    return [day for day in DAYS if day in said]


def _plain(text: str) -> str:
    """Fold word by word, since the signs between hours say something; lines are sentences."""
    folded = re.sub(r"[^\W\d_]+", lambda word: fold(word[0]), text.replace("\n", "; "))
    return " ".join(re.sub("[–—−]", "-", folded).split())


def _trimmed(text: str) -> str:
    return _EDGES.sub("", text.strip())
