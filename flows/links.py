"""The arrows of a diagram: from a question to a node, with who takes them in a few words."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flows.definition import COUNTRIES, Flow, Question, Rule
from flows.graph import winning_rules

Translate = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Link:
    """One arrow; a label is empty when everybody goes this way."""

    source: str
    target: str
    label: str


def links_of(flow: Flow, translate: Translate) -> tuple[Link, ...]:
    """Give the arrows of a flow, in the order of the file, each drawn once."""
    links: dict[Link, None] = {}
    for node in flow.nodes.values():
        if not isinstance(node, Question):
            continue
        takers = _takers(node)
        for rule in node.next:
            if rule.go not in flow.nodes:
                continue
            for countries, options in _by_countries(node, takers.get(id(rule), {})).items():
                label = _label(flow, node, rule, options, countries, translate)
                links[Link(node.id, rule.go, label)] = None
    return tuple(links)


def _takers(question: Question) -> dict[int, dict[str, set[str]]]:
    """Give for each line that may win (by identity) the countries in which each option takes it."""
    takers: dict[int, dict[str, set[str]]] = {}
    for country in COUNTRIES:
        for option in question.options:
            for rule in winning_rules(question, option.id, country):
                takers.setdefault(id(rule), {}).setdefault(option.id, set()).add(country)
    return takers


def _by_countries(
    question: Question, by_option: Mapping[str, set[str]]
) -> dict[tuple[str, ...], list[str]]:
    grouped: dict[tuple[str, ...], list[str]] = {}
    for option in question.options:
        countries = by_option.get(option.id, ())
        if countries:
            key = tuple(country for country in COUNTRIES if country in countries)
            grouped.setdefault(key, []).append(option.id)
    return grouped


def _label(
    flow: Flow,
    question: Question,
    rule: Rule,
    option_ids: list[str],
    countries: tuple[str, ...],
    translate: Translate,
) -> str:
    parts = []
    if len(option_ids) < len(question.options):
        parts.append(_option_labels(question, option_ids, translate))
    for node_id, earlier_ids in rule.earlier.items():
        earlier = flow.nodes.get(node_id)
        if isinstance(earlier, Question):
            parts.append(f"{node_id}: {_option_labels(earlier, earlier_ids, translate)}")
    if rule.condition is not None:
        parts.append(rule.condition)
    if countries != COUNTRIES:
        parts.append(", ".join(countries))
    return " · ".join(parts)


def _option_labels(
    question: Question, option_ids: list[str] | frozenset[str], translate: Translate
) -> str:
    chosen = [option.label for option in question.options if option.id in option_ids]
    return " / ".join(translate(label) for label in chosen)
