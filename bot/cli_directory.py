"""`ventanilla directory`: bring entries in and out, look them up, see what is thin."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from bot.settings import read_settings

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from knowledge.directory.importing import Plan, Report
    from knowledge.directory.searching import Listed

app = typer.Typer(no_args_is_help=True, help="Bring offices in and out, look them up, check them.")
FORMATS = ("csv", "hsds")
CountryOption = Annotated[str | None, typer.Option("--country", help="SV, GT, HN or MX")]


@app.command("import")
def import_(
    path: Annotated[Path, typer.Argument(help="A CSV file, or an HSDS folder or zip")],
    keep_good: Annotated[
        bool, typer.Option("--keep-good", help="Import the good rows although others are refused")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only tell what would be done")
    ] = False,
) -> None:
    """Add and change entries from a file: all of it, or none when a row is refused."""
    from knowledge.directory.importing import carry_out
    from knowledge.directory.revising import Author

    author = Author("command-line", datetime.now(UTC), "directory import")
    with _database(write=not dry_run) as connection:
        plan = _plan(connection, path)
        report = carry_out(connection, plan, author, keep_good=keep_good, dry_run=dry_run)
    _print_report(report, dry_run=dry_run)


@app.command("export")
def export(
    path: Annotated[Path, typer.Argument(help="The file to write; for HSDS a folder or a .zip")],
    format_: Annotated[str, typer.Option("--format", help="hsds or csv")],
    public: Annotated[
        bool, typer.Option("--public", help="Only what people may see, without shelters' addresses")
    ] = False,
) -> None:
    """Write the whole directory; importing it gives the same directory again."""
    from knowledge.directory import exchange_csv, exchange_hsds
    from knowledge.directory.queries import count_confidential

    if format_ not in FORMATS:
        _stop(f'There is no format "{format_}": write csv or hsds.', usage=True)
    with _database() as connection:
        secret = 0 if public else count_confidential(connection)
        try:
            if format_ == "csv":
                path.write_bytes(exchange_csv.export_csv(connection, public=public))
            else:
                files = exchange_hsds.export_hsds(connection, public=public)
                exchange_hsds.write_package(files, path)
        except OSError as error:
            _stop(f"{path} cannot be written ({error.strerror}).")
    print(path)
    if secret:
        print(
            f"{path} holds {secret} confidential locations: keep it to yourself, or export with "
            "--public.",
            file=sys.stderr,
        )


@app.command("template")
def template(path: Annotated[Path, typer.Argument(help="The CSV file to write")]) -> None:
    """Write an empty spreadsheet with the header, to fill in and import."""
    from knowledge.directory.exchange_csv import template as empty

    try:
        path.write_bytes(empty())
    except OSError as error:
        _stop(f"{path} cannot be written ({error.strerror}).")
    print(path)


@app.command("search")
def search(
    country: CountryOption = None,
    topic: Annotated[str | None, typer.Option(help="A topic: documents/passport")] = None,
    place: Annotated[str | None, typer.Option(help="A town, municipality or department")] = None,
    near: Annotated[str | None, typer.Option(help="LAT,LON")] = None,
    open_at: Annotated[str | None, typer.Option("--open-at", help="2026-11-23T09:00")] = None,
    limit: Annotated[int, typer.Option(min=1, max=500)] = 10,
    as_json: Annotated[bool, typer.Option("--json", help="As a JSON list")] = False,
) -> None:
    """List what the assistant would, nearest first."""
    from knowledge.directory.searching import as_json as in_json
    from knowledge.directory.searching import read_question, search_directory

    with _database() as connection:
        question = read_question(connection, country, topic, place, near, open_at, limit)
        found = search_directory(connection, question)
    if as_json:
        print(json.dumps([in_json(listed) for listed in found], ensure_ascii=False, indent=2))
        return
    for listed in found:
        _print_listed(listed)
    if not found:
        print("Nothing found.", file=sys.stderr)


@app.command("check")
def check(
    country: CountryOption = None,
    limit: Annotated[int, typer.Option(min=0, help="Entries to list; 0 for all")] = 50,
) -> None:
    """List the thinnest entries, worst first, and count them by municipality."""
    from knowledge.directory.quality import WORDS, check_quality

    with _database() as connection:
        report = check_quality(connection, country.upper() if country else None)
    shown = report.entries[: limit or None]
    for entry in shown:
        words = ", ".join(WORDS[code] for code in entry.findings)
        print(f"{entry.weight:3}  {entry.area}  {entry.id}: {words}")
    if len(shown) < len(report.entries):
        print(f"     … and {len(report.entries) - len(shown)} more (--limit 0 lists all)")
    print(f"\n{len(report.entries)} of {report.rows} entries have something thin:")
    for code, number in report.by_finding:
        print(f"{number:5}  {WORDS[code]}")
    print("\nBy municipality:")
    for area, number in report.by_area:
        print(f"{number:5}  {area}")


@contextmanager
def _database(*, write: bool = False) -> "Iterator[Connection]":
    """Give a connection; what is at fault in a file or question is one line, no traceback."""
    from bot.store import open_store
    from knowledge.directory.records import DirectoryError
    from knowledge.store.database import reading

    engine = open_store(read_settings())
    try:
        with engine.begin() if write else reading(engine).connect() as connection:
            yield connection
    except DirectoryError as error:
        _stop(str(error))
    finally:
        engine.dispose()


def _plan(connection: "Connection", path: Path) -> "Plan":
    from knowledge.directory import csv_files, exchange_csv, exchange_hsds, hsds_import
    from knowledge.directory.importing import read_file

    if path.is_dir() or path.suffix.lower() == ".zip":
        return hsds_import.plan_hsds(connection, exchange_hsds.read_package(path))
    raw = read_file(path, csv_files.MAX_BYTES)
    return exchange_csv.plan_csv(connection, raw, path.name)


def _print_report(report: "Report", *, dry_run: bool) -> None:
    for word, lines in (("add", report.added), ("change", report.changed)):
        for line in lines:
            print(f"{word}  {line}")
    for line in report.refused:
        print(f"refuse  {line}", file=sys.stderr)
    what = "would be " if dry_run or not report.applied else ""
    refused = len({line.place for line in report.refused})
    print(
        f"{len(report.added)} {what}added, {len(report.changed)} {what}changed, "
        f"{report.unchanged} as they were, {refused} refused."
    )
    if report.refused and not report.applied and not dry_run:
        _stop("Nothing was imported. Mend the rows above, or import the others with --keep-good.")


def _print_listed(listed: "Listed") -> None:
    service = listed.found.service
    print(service.name)
    details = [
        ", ".join(filter(None, (service.address, service.municipality, service.department))),
        listed.distance,
        listed.hours,
        ", ".join(phone.number for phone in service.phones),
        f"{service.confidence}, {service.source_date or 'no date'}: {service.source}",
    ]
    for detail in details:
        if detail:
            print(f"  {detail}")


def _stop(line: str, *, usage: bool = False) -> NoReturn:
    print(line, file=sys.stderr)
    raise typer.Exit(2 if usage else 1)
