"""The directory as an HSDS data package: a folder or a zip of CSV files with datapackage.json."""

import io
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from knowledge.directory import csv_files
from knowledge.directory import hsds_tables as hsds
from knowledge.directory.entries import (
    Entry,
    Location,
    Organization,
    ServiceAtLocation,
    ServiceEntry,
)
from knowledge.directory.importing import ImportFileError, load_all, read_file
from knowledge.directory.rows import PARTS, derived_id, kind_of, main_row, part_rows, text_rows
from knowledge.directory.terms import term_id
from knowledge.store.directory_tables import taxonomies, taxonomy_terms

MAX_FILE_BYTES = 100_000_000
MAX_PACKAGE_BYTES = 300_000_000
# The same bytes for the same directory: no file of a zip has a time of its own.
_NO_TIME = (1980, 1, 1, 0, 0, 0)
Files = Mapping[str, bytes]


def export_hsds(connection: Connection, *, public: bool = False) -> dict[str, bytes]:
    """Return the files of a package by name; `public` leaves out what people may not see."""
    entries = load_all(connection)
    if public:
        entries = _public(entries)
    rows: dict[str, list[dict[str, str]]] = defaultdict(list)
    order = {name: place for place, name in enumerate(t.name for t in hsds.ENTRIES)}
    for entry in sorted(entries.values(), key=lambda e: (order[kind_of(e).name], e.id)):
        _add_entry(rows, entry)
    for path, table in ((hsds.TAXONOMIES.path, taxonomies), (hsds.TERMS.path, taxonomy_terms)):
        for row in connection.execute(select(table).order_by(table.c.id)).mappings():
            rows[path].append({name: _text(value) for name, value in row.items()})
    files = {
        t.path: csv_files.write_rows(t.header, rows[t.path], guarded=False) for t in hsds.TABLES
    }
    return {hsds.PACKAGE: hsds.package(), **files}


def write_package(files: Files, path: Path) -> None:
    """Write files as a zip when `path` ends in .zip, else into a folder of that name.

    Raises `OSError` when that cannot be done.
    """
    if path.suffix.lower() != ".zip":
        path.mkdir(parents=True, exist_ok=True)
        for name, raw in files.items():
            (path / name).write_bytes(raw)
        return
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            info = zipfile.ZipInfo(name, _NO_TIME)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, files[name])
    path.write_bytes(out.getvalue())


def read_package(path: Path) -> dict[str, bytes]:
    """Return the tables of a folder or zip by file name; raises `ImportFileError`."""
    known = {table.path for table in hsds.TABLES}
    files = (_read_folder if path.is_dir() else _read_zip)(path, known)
    needed = [table.path for table in (hsds.ORGANIZATIONS, hsds.SERVICES)]
    missing = [name for name in needed if name not in files]
    if missing:
        raise ImportFileError(f"{path.name} is no HSDS package: it lacks {', '.join(missing)}.")
    return files


def _read_folder(path: Path, known: Iterable[str]) -> dict[str, bytes]:
    return {
        name: read_file(path / name, MAX_FILE_BYTES) for name in known if (path / name).is_file()
    }


def _read_zip(path: Path, known: Iterable[str]) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    total = 0
    raw = read_file(path, MAX_PACKAGE_BYTES)
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            for info in archive.infolist():
                name = info.filename.rsplit("/", 1)[-1]
                if name not in known or info.is_dir():
                    continue
                total += info.file_size
                if name in files or total > MAX_PACKAGE_BYTES:
                    what = "has two files of one name" if name in files else "is too large"
                    raise ImportFileError(f"{path.name} {what}: {name}.")
                with archive.open(info) as file:
                    # No more than was announced, whatever the archive really holds.
                    files[name] = file.read(info.file_size + 1)
    # zipfile raises the last three for passwords, unknown compressions and broken headers.
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, ValueError) as error:
        raise ImportFileError(f"{path.name} is no zip that can be read: {error}.") from error
    return files


def _add_entry(rows: dict[str, list[dict[str, str]]], entry: Entry) -> None:
    table = next(t for t in hsds.ENTRIES if t.name == kind_of(entry).name)
    row = {name: _text(value) for name, value in main_row(entry).items()}
    row["entry_status"] = entry.status
    row["status"] = hsds.STATUS_OUT[entry.status]
    if isinstance(entry, Organization):
        row["description"] = entry.description or entry.name  # HSDS wants one
    if isinstance(entry, Location):
        row["confidential"] = "yes" if entry.confidential else ""
    rows[table.path].append(row)
    paths = {table.name: hsds.PARTS[name].path for name, (_, table) in PARTS.items()}
    for part_table, part in part_rows(entry):
        values = {name: _text(value) for name, value in part.items()}
        if "exception" in values:
            values["exception"] = "yes" if part["exception"] else ""
        rows[paths[part_table.name]].append(values)
    for text in text_rows(entry):
        rows[hsds.TEXTS.path].append(text)
    if isinstance(entry, ServiceEntry):
        for code in entry.terms:
            rows[hsds.ATTRIBUTES.path].append({
                "id": derived_id("attribute", entry.id, code), "link_id": entry.id,
                "link_entity": "service", "taxonomy_term_id": term_id(code),
            })  # fmt: skip


def _public(entries: Mapping[str, Entry]) -> dict[str, Entry]:
    """Return what people may see: active pairs with their service, location and organization."""
    kept: dict[str, Entry] = {}
    for at in entries.values():
        if not isinstance(at, ServiceAtLocation):
            continue
        service, location = entries[at.service_id], entries[at.location_id]
        if not isinstance(service, ServiceEntry) or not isinstance(location, Location):
            continue
        four = (entries[service.organization_id], service, location.public(), at)
        if all(entry.status == "active" for entry in four):
            kept |= {entry.id: entry for entry in four}
    return kept


def _text(value: Any) -> str:
    if value is None:
        return ""
    return repr(value) if isinstance(value, float) else str(value)
