"""Opening hours in words: `Mo-Fr 08:00-16:00` → "lunes a viernes de 8:00 a 16:00"."""

from bot import phrases
from bot.content import Content

DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")


def in_words(schedule: str, content: Content, language: str) -> str:
    """Return a schedule of the directory in words; empty when there is none."""
    if not schedule:
        return ""
    if schedule == "24/7":
        return content.text(language, phrases.OPEN_ALWAYS)
    return "; ".join(_rule(rule, content, language) for rule in schedule.split("; "))


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


def clock(time: str, language: str) -> str:
    """Return a time of day as a language writes it: 16:00, 4:00 pm."""
    hour, minute = time.split(":")
    if language != "en":
        return f"{int(hour)}:{minute}"
    half = "am" if int(hour) < 12 or int(hour) == 24 else "pm"
    return f"{(int(hour) - 1) % 12 + 1}:{minute} {half}"
