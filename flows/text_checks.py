"""Checks the words of flows: lengths, ids that fit a button, and words that mean two things."""

from collections.abc import Iterable, Iterator, Mapping

from flows.definition import (
    MAX_LABEL,
    MAX_OPTION_ID_BYTES,
    MAX_TEXT,
    Finding,
    Flow,
    Question,
    place_of,
)
from flows.folding import fold
from flows.texts import FlowText, list_texts
from flows.yaml_reader import shorten

# What people can type at any moment, in both languages; no answer may be called like that.
GLOBAL_WORDS = (
    *("inicio", "atrás", "menú", "idioma", "ayuda", "salir", "borrar", "persona"),
    *("home", "back", "menu", "language", "help", "exit", "delete", "person"),
)
_GLOBAL = frozenset(fold(word) for word in GLOBAL_WORDS)


def check_texts(flow: Flow) -> Iterator[Finding]:
    """Give what is wrong with the words of one flow."""
    for found in list_texts(flow):
        yield from check_length(found, found.text)
    for node in flow.nodes.values():
        if not isinstance(node, Question):
            continue
        words = [(option.id, (option.label, *option.words)) for option in node.options]
        for option_id, word, problem in clashes(words):
            option = next(option for option in node.options if option.id == option_id)
            where = f"node {node.id} → options → {option_id}"
            yield Finding(place_of(flow, option), f'{where}: "{shorten(word)}" {problem}')
        for option in node.options:
            button = f"o:{flow.id}/{node.id}/{option.id}"
            size = len(button.encode())
            if size > MAX_OPTION_ID_BYTES:
                yield Finding(
                    place_of(flow, option),
                    f"node {node.id} → options → {option.id}: the ids of flow, node and option "
                    f"together take {size} bytes; a button holds {MAX_OPTION_ID_BYTES}. "
                    "Choose shorter ids.",
                )


def check_length(found: FlowText, text: str, language: str | None = None) -> Iterator[Finding]:
    """Give a finding when a text, or its translation, is too long for where it stands."""
    most = MAX_LABEL if found.on_button else MAX_TEXT
    if len(text) > most:
        what = f'its translation into "{language}"' if language else "the text"
        message = f"{what} has {len(text)} characters; here it may have {most}."
        yield Finding(found.place, f"{found.where}: {message}")


def clashes(options: Iterable[tuple[str, tuple[str, ...]]]) -> Iterator[tuple[str, str, str]]:
    """Give the words of options (id, words) that mean something else as well.

    Each is the option's id, the word, and what is wrong with it.
    """
    owners: dict[str, str] = {}
    for option_id, words in options:
        for word in words:
            folded = fold(word)
            owner = owners.setdefault(folded, option_id) if folded else option_id
            if folded in _GLOBAL:
                yield option_id, word, "is a word that works everywhere. Choose another."
            elif owner != option_id:
                yield option_id, word, f"also answers {owner}, as people type it. Change one."


def check_starting_words(flows: Mapping[str, Flow]) -> Iterator[Finding]:
    """Give the words that open two flows, or that do something else everywhere."""
    owners: dict[str, Flow] = {}
    for flow in flows.values():
        place = place_of(flow, flow, "starts_with")
        mine: set[str] = set()
        for word in flow.starts_with:
            folded = fold(word)
            if not folded:
                continue
            owner = owners.setdefault(folded, flow)
            problem = None
            if folded in _GLOBAL:
                problem = "is a word that works everywhere. Choose another."
            elif owner is not flow:
                problem = f"already opens {owner.id} ({place_of(owner, owner, 'starts_with')})."
            elif folded in mine:
                problem = "stands here twice, as people type it."
            mine.add(folded)
            if problem:
                yield Finding(place, f'starts_with: "{shorten(word)}" {problem}')
