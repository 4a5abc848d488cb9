"""The smallest directories that tests of finding, reports and the public feed need."""

import os
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, text

from knowledge.directory import terms, writing
from knowledge.directory.entries import (
    Address,
    Entry,
    Location,
    Organization,
    ServiceAtLocation,
    ServiceEntry,
)
from knowledge.directory.records import Phone, Schedule
from knowledge.directory.rows import with_part_ids
from knowledge.directory.weekly import read_hours
from knowledge.store import report_tables, schema  # noqa: F401 - its table belongs to the schema
from knowledge.store.database import open_engine

SPACE = uuid.UUID("0f7c5d4e-7a51-4b52-8d8e-0c1f6b6f1a11")
PASSPORT = "documents/passport"


def id_of(kind: str, name: str) -> str:
    return str(uuid.uuid5(SPACE, f"{kind}/{name}"))


def at_id(name: str) -> str:
    """The id of the office of that name, as a service at a location."""
    return id_of("at", name)


@contextmanager
def an_empty_directory(folder: Path) -> Iterator[Engine]:
    """A database with the schema of today and the topics.

    A SQLite file of its own, or a schema of its own in the PostgreSQL that TEST_DATABASE_URL names.
    """
    url = os.environ.get("TEST_DATABASE_URL", "")
    opened = a_postgres_schema(url) if url.startswith("postgresql") else a_sqlite_file(folder)
    with opened as engine:
        with engine.begin() as connection:
            terms.write_terms(connection)
        yield engine


@contextmanager
def a_sqlite_file(folder: Path) -> Iterator[Engine]:
    """A migrated database in a file."""
    engine = open_engine(f"sqlite:///{folder / 'directory.sqlite'}")
    try:
        schema.upgrade(engine)
        yield engine
    finally:
        engine.dispose()


@contextmanager
def a_postgres_schema(url: str) -> Iterator[Engine]:
    """A migrated schema with a name of its own, dropped afterwards."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    owner = open_engine(url)
    with owner.begin() as connection:
        connection.execute(text(f"CREATE SCHEMA {name}"))
    engine = open_engine(f"{url}{'&' if '?' in url else '?'}options=-csearch_path%3D{name}")
    try:
        schema.upgrade(engine)
        yield engine
    finally:
        engine.dispose()
        with owner.begin() as connection:
            connection.execute(text(f"DROP SCHEMA {name} CASCADE"))
        owner.dispose()


def an_office(
    name: str,
    *,
    topics: Sequence[str] = (PASSPORT,),
    country: Any = "SV",
    department: str = "",
    municipality: str = "",
    point: tuple[float, float] | None = None,
    hours: str | Sequence[Schedule] = "",
    phone: str = "2222-2222",
    confidential: bool = False,
    status: Any = "active",
    service: dict[str, Any] | None = None,
    location: dict[str, Any] | None = None,
    at: dict[str, Any] | None = None,
) -> list[Entry]:
    """A service of its own organization at a location; a national line without a department."""
    kept: dict[str, Any] = {
        "version": 1, "last_modified": "2026-11-01T00:00:00.000Z", "status": status,
    }  # fmt: skip
    schedules = tuple(read_hours(hours)) if isinstance(hours, str) else tuple(hours)
    owner = Organization(
        f"Organización {name}", country, description="Da servicios.",
        id=id_of("organization", name), **(kept | {"status": "active"}),
    )  # fmt: skip
    what = ServiceEntry(
        name, owner.id, country, description="Atiende a quien lo pide, sin cita previa.",
        terms=tuple(topics), source_url="https://example.org/", source_date="2025-12",
        confidence="medium", id=id_of("service", name), **kept,
    )  # fmt: skip
    where = Location(
        country, department, municipality, "physical" if department else "virtual",
        latitude=point[0] if point else None, longitude=point[1] if point else None,
        confidential=confidential, id=id_of("location", name), **kept,
        addresses=(Address(f"Calle de {name}", country=country),) if department else (),
    )  # fmt: skip
    pair = ServiceAtLocation(
        what.id, where.id, phones=(Phone(phone, country=country),), schedules=schedules,
        id=at_id(name), **kept,
    )  # fmt: skip
    what = replace(what, **(service or {}))
    where = replace(where, **(location or {}))
    pair = replace(pair, **(at or {}))
    return [with_part_ids(entry) for entry in (owner, what, where, pair)]


def put(connection: Connection, *offices: list[Entry]) -> None:
    writing.insert_entries(connection, [entry for office in offices for entry in office])
