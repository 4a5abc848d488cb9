"""The machine and the versions that figures belong to."""

import os
import platform
import sqlite3
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import psutil
from sqlalchemy import create_engine, text

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("python-telegram-bot", "FastAPI", "SQLAlchemy", "psycopg", "RapidFuzz")


def describe_machine(postgresql_url: str | None) -> dict[str, str]:
    """Return what the figures depend on, name by name."""
    total = psutil.virtual_memory().total / 2**30
    load = ", ".join(f"{number:.1f}" for number in os.getloadavg())
    return {
        "Processor": f"{_processor()}, {os.cpu_count()} cores",
        "Memory": f"{total:.0f} GiB",
        "System": platform.platform(),
        "Python": platform.python_version(),
        "SQLite": sqlite3.sqlite_version,
        "PostgreSQL": _postgresql(postgresql_url) if postgresql_url else "not measured",
        "Libraries": ", ".join(f"{name} {_version(name)}" for name in PACKAGES),
        "Load when it began": f"{load} (1, 5 and 15 minutes; 0 is a quiet machine)",
        "Date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "Commit": _commit(),
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _postgresql(url: str) -> str:
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            return str(connection.execute(text("SHOW server_version")).scalar_one())
    finally:
        engine.dispose()


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "-"


def _commit() -> str:
    """Read the commit from the files of git, which need not be installed."""
    folder = ROOT / ".git"
    try:
        head = (folder / "HEAD").read_text(encoding="utf-8").strip()
        if not head.startswith("ref: "):
            return head[:12]
        name = head.removeprefix("ref: ")
        if (folder / name).exists():
            return (folder / name).read_text(encoding="utf-8").strip()[:12]
        packed = (folder / "packed-refs").read_text(encoding="utf-8").splitlines()
        return next(line.split()[0][:12] for line in packed if line.endswith(f" {name}"))
    except (OSError, StopIteration):
        return "unknown"
