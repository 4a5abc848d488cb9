"""Find the Spanish sentences of flows, articles and danger messages: extractors for Babel.

Babel calls an extractor with an open file and collects `(line, function, sentence, comments)`.
Only what a person reads is a sentence: ids, sources and the phrasings under `asks` are not.
The comment tells a translator where the sentence is shown, e.g. `documents/passport SV cost`.
"""

from collections.abc import Collection, Iterator, Mapping
from pathlib import PurePath
from typing import Any, BinaryIO

from flows.definition import Finding
from flows.yaml_source import YamlList, YamlMap, YamlNode, YamlText, read_yaml_bytes

NODE_TEXTS = ("question", "hint", "outcome")
DANGER_TEXTS = ("es", "act", "line_text")
ARTICLE_TEXTS = ("title", "summary")
SECTION_LISTS = ("steps", "bring", "cost", "time", "who", "where", "good_to_know")

Extracted = tuple[int, None, str, list[str]]


class UnreadableYamlError(Exception):
    """The file is not YAML that the program reads; `finding` tells the editor where and why."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(str(finding))
        self.finding = finding


def extract_flow(
    fileobj: BinaryIO,
    keywords: Collection[str],  # noqa: ARG001 - Babel passes the same to every extractor
    comment_tags: Collection[str],  # noqa: ARG001
    options: Mapping[str, Any],  # noqa: ARG001
) -> Iterator[Extracted]:
    """Yield the title, questions, hints, option labels and outcomes of one flow.

    Raises `UnreadableYamlError`; a file of another shape yields what it has.
    """
    top = _read(fileobj)
    flow = _plain(top.get("flow")) or PurePath(_name(fileobj)).stem
    yield from _sentence(top.get("title"), f"{flow} title")
    for node_id, node in _entries(top.get("nodes")).items():
        texts = _entries(node)
        for key in NODE_TEXTS:
            yield from _sentence(texts.get(key), f"{flow} {node_id} {key}")
        for option_id, option in _entries(texts.get("options")).items():
            label = _entries(option).get("label", option)
            yield from _sentence(label, f"{flow} {node_id} option {option_id}")


def extract_article(
    fileobj: BinaryIO,
    keywords: Collection[str],  # noqa: ARG001
    comment_tags: Collection[str],  # noqa: ARG001
    options: Mapping[str, Any],  # noqa: ARG001
) -> Iterator[Extracted]:
    """Yield the title, the summaries and every sentence of each country section of one article.

    Raises as `extract_flow` does.
    """
    top = _read(fileobj)
    article = _article_id(_name(fileobj))
    for key in ARTICLE_TEXTS:
        yield from _sentence(top.get(key), f"{article} {key}")
    yield from _section(top.get("everywhere"), f"{article} everywhere")
    for country, section in _entries(top.get("countries")).items():
        yield from _section(section, f"{article} {country}")


def extract_danger(
    fileobj: BinaryIO,
    keywords: Collection[str],  # noqa: ARG001
    comment_tags: Collection[str],  # noqa: ARG001
    options: Mapping[str, Any],  # noqa: ARG001
) -> Iterator[Extracted]:
    """Yield the fixed messages of each danger, or what each help number is for.

    Raises as `extract_flow` does.
    """
    top = _read(fileobj)
    for name, category in _entries(top.get("categories")).items():
        for key in DANGER_TEXTS:
            yield from _sentence(_entries(category).get(key), f"danger {name} {key}")
    for country, lines in top.items():
        for line, number in _entries(lines).items():
            yield from _sentence(_entries(number).get("what"), f"danger {country} {line}")


def _section(section: YamlNode, shown_in: str) -> Iterator[Extracted]:
    """Yield the sentences of what an article says for one country, or for all."""
    entries = _entries(section)
    yield from _sentence(entries.get("summary"), f"{shown_in} summary")
    for key in SECTION_LISTS:
        listed = entries.get(key)
        # One sentence may stand without a list.
        for item in listed.items if isinstance(listed, YamlList) else (listed,):
            yield from _sentence(_entries(item).get("say", item), f"{shown_in} {key}")


def _sentence(node: YamlNode, shown_in: str) -> Iterator[Extracted]:
    text = _plain(node)
    if text and isinstance(node, YamlText) and node.kind != "null":
        yield node.line, None, text, [shown_in.strip()]


def _read(fileobj: BinaryIO) -> dict[str, YamlNode]:
    node, findings = read_yaml_bytes(fileobj.read(), _name(fileobj))
    if node is None and findings:
        raise UnreadableYamlError(findings[0])
    return _entries(node)


def _entries(node: YamlNode) -> dict[str, YamlNode]:
    return node.entries if isinstance(node, YamlMap) else {}


def _plain(node: YamlNode) -> str:
    """Give a text as the loaders of flows and articles do, without the spaces around it."""
    return node.text.strip() if isinstance(node, YamlText) else ""


def _name(fileobj: BinaryIO) -> str:
    """Give the path of an open file; a stream in memory has none."""
    return str(getattr(fileobj, "name", ""))


def _article_id(path: str) -> str:
    """Name the article by its path under `articles/`, as the rest of the program does."""
    parts = PurePath(path).with_suffix("").parts if path else ()
    if "articles" in parts:
        parts = parts[len(parts) - parts[::-1].index("articles") :]
    return "/".join(parts)
