"""The few policies that YAML should not spell out: named conditions for `if: {condition: …}`.

A condition is a function of the situation and of nothing else; it must not raise. To add one, write
the function and enter it in `CONDITIONS`: flows call it by that name.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

# El Salvador, Guatemala, Honduras and the centre of Mexico keep UTC−6 all year round.
LOCAL_TIME = timezone(timedelta(hours=-6))
OPENING_HOUR = 8
CLOSING_HOUR = 16
SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Situation:
    """What a flow may know of the person who walks it; nothing in it tells who that is."""

    country: str | None  # "SV"; None while we have not asked
    language: str
    answers: Mapping[str, str]  # node id → option id
    at: datetime  # an aware instant in UTC: the time of the message


Condition = Callable[[Situation], bool]


def weekend(situation: Situation) -> bool:
    """Whether it is Saturday or Sunday where the person is."""
    return situation.at.astimezone(LOCAL_TIME).weekday() >= SATURDAY


def office_hours(situation: Situation) -> bool:
    """Whether it is a time at which most public offices attend: Monday to Friday, 8:00 to 16:00.

    Holidays and the hours of one office are in the directory; this is for "call now" or "tomorrow".
    """
    local = situation.at.astimezone(LOCAL_TIME)
    return local.weekday() < SATURDAY and OPENING_HOUR <= local.hour < CLOSING_HOUR


CONDITIONS: Mapping[str, Condition] = {"weekend": weekend, "office_hours": office_hours}
