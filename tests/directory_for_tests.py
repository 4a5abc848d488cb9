"""Small rows and imports for the tests of the directory."""

from collections.abc import Mapping
from datetime import UTC, datetime

from sqlalchemy import Connection, Engine

from knowledge.directory import csv_files
from knowledge.directory.exchange_csv import plan_csv
from knowledge.directory.finding import find
from knowledge.directory.importing import Report, carry_out
from knowledge.directory.records import Service
from knowledge.directory.revising import Author
from knowledge.directory.sheet import COLUMNS

NOW = datetime(2026, 11, 22, 15, 30, tzinfo=UTC)
AUTHOR = Author("staff-7", NOW, "prueba")


def a_row(**cells: str) -> dict[str, str]:
    """Return the cells of a good row; `cells` replace some of them."""
    return {
        "id": "sv-oficina",
        "organization": "Alcaldía de Zacatecoluca",
        "service": "Ventanilla del retornado",
        "service_en": "Returnee desk",
        "description": "Aquí le ayudan con sus papeles al volver.",
        "description_en": "Here they help you with your papers on return.",
        "topics": "documents/passport;reception/arrival-help",
        "country": "SV",
        "department": "La Paz",
        "municipality": "Zacatecoluca",
        "address": "2a calle oriente, frente al parque",
        "latitude": "13.5",
        "longitude": "-88.87",
        "phones": "2334-0000; 119",
        "schedule": "Mo-Fr 08:00-16:00",
        "languages": "es",
        "source": "https://example.org/oficina",
        "confidence": "high",
    } | cells


def a_sheet(*rows: Mapping[str, str]) -> bytes:
    """Return a CSV file of rows with the whole header."""
    extra = sorted({column for row in rows for column in row} - set(COLUMNS))
    return csv_files.write_rows((*COLUMNS, *extra), rows)


def bring_in(
    engine: Engine, raw: bytes, *, keep_good: bool = False, dry_run: bool = False
) -> Report:
    """Import a CSV file."""
    with engine.begin() as connection:
        plan = plan_csv(connection, raw, "oficinas.csv")
        return carry_out(connection, plan, AUTHOR, keep_good=keep_good, dry_run=dry_run)


def people_see(
    connection: Connection,
    topic: str = "documents/passport",
    country: str = "SV",
    near: tuple[float, float] | None = None,
) -> list[Service]:
    """Return every service of a topic in a country that people may see."""
    found = find(connection, term=topic, country=country, near=near, limit=500)
    return [office.service for office in found]
