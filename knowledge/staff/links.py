"""Links to set a password: for somebody invited, for a forgotten one, for the first administrator.

Opening a link changes nothing, since mail programs open links to look at them; sending its form
uses it up.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, select

from knowledge.staff.secrets import hash_secret, new_secret, seconds
from knowledge.store.staff_tables import staff_links

LASTS = timedelta(hours=72)
FIRST_LASTS = timedelta(hours=24)
PATH = "/admin/set-up/"


@dataclass(frozen=True, slots=True)
class Link:
    """A link that holds; without a member it makes the first administrator."""

    key: bytes
    member_id: str | None


def make(connection: Connection, member_id: str | None, now: datetime) -> str:
    """Return the path of a new link; an older one of the same member opens nothing any more."""
    secret = new_secret()
    connection.execute(staff_links.delete().where(_belongs_to(member_id)))
    connection.execute(
        staff_links.insert().values(
            hash=hash_secret(secret),
            member_id=member_id,
            ends=seconds(now + (LASTS if member_id else FIRST_LASTS)),
        )
    )
    return PATH + secret


def find(connection: Connection, secret: str, now: datetime) -> Link | None:
    """Return the link of a secret, unless it was used or is over."""
    row = connection.execute(
        select(staff_links.c.hash, staff_links.c.member_id).where(
            staff_links.c.hash == hash_secret(secret), staff_links.c.ends > seconds(now)
        )
    ).first()
    return Link(row.hash, row.member_id) if row else None


def use(connection: Connection, link: Link) -> bool:
    """Use a link up; False when somebody else was quicker."""
    return bool(
        connection.execute(staff_links.delete().where(staff_links.c.hash == link.key)).rowcount
    )


def expire(connection: Connection, now: datetime) -> int:
    """Delete links that are over."""
    return connection.execute(
        staff_links.delete().where(staff_links.c.ends <= seconds(now))
    ).rowcount


def _belongs_to(member_id: str | None) -> ColumnElement[bool]:
    column = staff_links.c.member_id
    return column.is_(None) if member_id is None else column == member_id
