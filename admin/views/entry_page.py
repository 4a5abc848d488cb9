"""The page of one office: everything that its templates show, in the member's language."""

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import Request, Response
from sqlalchemy import Connection

from admin.desk import Desk
from admin.doors import desk
from admin.views import phones_form, schedule_form
from admin.views.entry_fields import CHOICES, PHONE_TYPES, SECTIONS, Field, Section, section_of
from admin.views.entry_form import FormState, shown
from admin.views.entry_saving import who_in_words
from admin.views.entry_words import schedule_in_words, topic_names, value_in_words
from admin.views.render import LANGUAGE_NAMES, is_swap, render, words_of
from knowledge.directory.desk_entry import Office, kinds_to_change, read_history, uses_of
from knowledge.directory.hours_in_words import DAY_NAMES
from knowledge.directory.records import DAYS
from knowledge.staff.rights import Member
from locales.catalogs import SOURCE_LANGUAGE, Translator

# Shown even while they are empty.
ALWAYS_SHOWN = ("name", "description")


def other_languages(parts: Desk) -> list[str]:
    """Return the languages that texts may have beside Spanish."""
    return [code for code in parts.translators if code != SOURCE_LANGUAGE]


def show_office(
    request: Request,
    connection: Connection,
    office: Office,
    member: Member,
    *,
    at: str = "",
    done: str = "",
    states: Mapping[str, FormState] | None = None,
) -> Response:
    """Return the page of an office; `at` is the section that stands open, `states` sent forms.

    `done` is the section that was just saved: the keyboard goes on from there.

    A form that was refused makes it a 422; a script is given 200, or it would show nothing.
    """
    states = states or {}
    refused = any(state.errors for state in states.values())
    status = 422 if refused and not is_swap(request) else 200
    return render(
        request,
        "entry.html",
        status,
        at=at,
        done=done,
        status_state=states.get("status"),
        **office_parts(request, connection, office, member, states),
    )


def office_parts(
    request: Request,
    connection: Connection,
    office: Office,
    member: Member,
    states: Mapping[str, FormState],
) -> dict[str, Any]:
    """Return what the templates of an office show."""
    parts, words = desk(request), words_of(request)
    languages = other_languages(parts)
    may_change = kinds_to_change(connection, office, member)
    history = read_history(connection, office, member)
    sections = [
        {
            "section": section,
            "facts": list(_facts(section, office, languages, words)),
            "state": states.get(section.id) or state_of(section, office, languages, words),
            "may_change": section.kind in may_change,
            "uses": uses_of(connection, office, section.kind),
        }
        for section in SECTIONS.values()
    ]
    return {
        "office": office,
        "sections": sections,
        "may_change": may_change,
        "cards": [
            (code, LANGUAGE_NAMES.get(code, code), parts.show_card(office.id, code).splitlines())
            for code in parts.translators
        ],
        "missing": len(office.untranslated(languages[0])) if languages else 0,
        "status_words": words.text(CHOICES["status"][office.status]),
        "last": history[0] if history else None,
        "last_who": who_in_words(request, connection, history[0].who, member) if history else "",
        **form_parts(words, languages),
        "other_phones": value_in_words("phones", office.other_phones, words),
        "schedule_words": schedule_in_words(office.schedules, words),
        "kept_words": schedule_in_words(schedule_form.kept_rows(office.schedules), words),
    }


def form_parts(words: Translator, languages: Sequence[str]) -> dict[str, Any]:
    """Return what the fields of any form of an entry need."""
    names = topic_names(words.language)
    groups = [code for code in names if "/" not in code]
    return {
        "other_languages": [(code, LANGUAGE_NAMES.get(code, code)) for code in languages],
        "choices": CHOICES,
        "phone_types": PHONE_TYPES,
        "days": [(day, words.text(name)) for day, name in zip(DAYS, DAY_NAMES, strict=True)],
        "topic_groups": [
            (names[group], [(c, n) for c, n in names.items() if c.startswith(f"{group}/")])
            for group in groups
        ],
    }


def state_of(
    section: Section, office: Office, languages: Sequence[str], words: Translator
) -> FormState:
    """Return the form of a section before anybody types in it."""
    if section.id == "phones":
        return phones_form.shown(office.pair.phones, office.pair.version)
    if section.id == "schedule":
        pair = office.pair
        state = schedule_form.shown(office.schedules, pair.hours_note, pair.version)
        state.values["words"] = schedule_in_words(office.schedules, words)
        for language in languages:
            text = pair.texts.get(language, {}).get("hours_note", "")
            state.values[f"hours_note@{language}"] = text
        return state
    return shown(section, office, languages)


def opened(office: Office, asked: str) -> str:
    """Return the section to open first: the one that is asked for, by its name or a field's."""
    if asked in SECTIONS:
        return asked
    kind, _, field = asked.partition(".")
    return section_of(kind, field) if kind in office.entries and field else ""


def _facts(
    section: Section, office: Office, languages: Sequence[str], words: Translator
) -> list[dict[str, Any]]:
    """Return the fields of a section as they are now: label, lines, what lacks a translation."""
    if section.id == "phones":
        return [_fact("", value_in_words("phones", office.pair.phones, words))]
    if section.id == "schedule":
        note = Field("hours_note", "", translated=True)
        told = _text_fact(note, office.pair, languages, words)
        return [_fact("", schedule_in_words(office.schedules, words)), *told]
    found: list[dict[str, Any]] = []
    entry: Any = office.entry(section.kind)
    for field in section.fields:
        if field.name == "address_1":
            found.append(_fact(field.label, value_in_words("addresses", entry.addresses, words)))
        elif field.translated:
            found += _text_fact(field, entry, languages, words)
        elif field.input != "tick" or getattr(entry, field.name):
            lines = value_in_words(field.name, getattr(entry, field.name), words)
            found.append(_fact(field.label, lines))
    return found


def _text_fact(
    field: Field, entry: Any, languages: Sequence[str], words: Translator
) -> list[dict[str, Any]]:
    """Return a text with its other languages; one that is empty is not worth a line."""
    spanish = getattr(entry, field.name)
    others = [(code, entry.texts.get(code, {}).get(field.name, "")) for code in languages]
    fact = _fact(field.label, value_in_words(field.name, spanish, words))
    fact["others"] = [(code, LANGUAGE_NAMES.get(code, code), text) for code, text in others]
    return [fact] if spanish or field.name in ALWAYS_SHOWN else []


def _fact(label: str, lines: Sequence[str]) -> dict[str, Any]:
    return {"label": label, "lines": lines, "others": []}
