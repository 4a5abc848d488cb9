"""The telephone numbers of an entry as a form: a line a number, and one more to add the next."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from starlette.datastructures import FormData

from admin.views.entry_fields import PHONE_TYPES
from admin.views.entry_form import FormState, text_of, version_of
from knowledge.directory.phone_words import PhoneRefused, read_typed_phone, with_typed_notes
from knowledge.directory.phones import write_phone
from knowledge.directory.records import Phone
from locales.catalogs import Translator

MOST = 200
_NUMBER = re.compile(r"number-(\d{1,3})")


def shown(phones: Sequence[Phone], version: int, more: int = 1) -> FormState:
    """Return the form with every number and `more` empty lines."""
    lines: list[dict[str, Any]] = [
        _line(phone.number, _note(phone), phone.notes, phone.type) for phone in phones
    ]
    return FormState(version, {"lines": lines + [_line() for _ in range(more)]})


def read(
    phones: Sequence[Phone],
    country: str,
    form: FormData,
    languages: Sequence[str],
    words: Translator,
) -> tuple[tuple[Phone, ...], FormState]:
    """Return the numbers that a sent form says, and the form to show again if one is refused.

    A number that was not touched stays as it is, whatever rules there are today.
    """
    found: list[Phone] = []
    lines: list[dict[str, Any]] = []
    state = FormState(version_of(form), {"lines": lines})
    for index in _indexes(form):
        number, note = text_of(form, f"number-{index}"), text_of(form, f"note-{index}")
        kind = text_of(form, f"type-{index}") or "voice"
        # A form that was cut short changes no remark that it does not carry.
        sent = {code: name for code in languages if (name := f"note-{index}@{code}") in form}
        notes = {code: text_of(form, name) for code, name in sent.items()}
        if f"remove-{index}" in form or not (number or note or any(notes.values())):
            continue
        line = _line(number, note, notes, kind)
        lines.append(line)
        known = next((p for p in phones if (p.number, _note(p), p.type) == (number, note, kind)),
                     None)  # fmt: skip
        try:
            if kind not in PHONE_TYPES and known is None:
                kind = "voice"
            phone = known or read_typed_phone(number, note, kind, country)
            found.append(with_typed_notes(phone, notes))
        except PhoneRefused as refused:
            line["error"] = words.text(refused.msgid, **refused.params)
            state.errors[f"number-{len(lines) - 1}"] = line["error"]
    lines.append(_line())
    return tuple(found), state


def _indexes(form: FormData) -> list[int]:
    found = {int(match[1]) for name in form if (match := _NUMBER.fullmatch(name))}
    return sorted(found)[:MOST]


def _note(phone: Phone) -> str:
    """Return the remark with the extension in it, as `write_phone` puts it between brackets."""
    return write_phone(phone).removeprefix(phone.number).strip(" ()")


def _line(
    number: str = "", note: str = "", notes: Mapping[str, str] | None = None, kind: str = "voice"
) -> dict[str, Any]:
    return {"number": number, "note": note, "notes": notes or {}, "type": kind, "error": ""}
