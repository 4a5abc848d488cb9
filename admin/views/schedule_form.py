"""Opening hours as a form: days to tap with their times as one types them, and special days.

Rows that the form cannot show (each second week, the first Monday) are left as they are.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from starlette.datastructures import FormData

from admin.views.entry_form import FormState, text_of, version_of
from flows.marking import N_
from knowledge.directory.hours import needs_appointment
from knowledge.directory.hours_in_words import ALL_DAY, DAY_NAMES, is_usual, usual_days
from knowledge.directory.hours_typed import TimesError, read_times
from knowledge.directory.records import DAYS, Schedule
from knowledge.directory.validation import is_date
from locales.catalogs import Translator

MOST = 200
APPOINTMENT = "Sólo con cita."  # as `hours.needs_appointment` reads it
_APPOINTMENT = re.compile(r"s[oó]lo con cita(?: previa)?\s*(?:[.;]\s*|$)", re.IGNORECASE)
_GROUP, _SPECIAL = re.compile(r"times-(\d{1,3})"), re.compile(r"first-(\d{1,3})")


NO_DAYS = N_("¿Qué días? Marque los días de este horario.")
NO_TIMES = N_("¿A qué hora? Escriba, por ejemplo, 8 a 12 y 1 a 4.")
TWICE = N_("Este día ya tiene otro horario arriba: {days}.")
NO_DATE = N_("Elija la fecha, por favor.")
BACKWARDS = N_("El último día es antes que el primero.")
DAY_WORDS = dict(zip(DAYS, DAY_NAMES, strict=True))


def shown(schedules: Sequence[Schedule], note: str, version: int) -> FormState:
    """Return the form of some hours: a line for all days that have the same."""
    groups: dict[tuple[tuple[str, str], ...], list[str]] = {}
    for day, times in usual_days(schedules).items():
        if times:
            groups.setdefault(times, []).append(day)
    lines = [_group(days, times) for times, days in groups.items()]
    special = [
        {
            "first": row.valid_from,
            "last": row.valid_to if row.valid_to != row.valid_from else "",
            "times": "" if row.closed else f"{_clock(row.opens_at)} a {_clock(row.closes_at)}",
            "why": row.description,
            "error": "",
        }
        for row in schedules
        if _is_special(row)
    ]
    state = FormState(version)
    state.values = {
        "groups": lines or [_group([], ())],
        "special": [*special, {"first": "", "last": "", "times": "", "why": "", "error": ""}],
        "appointment": needs_appointment(note),
        "hours_note": _APPOINTMENT.sub("", note, count=1) if _APPOINTMENT.match(note) else note,
    }
    return state


def kept_rows(schedules: Sequence[Schedule]) -> tuple[Schedule, ...]:
    """Return the rows that the form cannot show."""
    return tuple(row for row in schedules if not is_usual(row) and not _is_special(row))


def read(
    schedules: Sequence[Schedule], form: FormData, languages: Sequence[str], words: Translator
) -> tuple[dict[str, Any], FormState]:
    """Return what a sent form sets, and the form to show again if it cannot be kept."""
    state = FormState(version_of(form))
    groups: list[dict[str, Any]] = []
    special: list[dict[str, Any]] = []
    state.values = {"groups": groups, "special": special}
    rows = [*_read_groups(form, state, groups, words), *_read_special(form, state, special, words)]
    rows += [row for row in kept_rows(schedules) if "drop-others" not in form]
    note = text_of(form, "hours_note")
    state.values |= {"appointment": "appointment" in form, "hours_note": note}
    if "appointment" in form and not needs_appointment(note):
        note = f"{APPOINTMENT} {note}".strip()
    edits: dict[str, Any] = {"schedules": tuple(rows), "hours_note": note}
    for language in languages:
        name = f"hours_note@{language}"
        if name in form:
            edits[name] = state.values[name] = text_of(form, name)
    groups += [_group([], ())] if not groups or form.get("do") == "more" else []
    special.append({"first": "", "last": "", "times": "", "why": "", "error": ""})
    return edits, state


def _read_groups(
    form: FormData, state: FormState, groups: list[dict[str, Any]], words: Translator
) -> Iterator[Schedule]:
    taken: set[str] = set()
    for index in _indexes(form, _GROUP):
        days = [day for day in DAYS if day in form.getlist(f"days-{index}")]
        times = text_of(form, f"times-{index}")
        second = text_of(form, f"second-{index}")
        all_day = f"always-{index}" in form
        if not (days or times or second or all_day):
            continue
        line = _line(days, times, second, all_day)
        groups.append(line)
        found: tuple[tuple[str, str], ...] = ()
        try:
            found = (ALL_DAY,) if all_day else read_times(times, second)
        except TimesError as error:
            line["error"] = words.text(error.msgid, **error.params)
        twice = taken & set(days)
        if not (times or second or all_day):
            line["error"] = words.text(NO_TIMES)
        elif not line["error"] and not days:
            line["error"] = words.text(NO_DAYS)
        elif not line["error"] and twice and found:
            names = ", ".join(words.text(DAY_WORDS[day]) for day in DAYS if day in twice)
            line["error"] = words.text(TWICE, days=names)
        if line["error"]:
            state.errors[f"times-{len(groups) - 1}"] = line["error"]
            continue
        taken |= set(days)
        for opens, closes in found:
            yield Schedule(tuple(days), opens, closes)


def _read_special(
    form: FormData, state: FormState, special: list[dict[str, Any]], words: Translator
) -> Iterator[Schedule]:
    for index in _indexes(form, _SPECIAL):
        first, last = text_of(form, f"first-{index}"), text_of(form, f"last-{index}")
        times, why = text_of(form, f"special-times-{index}"), text_of(form, f"why-{index}")
        if f"drop-{index}" in form or not (first or last or times or why):
            continue
        line: dict[str, Any] = {
            "first": first,
            "last": last,
            "times": times,
            "why": why,
            "error": "",
        }
        special.append(line)
        error, found = "", tuple[tuple[str, str], ...]()
        try:
            found = read_times(times)
        except TimesError as wrong:
            error = words.text(wrong.msgid, **wrong.params)
        if not is_date(first) or (last and not is_date(last)):
            error = words.text(NO_DATE)
        elif last and last < first:
            error = words.text(BACKWARDS)
        if error:
            line["error"] = state.errors[f"first-{len(special) - 1}"] = error
            continue
        for opens, closes in found or ((None, None),):
            yield Schedule((), opens, closes, first, last or first, exception=True, description=why)


def _is_special(row: Schedule) -> bool:
    return row.exception and bool(row.valid_from and row.valid_to)


def _group(days: Sequence[str], times: Sequence[tuple[str, str]]) -> dict[str, Any]:
    if tuple(times) == (ALL_DAY,):
        return _line(days, "", "", all_day=True)
    spoken = [f"{_clock(opens)} a {_clock(closes)}" for opens, closes in times]
    return _line(days, "".join(spoken[:1]), " y ".join(spoken[1:]), all_day=False)


def _line(
    days: Sequence[str], times: str, second: str, all_day: bool, error: str = ""
) -> dict[str, Any]:
    return {"days": list(days), "times": times, "second": second, "always": all_day, "error": error}


def _clock(time: str | None) -> str:
    """Return an hour as one would type it: 8:00."""
    return f"{int((time or '0:00').split(':')[0])}:{(time or '0:00').split(':')[1]}"


def _indexes(form: FormData, name: re.Pattern[str]) -> list[int]:
    return sorted({int(match[1]) for key in form if (match := name.fullmatch(key))})[:MOST]
