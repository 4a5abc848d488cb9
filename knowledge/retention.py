"""What is kept, for how long and why: one table for the jobs, the papers and the privacy notice.

The table is `retention.yaml`. Each table of the database stands in it once, so that nobody can add
one without saying how long its rows stay.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from sqlalchemy import Column, ColumnElement, Connection, delete, true

from flows.definition import Finding, Place
from flows.yaml_reader import Reader
from flows.yaml_source import YamlMap, read_yaml
from knowledge.directory.revising import instant
from knowledge.store.desk_tables import NOTE, answered_requests, hook_deliveries, import_drafts

FILE = Path(__file__).parent / "retention.yaml"
SHOWN_AS = "knowledge/retention.yaml"
KEYS = ("person", "tables", "what", "keep", "after", "until", "why", "job")
LANGUAGES = ("es", "en")
UNITS = {"hours": timedelta(hours=1), "days": timedelta(days=1)}
OPEN = "open"
UNIT_WORDS = {
    "es": {"hours": "horas", "days": "días"},
    "en": {"hours": "hours", "days": "days"},
}

Words = Mapping[str, str]  # language → sentence


@dataclass(frozen=True, slots=True)
class Kept:
    """One kind of data. `keep` is None for what stays until something happens (`until`).

    `ends` says in each language when it goes; `person` marks what belongs to somebody who writes.
    """

    id: str
    tables: tuple[str, ...]
    what: Words
    keep: timedelta | None
    ends: Words
    why: Words
    job: str | None
    person: bool
    place: Place


@cache
def shipped_retention() -> Mapping[str, Kept]:
    """Return the table that comes with the program, by id."""
    return load_retention()[0]


def load_retention(
    path: Path = FILE, shown_as: str = SHOWN_AS
) -> tuple[dict[str, Kept], list[Finding]]:
    """Read the table; return it with everything that is wrong in it."""
    node, findings = read_yaml(path, shown_as)
    table: dict[str, Kept] = {}
    if not isinstance(node, YamlMap):
        return table, findings
    reader = Reader(node, shown_as, findings)
    named: dict[str, str] = {}
    for name, _ in reader.entries():
        inside = reader.map(name)
        if inside is None:
            continue
        inside.unknown_keys(KEYS)
        kept = _read(name, inside)
        for table_name in kept.tables:
            if table_name in named:
                inside.note(f'"{table_name}" stands in {named[table_name]} too.', "tables")
            named[table_name] = name
        table[name] = kept
    return table, findings


def check_periods(table: Mapping[str, Kept], periods: Mapping[str, timedelta]) -> list[Finding]:
    """Compare the table with the periods that the code keeps to, by id."""
    findings = []
    for kept in table.values():
        if kept.keep is not None and kept.id not in periods:
            findings.append(Finding(kept.place, f"{kept.id}: no code keeps to this period."))
        if kept.id in periods and kept.keep != periods[kept.id]:
            findings.append(
                Finding(kept.place, f"{kept.id} → keep: the code keeps it {periods[kept.id]}.")
            )
    findings += [
        Finding(Place(SHOWN_AS, 1), f"{name}: the code knows this period, the table does not.")
        for name in sorted(periods.keys() - table.keys())
    ]
    return findings


# What the desk leaves behind: the column that says since when, and which rows are meant.
_DESK_ROWS: Mapping[str, tuple[Column[str], ColumnElement[bool]]] = {
    "answered_requests": (answered_requests.c.at, true()),
    "import_drafts": (import_drafts.c.at, import_drafts.c.state != NOTE),
    "refused_imports": (import_drafts.c.at, import_drafts.c.state == NOTE),
    "hook_deliveries": (hook_deliveries.c.at, true()),
}
# A delivery that is being tried at the end of its day is given up by the sender, who notes it.
_GRACE = {"hook_deliveries": timedelta(hours=3)}


def expire_desk(connection: Connection, now: datetime) -> dict[str, int]:
    """Delete what the desk has kept long enough, by the table; return id → how many rows."""
    counts = {}
    for name, (column, are_meant) in _DESK_ROWS.items():
        keep = shipped_retention()[name].keep or timedelta()
        limit = instant(now - keep - _GRACE.get(name, timedelta()))
        gone = delete(column.table).where(column <= limit, are_meant)
        counts[name] = connection.execute(gone).rowcount
    return counts


def period_in_words(keep: timedelta, language: str) -> str:
    """Return «7 días» or «24 hours»; days only where there are more than two of them."""
    unit = "days" if keep > timedelta(hours=48) else "hours"
    return f"{keep // UNITS[unit]} {UNIT_WORDS[language][unit]}"


def _read(name: str, inside: Reader) -> Kept:
    inside.require("what", "keep", "why")
    keep = _period(inside)
    ends = _words(inside, "after" if keep is not None else "until")
    if keep is not None:
        inside.require("job")
        ends = {
            language: f"{period_in_words(keep, language)} {words}"
            for language, words in ends.items()
        }
    return Kept(
        name,
        inside.texts("tables"),
        _words(inside, "what"),
        keep,
        ends,
        _words(inside, "why"),
        inside.text("job") if inside.has("job") else None,
        inside.has("person"),
        Place(inside.path, inside.line),
    )


def _period(inside: Reader) -> timedelta | None:
    said = inside.text("keep") or OPEN
    if said == OPEN:
        return None
    number, _, unit = said.partition(" ")
    if not number.isdecimal() or unit not in UNITS:
        inside.note(f'"{said}" is neither «open» nor a period like «7 days».', "keep")
        return None
    return int(number) * UNITS[unit]


def _words(inside: Reader, key: str) -> dict[str, str]:
    within = inside.map(key)
    if within is None:
        return dict.fromkeys(LANGUAGES, "")
    within.require(*LANGUAGES)
    return {language: within.text(language) or "" for language in LANGUAGES}
