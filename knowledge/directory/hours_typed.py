"""Hours of a day as people type them: "8am-4", "8:00 a 16:00", "8-12 y 1-4 pm", "24 horas".

Nobody in an office writes 13:00-16:00 without being asked to. So an afternoon may be written with
the hours of a wall clock; what was understood is always shown back in words. A closing hour before
the opening hour is taken for the afternoon only where it may be one ("8 a 4"), else it is refused.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from flows.folding import fold
from flows.marking import N_
from knowledge.directory.hours_in_words import clock_of
from knowledge.directory.records import DirectoryError

ALL_DAY = ("00:00", "24:00")
NOON = 12 * 60
DAY = 24 * 60
FIRST_MORNING_HOUR = 5


NOT_UNDERSTOOD = N_("No entendimos «{text}». Escriba, por ejemplo, 8 a 12 y 1 a 4.")
NO_SUCH_HOUR = N_("«{text}» no es una hora. Las horas van de 0:00 a 24:00.")
CLOSES_FIRST = N_(
    "«{text}» cierra antes de abrir. Si atienden después de medianoche, escriba aquí hasta las "
    "24:00 y el resto en el día siguiente."
)
OVERLAP = N_("Los turnos «{text}» se enciman. El segundo debe empezar cuando termina el primero.")

_ALL_DAY = re.compile(r"24 ?/ ?7|24 ?(?:h|hs|hrs|horas|hours)|todo el dia|all day|dia y noche")
_CLOSED = re.compile(r"cerrado|closed|no atienden?|no abren?|-")
_HALF = r"(?:(?P<half{0}>[ap]) ?\.? ?m\b\.?|(?P<noon{0}>m\b\.?))"
_TIME = r"(?P<hour{0}>\d{{1,2}})(?:[:.h](?P<minute{0}>\d\d)|(?P<packed{0}>\d\d))?"
_TAIL = r" ?(?:h(?:rs?|oras)?\b\.?)? ?"
_INTERVAL = re.compile(
    (_TIME + _TAIL).format(1) + _HALF.format(1) + "?"
    + r" ?(?:-|a las?\b|hasta las?\b|hasta\b|a\b|to\b|until\b|till\b) ?"
    + (_TIME + _TAIL).format(2) + _HALF.format(2) + "?"
)  # fmt: skip
_BETWEEN = re.compile(r"(?: ?[,;/&+] ?(?:y |and )?| y | e | and )(?:de |from )?")
_SPOKEN = (
    (re.compile(r"[–—−]"), "-"),
    (re.compile(r"\b(?:del?|desde|from)\b(?: las?\b)?"), " "),
    (re.compile(r"\bmedio ?dia\b|\bnoon\b"), "12 m"),
    (re.compile(r"\bmedia ?noche\b|\bmidnight\b"), "24:00"),
    (re.compile(r"\bde la manana\b|\bmanana\b"), "am"),
    (re.compile(r"\b(?:de la )?(?:tarde|noche)\b"), "pm"),
)


class TimesError(DirectoryError):
    """A text says no hours of a day; `msgid` with `params` tells the person why."""

    def __init__(self, msgid: str, text: str) -> None:
        self.msgid = msgid
        self.params = {"text": text.strip()[:60]}
        super().__init__(f"{msgid} ({self.params['text']})")


@dataclass(frozen=True, slots=True)
class _Clock:
    """A time as it was typed: `half` is "a", "p", "m" for 12 noon, or "" when nothing says it."""

    hour: int
    minute: int
    half: str
    zero: bool = False  # written 02:00, as on a clock of 24 hours

    @property
    def minutes(self) -> int:
        """The time of day that is said, taken as it is where nothing says which half."""
        return (
            (self.hour % 12 if self.half in ("a", "p") else self.hour) * 60
            + self.minute
            + (NOON if self.half == "p" else 0)
        )


def read_times(*texts: str) -> tuple[tuple[str, str], ...]:
    """Return the intervals of a day that some texts say together, as `HH:MM`; () is closed.

    >>> read_times("8am-4"), read_times("8-12 y 1-4 pm")
    ((('08:00', '16:00'),), (('08:00', '12:00'), ('13:00', '16:00')))

    Raises `TimesError`.
    """
    found: list[tuple[int, int]] = []
    for text in texts:
        spoken = _plain(text)
        if not spoken or _CLOSED.fullmatch(spoken):
            continue
        if _ALL_DAY.fullmatch(spoken):
            return (ALL_DAY,)
        for part in _BETWEEN.split(spoken):
            found.append(_interval(part.strip(), text, found))
    whole = " · ".join(text.strip() for text in texts if text.strip())
    for (_, closes), (opens, _) in pairwise(sorted(found)):
        if opens < closes:
            raise TimesError(OVERLAP, whole)
    return tuple((clock_of(opens), clock_of(closes)) for opens, closes in sorted(found))


def _plain(text: str) -> str:
    spoken = fold(text) if not any(sign in text for sign in ":.-–—−,;/&+") else _folded(text)
    for pattern, instead in _SPOKEN:
        spoken = pattern.sub(instead, spoken)
    return " ".join(spoken.split())


def _folded(text: str) -> str:
    """Fold word by word: the signs between hours say something."""
    return re.sub(r"[^\W\d_]+", lambda word: fold(word[0]), text)


def _interval(part: str, text: str, before: Sequence[tuple[int, int]]) -> tuple[int, int]:
    match = _INTERVAL.fullmatch(part)
    if match is None:
        raise TimesError(NOT_UNDERSTOOD, text)
    opens, closes = (_clock(match, n, text) for n in ("1", "2"))
    start, end = opens.minutes, closes.minutes
    # "1 a 4 pm" says "pm" of both; "8 a 4 pm" and "11 a 1 pm" only of the second.
    if not opens.half and closes.half == "p" and opens.hour < 12 and start + NOON < end:
        start += NOON
    # The second turn of "8-12 y 1-4" is after the first; no office opens at "2-6" in the night,
    # unless somebody writes 02:00.
    earlier = max((closed for _, closed in before), default=0)
    later = start < earlier or 0 < opens.hour < FIRST_MORNING_HOUR
    moved = end + NOON if 0 < closes.hour < 12 else end
    if not (opens.half or closes.half or opens.zero) and later and start + NOON < moved:
        start, end = start + NOON, moved
    elif end <= start and not closes.half and 0 < closes.hour < 12 and start <= NOON + 59:
        end += NOON
    if end == 0 and start > 0:
        end = DAY  # "until 12 am" and "until 0:00"
    if end <= start or start >= DAY:
        raise TimesError(CLOSES_FIRST, text)
    return start, end


def _clock(match: re.Match[str], n: str, text: str) -> _Clock:
    minute = int(match[f"minute{n}"] or match[f"packed{n}"] or 0)
    hour = int(match[f"hour{n}"])
    half = match[f"half{n}"] or ("m" if match[f"noon{n}"] else "")
    if minute > 59 or hour * 60 + minute > DAY or (half and not 1 <= hour <= 12):
        raise TimesError(NO_SUCH_HOUR, text)
    return _Clock(hour, minute, half, match[f"hour{n}"].startswith("0"))
