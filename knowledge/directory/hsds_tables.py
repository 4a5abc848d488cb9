"""The tables of an HSDS data package: files, columns, and which of them are ours.

The columns are those of the specification's tabular form; those in `ours` are additions of this
profile, which other readers leave aside. `texts.csv` is a table of ours: HSDS has one language.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

PACKAGE = "datapackage.json"
STATUS_OUT = {
    "active": "active", "to_complete": "inactive", "inactive": "inactive", "hidden": "inactive",
}  # fmt: skip
NUMBERS = frozenset(("latitude", "longitude", "amount"))
WHOLE_NUMBERS = frozenset(("extension", "interval", "minimum_age", "maximum_age"))
_KEPT = ("entry_status", "last_modified")


@dataclass(frozen=True, slots=True)
class HsdsTable:
    """One file of a package: the name of its rows, HSDS's columns and ours."""

    name: str
    path: str
    columns: tuple[str, ...]
    ours: tuple[str, ...] = ()

    @property
    def header(self) -> tuple[str, ...]:
        """All columns in the order of the file."""
        return (*self.columns, *self.ours)


ORGANIZATIONS = HsdsTable(
    "organization", "organizations.csv",
    ("id", "name", "alternate_name", "description", "email", "website"),
    ("country", *_KEPT),
)  # fmt: skip
SERVICES = HsdsTable(
    "service", "services.csv",
    ("id", "organization_id", "name", "alternate_name", "description", "url", "email", "status",
     "application_process", "fees_description", "eligibility_description", "minimum_age",
     "maximum_age", "assured_date", "alert", "last_modified"),
    ("country", "source_url", "source_date", "confidence", "entry_status"),
)  # fmt: skip
LOCATIONS = HsdsTable(
    "location", "locations.csv",
    ("id", "location_type", "url", "name", "description", "transportation", "latitude",
     "longitude"),
    ("country", "department", "municipality", "confidential", *_KEPT),
)  # fmt: skip
AT_LOCATIONS = HsdsTable(
    "service_at_location", "service_at_locations.csv",
    ("id", "service_id", "location_id", "description"),
    ("slug", "hours_note", *_KEPT),
)  # fmt: skip
ENTRIES = (ORGANIZATIONS, SERVICES, LOCATIONS, AT_LOCATIONS)
_ALL_LINKS = ("organization_id", "service_id", "location_id", "service_at_location_id")
# A field of entries that holds parts → the file of those parts.
PARTS: Mapping[str, HsdsTable] = {
    "contacts": HsdsTable(
        "contact", "contacts.csv", ("id", *_ALL_LINKS, "name", "title", "department", "email")
    ),
    "phones": HsdsTable(
        "phone", "phones.csv",
        ("id", *_ALL_LINKS, "contact_id", "number", "extension", "type", "description"),
    ),
    "schedules": HsdsTable(
        "schedule", "schedules.csv",
        ("id", *_ALL_LINKS[1:], "valid_from", "valid_to", "dtstart", "until", "freq", "interval",
         "byday", "bymonthday", "opens_at", "closes_at", "description"),
        ("exception",),
    ),
    "languages": HsdsTable(
        "language", "languages.csv", ("id", "service_id", "location_id", "name", "code", "note")
    ),
    "cost_options": HsdsTable(
        "cost_option", "cost_options.csv",
        ("id", "service_id", "valid_from", "valid_to", "option", "currency", "amount",
         "amount_description"),
    ),
    "required_documents": HsdsTable(
        "required_document", "required_documents.csv", ("id", "service_id", "document", "uri")
    ),
    "service_areas": HsdsTable(
        "service_area", "service_areas.csv",
        ("id", "service_id", "service_at_location_id", "name", "description", "extent",
         "extent_type", "uri"),
    ),
    "addresses": HsdsTable(
        "address", "addresses.csv",
        ("id", "location_id", "address_1", "address_2", "city", "region", "state_province",
         "postal_code", "country", "address_type"),
    ),
    "accessibility": HsdsTable(
        "accessibility", "accessibility.csv", ("id", "location_id", "description", "details", "url")
    ),
}  # fmt: skip
ATTRIBUTES = HsdsTable(
    "attribute", "attributes.csv", ("id", "link_id", "link_entity", "taxonomy_term_id")
)
TAXONOMIES = HsdsTable(
    "taxonomy", "taxonomies.csv", ("id", "name", "description", "uri", "version")
)
TERMS = HsdsTable(
    "taxonomy_term", "taxonomy_terms.csv",
    ("id", "code", "name", "description", "parent_id", "taxonomy_id"),
)  # fmt: skip
TEXTS = HsdsTable("text", "texts.csv", (), ("link_entity", "link_id", "field", "language", "text"))
TABLES = (*ENTRIES, *PARTS.values(), ATTRIBUTES, TAXONOMIES, TERMS, TEXTS)


def package() -> bytes:
    """Return `datapackage.json`, which tells other systems what the files hold."""
    resources = [
        {
            "name": table.name,
            "path": table.path,
            "profile": "tabular-data-resource",
            "format": "csv",
            "mediatype": "text/csv",
            "encoding": "utf-8",
            "schema": {"fields": [_field(table, column) for column in table.header]},
        }
        for table in TABLES
    ]
    about: dict[str, Any] = {
        "profile": "tabular-data-package",
        "name": "ventanilla-directory",
        "title": "Directorio de Ventanilla",
        "description": (
            "Human Services Data Specification 3.1, tabular form. Hours are local time. Texts are "
            "in Spanish; texts.csv has other languages. Columns marked «Ventanilla» and the file "
            "texts.csv are additions; entry_status says what `status` cannot: to_complete, hidden."
        ),
        "resources": resources,
    }
    return (json.dumps(about, ensure_ascii=False, indent=2) + "\n").encode()


def _field(table: HsdsTable, column: str) -> dict[str, Any]:
    kind = "string"
    if column in NUMBERS:
        kind = "number"
    elif column in WHOLE_NUMBERS:
        kind = "integer"
    field: dict[str, Any] = {"name": column, "type": kind}
    if column in table.ours:
        field["title"] = "Ventanilla"
    if column == "id":
        field["constraints"] = {"required": True, "unique": True}
    return field
