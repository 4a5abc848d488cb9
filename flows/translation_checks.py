"""Checks that every text of a flow can be read in every language, without knowing gettext."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from flows.definition import Finding, Flow, Question, place_of
from flows.text_checks import check_length, clashes
from flows.texts import FlowText, list_texts
from flows.yaml_reader import shorten

_PLACEHOLDER = re.compile(r"\{[^{}]*\}|%\(\w+\)[a-z]")


@dataclass(frozen=True, slots=True)
class Translation:
    """What a catalog holds for one text; `fuzzy` when the Spanish has changed since."""

    text: str
    fuzzy: bool = False


class Catalog(Protocol):
    """The translations that exist; whoever knows gettext provides it."""

    @property
    def languages(self) -> Sequence[str]:
        """The languages that flows are translated into, without Spanish."""

    def find_translation(self, language: str, text: str) -> Translation | None:
        """Give the entry for a Spanish text, or None when the catalog lacks it."""


def check_translations(flow: Flow, catalog: Catalog) -> Iterator[Finding]:
    """Give what is wrong with the translations of a flow."""
    for language in catalog.languages:
        for found in list_texts(flow):
            yield from _check_text(found, catalog, language)
        for node in flow.nodes.values():
            if isinstance(node, Question):
                yield from _check_labels(flow, node, catalog, language)


def _check_text(found: FlowText, catalog: Catalog, language: str) -> Iterator[Finding]:
    translation = catalog.find_translation(language, found.text)
    if translation is None or not translation.text:
        message = f'"{shorten(found.text)}" has no translation into "{language}" in locales/.'
        yield Finding(found.place, f"{found.where}: {message}")
        return
    if translation.fuzzy:
        message = (
            f'the translation of "{shorten(found.text)}" into "{language}" is marked fuzzy. '
            "Confirm it in locales/."
        )
        yield Finding(found.place, f"{found.where}: {message}")
    here, there = _placeholders(found.text), _placeholders(translation.text)
    if here != there:
        message = (
            f'the translation into "{language}" has the placeholders {_listed(there)}, '
            f"the Spanish has {_listed(here)}."
        )
        yield Finding(found.place, f"{found.where}: {message}")
    yield from check_length(found, translation.text, language)


def _check_labels(
    flow: Flow, question: Question, catalog: Catalog, language: str
) -> Iterator[Finding]:
    typed = [(option.id, option.words) for option in question.options]
    labels = []
    for option in question.options:
        translation = catalog.find_translation(language, option.label)
        if translation and not translation.fuzzy and translation.text != option.label:
            labels.append((option.id, (translation.text,)))
    already_told = set(clashes(typed))
    for clash in clashes([*typed, *labels]):
        if clash in already_told:
            continue
        option_id, word, problem = clash
        option = next(option for option in question.options if option.id == option_id)
        where = f"node {question.id} → options → {option_id}"
        message = f'in "{language}", "{shorten(word)}" {problem}'
        yield Finding(place_of(flow, option), f"{where}: {message}")


def _placeholders(text: str) -> list[str]:
    return sorted(_PLACEHOLDER.findall(text))


def _listed(placeholders: list[str]) -> str:
    return ", ".join(placeholders) or "none"
