"""On which of the machine's cores a server works.

2026-11-22. The thread that talks to channels and the one that takes turns hand Python's lock to
each other some times a turn. Between two cores every hand-over wakes a core, which then fetches
what the other had at hand: on one core together they take a fifth more turns a second. So a server
that is alone with its database, which has these two threads, keeps them on one core; work that does
without the lock (figures, backups) has all of them. What we gave up: the system does not move the
server to another core while this one is busy with something else; it moves that other thing.
"""

import contextlib
import os

_all: set[int] = set()


def share_one() -> None:
    """Keep this thread, and the threads it starts from now on, on one core.

    It is one of those that the process was given (`taskset`, `CPUAffinity=`), by its number, so
    that several servers of one machine are spread over them.
    """
    with contextlib.suppress(AttributeError, OSError):  # other systems know no such thing
        _all.update(os.sched_getaffinity(0))
        os.sched_setaffinity(0, {sorted(_all)[os.getpid() % len(_all)]})


def use_all() -> None:
    """Let this thread, and the processes it starts from now on, use every core again."""
    if _all:
        with contextlib.suppress(OSError):
            os.sched_setaffinity(0, _all)
