"""Coming in: a password, then perhaps a code, then a session.

The password is computed outside of any transaction: it takes a while on purpose, and SQLite has
one writer. A wrong password, an unknown address and a disabled member are told apart by nobody.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from sqlalchemy import Engine, select

from knowledge.staff import members, passwords, second_factor, sessions
from knowledge.staff.attempts import Attempt
from knowledge.staff.members import StaffError
from knowledge.staff.sessions import Session, Stage
from knowledge.store.database import reading
from knowledge.store.sealing import Vault
from knowledge.store.staff_tables import staff_members


class Outcome(Enum):
    """What came of an attempt."""

    IN = "in"
    CODE_NEEDED = "code needed"
    WRONG = "wrong"
    WAIT = "wait"


@dataclass(frozen=True, slots=True)
class Result:
    """What came of an attempt; `secret` is the new session's, `seconds` how long to wait."""

    outcome: Outcome
    secret: str = ""
    seconds: int = 0


@dataclass(frozen=True, slots=True)
class _Known:
    id: str
    password: str | None
    has_second_factor: bool


def with_password(
    engine: Engine, vault: Vault, email: str, password: str, address: str, now: datetime
) -> Result:
    """Try an address and a password that came from a network address."""
    try:
        folded = members.fold_email(email)
    except StaffError:
        return Result(Outcome.WRONG)
    attempt = Attempt(vault, "password", folded, address)
    with engine.begin() as connection:
        wait = attempt.take(connection, now)
    if wait:
        return Result(Outcome.WAIT, seconds=wait)
    known = _find(engine, folded)
    if not passwords.is_right(known.password if known else None, password) or known is None:
        return Result(Outcome.WRONG)
    renewed = None
    if known.password and passwords.is_outdated(known.password):
        renewed = passwords.hash_password(password)
    stage = Stage.CODE if known.has_second_factor else Stage.FULL
    with engine.begin() as connection:
        member = members.by_id(connection, known.id).member
        attempt.succeeded(connection, now)
        if renewed:
            connection.execute(
                staff_members.update()
                .where(staff_members.c.id == known.id, staff_members.c.password == known.password)
                .values(password=renewed)
            )
        secret = sessions.begin(connection, member, stage, now)
    return Result(Outcome.CODE_NEEDED if stage is Stage.CODE else Outcome.IN, secret)


def with_code(
    engine: Engine, vault: Vault, session: Session, code: str, address: str, now: datetime
) -> Result:
    """Try a code of the second factor; a right one turns the session into another one."""
    attempt = Attempt(vault, "code", session.member.id, address)
    with engine.begin() as connection:
        wait = attempt.take(connection, now)
        if wait:
            return Result(Outcome.WAIT, seconds=wait)
        if not second_factor.is_right(connection, vault, session.member.id, code, now):
            return Result(Outcome.WRONG)
        attempt.succeeded(connection, now)
        if not sessions.end_by_key(connection, session.key):
            return Result(Outcome.WRONG)  # signed out elsewhere in the meantime
        return Result(Outcome.IN, sessions.begin(connection, session.member, Stage.FULL, now))


def is_password(engine: Engine, vault: Vault, member_id: str, password: str, now: datetime) -> bool:
    """Whether a member who is signed in knows the password; slowed down like a sign-in."""
    attempt = Attempt(vault, "own password", member_id, "")
    with engine.begin() as connection:
        if attempt.take(connection, now):
            return False
        hashed = connection.execute(
            select(staff_members.c.password).where(staff_members.c.id == member_id)
        ).scalar()
    if not passwords.is_right(hashed, password):
        return False
    with engine.begin() as connection:
        attempt.succeeded(connection, now)
    return True


def _find(engine: Engine, folded: str) -> _Known | None:
    table = staff_members.c
    with reading(engine).connect() as connection:
        row = connection.execute(
            select(
                table.id, table.password, table.second_factor.is_not(None).label("second")
            ).where(table.folded == folded, table.disabled == 0)
        ).first()
    return _Known(row.id, row.password, bool(row.second)) if row else None
