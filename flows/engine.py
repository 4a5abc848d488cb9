"""Moves a person through a flow: from a node and an answer to the next node.

Pure functions that never raise: sessions outlive edits, so a node, an option or a whole path may be
gone when the answer comes. What cannot be followed is a value, and the conversation leads back
kindly. One answer moves exactly one node.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from flows.conditions import CONDITIONS, Situation
from flows.definition import Flow, Question, Rule


@dataclass(frozen=True, slots=True)
class NeedsCountry:
    """The way on depends on the country, which is not known yet.

    `node` is the question whose answer `option` was given. Keep the answer, ask for the country,
    and call `answer` (or `replay`) again.
    """

    node: str
    option: str


@dataclass(frozen=True, slots=True)
class Gone:
    """The flow has no such node or option, or no way on from it: it was edited meanwhile."""

    node: str
    option: str | None = None


Next = str | NeedsCountry | Gone  # a text is the id of the next node


@dataclass(frozen=True, slots=True)
class Replayed:
    """How far recorded answers lead: those that still hold, in order, and where the person is."""

    answers: Mapping[str, str]
    stops: Next


def begin(flow: Flow, _situation: Situation) -> Next:
    """Give the first node's id."""
    return flow.first if flow.first in flow.nodes else Gone(flow.first)


def answer(flow: Flow, node_id: str, option_id: str, situation: Situation) -> Next:
    """Give the id of the node that an answer leads to, or why there is none."""
    node = flow.nodes.get(node_id)
    if not isinstance(node, Question):
        return Gone(node_id)
    if option_id not in {option.id for option in node.options}:
        return Gone(node_id, option_id)
    for rule in node.next:
        if not _holds_apart_from_country(rule, option_id, situation):
            continue
        if rule.country and situation.country is None:
            return NeedsCountry(node_id, option_id)
        if not rule.country or situation.country in rule.country:
            return rule.go if rule.go in flow.nodes else Gone(rule.go)
    return Gone(node_id, option_id)


def replay(flow: Flow, answers: Mapping[str, str], situation: Situation) -> Replayed:
    """Walk recorded answers (node id → option id) from the start, as far as they still hold.

    It stops at the first node that waits for an answer, at an outcome, where the country is needed,
    or where the flow was edited away. The answers of `situation` are not looked at.
    """
    held: dict[str, str] = {}
    here = begin(flow, situation)
    # A node that was left already would bring us round again; a flow with a ring must not hang us.
    while isinstance(here, str) and here in answers and here not in held:
        there = answer(flow, here, answers[here], replace(situation, answers=held))
        if there == Gone(here, answers[here]) or there == Gone(here):
            break  # the question no longer knows this answer, or is an outcome now: we stay
        held[here] = answers[here]
        here = there
    return Replayed(held, here)


def _holds_apart_from_country(rule: Rule, option_id: str, situation: Situation) -> bool:
    if rule.answer and option_id not in rule.answer:
        return False
    if any(situation.answers.get(node) not in ids for node, ids in rule.earlier.items()):
        return False
    if rule.condition is None:
        return True
    condition = CONDITIONS.get(rule.condition)
    return condition is not None and condition(situation)
