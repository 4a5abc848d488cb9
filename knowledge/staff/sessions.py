"""Sessions of the staff's pages, kept by the server: ended at once, in one place or everywhere.

2026-11-22. Limits: an office shares a computer and has five minutes between two people, so an
editor signs in once a working day: four hours without a click or fourteen in all end a session, and
the next morning asks again. An administrator can change who comes in: half an hour, eight in all.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, select

from knowledge.staff.rights import Area, Member, Role
from knowledge.staff.secrets import hash_secret, new_secret, seconds
from knowledge.store.staff_tables import staff_members, staff_sessions

# Role → without a click, and in all.
LIMITS = {
    Role.EDITOR: (timedelta(hours=4), timedelta(hours=14)),
    Role.COORDINATOR: (timedelta(hours=4), timedelta(hours=14)),
    Role.ADMINISTRATOR: (timedelta(minutes=30), timedelta(hours=8)),
}
CODE_LIMIT = timedelta(minutes=10)  # between the password and the second factor
TOUCH_SECONDS = 60  # a session in use writes this often, not at every click


class Stage(StrEnum):
    """How far somebody has come in."""

    CODE = "code"  # the password was right, the second factor is asked for
    FULL = "full"


@dataclass(frozen=True, slots=True)
class Session:
    """A session that holds; `key` is its hash. `must_enrol`: a second factor is still to be set."""

    key: bytes
    member: Member
    stage: Stage
    begun: datetime
    seen: datetime
    must_enrol: bool

    def is_to_be_touched(self, now: datetime) -> bool:
        """Whether the last use that we know of is long enough ago to write a new one."""
        return (now - self.seen).total_seconds() >= TOUCH_SECONDS


def read_member(row: Mapping[Any, Any]) -> Member:
    """Return the member of a row of `staff_members`."""
    area = Area(row["country"], row["department"], row["municipality"])
    return Member(row["id"], Role(row["role"]), area, row["language"])


def begin(connection: Connection, member: Member, stage: Stage, now: datetime) -> str:
    """Return the secret of a new session, which only the browser keeps."""
    secret = new_secret()
    limit = CODE_LIMIT if stage is Stage.CODE else LIMITS[member.role][1]
    connection.execute(
        staff_sessions.insert().values(
            hash=hash_secret(secret),
            member_id=member.id,
            stage=stage.value,
            begun=seconds(now) // 3600,
            seen=seconds(now),
            ends=seconds(now + limit),
        )
    )
    return secret


def find(connection: Connection, secret: str, now: datetime) -> Session | None:
    """Return the session of a secret, unless it is over or its member may not come in."""
    found = _select(connection, now, staff_sessions.c.hash == hash_secret(secret))
    return found[0] if found else None


def of_member(connection: Connection, member_id: str, now: datetime) -> list[Session]:
    """Return where a member is signed in, the last used first."""
    found = _select(connection, now, staff_sessions.c.member_id == member_id)
    return [session for session in found if session.stage is Stage.FULL]


def touch(connection: Connection, session: Session, now: datetime) -> None:
    """Note that a session is in use."""
    connection.execute(
        staff_sessions.update()
        .where(staff_sessions.c.hash == session.key)
        .values(seen=seconds(now))
    )


def end(connection: Connection, secret: str) -> bool:
    """End the session of a secret; what was copied of it opens nothing."""
    return end_by_key(connection, hash_secret(secret))


def end_by_key(connection: Connection, key: bytes) -> bool:
    """End a session; return whether it was still there."""
    return bool(
        connection.execute(staff_sessions.delete().where(staff_sessions.c.hash == key)).rowcount
    )


def end_all(connection: Connection, member_id: str) -> int:
    """End a member's sessions everywhere; return how many there were."""
    return connection.execute(
        staff_sessions.delete().where(staff_sessions.c.member_id == member_id)
    ).rowcount


def expire(connection: Connection, now: datetime) -> int:
    """Delete sessions that are over by age."""
    return connection.execute(
        staff_sessions.delete().where(staff_sessions.c.ends <= seconds(now))
    ).rowcount


def _select(connection: Connection, now: datetime, condition: Any) -> list[Session]:
    table = staff_sessions.c
    rows = connection.execute(
        select(staff_members, table.hash, table.stage, table.begun, table.seen)
        .join(staff_members, staff_members.c.id == table.member_id)
        .where(condition, table.ends > seconds(now), staff_members.c.disabled == 0)
        .order_by(table.seen.desc())
    ).mappings()
    found = []
    for row in rows:
        member = read_member(row)
        seen = datetime.fromtimestamp(row["seen"], UTC)
        if now - seen >= LIMITS[member.role][0]:
            continue
        found.append(
            Session(
                key=row["hash"],
                member=member,
                stage=Stage(row["stage"]),
                begun=datetime.fromtimestamp(row["begun"] * 3600, UTC),
                seen=seen,
                must_enrol=member.role is Role.ADMINISTRATOR and row["second_factor"] is None,
            )
        )
    return found
