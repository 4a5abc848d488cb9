"""Takes values out of a YAML map by key, and notes down everything that is wrong with them.

A `Reader` stands at one map of a file. Each method returns the value, or None (or nothing) after
noting a finding, so that a loader reads straight on and an editor sees every problem at once.
"""

import difflib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from flows.definition import Finding, Place
from flows.yaml_source import YamlList, YamlMap, YamlNode, YamlText

_TRUE_WORDS = ("yes", "true", "on")
_SHOWN_LENGTH = 40
_COMPARED_LENGTH = 60
_COMPARED_WORDS = 300


@dataclass(frozen=True, slots=True)
class Reader:
    """A place in a file: a map, the words that name it in a finding, and the findings so far."""

    node: YamlMap
    path: str
    findings: list[Finding] = field(default_factory=list)
    where: str = ""  # "node replace_dui → services"; empty at the top of the file

    @property
    def line(self) -> int:
        """The line where the map begins."""
        return self.node.line

    def place(self, key: str | None = None) -> Place:
        """Where a key stands, or the map itself."""
        found = self.node.keys.get(key) if key is not None else None
        return Place(self.path, found.line if found else self.line)

    def places(self) -> dict[str, Place]:
        """Where each key stands."""
        return {key: Place(self.path, written.line) for key, written in self.node.keys.items()}

    def note(self, message: str, key: str | None = None, line: int | None = None) -> None:
        """Note a finding about a key, or about the whole map."""
        where = " → ".join(part for part in (self.where, key) if part)
        place = Place(self.path, line) if line is not None else self.place(key)
        self.findings.append(Finding(place, f"{where}: {message}" if where else message))

    def has(self, key: str) -> bool:
        """Whether the map has the key, with or without a value."""
        return key in self.node.entries

    def is_map(self, key: str) -> bool:
        """Whether the key leads to a map, where a text or a map may stand."""
        return isinstance(self.node.entries.get(key), YamlMap)

    def require(self, *keys: str) -> bool:
        """Note the keys that are missing or without a value; whether none is."""
        missing = [key for key in keys if self.node.entries.get(key) is None]
        for key in missing:
            if self.has(key):
                self.note("has no value.", key)
            else:
                self.note(f'the key "{key}" is missing.')
        return not missing

    def unknown_keys(self, allowed: Collection[str]) -> None:
        """Note every key that is not one of `allowed`."""
        for key, written in self.node.keys.items():
            if key not in allowed:
                message = f'the key "{shorten(key)}" is not known here.{did_you_mean(key, allowed)}'
                self.note(message, line=written.line)

    def entries(self) -> Iterator[tuple[str, YamlNode]]:
        """Give every key with its value, and note the keys that need quotes."""
        for key, node in self.node.entries.items():
            self._check_kind(self.node.keys[key], None, ())
            yield key, node

    def text(self, key: str, accepts: Collection[str] = ()) -> str | None:
        """Give a text without the spaces around it; None when there is none.

        `accepts` names the kinds of bare word that may stand without quotes: `int`, `float`,
        `bool`, `timestamp`, and `null`, which gives None.
        """
        node = self.node.entries.get(key)
        return None if node is None else self._text(node, key, accepts)

    def texts(self, key: str, accepts: Collection[str] = ()) -> tuple[str, ...]:
        """Give a list of texts; a single text counts as a list of one."""
        return tuple(item.text for item in self.items(key, accepts))

    def items(self, key: str, accepts: Collection[str] = ()) -> tuple[YamlText, ...]:
        """Give a list of texts, each with its line; a single text counts as a list of one."""
        node = self.node.entries.get(key)
        if node is None:
            return ()
        if isinstance(node, YamlMap):
            self.note("has keys where a list of texts should stand.", key)
            return ()
        written = node.items if isinstance(node, YamlList) else (node,)
        lines = node.lines if isinstance(node, YamlList) else (node.line,)
        found = []
        for item, line in zip(written, lines, strict=True):
            if item is None:
                self.note("has an item without a text.", key, line)
                continue
            text = self._text(item, key, accepts)
            if text is not None:
                found.append(YamlText(text, line))
        return tuple(found)

    def choice(self, key: str, allowed: Collection[str]) -> str | None:
        """Give a text that is one of `allowed`."""
        value = self.text(key)
        if value is None or value in allowed:
            return value
        one_of = ", ".join(sorted(allowed))
        self.note(f'"{shorten(value)}" is not one of {one_of}.{did_you_mean(value, allowed)}', key)
        return None

    def map(self, key: str, where: str | None = None) -> "Reader | None":
        """Give a reader at the map under a key; `where` names it when the key does not."""
        node = self.node.entries.get(key)
        if node is None:
            return None
        if not isinstance(node, YamlMap):
            self.note('should hold lines of the form "key: value".', key)
            return None
        return self.at(node, where if where is not None else self._within(key))

    def maps(self, key: str) -> tuple["Reader", ...]:
        """Give a reader at each map of the list under a key."""
        node = self.node.entries.get(key)
        if node is None:
            return ()
        if not isinstance(node, YamlList):
            self.note("should hold a list: every item in a line that begins with a dash.", key)
            return ()
        readers = []
        for item, line in zip(node.items, node.lines, strict=True):
            if isinstance(item, YamlMap):
                readers.append(self.at(item, self._within(key)))
            else:
                self.note('has an item that is not of the form "key: value".', key, line)
        return tuple(readers)

    def at(self, node: YamlMap, where: str) -> "Reader":
        """Give a reader at another map of the same file, with the same list of findings."""
        return Reader(node, self.path, self.findings, where)

    def text_of(self, node: YamlNode, key: str, accepts: Collection[str] = ()) -> str | None:
        """Give the text of a value that `entries` gave."""
        return None if node is None else self._text(node, key, accepts)

    def _within(self, key: str) -> str:
        return f"{self.where} → {key}" if self.where else key

    def _text(self, node: YamlNode, key: str, accepts: Collection[str]) -> str | None:
        if not isinstance(node, YamlText):
            line = node.line if node is not None else None
            self.note(
                "has a list or keys where a text should stand. "
                "Put a text that begins with [ or { in quotes.",
                key,
                line,
            )
            return None
        if node.kind == "null" and "null" in accepts:
            return None
        self._check_kind(node, key, accepts)
        text = node.text.strip()
        if not text:
            self.note("is empty.", key, node.line)
            return None
        return text

    def _check_kind(self, node: YamlText, key: str | None, accepts: Collection[str]) -> None:
        if node.kind is not None and node.kind not in accepts:
            quoted = shorten(node.text)
            meant = _meaning(node)
            self.note(
                f'{quoted} reads as {meant} to YAML: write "{quoted}" in quotes.', key, node.line
            )


def _meaning(node: YamlText) -> str:
    if node.kind == "bool":
        return "true" if node.text.lower() in _TRUE_WORDS else "false"
    if node.kind == "int" and ":" in node.text:
        return f"the number {_sexagesimal(node.text)}"
    words = {"int": "a number", "float": "a number", "timestamp": "a date", "null": "nothing"}
    return words.get(node.kind or "", "a sign of its own")


def _sexagesimal(text: str) -> int:
    total = 0
    for part in text.lstrip("+-").replace("_", "").split(":")[:6]:
        total = total * 60 + int(part[:9] or "0")
    return -total if text.startswith("-") else total


def shorten(text: str) -> str:
    """Give an editor's text in one line, short enough to be quoted in a finding."""
    one_line = " ".join(text.split())
    if len(one_line) <= _SHOWN_LENGTH:
        return one_line
    return one_line[: _SHOWN_LENGTH - 1] + "…"


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Give ` Did you mean "…"?` with the known word that is most alike, or nothing."""
    if len(word) > _COMPARED_LENGTH:
        return ""
    candidates = [name for _, name in zip(range(_COMPARED_WORDS), sorted(known), strict=False)]
    close = difflib.get_close_matches(word, candidates, n=1)
    return f' Did you mean "{close[0]}"?' if close else ""
