"""Leases: what only one of several processes may do, and for how long, by the database's clock.

A holder renews its lease well before the end. One that was away too long finds that the lease has
another owner, or another `fence`, and must not go on. Processes never compare their own clocks.
"""

import secrets
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, Connection, case, delete, or_, select, update

from knowledge.store.database import inserting, seconds_now
from knowledge.store.work_tables import leases

NAME_BYTES = 8


class LeaseLost(Exception):  # noqa: N818 - an answer, not an error
    """Somebody else holds this lease now: what was begun under it must not be kept."""


@dataclass(frozen=True, slots=True)
class Lease:
    """What `take` gave: `fence` is equal for as long as it stays in the same hands."""

    name: str
    owner: str
    fence: int


def a_name() -> str:
    """Return a new name for a process, never used before."""
    return secrets.token_hex(NAME_BYTES)


@dataclass(slots=True)
class Process:
    """This process among those that share a database, by a name for each of its roles."""

    _names: dict[str, str] = field(default_factory=dict)

    def name(self, role: str) -> str:
        """Return the name under which this process does something."""
        return self._names.get(role) or self._names.setdefault(role, a_name())

    def begin_anew(self, role: str) -> None:
        """Take a new name after an absence: what the old one owned may be in other hands."""
        self._names[role] = a_name()


THIS = Process()


def take(connection: Connection, name: str, owner: str, seconds: float) -> Lease | None:
    """Take or renew a lease for `seconds`; None while another owner holds it.

    Renewed too late, it has another `fence`: somebody else may have had it in between.
    """
    now = seconds_now(connection)
    new = inserting(connection, leases).values(
        name=name, owner=owner, fence=1, expires=now + seconds
    )
    mine = leases.c.owner == owner
    over = leases.c.expires <= now
    taken = new.on_conflict_do_update(
        index_elements=["name"],
        set_={
            "owner": owner,
            "expires": now + seconds,
            "fence": leases.c.fence + case((over, 1), else_=0),
        },
        where=or_(mine, over),
    ).returning(leases.c.fence)
    fence = connection.execute(taken).scalar_one_or_none()
    return None if fence is None else Lease(name, owner, fence)


def confirm(connection: Connection, lease: Lease) -> None:
    """Hold `lease` until the transaction ends; raises `LeaseLost` when it is not ours any more."""
    held = select(leases.c.fence).where(*_is(lease)).with_for_update()
    if connection.execute(held).scalar_one_or_none() is None:
        raise LeaseLost(lease.name)


def rest(connection: Connection, lease: Lease, seconds: float) -> None:
    """End the work under `lease`: nobody takes it again before `seconds` have passed.

    Raises `LeaseLost` when it is not ours any more.
    """
    statement = (
        update(leases)
        .where(*_is(lease))
        .values(owner="", expires=seconds_now(connection) + seconds)
    )
    if connection.execute(statement).rowcount != 1:
        raise LeaseLost(lease.name)


def release(connection: Connection, lease: Lease) -> None:
    """Give a lease back, so that others need not wait for its end."""
    connection.execute(
        update(leases).where(*_is(lease)).values(owner="", expires=seconds_now(connection))
    )


def forget_old(connection: Connection, seconds: float = 86_400.0) -> int:
    """Delete leases that ended long ago, such as those of processes; return how many."""
    old = leases.c.expires < seconds_now(connection) - seconds
    return connection.execute(delete(leases).where(old)).rowcount


def owners(connection: Connection, prefix: str) -> tuple[str, ...]:
    """Return who holds a lease whose name begins with `prefix`, at this moment."""
    query = select(leases.c.owner).where(
        leases.c.name.startswith(prefix, autoescape=True),
        leases.c.expires > seconds_now(connection),
        leases.c.owner != "",
    )
    return tuple(sorted(connection.execute(query).scalars()))


def _is(lease: Lease) -> tuple[ColumnElement[bool], ...]:
    return (
        leases.c.name == lease.name,
        leases.c.owner == lease.owner,
        leases.c.fence == lease.fence,
    )
