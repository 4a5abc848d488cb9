"""What people erased stays erased, though a backup of before is restored (privacy, R14).

With the rows of a chat a mark is written: a keyed hash of its pseudonym and the day. A restore
erases anew every row of a marked chat that was last touched on that day or before. Somebody who
erased and came back keeps a conversation of a later day; one of the same day goes too, since a mark
tells no hour: rather too much erased than too little.

2026-11-22. A hash of the pseudonym, not the pseudonym: the marks alone lead to no row, in no backup
made before or after. They stay as long as a backup may live. What we gave up: whoever has the
secret and the number of a chat can ask whether it erased something, and on which day.
"""

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import Connection, Table, bindparam, delete, inspect, select

from knowledge.store import backup_folder
from knowledge.store.database import upsert
from knowledge.store.erasure_tables import erasure_marks
from knowledge.store.sealing import Vault

KEEP_DAYS = backup_folder.KEEP_DAYS
CHAT = "chat"
TOUCHED = "touched"  # whole hours since 1970
_AT_ONCE = 500

Marks = Mapping[bytes, str]  # mark → the last day on which that chat was erased

_DAY = select(erasure_marks.c.day).where(erasure_marks.c.mark == bindparam("of"))


def mark_of(vault: Vault, chat: bytes) -> bytes:
    """Return the mark of a chat: always the same, and of no use without the secret."""
    return hmac.digest(vault.token("erasures").encode(), chat, hashlib.sha256)


def note(connection: Connection, vault: Vault, chat: bytes, day: date) -> None:
    """Mark a chat as erased, in the transaction that erases it."""
    row = {"mark": mark_of(vault, chat), "day": day.isoformat()}
    connection.execute(upsert(connection, erasure_marks, ("mark",)), row)


def noted(connection: Connection, vault: Vault, chat: bytes) -> date | None:
    """Return the day on which a chat was erased; None without a mark."""
    day = connection.execute(_DAY, {"of": mark_of(vault, chat)}).scalar_one_or_none()
    return date.fromisoformat(day) if day else None


def expire(connection: Connection, today: date) -> int:
    """Delete the marks that no backup is old enough for any more; return how many."""
    limit = (today - timedelta(days=KEEP_DAYS)).isoformat()
    return connection.execute(delete(erasure_marks).where(erasure_marks.c.day < limit)).rowcount


def marks_in(connection: Connection) -> dict[bytes, str]:
    """Return all marks of a database; none where it is of a time before them."""
    if not inspect(connection).has_table(erasure_marks.name):
        return {}
    return as_marks(dict(row) for row in connection.execute(select(erasure_marks)).mappings())


def as_marks(rows: Iterable[Mapping[str, object]]) -> dict[bytes, str]:
    """Return rows as marks; raises `ValueError` for what is none."""
    marks: dict[bytes, str] = {}
    for row in rows:
        mark, day = row.get("mark"), row.get("day")
        if not isinstance(mark, bytes) or not isinstance(day, str):
            raise ValueError("not a mark of an erasure")
        date.fromisoformat(day)
        marks[mark] = max(day, marks.get(mark, ""))
    return marks


def joined(*several: Marks) -> dict[bytes, str]:
    """Return all marks of several, each with its last day."""
    return as_marks({"mark": mark, "day": day} for marks in several for mark, day in marks.items())


def keep(connection: Connection, marks: Marks) -> None:
    """Have these marks, and no others."""
    connection.execute(delete(erasure_marks))
    rows = [{"mark": mark, "day": day} for mark, day in marks.items()]
    for start in range(0, len(rows), _AT_ONCE):
        connection.execute(erasure_marks.insert(), rows[start : start + _AT_ONCE])


def erase_marked(
    connection: Connection, tables: Iterable[Table], vault: Vault, marks: Marks
) -> int:
    """Erase what marked chats had until the day of their mark; return how many rows went.

    `tables` are as they are in this database. A table of chats that tells no hour loses all rows
    of a marked chat.
    """
    erased = 0
    for table in tables if marks else ():
        if CHAT not in table.c:
            continue
        for chat in connection.execute(select(table.c[CHAT]).distinct()).scalars().all():
            day = marks.get(mark_of(vault, bytes(chat)))
            if day is None:
                continue
            gone = delete(table).where(table.c[CHAT] == chat)
            if TOUCHED in table.c:
                gone = gone.where(table.c[TOUCHED] < _first_hour_after(day))
            erased += connection.execute(gone).rowcount
    return erased


def _first_hour_after(day: str) -> int:
    next_day = datetime.fromisoformat(day).replace(tzinfo=UTC) + timedelta(days=1)
    return int(next_day.timestamp()) // 3600
