"""Who works at the desk: invited, changed, disabled. Each rule about people is kept here."""

import unicodedata
import uuid
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from sqlalchemy import Connection, RowMapping, select

from knowledge.staff import sessions
from knowledge.staff.rights import EVERYWHERE, Area, Member, Role, inside
from knowledge.store.staff_tables import (
    staff_links,
    staff_members,
    staff_recovery_codes,
)

MAX_EMAIL = 254


class Problem(Enum):
    """Why something about a member cannot be done."""

    NOT_AN_EMAIL = "This is not an e-mail address."
    TAKEN = "There is a member with this address already."
    UNKNOWN = "There is no member with this address."
    LAST_ADMINISTRATOR = "This is the last administrator. Make another one first."
    ONESELF = "Nobody changes their own role or area, or disables themselves."
    OUTSIDE = "This is outside your own area."


class StaffError(Exception):
    """Something about a member cannot be done; `problem` says what, its value in one line."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.value)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class StaffMember:
    """A member as administrators see one."""

    member: Member
    email: str
    created: str
    is_disabled: bool
    has_password: bool
    has_second_factor: bool

    @property
    def id(self) -> str:
        """The id that revisions name."""
        return self.member.id


def fold_email(email: str) -> str:
    """Return the address as it is compared; raises `StaffError` for what is none."""
    folded = unicodedata.normalize("NFKC", email.strip()).casefold()
    name, at, domain = folded.rpartition("@")
    is_plain = folded.isprintable() and not any(c.isspace() for c in folded)
    if not (at and name and "." in domain.strip(".") and is_plain and "@" not in name):
        raise StaffError(Problem.NOT_AN_EMAIL)
    if len(email.strip()) > MAX_EMAIL or len(folded) > MAX_EMAIL or set(folded) & set("<>\"',;:\\"):
        raise StaffError(Problem.NOT_AN_EMAIL)
    return folded


def add(
    connection: Connection,
    email: str,
    role: Role,
    area: Area,
    now: datetime,
    *,
    language: str = "es",
    by: Member | None = None,
) -> StaffMember:
    """Invite somebody, who sets a password by a link; raises `StaffError`.

    `by` is the administrator who does it, here and below; None is the command line.
    """
    folded = fold_email(email)
    _stay_inside(by, area)
    if connection.execute(
        select(staff_members.c.id).where(staff_members.c.folded == folded)
    ).first():
        raise StaffError(Problem.TAKEN)
    member_id = str(uuid.uuid4())
    connection.execute(
        staff_members.insert().values(
            id=member_id,
            email=email.strip(),
            folded=folded,
            role=role.value,
            **_area_columns(area),
            language=language,
            second_factor_step=0,
            disabled=0,
            created=f"{now:%Y-%m-%d}",
        )
    )
    return by_id(connection, member_id)


def by_id(connection: Connection, member_id: str, *, by: Member | None = None) -> StaffMember:
    """Return a member; raises `StaffError`, also for one outside the area of `by`."""
    found = _one(connection, staff_members.c.id == member_id)
    if by is not None and by.id != member_id and not by.area.holds(found.member.area):
        raise StaffError(Problem.UNKNOWN)
    return found


def by_email(connection: Connection, email: str) -> StaffMember:
    """Return the member with this address; raises `StaffError`."""
    return _one(connection, staff_members.c.folded == fold_email(email))


def all_members(connection: Connection, area: Area = EVERYWHERE) -> list[StaffMember]:
    """Return who has a part of this area, by address; who may not come in any more, last."""
    rows = connection.execute(
        select(staff_members)
        .where(inside(area, staff_members))
        .order_by(staff_members.c.disabled, staff_members.c.folded)
    )
    return [_read(row) for row in rows.mappings()]


def is_empty(connection: Connection) -> bool:
    """Whether nobody was ever invited."""
    return connection.execute(select(staff_members.c.id).limit(1)).first() is None


def change_rights(
    connection: Connection, member_id: str, role: Role, area: Area, *, by: Member | None = None
) -> StaffMember:
    """Give a member another role and area; raises `StaffError`."""
    found = by_id(connection, member_id, by=by)
    _stay_inside(by, area)
    if by is not None and by.id == member_id:
        raise StaffError(Problem.ONESELF)
    if role is not Role.ADMINISTRATOR:
        _keep_an_administrator(connection, found)
    _update(connection, member_id, role=role.value, **_area_columns(area))
    if role is not found.member.role:
        # Another role has other limits and may ask for a second factor: in again by the front door.
        sessions.end_all(connection, member_id)
    return by_id(connection, member_id)


def disable(connection: Connection, member_id: str, *, by: Member | None = None) -> None:
    """Shut a member out at once: sessions and links end, tokens do not open any more."""
    found = by_id(connection, member_id, by=by)
    if by is not None and by.id == member_id:
        raise StaffError(Problem.ONESELF)
    _keep_an_administrator(connection, found)
    _update(connection, member_id, disabled=1)
    sessions.end_all(connection, member_id)
    connection.execute(staff_links.delete().where(staff_links.c.member_id == member_id))


def enable(connection: Connection, member_id: str, *, by: Member | None = None) -> None:
    """Let a member in again, with the same password."""
    by_id(connection, member_id, by=by)
    _update(connection, member_id, disabled=0)


def set_password(connection: Connection, member_id: str, hashed: str) -> None:
    """Keep the hash of a new password; whoever is signed in with the old one is out."""
    _update(connection, member_id, password=hashed)
    sessions.end_all(connection, member_id)


def set_language(connection: Connection, member_id: str, language: str) -> None:
    """Keep the language that a member reads."""
    _update(connection, member_id, language=language)


def remove_second_factor(
    connection: Connection, member_id: str, *, by: Member | None = None
) -> None:
    """Forget a second factor, for somebody who lost phone and recovery codes."""
    if by is not None:
        by_id(connection, member_id, by=by)
        if by.id == member_id:
            raise StaffError(Problem.ONESELF)
    _update(connection, member_id, second_factor=None, second_factor_pending=None)
    connection.execute(
        staff_recovery_codes.delete().where(staff_recovery_codes.c.member_id == member_id)
    )
    sessions.end_all(connection, member_id)


def _stay_inside(by: Member | None, area: Area) -> None:
    """Refuse rights beyond those of who gives them: nobody raises themselves by a colleague."""
    if by is not None and not by.area.holds(area):
        raise StaffError(Problem.OUTSIDE)


def _keep_an_administrator(connection: Connection, found: StaffMember) -> None:
    """Refuse to lose the last one who can come in; an invited one who never came does not count."""
    table = staff_members.c
    if found.member.role is not Role.ADMINISTRATOR or found.is_disabled or not found.has_password:
        return
    others = connection.execute(
        select(table.id)
        .where(
            table.role == Role.ADMINISTRATOR.value,
            table.disabled == 0,
            table.password.is_not(None),
            table.id != found.id,
        )
        .with_for_update()  # two who disable each other at once: the second one is refused
    ).first()
    if not others:
        raise StaffError(Problem.LAST_ADMINISTRATOR)


def _update(connection: Connection, member_id: str, **values: Any) -> None:
    connection.execute(
        staff_members.update().where(staff_members.c.id == member_id).values(**values)
    )


def _area_columns(area: Area) -> dict[str, str | None]:
    return {
        "country": area.country,
        "department": area.department,
        "municipality": area.municipality,
    }


def _one(connection: Connection, condition: Any) -> StaffMember:
    row = connection.execute(select(staff_members).where(condition)).mappings().first()
    if row is None:
        raise StaffError(Problem.UNKNOWN)
    return _read(row)


def _read(row: RowMapping) -> StaffMember:
    return StaffMember(
        member=sessions.read_member(row),
        email=row["email"],
        created=row["created"],
        is_disabled=bool(row["disabled"]),
        has_password=row["password"] is not None,
        has_second_factor=row["second_factor"] is not None,
    )
