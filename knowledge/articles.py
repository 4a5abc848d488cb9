"""Articles: what we know about a topic, country by country, each claim with its source.

One YAML file an article; its path is its id (`documents/passport`). The loader is strict where a
mistake would hurt somebody: a price, a phone number or an e-mail address without a source is
refused, and so is a section without the day on which it was last checked.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from flows.definition import COUNTRIES, Finding, Place
from flows.yaml_reader import Reader, did_you_mean
from flows.yaml_source import YamlList, YamlMap, YamlText, read_yaml
from knowledge.claims import claim_in

ARTICLE_KEYS = ("title", "summary", "asks", "see_also", "countries", "everywhere")
LISTS = ("steps", "bring", "cost", "time", "who", "where", "good_to_know")
SECTION_KEYS = ("summary", *LISTS, "sources", "checked", "confidence", "unsure", "gap")
SENTENCE_KEYS = ("say", "source", "confirm")
SOURCE_KEYS = ("url", "date", "title")
CONFIDENCES = ("high", "medium", "low")
TRUE_WORDS = ("true", "yes", "sí", "si")
MAX_SENTENCE = 240

DATE = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?")
_ID = re.compile(r"[a-z]+/[a-z0-9-]+")


class ArticleError(Exception):
    """The articles cannot be used; the text lists what is wrong, one finding a line."""


@dataclass(frozen=True, slots=True)
class Source:
    """A page that says what we say; `date` is the page's own (`2026`, `2026-03`, `2026-03-05`)."""

    url: str
    date: str | None = None
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of a section; `confirm` asks the reader to confirm it before acting."""

    text: str
    sources: tuple[str, ...] = ()
    confirm: bool = False
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Section:
    """What an article says for one country (or everywhere).

    `checked` is a date (`2026-11-21`), `confidence` one of high, medium, low; `unsure` names the
    parts that an editor must confirm; `gap` says that we have no facts and only tell whom to ask.
    """

    summary: str
    checked: str
    confidence: str
    steps: tuple[Sentence, ...] = ()
    bring: tuple[Sentence, ...] = ()
    cost: tuple[Sentence, ...] = ()
    time: tuple[Sentence, ...] = ()
    who: tuple[Sentence, ...] = ()
    where: tuple[Sentence, ...] = ()
    good_to_know: tuple[Sentence, ...] = ()
    sources: Mapping[str, Source] = field(default_factory=dict)
    unsure: tuple[str, ...] = ()
    gap: bool = False
    line: int = field(default=0, compare=False)

    def parts(self) -> Iterator[tuple[str, tuple[Sentence, ...]]]:
        """Yield the parts that say something, in reading order."""
        for name in LISTS:
            sentences: tuple[Sentence, ...] = getattr(self, name)
            if sentences:
                yield name, sentences


@dataclass(frozen=True, slots=True)
class Article:
    """One topic; `countries` maps ISO codes to sections, `everywhere` serves all the others."""

    id: str
    title: str
    summary: str
    asks: Mapping[str, tuple[str, ...]]  # language → how people ask for it
    countries: Mapping[str, Section] = field(default_factory=dict)
    everywhere: Section | None = None
    see_also: tuple[str, ...] = ()
    place: Place | None = field(default=None, compare=False)

    @property
    def topic(self) -> str:
        """The first part of the id: `documents`."""
        return self.id.split("/")[0]

    @property
    def needs_country(self) -> bool:
        """Whether the answer depends on the country."""
        return self.everywhere is None

    def section(self, country: str | None) -> Section | None:
        """Return what to say in a country; None when the country is needed and not known."""
        if country is not None and country in self.countries:
            return self.countries[country]
        return self.everywhere


def load_articles(
    directory: Path, shown_as: str = "knowledge/articles"
) -> tuple[dict[str, Article], list[Finding]]:
    """Read every article under `directory`; return them by id with all that is wrong in them.

    Whether an article names others that exist is judged by `ventanilla check`: it harms nobody.
    """
    articles: dict[str, Article] = {}
    findings: list[Finding] = []
    for path in sorted(directory.glob("*/*.yaml")):
        article_id = f"{path.parent.name}/{path.stem}"
        article, found = load_article(path, article_id, f"{shown_as}/{article_id}.yaml")
        findings += found
        if article is not None:
            articles[article_id] = article
    return articles, findings


def load_article(
    path: Path, article_id: str, shown_as: str
) -> tuple[Article | None, list[Finding]]:
    """Read one article; None when it cannot be used at all. All findings come at once."""
    node, findings = read_yaml(path, shown_as)
    if not isinstance(node, YamlMap):
        if not findings:
            findings.append(Finding(Place(shown_as, 1), "is not an article: it has no keys."))
        return None, findings
    reader = Reader(node, shown_as, findings)
    reader.unknown_keys(ARTICLE_KEYS)
    reader.require("title", "summary", "asks")
    if not _ID.fullmatch(article_id):
        reader.note("the file must be called <topic>/<name>.yaml in small letters and hyphens.")
    sections = _read_sections(reader)
    everywhere = reader.map("everywhere")
    article = Article(
        id=article_id,
        title=reader.text("title") or "",
        summary=reader.text("summary") or "",
        asks=_read_asks(reader),
        countries=sections,
        everywhere=None if everywhere is None else _read_section(everywhere),
        see_also=reader.texts("see_also"),
        place=Place(shown_as, 1),
    )
    if article.everywhere is None:
        for country in COUNTRIES:
            if country not in sections:
                reader.note(
                    f"{country} is missing: say what holds there, or that we do not know "
                    "(gap: true) and whom to ask.",
                    "countries",
                )
    return (article if article.title and article.summary else None), findings


def _read_asks(reader: Reader) -> dict[str, tuple[str, ...]]:
    asks = reader.map("asks")
    if asks is None:
        return {}
    return {language: asks.texts(language) for language, _ in asks.entries()}


def _read_sections(reader: Reader) -> dict[str, Section]:
    countries = reader.map("countries")
    if countries is None:
        return {}
    countries.unknown_keys(COUNTRIES)
    sections = {}
    for country in COUNTRIES:
        section = countries.map(country, where=country)
        if section is not None:
            sections[country] = _read_section(section)
    return sections


def _read_section(reader: Reader) -> Section:
    reader.unknown_keys(SECTION_KEYS)
    reader.require("summary", "checked", "confidence")
    sources = _read_sources(reader)
    lists = {name: _read_sentences(reader, name, sources) for name in LISTS}
    summary = reader.text("summary") or ""
    if (what := claim_in(summary)) and not sources:
        reader.note(f"holds {what}, and the section has no source.", "summary")
    checked = reader.text("checked", ("timestamp",)) or ""
    if checked and not DATE.fullmatch(checked):
        reader.note(f'"{checked}" is not a date like "2026-11-21".', "checked")
    unsure = reader.texts("unsure")
    for name in unsure:
        if name not in (*LISTS, "summary"):
            reader.note(f'"{name}" is no part of a section.{did_you_mean(name, LISTS)}', "unsure")
    return Section(
        summary=summary,
        checked=checked,
        confidence=reader.choice("confidence", CONFIDENCES) or "low",
        **lists,
        sources=sources,
        unsure=unsure,
        gap=reader.text("gap", ("bool",)) in TRUE_WORDS,
        line=reader.line,
    )


def _read_sources(reader: Reader) -> dict[str, Source]:
    sources = reader.map("sources")
    if sources is None:
        return {}
    read = {}
    for key, _ in sources.entries():
        source = sources.map(key)
        if source is None:
            continue
        source.unknown_keys(SOURCE_KEYS)
        source.require("url")
        url = source.text("url") or ""
        if url and not url.startswith(("https://", "http://")):
            source.note("is not a page address (https://…).", "url")
        date = source.text("date", ("timestamp", "int", "null"))
        if date is not None and not DATE.fullmatch(date):
            source.note(f'"{date}" is not a date like "2026-03" or null.', "date")
        read[key] = Source(url, date, source.text("title"))
    return read


def _read_sentences(
    reader: Reader, name: str, sources: Mapping[str, Source]
) -> tuple[Sentence, ...]:
    node = reader.node.entries.get(name)
    if node is None:
        return ()
    if isinstance(node, YamlText):
        node = YamlList((node,), node.line, (node.line,))
    if not isinstance(node, YamlList):
        reader.note("must be a list of sentences.", name)
        return ()
    sentences = []
    for item, line in zip(node.items, node.lines, strict=True):
        sentence = _read_sentence(reader, name, item, line)
        if sentence is None:
            continue
        _check_sentence(reader, name, sentence, sources)
        sentences.append(sentence)
    return tuple(sentences)


def _read_sentence(reader: Reader, name: str, item: object, line: int) -> Sentence | None:
    if isinstance(item, YamlMap):
        inner = reader.at(item, f"{reader.where} → {name}")
        inner.unknown_keys(SENTENCE_KEYS)
        inner.require("say")
        text = inner.text("say")
        confirm = inner.text("confirm", ("bool",)) in TRUE_WORDS
        return Sentence(text, inner.texts("source"), confirm, line) if text else None
    if isinstance(item, YamlText):
        text = reader.text_of(item, name)
        return Sentence(text, line=line) if text else None
    reader.note("has an item that is neither a sentence nor {say, source}.", name, line)
    return None


def _check_sentence(
    reader: Reader, name: str, sentence: Sentence, sources: Mapping[str, Source]
) -> None:
    for key in sentence.sources:
        if key not in sources:
            hint = did_you_mean(key, sources)
            reader.note(
                f'names the source "{key}", which is not listed.{hint}', name, sentence.line
            )
    if not sentence.sources and (what := claim_in(sentence.text)):
        reader.note(
            f"holds {what} without a source. Add «source:» with a key of «sources:».",
            name,
            sentence.line,
        )
    if len(sentence.text) > MAX_SENTENCE:
        reader.note(f"is longer than {MAX_SENTENCE} characters. Split it.", name, sentence.line)
