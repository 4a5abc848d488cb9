"""What people say is wrong with an office: counted, never tied to who said it.

2026-11-22. A caution needs two different people, and nobody may be able to tell who they were. So
each person leaves one of 32 marks on an entry, chosen by an HMAC of the chat's pseudonym and the
entry with a key that is not in the database. Without the key a mark says nothing. With the key and
somebody's chat one learns only that the mark is one which every 32nd person would have left; and
the marks of one person on two entries have nothing in common. What we gave up: in one case of 32 a
second person counts as the first again. Marks are emptied at the second person, when they have
served, and after 30 days; days are kept, hours are not. "Borrar" needs to do nothing here: there is
nothing that leads to the chat.

The row itself is the task of the office: it stays until somebody has checked the entry.
"""

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Connection, delete, select, update

from knowledge.directory.found import Caution
from knowledge.directory.queries import AT, JOINED, LOCATION, ORGANIZATION, SERVICE
from knowledge.directory.remembering import directory_changed
from knowledge.store.database import insert_once
from knowledge.store.report_tables import service_reports

KINDS = ("closed", "moved", "phone")  # it was closed; it is no longer there; the number is wrong
PEOPLE_FOR_CAUTION = 2
MARKS = 32
KEEP_MARKS_DAYS = 30
SHORT = 12  # hexadecimal digits of an id that a button carries


@dataclass(frozen=True, slots=True)
class Task:
    """An entry that an office has to check, with what people said; `people` 2 means 2 or more."""

    at_id: str
    service_id: str
    name: str
    organization: str
    country: str
    department: str | None
    municipality: str | None
    kinds: tuple[str, ...]
    people: int
    caution: bool
    first_day: str
    last_day: str


def report(
    connection: Connection, key: str, chat: bytes, at_id: str, kind: str, on: date
) -> Caution | None:
    """Note that the person of a chat says something is wrong with an entry.

    `key` is `Vault.token("reports")`, `chat` the pseudonym, `at_id` a service at a location. The
    same person again changes nothing, nor does an unknown entry or kind. Returns the caution that
    people are shown from now on, None while one person alone has said so.
    """
    # The entry's own row is held, so that two people at once count as two.
    held = select(AT.c.id).where(AT.c.id == at_id).with_for_update()
    if kind not in KINDS or connection.execute(held).scalar_one_or_none() is None:
        return None
    table = service_reports.c
    connection.execute(
        insert_once(connection, service_reports),
        {
            "service_at_location_id": at_id, "kind": kind, "people": 0, "marks": 0, "caution": 0,
            "first_day": on.isoformat(), "last_day": on.isoformat(),
        },
    )  # fmt: skip
    of_entry = table.service_at_location_id == at_id
    query = select(service_reports).where(of_entry)
    rows = {row.kind: row for row in connection.execute(query)}
    row = rows[kind]
    seen = 0
    for other in rows.values():
        seen |= other.marks
    mark = _mark(key, chat, at_id)
    warned = any(other.caution for other in rows.values())
    if row.marks & mark:
        return None
    # Somebody whose mark has been emptied since may be the same person; a month lies between.
    forgotten = any(other.people and not other.marks for other in rows.values())
    people = (seen | mark).bit_count() + forgotten
    warned = warned or people >= PEOPLE_FOR_CAUTION
    connection.execute(
        update(service_reports)
        .where(of_entry, table.kind == kind)
        .values(
            people=min(row.people + 1, PEOPLE_FOR_CAUTION),
            marks=row.marks | mark,
            last_day=on.isoformat(),
        )
    )
    if warned:
        connection.execute(update(service_reports).where(of_entry).values(marks=0, caution=1))
        directory_changed(connection)
    return cautions(connection, [at_id]).get(at_id)


OF_ENTRY = service_reports.c.service_at_location_id
CAUTIONS = (service_reports.c.caution == 1) & (service_reports.c.people > 0)


def cautions(connection: Connection, at_ids: Sequence[str]) -> dict[str, Caution]:
    """Return the cautions on some entries, by the id of the service at a location."""
    query = select(service_reports).where(OF_ENTRY.in_(at_ids), CAUTIONS)
    found: dict[str, Caution] = {}
    for row in connection.execute(query.order_by(service_reports.c.kind)):
        known = found.get(row.service_at_location_id)
        found[row.service_at_location_id] = with_report(known, row.kind, row.last_day)
    return found


def with_report(caution: Caution | None, kind: str, day: str) -> Caution:
    """Return a caution with one more kind of trouble."""
    if caution is None:
        return Caution((kind,), day)
    return Caution((*caution.kinds, kind), max(caution.day, day))


def open_tasks(
    connection: Connection,
    country: str | None = None,
    department: str | None = None,
    municipality: str | None = None,
) -> list[Task]:
    """Return what the offices of an area have to check, those with a caution first."""
    table = service_reports.c
    query = (
        select(
            service_reports, AT.c.service_id, SERVICE.c.name, SERVICE.c.country,
            ORGANIZATION.c.name.label("organization"), LOCATION.c.department,
            LOCATION.c.municipality,
        )
        .select_from(JOINED.join(service_reports, table.service_at_location_id == AT.c.id))
        .where(table.people > 0)
        .order_by(table.service_at_location_id, table.kind)
    )  # fmt: skip
    for column, value in (
        (SERVICE.c.country, country),
        (LOCATION.c.department, department),
        (LOCATION.c.municipality, municipality),
    ):
        if value is not None:
            query = query.where(column == value)
    tasks: dict[str, Task] = {}
    for row in connection.execute(query):
        known = tasks.get(row.service_at_location_id)
        tasks[row.service_at_location_id] = Task(
            at_id=row.service_at_location_id,
            service_id=row.service_id,
            name=row.name,
            organization=row.organization,
            country=row.country,
            department=row.department,
            municipality=row.municipality,
            kinds=(*(known.kinds if known else ()), row.kind),
            people=max(row.people, known.people if known else 0),
            caution=bool(row.caution),
            first_day=min(row.first_day, known.first_day if known else row.first_day),
            last_day=max(row.last_day, known.last_day if known else row.last_day),
        )
    return sorted(tasks.values(), key=lambda t: (not t.caution, t.first_day, t.at_id))


def close_task(connection: Connection, at_ids: Iterable[str]) -> int:
    """Forget what was said of entries that somebody has checked; return how many rows went."""
    of_entries = service_reports.c.service_at_location_id.in_(list(at_ids))
    gone = connection.execute(delete(service_reports).where(of_entries)).rowcount
    if gone:
        directory_changed(connection)
    return gone


def expire(connection: Connection, today: date) -> int:
    """Empty the marks that are a month old; the tasks stay. Returns how many rows changed."""
    limit = (today - timedelta(days=KEEP_MARKS_DAYS)).isoformat()
    table = service_reports.c
    old = update(service_reports).where(table.marks != 0, table.last_day <= limit)
    return connection.execute(old.values(marks=0)).rowcount


def short_id(at_id: str) -> str:
    """Return the start of an id that a button carries: it has 64 bytes for everything."""
    return at_id.replace("-", "")[:SHORT]


def find_entry(connection: Connection, short: str) -> str | None:
    """Return the id of the one entry that begins with a short id; None for none or several."""
    if len(short) != SHORT or not set(short) <= set("0123456789abcdef"):
        return None
    begins = f"{short[:8]}-{short[8:]}"
    query = select(AT.c.id).where(AT.c.id >= begins, AT.c.id < begins + "g").limit(2)
    found = connection.execute(query).scalars().all()
    return found[0] if len(found) == 1 else None


def find_entries(connection: Connection, shorts: Iterable[str]) -> list[str]:
    """Return the ids of the entries that short ids stand for, in their order; gone ones are out."""
    found = (find_entry(connection, short) for short in shorts)
    return [at_id for at_id in found if at_id is not None]


def _mark(key: str, chat: bytes, at_id: str) -> int:
    digest = hmac.digest(key.encode(), chat + b"\x00" + at_id.encode(), hashlib.sha256)
    mark: int = 1 << digest[0] % MARKS
    return mark
