"""What an entry must be before it may stand in the directory: every problem, with its field."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from urllib.parse import urlsplit

from flows.definition import COUNTRIES
from flows.yaml_reader import did_you_mean, shorten
from knowledge.directory import areas, weekly
from knowledge.directory.entries import (
    TRANSLATED,
    Address,
    Contact,
    Entry,
    Language,
    Location,
    Organization,
    ServiceAtLocation,
    ServiceEntry,
)
from knowledge.directory.phones import COUNTRY_NAMES, PhoneError, read_phone
from knowledge.directory.records import CONFIDENCES, DAYS, STATUSES, DirectoryError, Phone, Schedule
from knowledge.directory.rows import kind_of, phones_of

MAX_TEXT = 2000
MAX_NAME = 200
KINDS_OF_LOCATION = ("physical", "postal", "virtual")
_EMAIL = re.compile(r"[^@\s<>\"']+@[\w-]+(\.[\w-]+)+")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_DATE_PARTS = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?")
_CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029\ufeff]")
_NTH_DAY = re.compile(rf"[+-]?[1-5]?({'|'.join(DAYS)})")
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that keeps an entry out, and the field it is about."""

    field: str
    reason: str

    def __str__(self) -> str:
        return f"{self.field}: {self.reason}"


class InvalidEntry(DirectoryError):  # noqa: N818 - what it is, not that it is an error
    """An entry cannot be kept as it is; `problems` holds every reason."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


def problems_of(entry: Entry, terms: frozenset[str]) -> list[Problem]:
    """Return everything wrong with an entry by itself; `terms` are the topics that exist."""
    return list(_problems(entry, terms))


def _problems(entry: Entry, terms: frozenset[str]) -> Iterator[Problem]:
    if entry.id and not UUID.fullmatch(entry.id):
        yield Problem("id", "is not a UUID in small letters.")
    if entry.status not in STATUSES:
        yield Problem("status", _one_of(entry.status, STATUSES))
    yield from _texts(entry)
    match entry:
        case Organization():
            yield from _name(entry.name)
            yield from _country(entry.country)
            yield from _ways("email", entry.email, "website", entry.website)
            yield from _parts(entry.phones, (), entry.contacts, entry.country)
        case ServiceEntry():
            yield from _service(entry, terms)
        case Location():
            yield from _location(entry)
        case ServiceAtLocation():
            for field in ("service_id", "location_id"):
                if not UUID.fullmatch(getattr(entry, field)):
                    yield Problem(field, "is missing, or is no id.")
            # Its numbers are judged with its service, which knows the country.
            yield from _parts((), entry.schedules, (), "")


def _service(entry: ServiceEntry, terms: frozenset[str]) -> Iterator[Problem]:
    yield from _name(entry.name)
    yield from _country(entry.country)
    yield from _ways("email", entry.email, "url", entry.url)
    yield from _parts(entry.phones, entry.schedules, entry.contacts, entry.country)
    yield from _languages(entry.languages)
    for term in entry.terms:
        if term not in terms:
            hint = did_you_mean(term, terms)
            yield Problem("terms", f'"{shorten(term)}" is no topic of ours.{hint}')
    if len(set(entry.terms)) != len(entry.terms):
        yield Problem("terms", "names a topic twice.")
    if entry.confidence not in CONFIDENCES:
        yield Problem("confidence", _one_of(entry.confidence, CONFIDENCES))
    if entry.assured_date and not is_date(entry.assured_date):
        yield Problem("assured_date", "is no date like 2026-11-22.")
    if entry.source_date and not is_date(entry.source_date, whole=False):
        yield Problem("source_date", "is no date like 2026, 2026-11 or 2026-11-22.")
    if entry.status == "active" and not is_page(entry.source_url):
        yield Problem(
            "source_url",
            "is no page address, so people may not see it yet. Give the page, or the status "
            "to_complete.",
        )
    for cost in entry.cost_options:
        if cost.currency and not re.fullmatch("[A-Z]{3}", cost.currency):
            yield Problem("cost_options", f'"{shorten(cost.currency)}" is no currency like USD.')
    low, high = entry.minimum_age, entry.maximum_age
    if low is not None and high is not None and high < low:
        yield Problem("maximum_age", "is below the minimum age.")


def _location(entry: Location) -> Iterator[Problem]:
    yield from _country(entry.country)
    yield from _parts(entry.phones, entry.schedules, entry.contacts, entry.country)
    yield from _languages(entry.languages)
    yield from _ways("", "", "url", entry.url)
    if entry.location_type not in KINDS_OF_LOCATION:
        yield Problem("location_type", _one_of(entry.location_type, KINDS_OF_LOCATION))
    if entry.municipality and not entry.department:
        yield Problem("department", "is missing: a municipality needs it.")
    yield from point_problems(entry.country, entry.latitude, entry.longitude)
    for address in entry.addresses:
        yield from _address(address)


def point_problems(
    country: str, latitude: float | None, longitude: float | None
) -> Iterator[Problem]:
    """Yield what is wrong with an office's point."""
    if latitude is None and longitude is None:
        return
    if latitude is None or longitude is None:
        yield Problem("latitude" if latitude is None else "longitude", "is missing: give both.")
    elif country in COUNTRIES and not areas.is_inside(country, latitude, longitude):
        name = COUNTRY_NAMES[country]
        yield Problem(
            "latitude", f"{latitude}, {longitude} is not in {name}. Are they turned round?"
        )


def _address(address: Address) -> Iterator[Problem]:
    if not address.address_1.strip():
        yield Problem("addresses", "has an address without its first line.")
    if address.address_type not in KINDS_OF_LOCATION:
        yield Problem("addresses", _one_of(address.address_type, KINDS_OF_LOCATION))


def _parts(
    phones: Sequence[Phone],
    schedules: Sequence[Schedule],
    contacts: Sequence[Contact],
    country: str,
) -> Iterator[Problem]:
    yield from phone_problems([*phones, *(p for c in contacts for p in c.phones)], country)
    for schedule in schedules:
        yield from _schedule(schedule)
    for contact in contacts:
        yield from _ways("contacts", contact.email, "", "")


def phone_problems(phones: Sequence[Phone], country: str) -> Iterator[Problem]:
    """Yield what is wrong with the numbers of a service in a country."""
    for phone in phones:
        if any(sign in phone.note for sign in "();"):
            yield Problem("phones", "has a remark with brackets or a semicolon.")
            continue
        try:
            read_phone(f"{phone.number} ({phone.note})" if phone.note else phone.number, country)
        except PhoneError as error:
            yield Problem("phones", str(error))


def _schedule(row: Schedule) -> Iterator[Problem]:
    for name in ("valid_from", "valid_to", "dtstart", "until"):
        if (value := getattr(row, name)) and not is_date(value):
            yield Problem("schedules", f'{name} "{shorten(value)}" is no date like 2026-11-22.')
    if row.exception and not (row.valid_from and row.valid_to):
        yield Problem("schedules", "an exception needs its first and its last day.")
    if row.valid_from and row.valid_to and row.valid_to < row.valid_from:
        yield Problem("schedules", f"{row.valid_to} is before {row.valid_from}.")
    for day in row.byday:
        known = day in DAYS if row.freq == "WEEKLY" else _NTH_DAY.fullmatch(day)
        if not known:
            yield Problem("schedules", f'"{shorten(day)}" is no day: write {", ".join(DAYS)}.')
    if row.freq not in ("WEEKLY", "MONTHLY"):
        yield Problem("schedules", _one_of(row.freq, ("WEEKLY", "MONTHLY")))
    if bool(row.opens_at) != bool(row.closes_at):
        yield Problem("schedules", "has one hour of two.")
    if row.opens_at and row.closes_at:
        try:
            weekly.check_interval(row.opens_at, row.closes_at)
        except weekly.HoursError as error:
            yield Problem("schedules", str(error))


def _languages(languages: Sequence[Language]) -> Iterator[Problem]:
    for language in languages:
        if language.code and not _LANGUAGE.fullmatch(language.code):
            yield Problem("languages", f'"{shorten(language.code)}" is no language code like es.')


def _ways(email_field: str, email: str, url_field: str, url: str) -> Iterator[Problem]:
    if email and not _EMAIL.fullmatch(email):
        yield Problem(email_field, f'"{shorten(email)}" is no e-mail address.')
    if url and not is_page(url):
        yield Problem(url_field, f'"{shorten(url)}" is no page address: begin it with https://.')


def _name(name: str) -> Iterator[Problem]:
    if not name.strip():
        yield Problem("name", "is missing.")
    elif len(name) > MAX_NAME:
        yield Problem("name", f"is longer than {MAX_NAME} characters.")


def _country(country: str) -> Iterator[Problem]:
    if country not in COUNTRIES:
        yield Problem("country", _one_of(country, COUNTRIES))


def _texts(entry: Entry) -> Iterator[Problem]:
    for field in entry.__dataclass_fields__:
        for text in _all_texts(getattr(entry, field)):
            if len(text) > MAX_TEXT:
                yield Problem(field, f"is longer than {MAX_TEXT} characters.")
            if _CONTROL.search(text):
                yield Problem(field, "has a character that cannot be shown.")
    for phone in phones_of(entry):
        yield from _notes(phone)
    allowed = TRANSLATED[kind_of(entry).name]
    for language, texts in entry.texts.items():
        yield from _other_language("texts", language)
        for field in texts:
            if field not in allowed:
                yield Problem("texts", f'"{shorten(field)}" has no translation.')


def _notes(phone: Phone) -> Iterator[Problem]:
    for language, note in phone.notes.items():
        yield from _other_language("phones.notes", language)
        if any(sign in note for sign in "();"):
            yield Problem("phones.notes", "has a remark with brackets or a semicolon.")


def _other_language(field: str, code: str) -> Iterator[Problem]:
    if code == "es" or not _LANGUAGE.fullmatch(code):
        yield Problem(field, f'"{shorten(code)}" is no other language, such as en.')


def _all_texts(value: object) -> Iterator[str]:
    """Yield every text in a field: of lists, of parts and of their parts."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _all_texts(item)
    elif isinstance(value, tuple):
        for item in value:
            yield from _all_texts(item)
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from _all_texts(getattr(value, field.name))


def _one_of(value: str, allowed: Sequence[str]) -> str:
    if not value:
        return f"is missing: write one of {', '.join(allowed)}."
    return f'"{shorten(value)}" is none of {", ".join(allowed)}.'


def is_page(text: str) -> bool:
    """Whether a text is the address of a web page."""
    try:
        parts = urlsplit(text)
        named = "." in (parts.hostname or "")
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and named and not any(c.isspace() for c in text)


def is_date(text: str, *, whole: bool = True) -> bool:
    """Whether a text is `YYYY-MM-DD`; `YYYY` and `YYYY-MM` too when it need not be `whole`."""
    match = _DATE_PARTS.fullmatch(text)
    if match is None or (whole and match[3] is None):
        return False
    try:
        date(int(match[1]), int(match[2] or 1), int(match[3] or 1))
    except ValueError:
        return False
    return True
