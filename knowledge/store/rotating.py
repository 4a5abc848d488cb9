"""What a new secret means for the rows: what was sealed with the old one is opened anew or erased.

Nothing of a person is carried over: with the old secret gone nobody can tell whose row was whose,
and that is what the rotation is for. Only what staff need to come in is sealed anew.
"""

from dataclasses import dataclass

from sqlalchemy import Column, Connection, Table, delete, func, select, update

from knowledge.store import of_a_chat
from knowledge.store.desk_tables import hooks, import_drafts
from knowledge.store.erasure_tables import erasure_marks
from knowledge.store.figure_tables import figure_keys
from knowledge.store.question_tables import question_signs, question_wordings, questions
from knowledge.store.report_tables import service_reports
from knowledge.store.sealing import SealError, Vault
from knowledge.store.staff_tables import (
    staff_attempts,
    staff_known_networks,
    staff_members,
    staff_recovery_codes,
)
from knowledge.store.tables import outbox

# Sealed with the secret, or a hash keyed with it: of no use with another one. The keys of figures
# are made again by whoever counts next; then people of before count once more.
ERASED: tuple[Table, ...] = (
    erasure_marks,
    figure_keys,
    import_drafts,
    question_wordings,
    question_signs,
    questions,
    staff_attempts,
    staff_known_networks,
    staff_recovery_codes,
)
SEALED_ANEW: tuple[Column[bytes | None], ...] = (
    staff_members.c.second_factor,
    staff_members.c.second_factor_pending,
)


@dataclass(frozen=True, slots=True)
class Rotated:
    """What became of the rows; `lost` second factors could not be opened with the old secret."""

    visits: int
    replies: int
    second_factors: int
    lost: int
    recovery_codes: int
    hooks: int


def waiting_replies(connection: Connection) -> int:
    """Return how many replies are on their way, which a new secret would lose."""
    return _count(connection, outbox)


def opens(connection: Connection, vault: Vault) -> bool:
    """Whether a vault opens all second factors, and there is one."""
    column = staff_members.c.second_factor
    query = select(staff_members.c.id, column).where(column.is_not(None))
    rows = connection.execute(query).all()
    return bool(rows) and all(_opened(vault, sealed, row_id) for row_id, sealed in rows)


def rotate(connection: Connection, old: Vault, new: Vault) -> Rotated:
    """Go over from one secret to another, in a transaction that the caller commits."""
    of_chats = of_a_chat.erase_all(connection)
    codes = _count(connection, staff_recovery_codes)
    for table in ERASED:
        connection.execute(delete(table))
    connection.execute(update(service_reports).values(marks=0))
    sealed, lost = 0, 0
    for column in SEALED_ANEW:
        query = select(staff_members.c.id, column).where(column.is_not(None))
        for member_id, value in connection.execute(query).all():
            secret = _opened(old, value, member_id)
            fresh = None if secret is None else new.seal(secret, member_id.encode())
            connection.execute(
                update(staff_members).where(staff_members.c.id == member_id).values({column: fresh})
            )
            sealed, lost = sealed + (fresh is not None), lost + (fresh is None)
    return Rotated(
        visits=of_chats.get("sessions", 0),
        replies=of_chats.get("outbox", 0),
        second_factors=sealed,
        lost=lost,
        recovery_codes=codes,
        hooks=_count(connection, hooks),
    )


def _opened(vault: Vault, sealed: bytes, member_id: str) -> bytes | None:
    try:
        return vault.unseal(bytes(sealed), member_id.encode())
    except SealError:
        return None


def _count(connection: Connection, table: Table) -> int:
    return int(connection.execute(select(func.count()).select_from(table)).scalar_one())
