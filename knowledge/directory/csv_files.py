"""Spreadsheet files: bytes to rows with their lines, and rows to bytes.

Spreadsheets save CSV in many ways. UTF-8 (with or without its mark), UTF-16 with its mark and
Windows-1252 are read, with commas, semicolons or tabs; anything else is refused in clear words.
"""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from knowledge.directory.importing import ImportFileError

MAX_BYTES = 50_000_000
DELIMITERS = ",;\t"
# A spreadsheet takes a cell that begins like this for a formula; an apostrophe makes it text.
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
NUMBERS = frozenset(("latitude", "longitude"))  # a minus sign is one
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row of a file: where it begins (`offices.csv:7`) and its cells by column."""

    place: str
    cells: Mapping[str, str]


def read_rows(raw: bytes, name: str, *, guarded: bool = True) -> tuple[list[str], list[SheetRow]]:
    """Return the header and the rows of a CSV file; empty rows are left out.

    `guarded`: an apostrophe before what reads as a formula is the spreadsheet's, not the text's.

    Raises `ImportFileError` for what is no table of text.
    """
    text = _decode(raw, name)
    header_line = text.split("\n", 1)[0]
    delimiter = max(DELIMITERS, key=header_line.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[SheetRow] = []
    header: list[str] = []
    line = 1
    try:
        for values in reader:
            if not header:
                header = [value.strip().lower() for value in values]
                _check_header(header, name)
            elif any(value.strip() for value in values):
                if len(values) > len(header):
                    raise ImportFileError(
                        f"{name}:{line}: the row has {len(values)} cells and the header "
                        f"{len(header)}. Put a text that holds the separator in quotes."
                    )
                cells = dict.fromkeys(header, "")
                cells.update(
                    zip(header, map(_as_text, values) if guarded else values, strict=False)
                )
                rows.append(SheetRow(f"{name}:{line}", cells))
            line = reader.line_num + 1
    except csv.Error as error:
        raise ImportFileError(f"{name}:{line}: is no CSV: {error}.") from error
    if not header:
        raise ImportFileError(f"{name} is empty.")
    return header, rows


def write_rows(
    columns: Sequence[str], rows: Iterable[Mapping[str, str]], *, guarded: bool = True
) -> bytes:
    """Return a CSV file: UTF-8, commas, one line feed a row; `guarded`: no cell is a formula."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        cells = ((column, row.get(column, "")) for column in columns)
        writer.writerow([_guard(*cell) if guarded else cell[1] for cell in cells])
    return out.getvalue().encode()


def read_name(name: str) -> str:
    """Return a name that a file was sent with, without folders and odd signs, for the report."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(sign for sign in last if sign.isprintable() and sign not in '<>"')
    return kept[-80:] or "import.csv"


def _decode(raw: bytes, name: str) -> str:
    if raw.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise ImportFileError(
            f"{name} is a workbook or an archive, not CSV. In the spreadsheet choose "
            "«Save as: CSV UTF-8». An HSDS package ends in .zip."
        )
    encodings = [encoding for mark, encoding in _MARKS if raw.startswith(mark)]
    for encoding in encodings or ["utf-8", "cp1252"]:
        try:
            text = raw.decode(encoding)
        except (UnicodeDecodeError, UnicodeError):
            continue
        if "\x00" in text:
            break
        return text.replace("\r\n", "\n").replace("\r", "\n")
    raise ImportFileError(
        f"{name} is neither UTF-8 nor Windows-1252 text. In the spreadsheet choose "
        "«Save as: CSV UTF-8»."
    )


def _check_header(header: Sequence[str], name: str) -> None:
    for column in header:
        if header.count(column) > 1:
            shown = column or "(empty)"
            raise ImportFileError(f"{name}:1: the header has the column {shown[:40]} twice.")


def _as_text(value: str) -> str:
    guarded = value.startswith("'") and value[1:].startswith(FORMULA_SIGNS)
    return value[1:] if guarded else value


def _guard(column: str, value: str) -> str:
    return f"'{value}" if column not in NUMBERS and value.startswith(FORMULA_SIGNS) else value
