"""The folder of backups: names that tell when each was made, and how long they are kept."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

KEEP_DAYS = 30  # no backup outlives this, or erased data would
NAME = re.compile(r"ventanilla-(\d{8}T\d{6})Z\.backup")


def name_for(now: datetime) -> str:
    """Return the name of a backup in the folder of backups."""
    return f"ventanilla-{now.astimezone(UTC):%Y%m%dT%H%M%S}Z.backup"


def made_at(path: Path) -> datetime | None:
    """Return when a backup of the folder was made, by its name; None for any other file."""
    found = NAME.fullmatch(path.name)
    return datetime.strptime(found[1] + "Z", "%Y%m%dT%H%M%S%z") if found else None


def newest(folder: Path) -> datetime | None:
    """Return when the newest backup of a folder was made."""
    return max(_all_made(folder), default=None)


def oldest(folder: Path) -> datetime | None:
    """Return when the oldest backup of a folder was made."""
    return min(_all_made(folder), default=None)


def prune(folder: Path, now: datetime, keep_days: int = KEEP_DAYS) -> int:
    """Delete the folder's backups older than `keep_days`, 30 at most; return how many."""
    limit = now - timedelta(days=min(keep_days, KEEP_DAYS))
    old = [p for p in folder.glob("*.backup") if (at := made_at(p)) is not None and at < limit]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def _all_made(folder: Path) -> list[datetime]:
    return [at for path in folder.glob("*.backup") if (at := made_at(path)) is not None]
