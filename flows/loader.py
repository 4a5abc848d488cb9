"""Reads the flows that editors write into `Flow` values, and says at once all that is wrong.

Here a file is judged by itself: its form, its keys, what is missing. Whether the flow makes sense
(dead ends, unknown articles, people who cannot go on) is judged by `flows.checks`.
"""

import re
from collections.abc import Iterable
from pathlib import Path

from flows.definition import (
    COUNTRIES,
    SITUATIONS,
    Finding,
    Flow,
    Node,
    Option,
    Outcome,
    Place,
    Question,
    Rule,
    ServiceQuery,
)
from flows.yaml_reader import Reader, did_you_mean, shorten
from flows.yaml_source import YamlList, YamlMap, read_yaml

FLOW_KEYS = ("flow", "title", "menu", "starts_with", "first", "nodes")
QUESTION_KEYS = ("question", "hint", "options", "next")
OUTCOME_KEYS = ("outcome", "articles", "services", "flows")
OPTION_KEYS = ("label", "words", "situation")
RULE_KEYS = ("if", "go")
SERVICE_KEYS = ("taxonomy_term", "near")
NEAR = ("municipality", "department", "country")
MENU_POSITIONS = 100
TEST_KEYS = ("answer", "country", "condition")  # the keys of "if" that are no node

_ID = re.compile(r"[a-z0-9][a-z0-9_-]*")


def load_flow(path: Path, shown_as: str | None = None) -> tuple[Flow | None, list[Finding]]:
    """Read one flow; never raises.

    The flow is None when so much is missing that nobody could walk it. A flow with findings can be
    walked and checked, and must be mended before people see it.
    """
    shown = shown_as or str(path)
    node, findings = read_yaml(path, shown)
    if not isinstance(node, YamlMap):
        if not findings:
            message = 'does not hold a flow: it begins with "flow:", "title:", "first:", "nodes:".'
            findings.append(Finding(Place(shown, 1), message))
        return None, findings
    reader = Reader(node, shown, findings)
    flow = _read_flow(reader)
    file_name = Path(path).name
    if flow is not None and file_name != f"{flow.id}.yaml":
        reader.note(
            f'says "{flow.id}" and the file is called {file_name}. '
            f'Call the file {flow.id}.yaml, or write "flow: {Path(path).stem}".',
            "flow",
        )
    return flow, findings


def load_flows(
    directory: Path, shown_as: str | None = None
) -> tuple[dict[str, Flow], list[Finding]]:
    """Read every flow of a directory, by id; never raises."""
    shown = shown_as if shown_as is not None else str(directory)
    flows: dict[str, Flow] = {}
    findings: list[Finding] = []
    for path in _content_files(directory):
        name = f"{shown}/{path.name}"
        if path.suffix != ".yaml":
            findings.append(Finding(Place(name, 1), f"is not read. Call it {path.stem}.yaml."))
            continue
        flow, its_findings = load_flow(path, name)
        findings.extend(its_findings)
        if flow is not None:
            flows.setdefault(flow.id, flow)
    return flows, findings


def _content_files(directory: Path) -> Iterable[Path]:
    if not directory.is_dir():
        return ()
    return sorted(path for path in directory.iterdir() if path.suffix in {".yaml", ".yml"})


def _read_flow(reader: Reader) -> Flow | None:
    reader.unknown_keys(FLOW_KEYS)
    reader.require("flow", "title", "first", "nodes")
    flow_id = reader.text("flow")
    title = reader.text("title")
    first = reader.text("first")
    starts_with = reader.texts("starts_with")
    menu = _read_menu(reader)
    nodes = _read_nodes(reader)
    if flow_id is not None:
        _check_id(reader, flow_id, "flow", reader.place("flow").line)
    if flow_id is None or title is None or first is None or nodes is None:
        return None
    return Flow(
        flow_id,
        title,
        first,
        nodes,
        starts_with,
        menu,
        place=reader.place("flow"),
        keys=reader.places(),
    )


def _read_menu(reader: Reader) -> int | None:
    position = reader.text("menu", accepts=("int",))
    if position is None or re.fullmatch(r"[1-9]\d?", position, re.ASCII):
        return None if position is None else int(position)
    reader.note(f'"{shorten(position)}" is no position in the menu: use 1 to 99.', "menu")
    return None


def _read_nodes(reader: Reader) -> dict[str, Node] | None:
    nodes_reader = _filled_map(reader, "nodes")
    if nodes_reader is None:
        return None
    nodes: dict[str, Node] = {}
    complete = True
    for node_id, node_map in nodes_reader.entries():
        line = nodes_reader.place(node_id).line
        _check_id(nodes_reader, node_id, None, line)
        if node_id in TEST_KEYS:
            message = f'a node cannot be called "{node_id}", a word that "if" keeps for itself.'
            nodes_reader.note(message, line=line)
        if not isinstance(node_map, YamlMap):
            nodes_reader.note("should hold a question or an outcome.", node_id)
            complete = False
            continue
        node = _read_node(nodes_reader.at(node_map, f"node {node_id}"), node_id, line)
        if node is None:
            complete = False
        else:
            nodes[node_id] = node
    return nodes if complete else None


def _read_node(reader: Reader, node_id: str, line: int) -> Node | None:
    if reader.has("question") and reader.has("outcome"):
        reader.note('holds "question" and "outcome". A node is one or the other.', line=line)
        return None
    if reader.has("question"):
        return _read_question(reader, node_id, line)
    if reader.has("outcome"):
        return _read_outcome(reader, node_id, line)
    reader.note('holds neither "question" nor "outcome".', line=line)
    reader.unknown_keys({*QUESTION_KEYS, *OUTCOME_KEYS})
    return None


def _read_question(reader: Reader, node_id: str, line: int) -> Question | None:
    reader.unknown_keys(QUESTION_KEYS)
    reader.require("question", "options", "next")
    text = reader.text("question")
    hint = reader.text("hint")
    options = _read_options(reader)
    rules = _read_rules(reader)
    if text is None or options is None or rules is None:
        return None
    return Question(node_id, text, options, rules, hint, Place(reader.path, line), reader.places())


def _read_options(reader: Reader) -> tuple[Option, ...] | None:
    options_reader = _filled_map(reader, "options")
    if options_reader is None:
        return None
    options = []
    for option_id, node in options_reader.entries():
        place = options_reader.place(option_id)
        _check_id(options_reader, option_id, None, place.line)
        if isinstance(node, YamlMap):
            inner = options_reader.at(node, f"{options_reader.where} → {option_id}")
            inner.unknown_keys(OPTION_KEYS)
            inner.require("label")
            label, words = inner.text("label"), inner.texts("words")
            situation = inner.choice("situation", SITUATIONS)
        else:
            label, words = options_reader.text_of(node, option_id), ()
            situation = None
            if node is None:
                options_reader.note("has no text.", option_id)
        if label is not None:
            options.append(Option(option_id, label, words, situation, place))
    complete = len(options) == len(options_reader.node.entries)
    return tuple(options) if complete else None


def _read_rules(reader: Reader) -> tuple[Rule, ...] | None:
    rules: list[Rule] = []
    for rule_reader in reader.maps("next"):
        rule_reader.unknown_keys(RULE_KEYS)
        rule_reader.require("go")
        go = rule_reader.text("go")
        rule = None if go is None else _read_rule(rule_reader, go)
        if rule is not None:
            rules.append(rule)
    written = reader.node.entries.get("next")
    if isinstance(written, YamlList) and not written.items:
        reader.note("holds no line.", "next")
    complete = isinstance(written, YamlList) and len(rules) == len(written.items)
    return tuple(rules) if rules and complete else None


def _read_rule(reader: Reader, go: str) -> Rule | None:
    place = reader.place()
    if not reader.has("if"):
        return Rule(go, place=place, keys=reader.places())
    if not reader.require("if"):
        return None
    tests = _filled_map(reader, "if")
    if tests is None:
        return None
    found = {name: frozenset(tests.texts(name)) for name, _ in tests.entries()}
    for name, values in found.items():
        if not values:
            tests.note("has no value.", name)
    if not all(found.values()):
        return None
    countries = found.pop("country", frozenset())
    for country in sorted(countries - set(COUNTRIES)):
        guess = did_you_mean(country.upper(), COUNTRIES)
        tests.note(f'"{shorten(country)}" is none of {", ".join(COUNTRIES)}.{guess}', "country")
    conditions = found.pop("condition", frozenset())
    if len(conditions) > 1:
        tests.note("names several conditions. One line tests one.", "condition")
    return Rule(
        go,
        answer=found.pop("answer", frozenset()),
        country=countries,
        earlier=found,
        condition=min(conditions, default=None),
        place=place,
        keys=reader.places(),
    )


def _read_outcome(reader: Reader, node_id: str, line: int) -> Outcome | None:
    reader.unknown_keys(OUTCOME_KEYS)
    reader.require("outcome")
    text = reader.text("outcome")
    articles = reader.texts("articles")
    services = _read_services(reader)
    flows = reader.texts("flows")
    if text is None:
        return None
    return Outcome(
        node_id, text, articles, services, flows, Place(reader.path, line), reader.places()
    )


def _read_services(reader: Reader) -> ServiceQuery | None:
    services = reader.map("services")
    if services is None:
        return None
    services.unknown_keys(SERVICE_KEYS)
    services.require("taxonomy_term")
    term = services.text("taxonomy_term")
    near = services.choice("near", NEAR)
    return None if term is None else ServiceQuery(term, near or NEAR[0])


def _filled_map(reader: Reader, key: str) -> Reader | None:
    filled = reader.map(key)
    if filled is not None and not filled.node.entries:
        reader.note("is empty.", key)
        return None
    return filled


def _check_id(reader: Reader, found_id: str, key: str | None, line: int) -> None:
    if not _ID.fullmatch(found_id):
        message = f'"{shorten(found_id)}" cannot be an id: use a-z, 0-9, "_" and "-" only.'
        reader.note(message, key, line)
