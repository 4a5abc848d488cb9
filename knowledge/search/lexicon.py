"""The data that search is made of beside the articles, in files that an editor can read."""

from dataclasses import dataclass, field
from pathlib import Path

from flows.definition import Finding
from flows.folding import words
from flows.yaml_reader import Reader
from flows.yaml_source import YamlMap, read_yaml
from knowledge.search.concepts import Concepts, load_concepts
from knowledge.search.shorthand import Shorthand, load_shorthand
from knowledge.search.verbs import verb_forms
from knowledge.search.word_list import WordList, list_words

SHIPPED = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Shorthand, concepts, words never repaired, and off-topic phrases by theme."""

    shorthand: Shorthand = field(default_factory=Shorthand)
    concepts: Concepts = field(default_factory=Concepts)
    common: WordList = field(default_factory=WordList)
    neutral: frozenset[str] = frozenset()
    glue: frozenset[str] = frozenset()
    decoys: dict[str, tuple[str, ...]] = field(default_factory=dict)


def load_lexicon(
    directory: Path = SHIPPED, shown_as: str = "knowledge/search"
) -> tuple[Lexicon, list[Finding]]:
    """Read the data files; return them with all that is wrong in them."""
    shorthand, found = load_shorthand(directory / "shorthand.yaml", f"{shown_as}/shorthand.yaml")
    concepts, more = load_concepts(
        directory / "concepts.yaml", f"{shown_as}/concepts.yaml", shorthand
    )
    common, even_more = _load_lists(directory, shown_as, "common.yaml")
    decoys, rest = _load_lists(directory, shown_as, "decoys.yaml")
    right = {word for texts in common.values() for text in texts for word in words(text)}
    for verb in common.get("verbs", ()):
        right |= verb_forms(verb)
    lexicon = Lexicon(
        shorthand=shorthand,
        concepts=concepts,
        common=list_words(right),
        neutral=frozenset(common.get("neutral", ())),
        glue=frozenset(common.get("glue", ())),
        decoys=decoys,
    )
    return lexicon, [*found, *more, *even_more, *rest]


def _load_lists(
    directory: Path, shown_as: str, name: str
) -> tuple[dict[str, tuple[str, ...]], list[Finding]]:
    path = f"{shown_as}/{name}"
    node, findings = read_yaml(directory / name, path)
    lists: dict[str, tuple[str, ...]] = {}
    if isinstance(node, YamlMap):
        reader = Reader(node, path, findings)
        for key, _ in reader.entries():
            lists[key] = reader.texts(key)
    return lists, findings
