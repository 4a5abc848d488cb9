"""Marks of erasures in a file of their own, for the day on which the server itself is lost.

A backup holds the marks of its moment. This file is small enough to be written every hour to
another machine, and tells a restore there what people erased since the last backup.
"""

from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine, select

from knowledge.store.backup_files import ERASURES_FORMAT, FORMAT, BackupError, Reader, Writer
from knowledge.store.database import reading
from knowledge.store.erasure_tables import erasure_marks
from knowledge.store.erasures import as_marks
from knowledge.store.schema import newest

TABLE = erasure_marks.name


def write_marks(engine: Engine, path: Path, secret: str, now: datetime) -> int:
    """Write all marks of a database to `path`, in the place of what is there; return how many.

    Raises `BackupError`, and SQLAlchemy's errors.
    """
    with Writer(path, secret) as writer, reading(engine).connect() as connection:
        query = select(erasure_marks).order_by(erasure_marks.c.mark)
        writer.table(TABLE, (dict(row) for row in connection.execute(query).mappings()))
        manifest = writer.finish(newest(), engine.dialect.name, now, ERASURES_FORMAT)
    return manifest.rows[TABLE]


def read_marks(path: Path, secret: str) -> dict[bytes, str]:
    """Return the marks of such a file, or of a backup; raises `BackupError` in one line."""
    reader = Reader(path, secret, (ERASURES_FORMAT, FORMAT))
    try:
        if not reader.same_secret:
            raise BackupError(
                f"{path} was made with another secret: its marks tell nothing here. "
                "Set the VENTANILLA_SECRET_KEY of that time."
            )
        return as_marks(reader.table(TABLE)) if TABLE in reader.manifest.rows else {}
    except (ValueError, KeyError, TypeError) as error:
        raise BackupError(f"{path} holds no marks of erasures that can be read.") from error
    finally:
        reader.close()
