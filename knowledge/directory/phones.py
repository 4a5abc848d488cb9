"""Telephone numbers: read as people write them, kept as they are dialled.

A number belongs to the country of its service. A number of another country is one only when its
remark says so ("1-888-301-1130 (desde Estados Unidos)"): a lost prefix is how wrong numbers begin.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

import phonenumbers

from flows.folding import fold
from knowledge.directory.records import DirectoryError, Phone

MAX_SHORT = 5  # digits of a short code, written without a gap: 119, 1555, *0311
_REMARK = re.compile(r"^(?P<number>.*?)\s*(?:\((?P<note>[^()]*[^\d\s()-][^()]*)\))?\s*$", re.DOTALL)
_EXTENSION = re.compile(r"\bext(?:ensi[oó]n|\.)?\s*(\d{1,9})\b", re.IGNORECASE)
_SHORT = re.compile(rf"[*#]?\d{{2,{MAX_SHORT}}}#?")
_WRITTEN = re.compile(r"[+*#\d][\d\s().\-/#*]*")
# What a remark calls a country, folded; a country of ours or one that people call from.
_NAMED = {
    "estados unidos": "US", "eeuu": "US", "ee uu": "US", "united states": "US", "usa": "US",
    "canada": "CA", "mexico": "MX", "guatemala": "GT", "el salvador": "SV", "honduras": "HN",
    "espana": "ES", "spain": "ES", "costa rica": "CR", "panama": "PA", "nicaragua": "NI",
    "belice": "BZ", "belize": "BZ",
}  # fmt: skip
COUNTRY_NAMES = {
    "SV": "El Salvador", "GT": "Guatemala", "HN": "Honduras", "MX": "México",
    "US": "Estados Unidos", "CA": "Canadá",
}  # fmt: skip


class PhoneError(DirectoryError):
    """A text is no telephone number that can be called; it says why."""


def read_phone(text: str, country: str, type_: str = "voice") -> Phone:
    """Return the number that `text` says, as dialled in the country of a service.

    >>> read_phone("2231-1000 (recepción)", "SV").e164
    '+50322311000'

    Raises `PhoneError`.
    """
    number, note = _split(text)
    if not _WRITTEN.fullmatch(number):
        raise PhoneError(f'"{text.strip()[:60]}" is no telephone number.')
    found = _EXTENSION.search(note)
    phone = Phone(number, note, type_, extension=int(found[1]) if found else None)
    if _SHORT.fullmatch(number):
        return _with(phone, number, None, country)
    return _full_number(phone, country)


def write_phone(phone: Phone) -> str:
    """Return a phone as a spreadsheet holds it; `read_phone` reads it back."""
    note = phone.note
    if phone.extension is not None and str(phone.extension) not in note:
        note = f"{note}, extensión {phone.extension}".removeprefix(", ")
    return _with_note(phone.number, note)


def read_note(text: str) -> tuple[str, str]:
    """Return the number and the remark that `text` says, for a number that is known already.

    >>> read_note("2231-1000 (front desk)")
    ('2231-1000', 'front desk')

    Raises `PhoneError`.
    """
    number, note = _split(text)
    if not _WRITTEN.fullmatch(number):
        raise PhoneError(f'"{text.strip()[:60]}" is no telephone number.')
    return number, note


def write_notes(phones: Sequence[Phone], language: str) -> list[str]:
    """Return phones with their remarks in another language; nothing when none of them has one."""
    if not any(phone.notes.get(language) for phone in phones):
        return []
    return [_with_note(phone.number, phone.notes.get(language, "")) for phone in phones]


def with_notes(
    phones: Sequence[Phone], language: str, notes: Sequence[tuple[str, str]]
) -> tuple[Phone, ...]:
    """Return phones with these remarks (`read_note`) in another language, and no more of them.

    A number that is there twice has its remarks in their order. Raises `PhoneError` for a number
    that is not among the phones.
    """
    found = [_without(phone, language) for phone in phones]
    free = list(range(len(found)))
    for number, note in notes:
        place = next((i for i in free if _digits(found[i].number) == _digits(number)), None)
        if place is None:
            raise PhoneError(f'"{number}" is none of the numbers of this row.')
        free.remove(place)
        if note:
            phone = found[place]
            found[place] = replace(phone, notes={**phone.notes, language: note})
    return tuple(found)


def _without(phone: Phone, language: str) -> Phone:
    if language not in phone.notes:
        return phone
    return replace(phone, notes={k: v for k, v in phone.notes.items() if k != language})


def _with_note(number: str, note: str) -> str:
    return f"{number} ({note})" if note else number


def _split(text: str) -> tuple[str, str]:
    match = _REMARK.match(text.strip())
    if match is None:
        return text.strip(), ""
    return match["number"].strip(), " ".join((match["note"] or "").split())


def _digits(number: str) -> str:
    return "".join(c for c in number if c.isdigit() or c in "+*#")


def _full_number(phone: Phone, country: str) -> Phone:
    named = _named_countries(phone.note)
    tried = named or [country]
    for region in tried:
        try:
            parsed = phonenumbers.parse(_without_trunk(phone.number, region), region)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_possible_number(parsed) and phonenumbers.is_valid_number(parsed):
            break
    else:
        where = " / ".join(COUNTRY_NAMES.get(region, region) for region in tried)
        raise PhoneError(f'"{phone.number}" is no number of {where}.')
    found = phonenumbers.region_code_for_number(parsed) or region
    if found != country and found not in named and not _same_plan(found, named):
        theirs, ours = (COUNTRY_NAMES.get(code, code) for code in (found, country))
        raise PhoneError(
            f'"{phone.number}" is a number of {theirs}, and the service is in {ours}. If that is '
            f'right, say it in brackets after the number: "(desde {theirs})".'
        )
    e164 = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    return _with(phone, phone.number, e164, found)


def _named_countries(note: str) -> list[str]:
    folded = f" {fold(note)} "
    return list(dict.fromkeys(code for name, code in _NAMED.items() if f" {name} " in folded))


def _same_plan(found: str, named: list[str]) -> bool:
    """Whether a number of the United States was said to be of Canada, or the other way round."""
    code = phonenumbers.country_code_for_region
    return any(code(found) == code(region) for region in named)


def _without_trunk(number: str, region: str) -> str:
    """Drop the 01 that Mexico dialled before 2020; toll-free lines are still printed with it."""
    if region == "MX":
        return re.sub(r"^0?1[\s-](?=8\d\d\b)", "", number)
    return number


def _with(phone: Phone, number: str, e164: str | None, country: str) -> Phone:
    return replace(phone, number=number, e164=e164, country=country)
