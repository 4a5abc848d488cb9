"""What a link is for: a first password, a new one, the first administrator of all."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine

from knowledge.staff import links, members, passwords, sessions
from knowledge.staff.members import Problem, StaffError
from knowledge.staff.passwords import Weakness
from knowledge.staff.rights import EVERYWHERE, Role
from knowledge.store.database import reading


@dataclass(frozen=True, slots=True)
class Invitation:
    """Whose link it is; without an address it makes the first administrator, who types one."""

    link: links.Link
    email: str | None


def look(engine: Engine, secret: str, now: datetime) -> Invitation | None:
    """Return what a link is for, changing nothing; None when it was used or is over."""
    with reading(engine).connect() as connection:
        return _look(connection, secret, now)


def _look(connection: Connection, secret: str, now: datetime) -> Invitation | None:
    link = links.find(connection, secret, now)
    if link is None:
        return None
    if link.member_id is None:
        return Invitation(link, None) if members.is_empty(connection) else None
    found = members.by_id(connection, link.member_id)
    return None if found.is_disabled else Invitation(link, found.email)


def set_up(
    engine: Engine, secret: str, email: str, password: str, now: datetime
) -> Weakness | Problem | None:
    """Use a link up to set a password; return why that cannot be, or None when it is done.

    `email` counts for the first administrator alone. A password that is refused leaves the link
    as it was.
    """
    invitation = look(engine, secret, now)
    if invitation is None:
        return Problem.UNKNOWN
    weak = passwords.weakness(password, invitation.email or email)
    if weak:
        return weak
    hashed = passwords.hash_password(password)
    try:
        with engine.begin() as connection:
            invitation = _look(connection, secret, now)
            if invitation is None or not links.use(connection, invitation.link):
                return Problem.UNKNOWN
            member_id = invitation.link.member_id
            if member_id is None:
                added = members.add(connection, email, Role.ADMINISTRATOR, EVERYWHERE, now)
                member_id = added.id
            members.set_password(connection, member_id, hashed)
    except StaffError as error:
        return error.problem
    return None


def first_link(engine: Engine, now: datetime) -> str | None:
    """Return the path of a link for the first administrator; None once there is a member.

    A link from an earlier start opens nothing any more.
    """
    with engine.begin() as connection:
        if not members.is_empty(connection):
            return None
        return links.make(connection, None, now)


def expire(engine: Engine, now: datetime) -> int:
    """Delete links and sessions that are over, and failures that are old."""
    from knowledge.staff import attempts

    with engine.begin() as connection:
        return (
            links.expire(connection, now)
            + sessions.expire(connection, now)
            + attempts.expire(connection, now)
        )
