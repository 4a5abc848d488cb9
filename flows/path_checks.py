"""Checks the ways through one flow: that everybody arrives somewhere and nothing is left aside."""

from collections.abc import Callable, Iterator, Mapping

from flows.definition import (
    COUNTRIES,
    MAX_DEPTH,
    MAX_NODES,
    MAX_OPTIONS,
    MAX_RULES,
    Finding,
    Flow,
    Outcome,
    Question,
    Rule,
    place_of,
)
from flows.graph import Ways, layers_of, reachable, returning_rules, ways_in, winning_rules

CountryServed = Callable[[str, str], bool]


def check_paths(flow: Flow, country_served: CountryServed | None = None) -> list[Finding]:
    """Give what is wrong with the ways through a flow.

    A flow over the limits of size gets only that finding: its ways would be too many to look at.
    """
    too_large = list(_check_size(flow))
    if too_large:
        return too_large
    ways = {country: ways_in(flow, country) for country in COUNTRIES}
    reached = {country: reachable(flow, ways[country]) for country in COUNTRIES}
    findings = [*_check_last_rules(flow), *_check_winners(flow, reached)]
    findings += _check_earlier(flow, ways, reached)
    if flow.first in flow.nodes:
        findings += _check_reached(flow, reached)
    for country in COUNTRIES:
        findings += _check_rings(flow, ways[country])
        findings += _check_depth(flow, ways[country])
        if country_served is not None:
            findings += _check_served(flow, country, reached[country], country_served)
    return findings


def _check_size(flow: Flow) -> Iterator[Finding]:
    nodes = len(flow.nodes)
    if nodes > MAX_NODES:
        message = f"has {nodes} nodes; a flow may have {MAX_NODES}. Split it into several flows."
        yield Finding(place_of(flow, flow, "nodes"), f"nodes: {message}")
    for node in flow.nodes.values():
        if not isinstance(node, Question):
            continue
        options, rules = len(node.options), len(node.next)
        if options > MAX_OPTIONS:
            message = f"has {options} options; a question may have {MAX_OPTIONS}."
            yield Finding(place_of(flow, node, "options"), f"node {node.id} → options: {message}")
        if rules > MAX_RULES:
            message = f"has {rules} lines; a question may have {MAX_RULES}."
            yield Finding(place_of(flow, node, "next"), f"node {node.id} → next: {message}")


def _check_last_rules(flow: Flow) -> Iterator[Finding]:
    for node in flow.nodes.values():
        if isinstance(node, Question) and not (node.next and node.next[-1].unconditional):
            part = node.next[-1] if node.next else node
            yield Finding(
                place_of(flow, part),
                f'node {node.id} → next: the last line has an "if". End with a line that has only '
                '"go", so that nobody is left without a way on.',
            )


def _check_winners(flow: Flow, reached: Mapping[str, set[str]]) -> Iterator[Finding]:
    for node in flow.nodes.values():
        if not isinstance(node, Question):
            continue
        countries = [country for country in COUNTRIES if node.id in reached[country]]
        winners = {
            id(rule)
            for country in countries or COUNTRIES
            for option in node.options
            for rule in winning_rules(node, option.id, country)
        }
        option_ids = {option.id for option in node.options}
        for rule in node.next:
            # A line that names something unknown is reported for that already.
            known = rule.answer <= option_ids and rule.country <= set(COUNTRIES)
            if known and id(rule) not in winners:
                yield Finding(place_of(flow, rule), _why_never(node, rule, countries))


def _why_never(node: Question, rule: Rule, countries: list[str]) -> str:
    where = f"node {node.id} → next"
    if countries and rule.country and not rule.country & set(countries):
        names = ", ".join(sorted(rule.country))
        return f"{where}: this line never wins: nobody from {names} gets to this question."
    return f"{where}: this line never wins: the lines above it take everybody. Move it up."


def _check_earlier(
    flow: Flow, ways: Mapping[str, Ways], reached: Mapping[str, set[str]]
) -> Iterator[Finding]:
    # A question is earlier on every path when nobody gets past a flow that lacks it.
    past: dict[tuple[str, str], set[str]] = {}
    for node in flow.nodes.values():
        for rule in node.next if isinstance(node, Question) else ():
            for tested in rule.earlier:
                if tested == node.id or not isinstance(flow.nodes.get(tested), Question):
                    continue
                for country in sorted(rule.country or COUNTRIES):
                    if node.id not in reached.get(country, ()):
                        continue
                    key = (country, tested)
                    if key not in past:
                        past[key] = reachable(flow, ways[country], without=tested)
                    if node.id in past[key]:
                        yield Finding(
                            place_of(flow, rule, "if"),
                            f"node {node.id} → next → if → {tested}: some people get here without "
                            f"that question. Test only what everybody was asked before.",
                        )
                        break


def _check_reached(flow: Flow, reached: Mapping[str, set[str]]) -> Iterator[Finding]:
    everybody = set().union(*reached.values())
    coming: dict[str, list[str]] = {node_id: [] for node_id in flow.nodes}
    for node in flow.nodes.values():
        for rule in node.next if isinstance(node, Question) else ():
            if rule.go in coming:
                coming[rule.go].append(node.id)
    for node_id in sorted(flow.nodes.keys() - everybody):
        sources = coming[node_id]
        if any(source in everybody for source in sources):
            why = "in no country does anybody get here: the lines that go to it never win."
        elif sources:
            names = ", ".join(sorted(set(sources)))
            why = f"nobody gets here: only {names} goes to it, and nobody gets there either."
        else:
            why = 'nobody gets here: no line of "next" goes to it.'
        yield Finding(place_of(flow, flow.nodes[node_id]), f"node {node_id}: {why}")


def _check_rings(flow: Flow, ways: Ways) -> Iterator[Finding]:
    for node_id, rule in returning_rules(flow, ways):
        what = "itself" if rule.go == node_id else f'"{rule.go}", which was asked before'
        yield Finding(
            place_of(flow, rule, "go"),
            f"node {node_id} → next: goes back to {what}. People go back with «atrás»; a flow only "
            "goes on.",
        )


def _check_depth(flow: Flow, ways: Ways) -> Iterator[Finding]:
    for node_id, layer in layers_of(flow, ways).items():
        if layer == MAX_DEPTH + 1:
            yield Finding(
                place_of(flow, flow.nodes[node_id]),
                f"node {node_id}: comes after {layer} questions; a path may have {MAX_DEPTH}.",
            )
            return


def _check_served(
    flow: Flow, country: str, reached: set[str], country_served: CountryServed
) -> Iterator[Finding]:
    for node in flow.nodes.values():
        if not isinstance(node, Outcome) or node.id not in reached or node.flows:
            continue
        terms = list(node.articles)
        if node.services:
            terms.append(node.services.taxonomy_term)
        if terms and not any(country_served(term, country) for term in terms):
            yield Finding(
                place_of(flow, node),
                f"node {node.id}: has nothing to show to people from {country}: neither its "
                "articles nor its services say anything about that country.",
            )
