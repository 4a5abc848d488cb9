"""Why a text is no telephone number, in words for the person who typed it."""

import re
from collections.abc import Mapping
from dataclasses import replace

from flows.marking import N_
from knowledge.directory.phones import COUNTRY_NAMES, PhoneError, read_phone
from knowledge.directory.records import Phone

# Digits of a number in each country, and what is dialled before it from abroad.
DIGITS = {"SV": 8, "GT": 8, "HN": 8, "MX": 10}
PREFIXES = {"SV": "503", "GT": "502", "HN": "504", "MX": "52"}


NO_NUMBER = N_("«{text}» no es un número de teléfono. Aquí van solo cifras; lo demás, en la nota.")
TOO_SHORT = N_("Este número no es de {country}: tiene {n} cifras, faltan {missing}.")
TOO_LONG = N_("Este número no es de {country}: tiene {n} cifras, sobran {missing}.")
WRONG_START = N_("En {country} ningún número empieza así. Revise las primeras cifras.")
ABROAD = N_("Este número es de {theirs}. Si es correcto, escriba en la nota: desde {theirs}.")
NOTE_SIGNS = N_("La nota no lleva paréntesis ni punto y coma.")
NO_DIGITS = N_("Falta el número de esta nota. Si ya no existe, marque «Quitar».")

_ABROAD = re.compile(r"is a number of (.+?), and the service is in")


class PhoneRefused(PhoneError):  # noqa: N818 - it names what happened
    """A text is no number; `msgid` with `params` tells the person why."""

    def __init__(self, msgid: str, **params: object) -> None:
        super().__init__(msgid)
        self.msgid = msgid
        self.params = params


def read_typed_phone(number: str, note: str, type_: str, country: str) -> Phone:
    """Return the phone that a form says; raises `PhoneRefused`."""
    number, note = " ".join(number.split()), " ".join(note.split())
    if not number:
        raise PhoneRefused(NO_DIGITS)
    if any(sign in note for sign in "();"):
        raise PhoneRefused(NOTE_SIGNS)
    try:
        return read_phone(f"{number} ({note})" if note else number, country, type_)
    except PhoneError as error:
        raise _why(number, country, str(error)) from error


def with_typed_notes(phone: Phone, notes: Mapping[str, str]) -> Phone:
    """Return a phone with the remarks of a form in other languages, an empty one taken away.

    Raises `PhoneRefused`.
    """
    typed = {language: " ".join(text.split()) for language, text in notes.items()}
    if any(sign in text for text in typed.values() for sign in "();"):
        raise PhoneRefused(NOTE_SIGNS)
    found = {language: text for language, text in {**phone.notes, **typed}.items() if text}
    return replace(phone, notes=found)


def _why(number: str, country: str, reason: str) -> PhoneRefused:
    digits = re.sub(r"\D", "", number)
    if not re.fullmatch(r"[+*#\d][\d\s().\-/#*]*", number) or not digits:
        return PhoneRefused(NO_NUMBER, text=number[:60])
    abroad = _ABROAD.search(reason)
    if abroad:
        return PhoneRefused(ABROAD, theirs=abroad[1])
    name, wanted = COUNTRY_NAMES[country], DIGITS[country]
    if number.startswith(("+", "00")):
        digits = digits.removeprefix("00").removeprefix(PREFIXES[country])
    if len(digits) < wanted:
        missing = wanted - len(digits)
        return PhoneRefused(TOO_SHORT, country=name, n=len(digits), missing=missing)
    if len(digits) > wanted:
        return PhoneRefused(TOO_LONG, country=name, n=len(digits), missing=len(digits) - wanted)
    return PhoneRefused(WRONG_START, country=name)
