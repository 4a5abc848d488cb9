"""Serving from a SQLite file is for one process: the file beside it is locked while that lives."""

import fcntl
import os
from pathlib import Path

from knowledge.store.database import StoreError, sqlite_path


class Alone:
    """The right to serve from a SQLite file; it ends with the process, however that ends."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def end(self) -> None:
        """Give the right back."""
        os.close(self._descriptor)


def serve_alone(url: str) -> Alone | None:
    """Take the right to serve from the database at `url`; None where several may.

    Raises `StoreError` when another process has it.
    """
    path = sqlite_path(url)
    if path is None:
        return None
    lock = Path(f"{path}.lock")
    try:
        descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise StoreError(f"{lock} cannot be written ({error.strerror}).") from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(descriptor)
        raise StoreError(
            f"Another Ventanilla serves from {path} already. Stop it, choose another "
            "VENTANILLA_DATA_DIR, or use PostgreSQL (VENTANILLA_DATABASE_URL) to run several."
        ) from error
    return Alone(descriptor)
