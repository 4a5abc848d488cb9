"""Slows down whoever guesses passwords, without locking an office out.

Each attempt is counted before the password is looked at, so that a hundred at once gain nothing,
and taken back when it was right. Three things are counted: the pair of member and network, the
member, the network. From a network where a member has signed in before, other people's failures
do not count against them, and their own make them wait a minute at most. Elsewhere the waits are
bounded too: an attacker can delay a member at a new place, but never shut one out.
"""

import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from knowledge.staff.secrets import seconds
from knowledge.store.database import insert_once, upsert
from knowledge.store.sealing import Vault
from knowledge.store.staff_tables import staff_attempts, staff_known_networks

KEPT = timedelta(days=1)
KNOWN_KEPT = timedelta(days=180)
IPV6_NETWORK = 64  # a household or an office has the whole of it


@dataclass(frozen=True, slots=True)
class _Brake:
    """So many failures are free; each further one doubles the wait in seconds, up to `longest`."""

    free: int
    longest: int

    def wait(self, failures: int) -> int:
        over = failures - self.free
        return min(2 ** min(over, 20), self.longest) if over > 0 else 0


PAIR = _Brake(free=5, longest=900)
PAIR_KNOWN = _Brake(free=5, longest=60)
MEMBER = _Brake(free=20, longest=60)
NETWORK = _Brake(free=30, longest=60)


class Attempt:
    """One attempt of `who` (a folded address, or a member's id for codes) from an address."""

    def __init__(self, vault: Vault, kind: str, who: str, address: str) -> None:
        network = _network(address)
        self._pair = vault.pseudonym(f"staff {kind} pair", f"{who}\x00{network}")
        self._member = vault.pseudonym(f"staff {kind} member", who)
        self._network = vault.pseudonym(f"staff {kind} network", network)

    def take(self, connection: Connection, now: datetime) -> int:
        """Count the attempt; return how many seconds are to be waited instead, 0 for none."""
        brakes = self._brakes(connection)
        rows = self._locked(connection, sorted(brakes), now)
        wait = max(until - seconds(now) for _, until in rows.values())
        if wait > 0:
            return wait
        for key, brake in brakes.items():
            failures = rows[key][0] + 1
            connection.execute(
                staff_attempts.update()
                .where(staff_attempts.c.key == key)
                .values(
                    failures=failures,
                    until=seconds(now) + brake.wait(failures),
                    touched=seconds(now),
                )
            )
        return 0

    def succeeded(self, connection: Connection, now: datetime) -> None:
        """Take the attempt back, and know this network from now on."""
        table = staff_attempts.c
        connection.execute(staff_attempts.delete().where(table.key == self._pair))
        connection.execute(
            staff_attempts.update()
            .where(table.key.in_((self._member, self._network)), table.failures > 0)
            .values(failures=table.failures - 1, until=seconds(now))
        )
        known = {"key": self._pair, "touched": seconds(now)}
        connection.execute(upsert(connection, staff_known_networks, ("key",)), known)

    def _locked(
        self, connection: Connection, keys: list[bytes], now: datetime
    ) -> dict[bytes, tuple[int, int]]:
        """Return failures and end of the wait by key; nobody else counts until we are done."""
        fresh = [{"key": key, "failures": 0, "until": 0, "touched": seconds(now)} for key in keys]
        connection.execute(insert_once(connection, staff_attempts), fresh)
        rows = connection.execute(
            select(staff_attempts)
            .where(staff_attempts.c.key.in_(keys))
            .order_by(staff_attempts.c.key)
            .with_for_update()
        )
        old = seconds(now - KEPT)
        return {r.key: (r.failures, r.until) if r.touched > old else (0, 0) for r in rows}

    def _brakes(self, connection: Connection) -> dict[bytes, _Brake]:
        known = connection.execute(
            select(staff_known_networks.c.key).where(staff_known_networks.c.key == self._pair)
        ).first()
        if known is not None:
            return {self._pair: PAIR_KNOWN}
        return {self._pair: PAIR, self._member: MEMBER, self._network: NETWORK}


def expire(connection: Connection, now: datetime) -> int:
    """Forget failures after a day, and networks that nobody signed in from for half a year."""
    gone = connection.execute(
        staff_attempts.delete().where(staff_attempts.c.touched <= seconds(now - KEPT))
    ).rowcount
    return (
        gone
        + connection.execute(
            staff_known_networks.delete().where(
                staff_known_networks.c.touched <= seconds(now - KNOWN_KEPT)
            )
        ).rowcount
    )


def _network(address: str) -> str:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((found, IPV6_NETWORK), strict=False))
    return str(found)
