"""From the cells of a row to the entries that it speaks of, touching only what a cell changed."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar, cast

from knowledge.directory import weekly
from knowledge.directory.entries import (
    Accessibility,
    Address,
    Country,
    Entry,
    Language,
    Location,
    Organization,
    RequiredDocument,
    ServiceArea,
    ServiceAtLocation,
    ServiceEntry,
    Status,
)
from knowledge.directory.phones import PhoneError, read_note, read_phone, with_notes, write_phone
from knowledge.directory.records import Phone
from knowledge.directory.sheet import (
    LOCATION_COLUMNS,
    NUMBERS,
    TEXTS,
    TRANSLATION,
    CellError,
    Four,
    best_status,
    id_of,
    municipality_name,
    notes_of,
    numbers_in,
    split,
)

Cells = Mapping[str, str]
P = TypeVar("P")
_OF_PAIRS = frozenset(("phones", "whatsapp", "schedule", "service_area"))


def four_of(entries: Mapping[str, Entry], at: ServiceAtLocation) -> Four:
    """Return the entries of a row among all entries by id."""
    service = cast(ServiceEntry, entries[at.service_id])
    location = cast(Location, entries[at.location_id])
    return Four(cast(Organization, entries[service.organization_id]), service, location, at)


def new_four(
    cells: Cells,
    organization: Organization,
    service: ServiceEntry | None,
    location: Location | None,
    at_id: str,
) -> Four:
    """Return blank entries for a new row; what exists already (a shared service) is taken as is."""
    country = cast(Country, cells["country"])
    row_id = cells["id"]
    service = service or ServiceEntry(
        id=cells.get("service_id") or id_of(row_id, "service"), name="",
        organization_id=organization.id, country=country,
    )  # fmt: skip
    location = location or Location(
        id=cells.get("location_id") or id_of(row_id, "location"), country=country
    )
    at = ServiceAtLocation(
        id=at_id, slug="" if row_id == at_id else row_id,
        service_id=service.id, location_id=location.id,
    )  # fmt: skip
    return Four(organization, service, location, at)


def applied(four: Four, cells: Cells, columns: Collection[str], *, alone: bool) -> Four:
    """Return the entries of a row after the cells of `columns` are written into them.

    `alone`: neither the service nor the location is in another row. Raises `CellError` where a
    change would reach other rows unseen.
    """
    if not _OF_PAIRS.isdisjoint(columns) or any(map(notes_of, columns)):
        four = _own_parts(four, alone=alone)
    service = _service(four.service, cells, columns)
    service = replace(service, organization_id=four.organization.id)
    location = _location(four.location, cells, columns)
    at = _at(four.at, cells, columns)
    for column in columns:
        entity, language = _translation(column)
        if entity is not None and entity in TEXTS:
            owner, field = TEXTS[entity]
            if owner == "service":
                service = _with_text(service, language, field, cells[column])
            else:
                at = _with_text(at, language, field, cells[column])
    return Four(four.organization, service, location, at)


def with_status(four: Four, status: str, *, alone: bool) -> Four:
    """Return the entries of a row with its status; `alone`: its service has no other location.

    A service that has several is as good as the best of them.
    """
    wanted = cast(Status, status)
    best = wanted if alone else cast(Status, best_status(four.service.status, wanted))
    return Four(
        replace(four.organization, status="active"),
        replace(four.service, status=best),
        replace(four.location, status="active"),
        replace(four.at, status=wanted),
    )


def _service(service: ServiceEntry, cells: Cells, columns: Collection[str]) -> ServiceEntry:
    values: dict[str, Any] = {
        field: cells[column]
        for column, (owner, field) in TEXTS.items()
        if owner == "service" and column in columns
    }
    plain = {
        "country": "country", "email": "email", "website": "url", "source": "source_url",
        "source_date": "source_date", "confidence": "confidence", "assured_date": "assured_date",
    }  # fmt: skip
    values |= {field: cells[column] for column, field in plain.items() if column in columns}
    if "topics" in columns:
        values["terms"] = tuple(split(cells["topics"]))
    if "languages" in columns:
        values["languages"] = _merged(
            service.languages,
            split(cells["languages"]),
            lambda x: x.code,
            lambda c: Language(code=c),
        )
    if "required_documents" in columns:
        values["required_documents"] = _merged(
            service.required_documents,
            split(cells["required_documents"]),
            lambda d: d.document.replace(";", ","),
            lambda text: RequiredDocument(text),
        )
    return replace(service, **values)


def _location(location: Location, cells: Cells, columns: Collection[str]) -> Location:
    changed = LOCATION_COLUMNS.intersection(columns)
    if not changed:
        return location
    values: dict[str, Any] = {
        column: cells[column] for column in ("country", "department") if column in changed
    }
    if "municipality" in changed:
        values["municipality"] = municipality_name(
            cells.get("country", location.country),
            cells.get("department", location.department),
            cells["municipality"],
        )
    for column in ("latitude", "longitude"):
        if column in changed:
            values[column] = float(cells[column]) if cells[column] else None
    if "confidential" in changed:
        values["confidential"] = cells["confidential"] == "yes"
    if "address" in changed:
        values["addresses"] = _addresses(location, cells["address"])
    if "accessibility" in changed:
        values["accessibility"] = _merged(
            location.accessibility,
            split(cells["accessibility"]),
            lambda a: a.description.replace(";", ","),
            lambda text: Accessibility(text),
        )
    found = replace(location, **values)
    if found.location_type != "postal":
        somewhere = found.addresses or found.department or found.latitude is not None
        found = replace(found, location_type="physical" if somewhere else "virtual")
    # An address repeats its location's place, as other systems expect it.
    addresses = tuple(
        replace(a, city=found.municipality, state_province=found.department, country=found.country)
        for a in found.addresses
    )
    return replace(found, addresses=addresses)


def _addresses(location: Location, text: str) -> tuple[Address, ...]:
    if not text:
        return location.addresses[1:]
    first = (
        replace(location.addresses[0], address_1=text, address_2="") if location.addresses else None
    )
    return (first or Address(text), *location.addresses[1:])


def _at(at: ServiceAtLocation, cells: Cells, columns: Collection[str]) -> ServiceAtLocation:
    values: dict[str, Any] = {}
    if "hours_note" in columns:
        values["hours_note"] = cells["hours_note"]
    if "schedule" in columns:
        # Exceptions and seasons are not in the sheet, so a new week leaves them as they are.
        kept = tuple(row for row in at.schedules if not weekly.fits_a_line([row]))
        values["schedules"] = (*weekly.read_hours(cells["schedule"]), *kept)
    if not {"phones", "whatsapp"}.isdisjoint(columns) or any(map(notes_of, columns)):
        values["phones"] = tuple(
            phone for column in NUMBERS for phone in _phones(at.phones, column, cells, columns)
        )
    if "service_area" in columns:
        values["service_areas"] = _merged(
            at.service_areas,
            split(cells["service_area"]),
            lambda area: (area.name or area.description).replace(";", ","),
            lambda text: ServiceArea(name=text),
        )
    return replace(at, **values)


def _phones(
    phones: Sequence[Phone], column: str, cells: Cells, columns: Collection[str]
) -> tuple[Phone, ...]:
    found = numbers_in(column, phones)
    if column in columns:
        kind = "whatsapp" if column == "whatsapp" else "voice"
        country = cells["country"]
        found = _merged(
            found, split(cells[column]), write_phone, lambda text: read_phone(text, country, kind)
        )
    for name in sorted(columns):
        of, language = notes_of(name) or ("", "")
        if of == column:
            found = _noted(found, name, language, cells[name])
    return found


def _noted(phones: Sequence[Phone], column: str, language: str, cell: str) -> tuple[Phone, ...]:
    """Return numbers with the remarks of a cell in another language."""
    try:
        return with_notes(phones, language, [read_note(part) for part in split(cell)])
    except PhoneError as error:
        raise CellError(f"{column}: {error}") from error


def _own_parts(four: Four, *, alone: bool) -> Four:
    """Bring what a service or a location says for all its pairs down to the only one."""
    service, location, at = four.service, four.location, four.at
    shared = (service.phones, location.phones, service.schedules, location.schedules,
              service.service_areas)  # fmt: skip
    if not any(shared):
        return four
    if not alone:
        raise CellError(
            "its phones, hours or area are kept once for several locations of the service. Change "
            "them there, or import the HSDS format."
        )
    phones = (*at.phones, *service.phones, *location.phones)
    schedules = at.schedules or service.schedules or location.schedules
    areas = (*at.service_areas, *service.service_areas)
    return Four(
        four.organization,
        replace(service, phones=(), schedules=(), service_areas=()),
        replace(location, phones=(), schedules=()),
        replace(
            at,
            phones=tuple(replace(phone, id="") for phone in phones),
            schedules=tuple(replace(row, id="") for row in schedules),
            service_areas=tuple(replace(area, id="") for area in areas),
        ),
    )


def _merged(
    current: Sequence[P], wanted: Sequence[str], key: Callable[[P], str], make: Callable[[str], P]
) -> tuple[P, ...]:
    """Return one part for each text in `wanted`; the parts that say it already are kept."""
    known = {key(part): part for part in current}
    return tuple(known[text] if text in known else make(text) for text in wanted)


def _translation(column: str) -> tuple[str | None, str]:
    match = TRANSLATION.fullmatch(column)
    return (match[1], match[2]) if match else (None, "")


T = TypeVar("T", ServiceEntry, ServiceAtLocation)


def _with_text(entry: T, language: str, field: str, text: str) -> T:
    texts = {name: dict(found) for name, found in entry.texts.items()}
    texts.setdefault(language, {})[field] = text
    if not text:
        del texts[language][field]
    return replace(entry, texts={name: found for name, found in texts.items() if found})
