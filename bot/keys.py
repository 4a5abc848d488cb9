"""A new secret in the place of the old one: `ventanilla keys rotate`, every 90 days.

The new secret is written beside the old file, then the rows go over in one transaction, then the
file takes its place. A power cut in between leaves both files, and the next rotation ends the first
one: whichever secret opens the rows is the right one.
"""

import os
import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine

from bot import store
from bot.settings import Settings
from knowledge.store import rotating
from knowledge.store.checkpoint import CheckpointError, forget_erased_bytes
from knowledge.store.database import StoreError, is_shared, reading
from knowledge.store.leases import owners
from knowledge.store.rotating import Rotated
from knowledge.store.sealing import Vault

ROTATE_DAYS = 90
SECRET_BYTES = 48


@dataclass(frozen=True, slots=True)
class Rotation:
    """What a rotation did. `rows` is None when it only ended one that had broken off."""

    path: Path
    rows: Rotated | None
    erased: bool  # the old bytes have left the files of SQLite


def secret_file(settings: Settings, path: Path | None) -> Path:
    """Return the file that the new secret goes to; raises `StoreError` where none is known."""
    if path is not None:
        return path
    if settings.secret_key is None:
        return settings.data_dir / "secret.key"
    if settings.secret_file is not None:
        return settings.secret_file
    raise StoreError(
        "The secret comes from VENTANILLA_SECRET_KEY, which only you can change. "
        "Add --to FILE: the new secret is written there, for you to put in its place."
    )


def age_in_days(path: Path, now: datetime) -> int | None:
    """Return how old the secret in a file is; None without one."""
    try:
        return max(0, int(now.timestamp() - path.stat().st_mtime) // 86_400)
    except OSError:
        return None


def rotate(
    settings: Settings,
    engine: Engine,
    path: Path,
    *,
    drop_replies: bool = False,
    while_serving: bool = False,
) -> Rotation:
    """Change the secret; raises `StoreError` in one line, with nothing changed, when it must not.

    Refuses while replies wait, or another process serves, unless told otherwise.
    """
    alone = None if while_serving else store.alone(settings)
    try:
        with reading(engine).connect() as connection:
            if not while_serving and is_shared(engine) and owners(connection, ""):
                raise StoreError(
                    "Another Ventanilla serves from this database. Stop all of them, wait a "
                    "minute, and try again."
                )
            if rotating.waiting_replies(connection) and not drop_replies:
                raise StoreError(
                    f"{rotating.waiting_replies(connection)} replies are on their way. Let the "
                    "service deliver them first, or add --drop-replies to lose them."
                )
        return _rotate(settings, engine, path)
    finally:
        if alone is not None:
            alone.end()


def _rotate(settings: Settings, engine: Engine, path: Path) -> Rotation:
    beside = path.with_name(path.name + ".next")
    rows: Rotated | None = None
    try:
        if not _ends_an_earlier_one(engine, beside):
            fresh = _write(beside)
            with engine.begin() as connection:
                rows = rotating.rotate(connection, settings.vault(), Vault(fresh))
        beside.replace(path)
    except OSError as error:
        raise StoreError(f"{error.filename} cannot be written ({error.strerror}).") from error
    erased = True
    try:
        forget_erased_bytes(engine)
    except CheckpointError:
        erased = False
    return Rotation(path, rows, erased)


def _ends_an_earlier_one(engine: Engine, beside: Path) -> bool:
    if not beside.exists():
        return False
    vault = Vault(beside.read_text(encoding="ascii").strip())
    with reading(engine).connect() as connection:
        return rotating.opens(connection, vault)


def _write(path: Path) -> str:
    fresh = secrets.token_hex(SECRET_BYTES)
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(fresh + "\n")
        file.flush()
        os.fsync(file.fileno())
    return fresh
