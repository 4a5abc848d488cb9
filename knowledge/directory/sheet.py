"""A row of the spreadsheet: one service at one location, cell by cell.

Every cell has one right way to be written (`read_cell`), which is also how it is exported
(`write_row`): so a row that says the same is equal, and importing an export changes nothing.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from flows.definition import COUNTRIES
from flows.folding import clean, fold
from flows.yaml_reader import did_you_mean, shorten
from knowledge.directory import areas, phones, weekly
from knowledge.directory.entries import Location, Organization, ServiceAtLocation, ServiceEntry
from knowledge.directory.records import CONFIDENCES, STATUSES, DirectoryError, Phone
from knowledge.directory.rows import derived_id
from knowledge.directory.validation import UUID

COLUMNS = (
    "id", "organization", "service", "service_en", "description", "description_en", "topics",
    "country", "department", "municipality", "address", "latitude", "longitude", "phones",
    "phones_en", "whatsapp", "email", "website", "schedule", "hours_note", "hours_note_en", "cost",
    "cost_en", "who", "who_en", "languages", "alert", "alert_en", "confidential", "status",
    "source", "source_date", "confidence", "assured_date", "required_documents", "accessibility",
    "service_area", "service_id", "location_id", "organization_id",
)  # fmt: skip
REQUIRED = ("id", "organization", "service", "country")
# What a page writes beside the rows that it gives back; it is no part of the row.
REMARKS = ("motivo", "reason")
# Columns that say which entry is meant, not what it is.
IDS = ("id", "service_id", "location_id", "organization_id")
# A column → the entry (position in `Four`) and field it says; other languages: `<column>_<code>`.
TEXTS: Mapping[str, tuple[str, str]] = {
    "service": ("service", "name"),
    "description": ("service", "description"),
    "cost": ("service", "fees_description"),
    "who": ("service", "eligibility_description"),
    "alert": ("service", "alert"),
    "hours_note": ("at", "hours_note"),
}
# Columns of numbers; in another language they say the same numbers with their remarks.
NUMBERS = ("phones", "whatsapp")
TRANSLATION = re.compile(
    rf"({'|'.join((*TEXTS, *NUMBERS))})_([a-z]{{2,3}}(?:-[A-Za-z0-9]{{2,8}})*)"
)
# Which columns belong to what rows may share: rows of one service have to agree on these.
SERVICE_COLUMNS = frozenset((
    "organization", "service", "description", "topics", "country", "email", "website", "cost",
    "who", "languages", "alert", "source", "source_date", "confidence", "assured_date",
    "required_documents", "organization_id",
))  # fmt: skip
LOCATION_COLUMNS = frozenset((
    "country", "department", "municipality", "address", "latitude", "longitude", "confidential",
    "accessibility",
))  # fmt: skip
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,119}")
_YES = {"yes", "si", "true", "1", "x"}
_NO = {"", "no", "false", "0"}
_BETWEEN = re.compile(r";(?![^()]*\))")  # a semicolon that is not in a remark
_WORSE = {status: place for place, status in enumerate(STATUSES)}


class CellError(DirectoryError):
    """A cell says something that cannot be kept; it says what would be right."""


@dataclass(frozen=True, slots=True)
class Four:
    """What one row of the spreadsheet speaks of."""

    organization: Organization
    service: ServiceEntry
    location: Location
    at: ServiceAtLocation


def read_cell(column: str, text: str, country: str, terms: frozenset[str]) -> str:
    """Return a cell in its right way of writing; raises `CellError`."""
    text = clean(text)
    reader = _READERS.get(column, _notes if notes_of(column) else None)
    if not text or reader is None:
        return text if text or column not in _DEFAULTS else _DEFAULTS[column]
    try:
        return reader(text, country, terms)
    except (phones.PhoneError, weekly.HoursError) as error:
        raise CellError(str(error)) from error


def notes_of(column: str) -> tuple[str, str] | None:
    """Return the column of numbers, and the language, of a column with their remarks."""
    match = TRANSLATION.fullmatch(column)
    return (match[1], match[2]) if match and match[1] in NUMBERS else None


def numbers_in(column: str, numbers: Iterable[Phone]) -> tuple[Phone, ...]:
    """Return those of some numbers that a column of numbers holds."""
    return tuple(p for p in numbers if (p.type == "whatsapp") is (column == "whatsapp"))


def split(text: str) -> list[str]:
    """Return the items of a cell that holds several."""
    return [part.strip() for part in _BETWEEN.split(text) if part.strip()]


def write_row(four: Four) -> dict[str, str]:
    """Return the cells of a row, as `read_cell` would leave them."""
    service, location, at = four.service, four.location, four.at
    numbers = [*at.phones, *service.phones, *location.phones]
    row = {
        "id": at.slug or at.id,
        "organization": four.organization.name,
        "topics": ";".join(service.terms),
        "country": service.country,
        "department": location.department,
        "municipality": location.municipality,
        "address": ", ".join(
            part for a in location.addresses[:1] for part in (a.address_1, a.address_2) if part
        ),
        "latitude": "" if location.latitude is None else repr(location.latitude),
        "longitude": "" if location.longitude is None else repr(location.longitude),
        "phones_en": "",
        "email": service.email,
        "website": service.url,
        "schedule": weekly.write_hours(at.schedules or service.schedules or location.schedules),
        "languages": ";".join(x.code for x in service.languages if x.code),
        "confidential": "yes" if location.confidential else "",
        "status": row_status(four),
        "source": service.source_url,
        "source_date": service.source_date,
        "confidence": service.confidence,
        "assured_date": service.assured_date,
        "required_documents": _items(d.document for d in service.required_documents),
        "accessibility": _items(a.description for a in location.accessibility),
        "service_area": _items(
            a.name or a.description for a in (*at.service_areas, *service.service_areas)
        ),
    } | _ids(four)
    for column in NUMBERS:
        held = numbers_in(column, numbers)
        row[column] = "; ".join(map(phones.write_phone, held))
        for language in sorted({language for phone in held for language in phone.notes}):
            row[f"{column}_{language}"] = "; ".join(phones.write_notes(held, language))
    for column, (entity, field) in TEXTS.items():
        entry = getattr(four, entity)
        row[column] = getattr(entry, field)
        row[f"{column}_en"] = ""
        for language, texts in entry.texts.items():
            row[f"{column}_{language}"] = texts.get(field, "")
    return {column: clean(text) for column, text in row.items()}


def row_status(four: Four) -> str:
    """Return the status of a row: the worst of what has to be active for it to be shown."""
    parts = (four.service.status, four.at.status, four.location.status, four.organization.status)
    return max(parts, key=lambda status: _WORSE[status])


def best_status(*statuses: str) -> str:
    """Return the status among these that lets people see most."""
    return min(statuses, key=lambda status: _WORSE[status])


def id_of(row_id: str, name: str) -> str:
    """Return the id that an entry of a row has when its own column is empty."""
    return derived_id(name, row_id)


def organization_id_of(country: str, name: str) -> str:
    """Return the id of the organization with a name, one a country."""
    return derived_id("organization", country, name)


def _ids(four: Four) -> dict[str, str]:
    """Return the id columns; empty where the row's own id leads to them."""
    row_id = four.at.slug or four.at.id
    service, location, organization = four.service, four.location, four.organization
    expected = organization_id_of(organization.country, organization.name)
    return {
        "service_id": "" if service.id == id_of(row_id, "service") else service.id,
        "location_id": "" if location.id == id_of(row_id, "location") else location.id,
        "organization_id": "" if organization.id == expected else organization.id,
    }


def _items(texts: Iterable[str]) -> str:
    return "; ".join(text.replace(";", ",") for text in texts)


Reader = Callable[[str, str, frozenset[str]], str]


def _id(text: str, _country: str, _terms: frozenset[str]) -> str:
    if not _ID.fullmatch(text):
        raise CellError(
            f'"{shorten(text)}" is no id. Use letters, digits and dashes: "sv-rnpn-soyapango".'
        )
    return text.lower() if UUID.fullmatch(text.lower()) else text


def _uuid(text: str, _country: str, _terms: frozenset[str]) -> str:
    if not UUID.fullmatch(text.lower()):
        raise CellError(f'"{shorten(text)}" is no UUID. Leave it empty in a new row.')
    return text.lower()


def _country(text: str, _country: str, _terms: frozenset[str]) -> str:
    if text.upper() not in COUNTRIES:
        raise CellError(f'"{shorten(text)}" is no country of ours: {", ".join(COUNTRIES)}.')
    return text.upper()


def _topics(text: str, _country: str, terms: frozenset[str]) -> str:
    found = list(dict.fromkeys(split(text)))
    for term in found:
        if term not in terms:
            hint = did_you_mean(term, terms)
            raise CellError(f'"{shorten(term)}" is no topic of ours.{hint}')
    return ";".join(found)


def _number(text: str, _country: str, _terms: frozenset[str]) -> str:
    try:
        value = float(text.replace(",", ".") if text.count(",") == 1 else text)
    except ValueError:
        raise CellError(f'"{shorten(text)}" is no number of degrees like 13.6929.') from None
    if not -180 <= value <= 180:
        raise CellError(f'"{shorten(text)}" is no number of degrees like 13.6929.')
    return repr(value)


def _phones(text: str, country: str, _terms: frozenset[str]) -> str:
    read = (phones.read_phone(part, country) for part in split(text))
    return "; ".join(dict.fromkeys(phones.write_phone(phone) for phone in read))


def _notes(text: str, _country: str, _terms: frozenset[str]) -> str:
    for part in split(text):
        phones.read_note(part)
    return "; ".join(split(text))


def _hours(text: str, _country: str, _terms: frozenset[str]) -> str:
    return weekly.write_hours(weekly.read_hours(text))


def _languages(text: str, _country: str, _terms: frozenset[str]) -> str:
    return ";".join(dict.fromkeys(part for part in re.split(r"[;,\s]+", text) if part))


def _list(text: str, _country: str, _terms: frozenset[str]) -> str:
    return "; ".join(split(text))


def _yes_or_no(text: str, _country: str, _terms: frozenset[str]) -> str:
    folded = fold(text)
    if folded not in _YES | _NO:
        raise CellError(f'"{shorten(text)}" is neither yes nor no.')
    return "yes" if folded in _YES else ""


def _choice(allowed: tuple[str, ...]) -> Reader:
    def read(text: str, _country: str, _terms: frozenset[str]) -> str:
        if text.lower() not in allowed:
            raise CellError(f'"{shorten(text)}" is none of {", ".join(allowed)}.')
        return text.lower()

    return read


def municipality_name(country: str, department: str, name: str) -> str:
    """Return a municipality as official lists write it; unknown names stay as they are."""
    place = areas.find_municipality(country, department, name) if name else None
    return place.name if place and fold(place.name) == fold(name) else name


_READERS: Mapping[str, Reader] = {
    "id": _id, "service_id": _uuid, "location_id": _uuid, "organization_id": _uuid,
    "country": _country, "topics": _topics, "latitude": _number, "longitude": _number,
    "phones": _phones, "whatsapp": _phones, "schedule": _hours, "languages": _languages,
    "required_documents": _list, "accessibility": _list, "service_area": _list,
    "confidential": _yes_or_no, "status": _choice(STATUSES),
    "confidence": _choice(CONFIDENCES),
}  # fmt: skip
_DEFAULTS = {"languages": "es", "confidence": "low"}
