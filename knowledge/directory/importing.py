"""Importing: what a file would change, told before anything is written, then all of it or none.

A format reads its file into a `Plan`; this module judges and writes plans, whatever the format.
"""

from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Connection

from knowledge.directory import revising
from knowledge.directory.entries import Entry, Location, ServiceAtLocation, ServiceEntry
from knowledge.directory.loading import load
from knowledge.directory.records import DirectoryError
from knowledge.directory.revising import Author
from knowledge.directory.rows import KINDS


class ImportFileError(DirectoryError):
    """A file cannot be read at all; nothing of it was imported."""


@dataclass(frozen=True, slots=True)
class Line:
    """What happens to one line: its place (`offices.csv:7`), its id and a remark."""

    place: str
    id: str
    remark: str = ""

    def __str__(self) -> str:
        return f"{self.place}: {self.id}{': ' if self.id and self.remark else ''}{self.remark}"


@dataclass(frozen=True, slots=True)
class Report:
    """What an import adds, changes, leaves and refuses; `applied` when it was written."""

    added: tuple[Line, ...] = ()
    changed: tuple[Line, ...] = ()
    unchanged: int = 0
    refused: tuple[Line, ...] = ()
    applied: bool = False


@dataclass(slots=True)
class Plan:
    """Entries as they would be after an import, beside those they replace, with the report."""

    before: dict[str, Entry] = field(default_factory=dict)
    after: dict[str, Entry] = field(default_factory=dict)
    added: list[Line] = field(default_factory=list)
    changed: list[Line] = field(default_factory=list)
    unchanged: int = 0
    refused: list[Line] = field(default_factory=list)

    def report(self, *, applied: bool) -> Report:
        """Return what the plan says, as a value."""
        return Report(
            tuple(self.added), tuple(self.changed), self.unchanged, tuple(self.refused), applied
        )


def load_all(connection: Connection) -> dict[str, Entry]:
    """Return every entry of the directory by id."""
    return {key: entry for kind in KINDS for key, entry in load(connection, kind).items()}


def carry_out(
    connection: Connection, plan: Plan, author: Author, *, keep_good: bool, dry_run: bool
) -> Report:
    """Write a plan, unless it refuses a line and `keep_good` is not set; return what happened."""
    if dry_run or (plan.refused and not keep_good):
        return plan.report(applied=False)
    new = [entry for key, entry in plan.after.items() if key not in plan.before]
    revising.add(connection, new, author)
    for key, entry in plan.after.items():
        if key in plan.before:
            revising.change(connection, plan.before[key], entry, author, "update")
    return plan.report(applied=True)


def reachable(service: ServiceEntry, location: Location, at: ServiceAtLocation) -> bool:
    """Whether people have any way to reach a service: a phone, a page, or a public address."""
    ways = (at.phones, service.phones, location.phones, service.email, service.url)
    return any(ways) or bool(location.public().addresses)


UNREACHABLE = (
    "has no phone, page, e-mail or public address, so nobody can reach it. Give one, or the status "
    "to_complete."
)


def read_file(path: Path, limit: int) -> bytes:
    """Return a file's bytes; raises `ImportFileError` in clear words."""
    try:
        if path.stat().st_size > limit:
            raise ImportFileError(f"{path.name} is larger than {limit // 1_000_000} MB.")
        return path.read_bytes()
    except OSError as error:
        raise ImportFileError(f"{path} cannot be read: {error.strerror or error}.") from error
