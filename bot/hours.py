"""Opening hours in words: `Mo-Fr 08:00-16:00` → "lunes a viernes de 8:00 a 16:00".

And whether an office is open at a moment: "Abierto ahora, cierra a las 16:00".
"""

from datetime import datetime

from bot import phrases
from bot.content import Content
from knowledge.directory.hours_in_words import clock
from knowledge.directory.opening import Opening, State
from locales.formats import format_date

REMEMBERED = 1024  # a directory has a few hundred different schedules
DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")


def in_words(schedule: str, content: Content, language: str) -> str:
    """Return a schedule of the directory in words; empty when there is none."""
    if not schedule:
        return ""
    if schedule == "24/7":
        return content.text(language, phrases.OPEN_ALWAYS)
    said = content.hours.get((schedule, language))
    if said is None:
        said = "; ".join(_rule(rule, content, language) for rule in schedule.split("; "))
        if len(content.hours) >= REMEMBERED:
            content.hours.clear()
        content.hours[schedule, language] = said
    return said


def _rule(rule: str, content: Content, language: str) -> str:
    days, _, times = rule.partition(" ")
    spoken_days = [_days(part, content, language) for part in days.split(",")]
    spoken_times = [_times(part, content, language) for part in times.split(",")]
    joint = f" {content.text(language, phrases.AND)} "
    return f"{joint.join(spoken_days)} {joint.join(spoken_times)}"


def _days(part: str, content: Content, language: str) -> str:
    names = [content.text(language, phrases.DAY_NAMES[DAYS.index(day)]) for day in part.split("-")]
    if len(names) == 1:
        return names[0]
    return content.text(language, phrases.DAYS_FROM_TO, first=names[0], last=names[1])


def _times(part: str, content: Content, language: str) -> str:
    opens, closes = (clock(time, language) for time in part.split("-"))
    return content.text(language, phrases.HOURS_FROM_TO, opens=opens, closes=closes)


def opening_in_words(opening: Opening, content: Content, language: str) -> str:
    """Return one sentence or two on whether an office is open; empty when that is not known."""

    def say(text: str, **params: object) -> str:
        return content.text(language, text, **params)

    if opening.state is State.UNKNOWN:
        return ""
    if opening.is_open:
        if opening.closes is None:
            return say(phrases.OPEN_NOW_ALWAYS)
        soon = opening.state is State.CLOSES_SOON
        text = phrases.CLOSES_SOON if soon else phrases.OPEN_NOW
        return say(text, when=_when(opening.closes, content, language))
    holiday = say(phrases.CLOSED_HOLIDAY) + " " if opening.holiday else ""
    if opening.opens is None:
        return holiday + say(phrases.CLOSED_NOW)
    when = _when(opening.opens, content, language)
    days = (opening.opens.date() - opening.at.date()).days
    if days <= 1:
        text = phrases.OPENS_TODAY if days == 0 else phrases.OPENS_TOMORROW
        return holiday + say(text, when=when)
    day = (
        say(phrases.DAY_NAMES[opening.opens.weekday()])
        if days < 7
        else format_date(opening.opens.date(), language)
    )
    return holiday + say(phrases.OPENS_ON_DAY, day=day, when=when)


def _when(at: datetime, content: Content, language: str) -> str:
    if at.hour == at.minute == 0:
        return content.text(language, phrases.AT_MIDNIGHT)
    text = phrases.AT_ONE if at.hour == 1 else phrases.AT_TIME
    return content.text(language, text, time=clock(f"{at:%H:%M}", language))
