"""A flow as a graph: which lines of `next` may win for whom, and where that leads.

A line that tests an earlier answer or a named condition may win or not; a line without such a test
wins for certain, and the lines below it are never looked at. So the graph holds every way that a
person could go, and perhaps a few that their earlier answers exclude.
"""

from collections.abc import Iterator, Mapping

from flows.definition import Flow, Question, Rule

Ways = Mapping[str, tuple[Rule, ...]]  # node id → the lines of its "next" that may win


def winning_rules(question: Question, option_id: str, country: str) -> Iterator[Rule]:
    """Give the lines that may win for an answer given in a country, from top to bottom."""
    above: list[Rule] = []
    for rule in question.next:
        if rule.answer and option_id not in rule.answer:
            continue
        if rule.country and country not in rule.country:
            continue
        if any(_takes_all_of(upper, rule) for upper in above):
            continue
        above.append(rule)
        yield rule


def _takes_all_of(upper: Rule, lower: Rule) -> bool:
    """Whether the upper line holds whenever the lower one does, answer and country being equal."""
    if upper.condition not in {None, lower.condition}:
        return False
    return all(
        node in lower.earlier and lower.earlier[node] <= ids for node, ids in upper.earlier.items()
    )


def ways_in(flow: Flow, country: str) -> Ways:
    """Give for every question the lines that may win in a country, each once."""
    ways: dict[str, tuple[Rule, ...]] = {}
    for node in flow.nodes.values():
        if isinstance(node, Question):
            winners = {
                id(rule): rule
                for option in node.options
                for rule in winning_rules(node, option.id, country)
            }
            ways[node.id] = tuple(rule for rule in node.next if id(rule) in winners)
    return ways


def reachable(flow: Flow, ways: Ways, without: str | None = None) -> set[str]:
    """Give the nodes that can be reached from the first one, never passing through `without`."""
    if flow.first not in flow.nodes or flow.first == without:
        return set()
    reached = {flow.first}
    to_visit = [flow.first]
    while to_visit:
        for rule in ways.get(to_visit.pop(), ()):
            if rule.go in flow.nodes and rule.go not in reached and rule.go != without:
                reached.add(rule.go)
                to_visit.append(rule.go)
    return reached


def returning_rules(flow: Flow, ways: Ways) -> list[tuple[str, Rule]]:
    """Give the lines, each with its node, that lead back to a node which is on the path already."""
    returning: list[tuple[str, Rule]] = []
    if flow.first not in flow.nodes:
        return returning
    finished: set[str] = set()
    path = {flow.first: iter(ways.get(flow.first, ()))}  # the nodes on the path, in order
    while path:
        node_id, rules = next(reversed(path.items()))
        rule = next(rules, None)
        if rule is None:
            finished.add(node_id)
            del path[node_id]
        elif rule.go in path:
            returning.append((node_id, rule))
        elif rule.go in flow.nodes and rule.go not in finished:
            path[rule.go] = iter(ways.get(rule.go, ()))
    return returning


def layers_of(flow: Flow, ways: Ways) -> dict[str, int]:
    """Give the most questions that come before each reachable node; lines back are left out."""
    back = {id(rule) for _, rule in returning_rules(flow, ways)}
    reached = reachable(flow, ways)
    waiting = dict.fromkeys(reached, 0)  # lines that lead to a node and are not yet followed
    forward = {
        node: [r.go for r in ways.get(node, ()) if r.go in reached and id(r) not in back]
        for node in reached
    }
    for targets in forward.values():
        for target in targets:
            waiting[target] += 1
    layers = dict.fromkeys((node for node in flow.nodes if waiting.get(node) == 0), 0)
    ready = list(layers)
    while ready:
        node = ready.pop()
        for target in forward[node]:
            layers[target] = max(layers.get(target, 0), layers[node] + 1)
            waiting[target] -= 1
            if waiting[target] == 0:
                ready.append(target)
    return layers
