"""A member's second factor: set up, confirmed with a first code, asked for at each sign-in."""

import base64
import hmac
from datetime import datetime

from sqlalchemy import Connection, select

from knowledge.staff import codes
from knowledge.store.sealing import SealError, Vault
from knowledge.store.staff_tables import staff_members, staff_recovery_codes


def begin(connection: Connection, vault: Vault, member_id: str) -> bytes:
    """Return the secret that is being set up, the same one until it is confirmed.

    A page that is loaded twice must not show another picture than the one already scanned.
    """
    table = staff_members.c
    sealed = connection.execute(
        select(table.second_factor_pending).where(table.id == member_id)
    ).scalar()
    if sealed is not None and (known := _unseal(vault, sealed, member_id)) is not None:
        return known
    secret = codes.new_secret()
    connection.execute(
        staff_members.update()
        .where(table.id == member_id)
        .values(second_factor_pending=vault.seal(secret, member_id.encode()))
    )
    return secret


def confirm(
    connection: Connection, vault: Vault, member_id: str, code: str, now: datetime
) -> list[str] | None:
    """Take a second factor into use; return the recovery codes, or None when the code is wrong."""
    step = codes.step_of(begin(connection, vault, member_id), code, now, after=0)
    if step is None:
        return None
    table = staff_members.c
    connection.execute(
        staff_members.update()
        .where(table.id == member_id)
        .values(
            second_factor=table.second_factor_pending,
            second_factor_pending=None,
            second_factor_step=step,
        )
    )
    return renew_recovery_codes(connection, vault, member_id)


def renew_recovery_codes(connection: Connection, vault: Vault, member_id: str) -> list[str]:
    """Return new recovery codes, shown once; the old ones open nothing any more."""
    _forget_codes(connection, member_id)
    fresh = codes.new_recovery_codes()
    connection.execute(
        staff_recovery_codes.insert(),
        [{"member_id": member_id, "hash": _hash(vault, member_id, code)} for code in fresh],
    )
    return fresh


def count_recovery_codes(connection: Connection, member_id: str) -> int:
    """Return how many recovery codes a member has left."""
    found = connection.execute(
        select(staff_recovery_codes.c.hash).where(staff_recovery_codes.c.member_id == member_id)
    )
    return len(found.all())


def is_right(
    connection: Connection, vault: Vault, member_id: str, code: str, now: datetime
) -> bool:
    """Whether this is a code of the app or a recovery code; either is used up by it."""
    table = staff_members.c
    row = connection.execute(
        select(table.second_factor, table.second_factor_step).where(table.id == member_id)
    ).first()
    if row is None or row.second_factor is None:
        return False
    secret = _unseal(vault, row.second_factor, member_id)
    step = codes.step_of(secret, code, now, row.second_factor_step) if secret else None
    if step is not None:
        used = connection.execute(
            staff_members.update()
            .where(table.id == member_id, table.second_factor_step < step)
            .values(second_factor_step=step)
        )
        return bool(used.rowcount)
    deleted = connection.execute(
        staff_recovery_codes.delete().where(
            staff_recovery_codes.c.member_id == member_id,
            staff_recovery_codes.c.hash == _hash(vault, member_id, code),
        )
    )
    return bool(deleted.rowcount)


def spelled(secret: bytes) -> str:
    """Return the secret for typing into an app that cannot take a picture, in groups of four."""
    letters = base64.b32encode(secret).decode().rstrip("=")
    return " ".join(letters[start : start + 4] for start in range(0, len(letters), 4))


def _hash(vault: Vault, member_id: str, code: str) -> bytes:
    folded = codes.fold_recovery_code(code)
    key = vault.token("recovery codes").encode()
    return hmac.digest(key, f"{member_id}\x00{folded}".encode(), "sha256")[:16]


def _unseal(vault: Vault, sealed: bytes, member_id: str) -> bytes | None:
    try:
        return vault.unseal(sealed, member_id.encode())
    except SealError:
        return None  # sealed with another key: only a recovery by an administrator helps


def _forget_codes(connection: Connection, member_id: str) -> None:
    connection.execute(
        staff_recovery_codes.delete().where(staff_recovery_codes.c.member_id == member_id)
    )
