"""The telephone numbers of an entry as a form: a line a number, and one more to add the next."""

import re
from collections.abc import Sequence
from typing import Any

from starlette.datastructures import FormData

from admin.views.entry_fields import PHONE_TYPES
from admin.views.entry_form import FormState, text_of, version_of
from knowledge.directory.phone_words import PhoneRefused, read_typed_phone
from knowledge.directory.phones import write_phone
from knowledge.directory.records import Phone
from locales.catalogs import Translator

MOST = 200
_NUMBER = re.compile(r"number-(\d{1,3})")


def shown(phones: Sequence[Phone], version: int, more: int = 1) -> FormState:
    """Return the form with every number and `more` empty lines."""
    lines: list[dict[str, Any]] = [
        {"number": phone.number, "note": _note(phone), "type": phone.type, "error": ""}
        for phone in phones
    ]
    return FormState(version, {"lines": lines + [_empty() for _ in range(more)]})


def read(
    phones: Sequence[Phone], country: str, form: FormData, words: Translator
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
        if f"remove-{index}" in form or not (number or note):
            continue
        line = {"number": number, "note": note, "type": kind, "error": ""}
        lines.append(line)
        known = next((p for p in phones if (p.number, _note(p), p.type) == (number, note, kind)),
                     None)  # fmt: skip
        try:
            if kind not in PHONE_TYPES and known is None:
                kind = "voice"
            found.append(known or read_typed_phone(number, note, kind, country))
        except PhoneRefused as refused:
            line["error"] = words.text(refused.msgid, **refused.params)
            state.errors[f"number-{len(lines) - 1}"] = line["error"]
    lines.append(_empty())
    return tuple(found), state


def _indexes(form: FormData) -> list[int]:
    found = {int(match[1]) for name in form if (match := _NUMBER.fullmatch(name))}
    return sorted(found)[:MOST]


def _note(phone: Phone) -> str:
    """Return the remark with the extension in it, as `write_phone` puts it between brackets."""
    return write_phone(phone).removeprefix(phone.number).strip(" ()")


def _empty() -> dict[str, Any]:
    return {"number": "", "note": "", "type": "voice", "error": ""}
