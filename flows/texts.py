"""Lists every text of a flow that people read, for translators and for the checks."""

from collections.abc import Iterator
from dataclasses import dataclass

from flows.definition import Flow, Place, Question, place_of


@dataclass(frozen=True, slots=True)
class FlowText:
    """One text, with its place and the words that name it in a finding."""

    place: Place
    where: str  # "node what_happened → options → lost"
    text: str
    on_button: bool = False  # buttons and menus are narrow


def list_texts(flow: Flow) -> Iterator[FlowText]:
    """Give every text of the flow that is translated, in the order of the file."""
    yield FlowText(place_of(flow, flow, "title"), "title", flow.title, on_button=True)
    for node in flow.nodes.values():
        where = f"node {node.id} → "
        if not isinstance(node, Question):
            yield FlowText(place_of(flow, node, "outcome"), f"{where}outcome", node.text)
            continue
        yield FlowText(place_of(flow, node, "question"), f"{where}question", node.text)
        if node.hint is not None:
            yield FlowText(place_of(flow, node, "hint"), f"{where}hint", node.hint)
        for option in node.options:
            option_where = f"{where}options → {option.id}"
            yield FlowText(place_of(flow, option), option_where, option.label, on_button=True)


def flow_texts(flow: Flow) -> Iterator[tuple[int, str]]:
    """Give the line and the text of everything to translate, in the order of the file."""
    return ((found.place.line, found.text) for found in list_texts(flow))
