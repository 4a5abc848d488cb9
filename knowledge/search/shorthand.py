"""Chat shorthand: *q*, *xq*, *tmb*, *pls*, *dont*, written out in full, one table a language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from flows.definition import Finding
from flows.folding import words
from flows.yaml_reader import Reader
from flows.yaml_source import YamlMap, read_yaml

ALWAYS = "always"  # the table of what is plain in any language
FIRST = "es"  # the table to read while the language is not known


@dataclass(frozen=True, slots=True)
class Shorthand:
    """Short form → words, by language."""

    tables: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)

    def write_out(self, tokens: Sequence[str], language: str | None = None) -> list[str]:
        """Return `tokens` with the short forms of `language` written out."""
        always = self.tables.get(ALWAYS, {})
        own = self.tables.get(language or FIRST, {})
        written: list[str] = []
        for token in tokens:
            written += own.get(token) or always.get(token) or (token,)
        return written


def load_shorthand(path: Path, shown_as: str) -> tuple[Shorthand, list[Finding]]:
    """Read the tables; return them with all that is wrong in the file."""
    node, findings = read_yaml(path, shown_as)
    tables: dict[str, dict[str, tuple[str, ...]]] = {}
    if not isinstance(node, YamlMap):
        return Shorthand(), findings
    reader = Reader(node, shown_as, findings)
    for language, _ in reader.entries():
        table = reader.map(language, where=language)
        if table is None:
            continue
        tables[language] = {}
        for short, _ in table.entries():
            full = words(table.text(short) or "")
            if len(words(short)) != 1 or not full:
                table.note(f'"{short}" must be one short word, with what it stands for.', short)
                continue
            tables[language][words(short)[0]] = tuple(full)
    return Shorthand(tables), findings
