"""How the regular jobs fare, for whoever runs the service, whichever process did them.

A failure leaves a note among the leases, which the next success takes away. So a job that fails in
one process and rests until it is tried again is seen by all, and after a restart too.
"""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection, delete, select

from knowledge.store.database import inserting, seconds_now
from knowledge.store.health import JOB, LATE_SECONDS
from knowledge.store.work_tables import leases

FAILED = "failed:"


class State(StrEnum):
    """How a job fares."""

    RESTING = "resting"  # done, and not due yet
    RUNNING = "running"
    LATE = "late"  # due for a while, and nobody does it
    FAILING = "failing"  # its last run failed; it is tried again


@dataclass(frozen=True, slots=True)
class JobState:
    """One job: `seconds` until it is due, negative when it should have run."""

    name: str
    state: State
    seconds: int


def job_states(connection: Connection) -> tuple[JobState, ...]:
    """Return the jobs that have ever run, those in trouble first; for a page or a monitor."""
    query = select(leases.c.name, leases.c.owner, leases.c.expires - seconds_now(connection)).where(
        leases.c.name.startswith(JOB, autoescape=True)
    )
    failed = set(failing(connection))
    found = []
    for name, owner, seconds in connection.execute(query):
        job = name.removeprefix(JOB)
        if job in failed:
            state = State.FAILING
        elif seconds < -LATE_SECONDS:
            state = State.LATE
        else:
            state = State.RUNNING if owner and seconds > 0 else State.RESTING
        found.append(JobState(job, state, int(seconds)))
    in_trouble = (State.FAILING, State.LATE)
    return tuple(sorted(found, key=lambda job: (job.state not in in_trouble, job.name)))


def failing(connection: Connection) -> tuple[str, ...]:
    """Return the jobs whose last run failed."""
    query = select(leases.c.name).where(leases.c.name.startswith(FAILED, autoescape=True))
    names = connection.execute(query.order_by(leases.c.name)).scalars()
    return tuple(name.removeprefix(FAILED) for name in names)


def note_failure(connection: Connection, job: str) -> None:
    """Remember that a job failed; the note counts the failures and goes a day after the last."""
    now = seconds_now(connection)
    new = inserting(connection, leases).values(name=FAILED + job, owner="", fence=1, expires=now)
    connection.execute(
        new.on_conflict_do_update(
            index_elements=["name"], set_={"fence": leases.c.fence + 1, "expires": now}
        )
    )


def note_success(connection: Connection, job: str) -> None:
    """Forget that a job failed."""
    connection.execute(delete(leases).where(leases.c.name == FAILED + job))
