"""The tables of the directory, in the words of the Human Services Data Specification (HSDS 3.x).

Ids are UUIDs in text. Texts are in Spanish in the row itself; other languages are in `texts`.
Instants are UTC in ISO 8601 with milliseconds, dates `YYYY-MM-DD`. `version` counts the revisions
of an entry. Some columns are not of the specification: they say where a claim comes from
(`source_url`, `source_date`, `confidence`), who may see it (`status`, `confidential`) or order the
rows of a list (`position`).
"""

from typing import Any

from sqlalchemy import (
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from knowledge.store.tables import metadata


def _id() -> Column[Any]:
    return Column("id", String(36), primary_key=True)


def _part_of(name: str, table: str) -> Column[Any]:
    """Return a column for the entry that a row belongs to; the row goes with it."""
    return Column(name, ForeignKey(f"{table}.id", ondelete="CASCADE"), index=True)


def _kept() -> list[Column[Any]]:
    """Return the columns that every entry has: who may see it, which revision, since when."""
    return [
        Column("status", String(16), nullable=False),
        Column("version", Integer, nullable=False),
        Column("last_modified", String(24), nullable=False),
    ]


def _position() -> Column[Any]:
    return Column("position", Integer, nullable=False)


organizations = Table(
    "organizations",
    metadata,
    _id(),
    Column("country", String(2), nullable=False),
    Column("name", Text, nullable=False),
    Column("alternate_name", Text),
    Column("description", Text),
    Column("email", Text),
    Column("website", Text),
    *_kept(),
    Index("ix_organizations_country_name", "country", "name"),
)

services = Table(
    "services",
    metadata,
    _id(),
    Column("organization_id", ForeignKey("organizations.id"), nullable=False, index=True),
    Column("country", String(2), nullable=False),
    Column("name", Text, nullable=False),
    Column("alternate_name", Text),
    Column("description", Text),
    Column("url", Text),
    Column("email", Text),
    Column("application_process", Text),
    Column("fees_description", Text),
    Column("eligibility_description", Text),
    Column("minimum_age", Integer),
    Column("maximum_age", Integer),
    Column("alert", Text),
    Column("assured_date", String(10)),
    Column("source_url", Text),
    Column("source_date", String(10)),
    Column("confidence", String(8), nullable=False),
    *_kept(),
    Index("ix_services_country_status", "country", "status"),
    Index("ix_services_last_modified", "last_modified"),
)

locations = Table(
    "locations",
    metadata,
    _id(),
    Column("country", String(2), nullable=False),
    Column("department", Text),
    Column("municipality", Text),
    Column("location_type", String(8), nullable=False),  # physical, postal or virtual
    Column("name", Text),
    Column("description", Text),
    Column("transportation", Text),
    Column("url", Text),
    # The office's own point, and its municipality's, which serves to order and is never shown.
    Column("latitude", Float),
    Column("longitude", Float),
    Column("place_latitude", Float),
    Column("place_longitude", Float),
    Column("confidential", Integer, nullable=False),
    *_kept(),
    Index("ix_locations_area", "country", "department", "municipality"),
    Index("ix_locations_point", "latitude", "longitude"),
    Index("ix_locations_place_point", "place_latitude", "place_longitude"),
    Index("ix_locations_confidential", "confidential", "country"),
)

# `slug` is the id of a row in a spreadsheet, where it had one: "sv-duicentro-soyapango".
service_at_locations = Table(
    "service_at_locations",
    metadata,
    _id(),
    Column("slug", String(120), unique=True),
    Column("service_id", ForeignKey("services.id"), nullable=False),
    Column("location_id", ForeignKey("locations.id"), nullable=False),
    Column("description", Text),
    Column("hours_note", Text),  # what schedules cannot say: "sólo con cita"
    *_kept(),
    UniqueConstraint("service_id", "location_id", name="uq_service_at_locations_pair"),
    Index("ix_service_at_locations_location", "location_id", "service_id"),
)

addresses = Table(
    "addresses",
    metadata,
    _id(),
    _part_of("location_id", "locations"),
    _position(),
    Column("address_1", Text, nullable=False),
    Column("address_2", Text),
    Column("city", Text),
    Column("region", Text),
    Column("state_province", Text),
    Column("postal_code", Text),
    Column("country", String(2), nullable=False),
    Column("address_type", String(8), nullable=False),
)

contacts = Table(
    "contacts",
    metadata,
    _id(),
    _part_of("organization_id", "organizations"),
    _part_of("service_id", "services"),
    _part_of("location_id", "locations"),
    _part_of("service_at_location_id", "service_at_locations"),
    _position(),
    Column("name", Text),
    Column("title", Text),
    Column("department", Text),
    Column("email", Text),
)

phones = Table(
    "phones",
    metadata,
    _id(),
    _part_of("organization_id", "organizations"),
    _part_of("service_id", "services"),
    _part_of("location_id", "locations"),
    _part_of("service_at_location_id", "service_at_locations"),
    _part_of("contact_id", "contacts"),
    _position(),
    Column("number", Text, nullable=False),
    Column("extension", Integer),
    Column("type", String(16), nullable=False),
    Column("description", Text),
    Column("e164", String(20)),  # empty for a short code
    Column("country", String(2)),  # where the number is, or where the short code works
)

schedules = Table(
    "schedules",
    metadata,
    _id(),
    _part_of("service_id", "services"),
    _part_of("location_id", "locations"),
    _part_of("service_at_location_id", "service_at_locations"),
    _position(),
    Column("freq", String(8), nullable=False),
    Column("interval", Integer),
    Column("byday", Text),
    Column("bymonthday", Text),
    Column("dtstart", String(10)),
    Column("until", String(10)),
    Column("opens_at", String(5)),
    Column("closes_at", String(5)),
    Column("valid_from", String(10)),
    Column("valid_to", String(10)),
    Column("exception", Integer, nullable=False),
    Column("description", Text),
)

languages = Table(
    "languages",
    metadata,
    _id(),
    _part_of("service_id", "services"),
    _part_of("location_id", "locations"),
    _position(),
    Column("code", String(16)),
    Column("name", Text),
    Column("note", Text),
)

taxonomies = Table(
    "taxonomies",
    metadata,
    _id(),
    Column("name", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("uri", Text),
    Column("version", Text),
)

taxonomy_terms = Table(
    "taxonomy_terms",
    metadata,
    _id(),
    Column("taxonomy_id", ForeignKey("taxonomies.id"), nullable=False),
    _position(),
    Column("code", String(80), nullable=False, unique=True),  # documents/passport, or documents
    Column("name", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("parent_id", ForeignKey("taxonomy_terms.id")),
)

# Which topics a service is for. `country` repeats the service's, for the index.
attributes = Table(
    "attributes",
    metadata,
    _id(),
    Column("service_id", ForeignKey("services.id", ondelete="CASCADE"), nullable=False),
    Column("taxonomy_term_id", ForeignKey("taxonomy_terms.id"), nullable=False),
    Column("rank", Integer, nullable=False),  # 0: what the service is for first of all
    Column("country", String(2), nullable=False),
    UniqueConstraint("service_id", "taxonomy_term_id", name="uq_attributes_pair"),
    Index("ix_attributes_term", "taxonomy_term_id", "country", "service_id"),
)

accessibility = Table(
    "accessibility",
    metadata,
    _id(),
    _part_of("location_id", "locations"),
    _position(),
    Column("description", Text, nullable=False),
    Column("details", Text),
    Column("url", Text),
)

cost_options = Table(
    "cost_options",
    metadata,
    _id(),
    _part_of("service_id", "services"),
    _position(),
    Column("valid_from", String(10)),
    Column("valid_to", String(10)),
    Column("option", Text),
    Column("currency", String(3)),
    Column("amount", Float),
    Column("amount_description", Text),
)

required_documents = Table(
    "required_documents",
    metadata,
    _id(),
    _part_of("service_id", "services"),
    _position(),
    Column("document", Text, nullable=False),
    Column("uri", Text),
)

service_areas = Table(
    "service_areas",
    metadata,
    _id(),
    _part_of("service_id", "services"),
    _part_of("service_at_location_id", "service_at_locations"),
    _position(),
    Column("name", Text),
    Column("description", Text),
    Column("extent", Text),
    Column("extent_type", String(8)),
    Column("uri", Text),
)
