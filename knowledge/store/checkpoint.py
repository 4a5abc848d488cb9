"""Letting erased bytes disappear from the files of SQLite.

`secure_delete` writes zeros over what is deleted, but the write-ahead log still holds the pages of
before until it is emptied. PostgreSQL keeps dead rows until its own vacuum; nothing is done there.
"""

import time
from contextlib import closing

from sqlalchemy import Engine

TRIES = 8
WAIT_MILLISECONDS = 100  # writers wait meanwhile: short, and again, rather than long
PAUSE_SECONDS = 0.25
USUAL_MILLISECONDS = 5000


class CheckpointError(Exception):
    """Somebody has been reading an old state all the while; to be tried again later."""


def forget_erased_bytes(engine: Engine) -> None:
    """Empty the write-ahead log into the database file; raises `CheckpointError`."""
    if engine.dialect.name != "sqlite":
        return
    raw = engine.raw_connection()  # a checkpoint is not for transactions
    try:
        with closing(raw.cursor()) as cursor:
            cursor.execute(f"PRAGMA busy_timeout={WAIT_MILLISECONDS}")
            try:
                for _ in range(TRIES):
                    cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                    busy, *_ = cursor.fetchone() or (1,)
                    if not busy:
                        return
                    time.sleep(PAUSE_SECONDS)
            finally:
                cursor.execute(f"PRAGMA busy_timeout={USUAL_MILLISECONDS}")
    finally:
        raw.close()
    raise CheckpointError("The write-ahead log is in use.")
