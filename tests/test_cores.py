"""A server alone with its database keeps to one core, and what needs none of its lock does not."""

import os
import subprocess
import sys

import pytest

from bot import cores

several_cores = pytest.mark.skipif(
    not hasattr(os, "sched_getaffinity") or len(os.sched_getaffinity(0)) < 2,
    reason="needs a system that can keep a thread on a core, with two of them",
)
TOLD = """
import os, threading
from bot import cores

def told():
    return len(os.sched_getaffinity(0))

def in_a_thread(*work):
    found = []
    thread = threading.Thread(target=lambda: found.extend(step() for step in work))
    thread.start()
    thread.join()
    return found[-1]

print(told(), end=" ")
cores.share_one()
print(told(), in_a_thread(told), in_a_thread(cores.use_all, told), told())
"""


@several_cores
def test_threads_share_the_core_unless_they_ask_for_all() -> None:
    shown = subprocess.run(
        [sys.executable, "-c", TOLD], capture_output=True, text=True, check=True
    ).stdout
    every = str(len(os.sched_getaffinity(0)))
    assert shown.split() == [every, "1", "1", every, "1"]


def test_nothing_is_asked_of_a_system_that_knows_no_such_thing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.delattr(os, "sched_setaffinity", raising=False)
    cores.share_one()
    cores.use_all()
