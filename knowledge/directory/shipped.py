"""The directory that comes with the program: one CSV a country, one row a service at a location.

Rows that people cannot use (`to_complete`: no way to reach them, or no page as source;
`inactive`: closed) are loaded too, for staff; `knowledge.directory.queries` never shows them.
"""

import csv
import json
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert

from flows.definition import COUNTRIES, Finding, Place
from knowledge.store.tables import locations, organizations, service_taxonomy, services

DIRECTORY = Path(__file__).parent / "shipped"
COLUMNS = (
    "id", "organization", "service", "service_en", "description", "description_en", "topics",
    "country", "department", "municipality", "address", "latitude", "longitude", "phones",
    "whatsapp", "email", "website", "schedule", "hours_note", "hours_note_en", "cost", "cost_en",
    "who", "who_en", "languages", "alert", "alert_en", "confidential", "status", "source",
    "source_date", "confidence",
)  # fmt: skip
REQUIRED = ("id", "organization", "service", "service_en", "description", "topics", "country")
STATUSES = ("active", "to_complete", "inactive")
CONFIDENCES = ("high", "medium", "low")
# Ids are derived from the slug, so that two installations agree on them.
NAMESPACE = uuid.UUID("7a7d2f44-5c0f-4a0c-9c4c-6d6a4f1f0e11")

_DAYS = "(?:Mo|Tu|We|Th|Fr|Sa|Su)"
_HOURS = r"\d\d:\d\d-\d\d:\d\d(?:,\d\d:\d\d-\d\d:\d\d)*"
_RULE = rf"{_DAYS}(?:-{_DAYS})?(?:,{_DAYS}(?:-{_DAYS})?)* {_HOURS}"
SCHEDULE = re.compile(rf"24/7|{_RULE}(?:; {_RULE})*")
_PHONE = re.compile(r"\s*([^()]*\(?[^()]*\)?[^()]*?)\s*(?:\(([^()]*[^\d\s()-][^()]*)\))?\s*")


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a file with the line it stands on."""

    line: int
    values: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.values.get(column, "")


def read_rows(path: Path, shown_as: str) -> tuple[list[Row], list[Finding]]:
    """Read one file; return its rows with all that is wrong in them."""
    findings: list[Finding] = []
    rows: list[Row] = []
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file, strict=True)
        missing = [c for c in COLUMNS if c not in (reader.fieldnames or ())]
        if missing:
            return [], [Finding(Place(shown_as, 1), f"lacks the columns {', '.join(missing)}.")]
        for values in reader:
            row = Row(
                reader.line_num, {k: (v or "").strip() for k, v in values.items() if k is not None}
            )
            findings += [Finding(Place(shown_as, row.line), text) for text in _problems(row)]
            rows.append(row)
    return rows, findings


def check_shipped(
    articles: frozenset[str] | set[str], directory: Path = DIRECTORY
) -> list[Finding]:
    """Return everything wrong with the shipped files; `articles` are the known article ids."""
    findings: list[Finding] = []
    seen: dict[str, str] = {}
    for country in COUNTRIES:
        path = directory / f"{country}.csv"
        shown_as = f"knowledge/directory/shipped/{country}.csv"
        rows, found = read_rows(path, shown_as)
        findings += found
        for row in rows:
            place = Place(shown_as, row.line)
            if row["id"] in seen:
                findings.append(Finding(place, f'the id "{row["id"]}" is used twice.'))
            seen[row["id"]] = shown_as
            unknown = [t for t in _list(row["topics"]) if articles and t not in articles]
            findings += [Finding(place, f'"{t}" is no topic of ours.') for t in unknown]
            if row["country"] != country:
                findings.append(Finding(place, f'says country "{row["country"]}".'))
    return findings


def load_shipped(connection: Connection, directory: Path = DIRECTORY) -> int:
    """Fill empty directory tables from the shipped files; return the number of services."""
    rows = [
        row
        for country in COUNTRIES
        for row in read_rows(directory / f"{country}.csv", f"{country}.csv")[0]
    ]
    owners = {(row["country"], row["organization"]) for row in rows}
    connection.execute(
        insert(organizations),
        [{"id": _id("organization", *owner), "name": owner[1]} for owner in sorted(owners)],
    )
    connection.execute(insert(locations), [_location(row) for row in rows])
    connection.execute(insert(services), [_service(row) for row in rows])
    connection.execute(insert(service_taxonomy), [term for row in rows for term in _terms(row)])
    return len(rows)


def _problems(row: Row) -> Iterator[str]:
    for column in REQUIRED:
        if not row[column]:
            yield f'the column "{column}" is empty.'
    if row["status"] not in STATUSES:
        yield f'status "{row["status"]}" is none of {", ".join(STATUSES)}.'
    if row["status"] == "active":
        if not row["source"].startswith(("https://", "http://")):
            yield "is active without a page as source. Write status to_complete."
        if row["confidence"] not in CONFIDENCES:
            yield f'confidence "{row["confidence"]}" is none of {", ".join(CONFIDENCES)}.'
        if not any(row[c] for c in ("phones", "whatsapp", "address", "website", "email")):
            yield "is active without any way to reach it. Write status to_complete."
    if row["schedule"] and not SCHEDULE.fullmatch(row["schedule"]):
        yield f'schedule "{row["schedule"]}" is not like "Mo-Fr 08:00-16:00; Sa 08:00-12:00".'


def _location(row: Row) -> dict[str, Any]:
    return {
        "id": _id("location", row["id"]),
        "country": row["country"],
        "department": row["department"] or None,
        "municipality": row["municipality"] or None,
        "address": row["address"] or None,
        "latitude": float(row["latitude"]) if row["latitude"] else None,
        "longitude": float(row["longitude"]) if row["longitude"] else None,
        "confidential": int(row["confidential"] == "yes"),
    }


def _service(row: Row) -> dict[str, Any]:
    english = {
        "name": row["service_en"],
        "description": row["description_en"],
        "who": row["who_en"],
        "cost": row["cost_en"],
        "alert": row["alert_en"],
        "hours_note": row["hours_note_en"],
    }
    phones = [_phone(text) for text in _list(row["phones"])]
    return {
        "id": _id("service", row["id"]),
        "slug": row["id"],
        "organization_id": _id("organization", row["country"], row["organization"]),
        "location_id": _id("location", row["id"]),
        "name": row["service"],
        "description": row["description"] or None,
        "who": row["who"] or None,
        "cost": row["cost"] or None,
        "alert": row["alert"] or None,
        "schedule": row["schedule"] or None,
        "hours_note": row["hours_note"] or None,
        "english": json.dumps({k: v for k, v in english.items() if v}, ensure_ascii=False),
        "phones": json.dumps(phones, ensure_ascii=False),
        "whatsapp": row["whatsapp"] or None,
        "email": row["email"] or None,
        "website": row["website"] or None,
        "languages": row["languages"] or "es",
        "status": row["status"],
        "source": row["source"] or None,
        "source_date": row["source_date"] or None,
        "confidence": row["confidence"] or "low",
        "assured_date": None,
    }


def _terms(row: Row) -> list[dict[str, Any]]:
    return [
        {"taxonomy_term": term, "service_id": _id("service", row["id"]), "rank": rank}
        for rank, term in enumerate(dict.fromkeys(_list(row["topics"])))
    ]


def _phone(text: str) -> dict[str, str]:
    """Split a remark in brackets from a number; "(470) 751-9077" keeps its area code.

    >>> _phone("1-866-347-2423 (desde Estados Unidos)")
    {'number': '1-866-347-2423', 'note': 'desde Estados Unidos'}
    """
    match = _PHONE.fullmatch(text)
    if match is None:
        return {"number": text.strip(), "note": ""}
    return {"number": match.group(1).strip(), "note": (match.group(2) or "").strip()}


def _list(text: str) -> list[str]:
    return [part.strip() for part in text.split(";") if part.strip()]


def _id(*parts: str) -> str:
    return str(uuid.uuid5(NAMESPACE, "/".join(parts)))
