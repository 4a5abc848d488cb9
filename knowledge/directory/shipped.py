"""The directory that comes with the program: one CSV a country, one row a service at a location.

Rows that people cannot use (`to_complete`: no way to reach them, or no page as source;
`inactive`: closed) are loaded too, for staff; people are never shown them.
"""

from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection

from flows.definition import COUNTRIES, Finding, Place
from knowledge.directory import csv_files
from knowledge.directory.exchange_csv import plan_rows
from knowledge.directory.importing import ImportFileError, Plan, carry_out
from knowledge.directory.records import DirectoryError
from knowledge.directory.revising import Author
from knowledge.directory.terms import write_terms
from knowledge.store.database import open_engine
from knowledge.store.tables import metadata

DIRECTORY = Path(__file__).parent / "shipped"
SHOWN_AS = "knowledge/directory/shipped"


def load_shipped(connection: Connection, directory: Path = DIRECTORY) -> int:
    """Fill an empty directory from the shipped files; return the number of rows.

    Raises `DirectoryError` when a file has a row that any other import would refuse.
    """
    plan = _plan(connection, directory)
    if plan.refused:
        raise DirectoryError(f"The shipped directory is at fault. {plan.refused[0]}")
    author = Author("shipped", datetime.now(UTC), "the directory that comes with the program")
    return len(carry_out(connection, plan, author, keep_good=False, dry_run=False).added)


def check_shipped(
    articles: frozenset[str] | set[str], directory: Path = DIRECTORY
) -> list[Finding]:
    """Return everything that an import would refuse, and topics that are none of `articles`."""
    engine = open_engine("sqlite://")
    try:
        with engine.begin() as connection:
            metadata.create_all(connection)
            write_terms(connection)
            plan = _plan(connection, directory)
    except ImportFileError as error:
        place, _, message = str(error).partition(": ")
        return [Finding(_place(place), message)]
    finally:
        engine.dispose()
    found = [Finding(_place(line.place), f"{line.id}: {line.remark}") for line in plan.refused]
    if articles:
        found += [
            Finding(Place(SHOWN_AS, 1), f'"{term}" is a topic of {entry.id} and has no article.')
            for entry in plan.after.values()
            for term in getattr(entry, "terms", ())
            if term not in articles
        ]
    return found


def _plan(connection: Connection, directory: Path) -> Plan:
    rows: list[csv_files.SheetRow] = []
    columns: dict[str, None] = {}
    for country in COUNTRIES:
        name = f"{country}.csv"
        try:
            raw = (directory / name).read_bytes()
        except OSError as error:
            raise ImportFileError(f"{name}: cannot be read: {error.strerror}.") from error
        header, found = csv_files.read_rows(raw, name)
        columns |= dict.fromkeys(header)
        rows += found
    return plan_rows(connection, list(columns), rows)


def _place(place: str) -> Place:
    name, _, line = place.partition(":")
    return Place(f"{SHOWN_AS}/{name}", int(line) if line.isdigit() else 1)
