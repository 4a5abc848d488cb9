"""Tokens for programs: shown once, kept as a hash, with an end and the day of their last use."""

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, Connection, select

from knowledge.staff.rights import Member, Role
from knowledge.staff.secrets import hash_secret, new_secret, seconds
from knowledge.staff.sessions import read_member
from knowledge.store.staff_tables import staff_members, staff_tokens

PREFIX = "vt_"  # so that a token left in a file is recognised as one
DAYS = 90
MAX_DAYS = 366
MAX_NAME = 80


@dataclass(frozen=True, slots=True)
class Token:
    """A token without its secret. `used` is the day of the last use, None before the first.

    `must_enrol`: it is an administrator's who has no second factor yet.
    """

    id: str
    member: Member
    name: str
    created: str
    ends: datetime
    used: str | None
    must_enrol: bool

    def is_first_use_today(self, now: datetime) -> bool:
        """Whether the day of the last use is to be written."""
        return self.used != f"{now:%Y-%m-%d}"

    def is_over(self, now: datetime) -> bool:
        """Whether it opens nothing any more."""
        return self.ends <= now


def add(
    connection: Connection,
    member_id: str,
    name: str,
    now: datetime,
    days: int = DAYS,
    *,
    by: Token | None = None,
) -> str:
    """Return the secret of a new token, which is shown once.

    One that is made by another token ends with it at the latest: who found a token cannot have it
    live for ever.
    """
    secret = PREFIX + new_secret()
    ends = now + timedelta(days=max(1, min(days, MAX_DAYS)))
    connection.execute(
        staff_tokens.insert().values(
            id=str(uuid.uuid4()),
            member_id=member_id,
            hash=hash_secret(secret),
            name=" ".join(name.split())[:MAX_NAME],
            created=f"{now:%Y-%m-%d}",
            ends=seconds(min(ends, by.ends) if by is not None else ends),
        )
    )
    return secret


def find(connection: Connection, secret: str, now: datetime) -> Token | None:
    """Return the token of a secret, unless it is over or its member may not come in."""
    found = _select(
        connection,
        staff_tokens.c.hash == hash_secret(secret),
        staff_tokens.c.ends > seconds(now),
        staff_members.c.disabled == 0,
    )
    return found[0] if found else None


def of_member(connection: Connection, member_id: str) -> list[Token]:
    """Return a member's tokens, the newest first, those that are over too."""
    return _select(connection, staff_tokens.c.member_id == member_id)


def note_use(connection: Connection, token: Token, now: datetime) -> None:
    """Keep the day on which a token was used."""
    connection.execute(
        staff_tokens.update().where(staff_tokens.c.id == token.id).values(used=f"{now:%Y-%m-%d}")
    )


def revoke(connection: Connection, token_id: str, member_id: str) -> bool:
    """Delete a token of this member; return whether there was one."""
    deleted = connection.execute(
        staff_tokens.delete().where(
            staff_tokens.c.id == token_id, staff_tokens.c.member_id == member_id
        )
    )
    return bool(deleted.rowcount)


def _select(connection: Connection, *conditions: ColumnElement[bool]) -> list[Token]:
    table = staff_tokens.c
    rows = connection.execute(
        select(
            staff_members,
            table.id.label("token_id"),
            table.name,
            table.created.label("token_created"),
            table.ends,
            table.used,
        )
        .join(staff_members, staff_members.c.id == table.member_id)
        .where(*conditions)
        .order_by(table.created.desc(), table.ends.desc())
    ).mappings()
    return [
        Token(
            id=row["token_id"],
            member=read_member(row),
            name=row["name"],
            created=row["token_created"],
            ends=datetime.fromtimestamp(row["ends"], UTC),
            used=row["used"],
            must_enrol=row["role"] == Role.ADMINISTRATOR.value and row["second_factor"] is None,
        )
        for row in rows
    ]
