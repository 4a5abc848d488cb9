"""Reads one YAML file that a person wrote into plain values that know their lines.

The file is taken event by event with a stack of our own, so that no file, however odd, can make the
program recurse, grow or raise: what cannot be read becomes a `Finding`. Scalars stay the text that
was written. YAML reads a bare `no` as false and `10:30` as 630; a `YamlText` remembers that, and
`flows.yaml_reader` asks the editor for quotes.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from flows.definition import Finding, Place
from flows.yaml_errors import explain_yaml_error

MAX_BYTES = 1_000_000
MAX_DEPTH = 20
MAX_NODES = 20_000

# The parser in C is some ten times faster; the one in Python serves where it was not built.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_RESOLVERS: dict[str, list[tuple[str, re.Pattern[str]]]] = (
    yaml.SafeLoader.yaml_implicit_resolvers  # the first character → what a bare word may become
)
_UNSHOWABLE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufeff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class YamlText:
    """A scalar, as it was written.

    `kind` is what YAML would have made of a bare word: `bool`, `int`, `float`, `null`, `timestamp`,
    `merge` or `value`; it is None for a text, and for everything in quotes.
    """

    text: str
    line: int
    kind: str | None = None


@dataclass(frozen=True, slots=True)
class YamlList:
    """A list; an item without a value is None."""

    items: tuple["YamlNode", ...]
    line: int
    lines: tuple[int, ...] = ()  # where each item stands


@dataclass(frozen=True, slots=True)
class YamlMap:
    """A map in the order of the file; a key without a value leads to None."""

    entries: dict[str, "YamlNode"]
    keys: dict[str, YamlText]
    line: int


YamlNode = YamlText | YamlList | YamlMap | None


def read_yaml(path: Path, shown_as: str | None = None) -> tuple[YamlNode, list[Finding]]:
    """Read a file; never raises.

    Returns the node at the top, or None when the file cannot be read at all, and what is wrong,
    each with its line. `shown_as` is the path that the findings name. A map that repeats a key
    keeps the first value, and the repetition is a finding.
    """
    shown = shown_as or str(path)
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except OSError as error:
        return None, [_finding(shown, 1, f"cannot be opened: {error.strerror or error}.")]
    return read_yaml_bytes(raw, shown)


def read_yaml_bytes(raw: bytes, shown_as: str) -> tuple[YamlNode, list[Finding]]:
    """Read the content of a file, with the same promises as `read_yaml`."""
    if len(raw) > MAX_BYTES:
        message = f"is larger than {MAX_BYTES:,} bytes. Split it into several files."
        return None, [_finding(shown_as, 1, message)]
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        message = "holds a character that is not UTF-8. Save the file again as UTF-8."
        return None, [_finding(shown_as, line, message)]
    if "\t" in text:
        line = text.count("\n", 0, text.index("\t")) + 1
        return None, [_finding(shown_as, line, "holds a tab. Write spaces in its place.")]
    builder = _Builder(shown_as)
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            builder.take(event)
    except _RefusedError as refused:
        builder.findings.append(_finding(shown_as, refused.line, refused.message))
        return None, builder.findings
    except (yaml.YAMLError, ValueError) as error:
        line, message = explain_yaml_error(error, text)
        builder.findings.append(_finding(shown_as, line, message))
        return None, builder.findings
    if builder.top is None:
        builder.findings.append(_finding(shown_as, 1, "is empty."))
    return builder.top, builder.findings


def _finding(shown_as: str, line: int, message: str) -> Finding:
    return Finding(Place(shown_as, line), message)


class _RefusedError(Exception):
    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line
        self.message = message


class _OpenMap:
    def __init__(self, line: int) -> None:
        self.line = line
        self.entries: dict[str, YamlNode] = {}
        self.keys: dict[str, YamlText] = {}
        self.key: YamlText | None = None  # the key that waits for its value

    def close(self) -> YamlMap:
        return YamlMap(self.entries, self.keys, self.line)


class _OpenList:
    def __init__(self, line: int) -> None:
        self.line = line
        self.items: list[YamlNode] = []
        self.lines: list[int] = []

    def close(self) -> YamlList:
        return YamlList(tuple(self.items), self.line, tuple(self.lines))


class _Builder:
    """Takes the parser's events one by one and keeps what is still open on a stack."""

    def __init__(self, shown_as: str) -> None:
        self.shown_as = shown_as
        self.findings: list[Finding] = []
        self.top: YamlNode = None
        self._open: list[_OpenMap | _OpenList] = []
        self._nodes = 0
        self._documents = 0

    def take(self, event: yaml.Event) -> None:
        line = event.start_mark.line + 1 if event.start_mark is not None else 1
        if isinstance(event, yaml.ScalarEvent):
            self._refuse_labels(event, line)
            self._scalar(event, line)
        elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            self._refuse_labels(event, line)
            self._start(event, line)
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            closed = self._open.pop()
            self._place(closed.close(), closed.line)
        elif isinstance(event, yaml.AliasEvent):
            raise _RefusedError(
                line,
                f"repeats another part with *{_short(event.anchor or '')}, which is not used here. "
                "Write the text out, or put it in quotes if it begins with *.",
            )
        elif isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                message = 'begins a second document ("---"). One file holds one document.'
                raise _RefusedError(line, message)

    def _refuse_labels(self, event: yaml.NodeEvent, line: int) -> None:
        if event.anchor is not None:
            raise _RefusedError(
                line,
                f"has an anchor, &{_short(event.anchor)}, which is not used here. "
                "Take it out, or put the text in quotes if it begins with &.",
            )
        tag = getattr(event, "tag", None)
        if tag is not None:
            raise _RefusedError(
                line,
                f"has a tag, {_short(tag)}, which is not used here. "
                "Take it out, or put the text in quotes if it begins with an exclamation mark.",
            )
        self._nodes += 1
        if self._nodes > MAX_NODES:
            message = f"holds more than {MAX_NODES:,} values. Split it into several files."
            raise _RefusedError(line, message)

    def _scalar(self, event: yaml.ScalarEvent, line: int) -> None:
        value: str = event.value
        bare = event.implicit[0]
        unshowable = _UNSHOWABLE.search(value)
        if unshowable:
            code = f"U+{ord(unshowable.group()):04X}"
            message = f"holds a character that cannot be shown, {code}. Take it out."
            self.findings.append(_finding(self.shown_as, line, message))
            value = _UNSHOWABLE.sub("", value)
        if bare and value == "" and not self._waits_for_a_key():
            self._place(None, line)
        else:
            self._place(YamlText(value, line, _bare_kind(value) if bare else None), line)

    def _start(self, event: yaml.CollectionStartEvent, line: int) -> None:
        if self._waits_for_a_key():
            raise _RefusedError(
                line,
                "has a list or a map where a key should stand. "
                "Put a text that begins with [ or { in quotes.",
            )
        if len(self._open) >= MAX_DEPTH:
            message = f"is nested more than {MAX_DEPTH} levels deep."
            raise _RefusedError(line, message)
        starts_map = isinstance(event, yaml.MappingStartEvent)
        self._open.append(_OpenMap(line) if starts_map else _OpenList(line))

    def _waits_for_a_key(self) -> bool:
        parent = self._open[-1] if self._open else None
        return isinstance(parent, _OpenMap) and parent.key is None

    def _place(self, node: YamlNode, line: int) -> None:
        if not self._open:
            self.top = node
            return
        parent = self._open[-1]
        if isinstance(parent, _OpenList):
            parent.items.append(node)
            parent.lines.append(line)
        elif parent.key is None:
            assert isinstance(node, YamlText)  # noqa: S101 - _start refuses any other key
            parent.key = node
        else:
            self._add_entry(parent, parent.key, node)
            parent.key = None

    def _add_entry(self, parent: _OpenMap, key: YamlText, node: YamlNode) -> None:
        if key.text in parent.entries:
            first = parent.keys[key.text].line
            message = f'has the key "{_short(key.text)}" twice; the first is in line {first}.'
            self.findings.append(_finding(self.shown_as, key.line, message))
            return
        parent.entries[key.text] = node
        parent.keys[key.text] = key


def _bare_kind(value: str) -> str | None:
    for tag, pattern in _resolvers_for(value):
        if pattern.match(value):
            return tag.rpartition(":")[2]
    return None


def _resolvers_for(value: str) -> Iterator[tuple[str, re.Pattern[str]]]:
    yield from _RESOLVERS.get(value[:1], ())
    yield from _RESOLVERS.get("*", ())


def _short(text: str, length: int = 40) -> str:
    one_line = " ".join(text.split())
    return one_line if len(one_line) <= length else one_line[: length - 1] + "…"
