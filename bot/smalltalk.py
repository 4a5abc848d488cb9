"""Recognises greetings, thanks, laughter, insults and "are you a robot" in short messages.

Asked last: only when nothing more important was found in the text.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot import phrases
from bot.danger.patterns import PatternError, PatternSet, compile_pattern, compile_set
from flows.definition import Finding
from flows.folding import words
from flows.yaml_reader import Reader
from flows.yaml_source import YamlMap, read_yaml

LONGEST = 8  # words; a longer message is about something
BESIDE = 2  # words that may stand beside what was recognised: "gracias seño", "ok bro"
LANGUAGES = ("es", "en")


@dataclass(frozen=True, slots=True)
class SmallTalk:
    """The phrases of each kind, in the order in which they are tried."""

    kinds: Mapping[str, PatternSet] = field(default_factory=dict)

    def kind_of(self, text: str) -> str | None:
        """Return what kind of small talk all of `text` is; None when it is about something.

        Words are counted after each phrase is taken out, so "ok gracias" is small talk and
        "gracias, cuánto cuesta el pasaporte" is not.
        """
        said = words(text)
        if not said or len(said) > LONGEST:
            return None
        left = said
        first: str | None = None
        for kind in reversed(tuple(self.kinds)):
            found = self.kinds[kind].first(left)
            if found is None:
                continue
            first = kind
            left = self.kinds[kind].without(left)
        beside = [word for word in left if word.isalnum()]
        few = len(beside) <= min(BESIDE, len(said) - len(beside))
        return first if first is not None and few else None


def load_smalltalk(path: Path, shown_as: str) -> tuple[SmallTalk, list[Finding]]:
    """Read the phrases; return them with all that is wrong. Without the file there is none."""
    if not path.is_file():
        return SmallTalk(), []
    findings: list[Finding] = []
    node, found = read_yaml(path, shown_as)
    findings += found
    if not isinstance(node, YamlMap):
        return SmallTalk(), findings
    reader = Reader(node, shown_as, findings)
    reader.unknown_keys(tuple(phrases.SMALL_TALK))
    kinds = {}
    for kind, _ in reader.entries():
        inside = reader.map(kind)
        if inside is None or kind not in phrases.SMALL_TALK:
            continue
        inside.unknown_keys(LANGUAGES)
        inside.require(*LANGUAGES)
        fit = []
        for item in (item for language in LANGUAGES for item in inside.items(language)):
            try:
                compile_pattern(item.text, {})
                fit.append(item.text)
            except PatternError as error:
                inside.note(str(error), line=item.line)
        kinds[kind] = compile_set(fit, {})
    return SmallTalk(kinds), findings
