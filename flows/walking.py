"""Walks every path of a flow for people from one country, so that an editor can read them all.

Paths come one by one, as they are found: a flow can have far more than anybody would read, and
`MAX_PATHS` says when to stop.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice

from flows.conditions import Situation
from flows.definition import Flow, Outcome
from flows.engine import Next, answer, begin
from flows.links import Translate

MAX_PATHS = 10_000


@dataclass(frozen=True, slots=True)
class Step:
    """One node on a path, with the answer that was given there.

    The last step of a sound path is an outcome. A path that ends otherwise says so in `problem`.
    """

    node: str
    text: str
    option: str | None = None
    label: str | None = None  # of the option, translated
    articles: tuple[str, ...] = ()
    services: str | None = None
    flows: tuple[str, ...] = ()
    problem: str | None = None


def walk(
    flow: Flow, country: str, translate: Translate, at: datetime, at_most: int = MAX_PATHS
) -> Iterator[list[Step]]:
    """Give every path from the first node to an outcome, lazily, and no more than `at_most`.

    `at` is the time that named conditions look at. A path that comes back to a node it has been at
    ends there with a `problem`, as does one that leads nowhere.
    """
    return islice(_all_paths(flow, country, translate, at), at_most)


def walk_as_text(
    flow: Flow, country: str, translate: Translate, at: datetime, at_most: int = MAX_PATHS
) -> Iterator[str]:
    """Give every path as a transcript of several lines; the last one says if there are more."""
    paths = _all_paths(flow, country, translate, at)
    for number, path in enumerate(islice(paths, at_most), start=1):
        yield f"{flow.id} · {country} · {number}\n" + "".join(map(_step_as_text, path))
    if next(paths, None) is not None:
        yield f"{flow.id} has more paths than these {at_most:,}; the others are not shown.\n"


def count_paths(flow: Flow, country: str, at: datetime, at_most: int = MAX_PATHS) -> int:
    """Count the paths of a flow, up to `at_most`."""
    return sum(1 for _ in walk(flow, country, str, at, at_most))


def _all_paths(
    flow: Flow, country: str, translate: Translate, at: datetime
) -> Iterator[list[Step]]:
    start = Situation(country, "es", {}, at)
    # Each entry is a place to go on from: the steps so far, the answers in them, and the next node.
    open_paths: list[tuple[list[Step], dict[str, str], Next]] = [([], {}, begin(flow, start))]
    while open_paths:
        steps, answers, here = open_paths.pop()
        if not isinstance(here, str):
            yield [*steps, Step(here.node, "", problem="the flow does not go on from here")]
            continue
        node = flow.nodes[here]
        text = translate(node.text)
        if isinstance(node, Outcome):
            yield [*steps, _last_step(node, text)]
        elif here in answers:
            yield [*steps, Step(here, text, problem="the path comes back to this question")]
        elif not node.options:
            yield [*steps, Step(here, text, problem="the question has no options")]
        else:
            situation = replace(start, answers=answers)
            open_paths += [
                (
                    [*steps, Step(here, text, option.id, translate(option.label))],
                    {**answers, here: option.id},
                    answer(flow, here, option.id, situation),
                )
                for option in reversed(node.options)
            ]


def _last_step(outcome: Outcome, text: str) -> Step:
    services = outcome.services
    shown = f"{services.taxonomy_term} ({services.near})" if services else None
    return Step(outcome.id, text, articles=outcome.articles, services=shown, flows=outcome.flows)


def _step_as_text(step: Step) -> str:
    lines = [f"  {step.node}: {step.text}"]
    if step.label is not None:
        lines.append(f"    > {step.label}")
    lines += [f"    = {article}" for article in step.articles]
    if step.services is not None:
        lines.append(f"    = {step.services}")
    lines += [f"    → {flow}" for flow in step.flows]
    if step.problem is not None:
        lines.append(f"    ! {step.problem}")
    return "\n".join(lines) + "\n"
