"""Questions about the database's own state: for `ventanilla doctor`, health and figures."""

from datetime import datetime

from sqlalchemy import Engine, func, select, text

from knowledge.store.database import reading, seconds_now
from knowledge.store.tables import outbox
from knowledge.store.work_tables import leases

FINDINGS = 3
LATE_SECONDS = 900.0  # jobs are looked for every half minute, and failed ones after five minutes
JOB = "job:"


def ping(engine: Engine) -> None:
    """Do nothing in the database; raises SQLAlchemy's errors when it does not answer."""
    with reading(engine).connect() as connection:
        connection.execute(text("SELECT 1"))


def outbox_state(engine: Engine, now: datetime) -> dict[str, tuple[int, int]]:
    """Return channel → how many replies wait, and for how many hours the oldest has."""
    query = select(outbox.c.channel, func.count(), func.min(outbox.c.touched)).group_by(
        outbox.c.channel
    )
    hour = int(now.timestamp()) // 3600
    with reading(engine).connect() as connection:
        return {
            channel: (count, max(0, hour - oldest))
            for channel, count, oldest in connection.execute(query)
        }


def late_jobs(engine: Engine) -> tuple[str, ...]:
    """Return the regular jobs that should have run a while ago and that nobody is at."""
    with reading(engine).connect() as connection:
        query = select(leases.c.name).where(
            leases.c.name.startswith(JOB, autoescape=True),
            leases.c.expires < seconds_now(connection) - LATE_SECONDS,
        )
        found = connection.execute(query).scalars().all()
    return tuple(sorted(name.removeprefix(JOB) for name in found))


def damage(engine: Engine) -> list[str]:
    """Return what a quick check of a SQLite file finds, empty when it is whole.

    PostgreSQL watches over its own files: nothing is asked there.
    """
    if engine.dialect.name != "sqlite":
        return []
    with reading(engine).connect() as connection:
        found = connection.exec_driver_sql(f"PRAGMA quick_check({FINDINGS})").scalars().all()
    return [line for line in found if line != "ok"]


def clock_difference(engine: Engine, now: datetime) -> float | None:
    """Return by how many seconds a database server's clock is ahead; None for a file."""
    if engine.dialect.name == "sqlite":
        return None
    with reading(engine).connect() as connection:
        seconds = connection.execute(text("SELECT extract(epoch FROM clock_timestamp())"))
        return float(seconds.scalar_one()) - now.timestamp()
