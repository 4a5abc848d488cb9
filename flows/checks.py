"""Judges flows that have been read: what would leave a person without a way on.

`check_flows` is what an editor runs before a change goes out. It knows nothing of gettext, articles
or the directory: whoever calls it says which ids exist and how texts are translated.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

from flows.conditions import CONDITIONS
from flows.definition import Finding, Flow, Outcome, Place, Question, Rule, place_of
from flows.path_checks import check_paths
from flows.text_checks import check_starting_words, check_texts
from flows.translation_checks import Catalog, check_translations
from flows.yaml_reader import did_you_mean, shorten


def check_flows(
    flows: Mapping[str, Flow],
    article_ids: Collection[str],
    topics: Collection[str],
    country_served: Callable[[str, str], bool] | None = None,
    catalog: Catalog | None = None,
) -> list[Finding]:
    """Give everything that is wrong with the flows, sorted by file and line, each thing once.

    `country_served(term, country)` says whether an article id or topic has something to tell in a
    country; without it that is not checked. Without a catalog translations are not checked.
    """
    findings: list[Finding] = []
    for flow in flows.values():
        findings.extend(_check_references(flow, flows, set(article_ids), set(topics)))
        findings.extend(check_paths(flow, country_served))
        findings.extend(check_texts(flow))
        if catalog is not None:
            findings.extend(check_translations(flow, catalog))
    findings.extend(check_starting_words(flows))
    return sort_findings(findings)


def sort_findings(findings: Iterable[Finding]) -> list[Finding]:
    """Give findings by file and line, each once."""
    by_place = sorted(findings, key=lambda f: (f.place.path, f.place.line, f.message))
    return list(dict.fromkeys(by_place))


def _check_references(
    flow: Flow, flows: Mapping[str, Flow], article_ids: set[str], topics: set[str]
) -> Iterator[Finding]:
    if flow.first not in flow.nodes:
        yield Finding(
            place_of(flow, flow, "first"),
            f'first: begins at "{shorten(flow.first)}", which this flow does not have.'
            f"{did_you_mean(flow.first, flow.nodes)}",
        )
    for node in flow.nodes.values():
        if isinstance(node, Question):
            for rule in node.next:
                yield from _check_rule(flow, node, rule)
        else:
            yield from _check_outcome(flow, node, flows, article_ids, topics)


def _check_rule(flow: Flow, question: Question, rule: Rule) -> Iterator[Finding]:
    where = f"node {question.id} → next"
    if rule.go not in flow.nodes:
        yield Finding(
            place_of(flow, rule, "go"),
            f'{where}: goes to "{shorten(rule.go)}", which this flow does not have.'
            f"{did_you_mean(rule.go, flow.nodes)}",
        )
    place = place_of(flow, rule, "if")
    yield from _unknown_options(place, f"{where} → if → answer", rule.answer, question)
    for name, option_ids in rule.earlier.items():
        tested = flow.nodes.get(name)
        if tested is None:
            known = {"answer", "country", "condition", *flow.nodes}
            message = (
                f'"{shorten(name)}" is neither "answer", "country", "condition" nor a node '
                f"of this flow.{did_you_mean(name, known)}"
            )
            yield Finding(place, f"{where} → if: {message}")
        elif tested is question:
            message = 'names its own node. Write "answer" to test the answer just given.'
            yield Finding(place, f"{where} → if → {name}: {message}")
        elif isinstance(tested, Outcome):
            message = "is an outcome, which nobody answers."
            yield Finding(place, f"{where} → if → {name}: {message}")
        else:
            yield from _unknown_options(place, f"{where} → if → {name}", option_ids, tested)
    if rule.condition is not None and rule.condition not in CONDITIONS:
        message = (
            f'there is no condition "{shorten(rule.condition)}" in flows/conditions.py.'
            f"{did_you_mean(rule.condition, CONDITIONS)}"
        )
        yield Finding(place, f"{where} → if → condition: {message}")


def _unknown_options(
    place: Place, where: str, option_ids: Iterable[str], question: Question
) -> Iterator[Finding]:
    known = [option.id for option in question.options]
    for option_id in sorted(set(option_ids) - set(known)):
        guess = did_you_mean(option_id, known)
        message = f'"{shorten(option_id)}" is no option of {question.id}.{guess}'
        yield Finding(place, f"{where}: {message}")


def _check_outcome(
    flow: Flow,
    outcome: Outcome,
    flows: Mapping[str, Flow],
    article_ids: set[str],
    topics: set[str],
) -> Iterator[Finding]:
    where = f"node {outcome.id}"
    if not (outcome.articles or outcome.services or outcome.flows):
        yield Finding(
            place_of(flow, outcome),
            f'{where}: leaves people with nothing to do. Add "articles", "services" or "flows".',
        )
    for article_id in outcome.articles:
        if article_id not in article_ids:
            yield Finding(
                place_of(flow, outcome, "articles"),
                f'{where} → articles: names "{shorten(article_id)}", but knowledge/articles/ has '
                f"no such file.{did_you_mean(article_id, article_ids)}",
            )
    term = outcome.services.taxonomy_term if outcome.services else None
    if term is not None and term not in article_ids and term not in topics:
        yield Finding(
            place_of(flow, outcome, "services"),
            f'{where} → services: "{shorten(term)}" is neither an article nor a topic.'
            f"{did_you_mean(term, article_ids | topics)}",
        )
    for flow_id in outcome.flows:
        if flow_id not in flows:
            yield Finding(
                place_of(flow, outcome, "flows"),
                f'{where} → flows: names "{shorten(flow_id)}", but flows/library/ has no such '
                f"flow.{did_you_mean(flow_id, flows)}",
            )
