"""All that the assistant knows at start: flows, articles, words of danger, translations.

Loaded once, immutable, shared by every turn. A folder with the same shape may stand in for the
shipped content (`VENTANILLA_CONTENT_DIR`).
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from bot import content_cache
from bot.danger import DangerBook, load_danger
from bot.messages import Choice
from bot.settings import Settings, SettingsError
from bot.smalltalk import SmallTalk, load_smalltalk
from bot.terms import Terms
from flows.definition import Finding, Flow
from flows.folding import fold
from flows.loader import load_flows
from knowledge.articles import Article, load_articles
from knowledge.search import SHIPPED_LEXICON, SearchIndex, build_index, load_lexicon
from knowledge.situations import FILE as SHIPPED_SITUATIONS
from knowledge.situations import Situations, load_situations
from locales.catalogs import Translator, languages, translator

_log = logging.getLogger(__name__)

SHIPPED = Path(__file__).resolve().parent.parent


class ContentError(Exception):
    """The content cannot be used; the text lists what is wrong, one finding a line."""


@dataclass(frozen=True)
class Content:
    """Flows and articles by id, the search index, the danger book and the translators.

    `terms` are what whoever runs this service says of it.
    """

    flows: Mapping[str, Flow]
    articles: Mapping[str, Article]
    index: SearchIndex
    danger: DangerBook
    translators: Mapping[str, Translator] = field(default_factory=dict)
    situations: Situations = field(default_factory=dict)
    smalltalk: SmallTalk = field(default_factory=SmallTalk)
    terms: Terms = field(default_factory=Terms)

    @cached_property
    def called(self) -> Mapping[str, str]:
        """The folded words that open a flow → its id."""
        return {fold(word): flow.id for flow in self.flows.values() for word in flow.starts_with}

    @cached_property
    def choices(self) -> dict[str, Choice]:
        """Options by id as far as they were asked for, of those whose label never changes."""
        return {}

    @cached_property
    def spoken(self) -> dict[str, tuple[str, ...]]:
        """The folded ways to say each of these options, as far as they were asked for."""
        return {}

    @cached_property
    def hours(self) -> dict[tuple[str, str], str]:
        """Schedules in words by schedule and language, as far as they were asked for."""
        return {}

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages people can choose, Spanish first."""
        return tuple(self.translators) or ("es",)

    @cached_property
    def menu(self) -> tuple[Flow, ...]:
        """The flows that the menu offers, in the order that they ask for."""
        listed = [flow for flow in self.flows.values() if flow.menu is not None]
        return tuple(sorted(listed, key=lambda flow: (flow.menu or 0, flow.id)))

    def text(self, language: str, spanish: str, **params: object) -> str:
        """Return one of our sentences in `language`, or in Spanish while it has no translation."""
        chosen = self.translators.get(language) or self.translators["es"]
        return chosen.text(spanish, **params)


def load_content(directory: Path = SHIPPED) -> Content:
    """Read everything under `directory`; raises `ContentError` when people could not be served.

    Findings that only an editor cares about (a missing translation) do not stop the service.
    """
    now = content_cache.fingerprint(directory)
    kept = content_cache.load(directory, now)
    if isinstance(kept, Content):
        return replace(kept, translators=_translators(directory))
    content, findings = read_content(directory)
    if findings:
        raise ContentError("\n".join(str(finding) for finding in findings))
    content_cache.store(directory, now, replace(content, translators={}))
    return content


def content_for(settings: Settings) -> Content:
    """Read the content that the settings name, with search by meaning where they ask for it.

    «on» computes the vectors that are missing; «auto» uses them when they are all there.
    """
    content = replace(
        load_content(settings.content_dir or SHIPPED),
        terms=Terms(settings.operator_name, settings.operator_contact, settings.unanswered),
    )
    if settings.meaning == "off":
        return content
    from knowledge.search import meaning_vectors as vectors

    if settings.meaning == "auto" and not (
        vectors.is_installed() and settings.meaning_path.is_file()
    ):
        return content
    try:
        encode = vectors.load_model()
        said = said_in(content)
        if settings.meaning == "on":
            settings.make_data_dir()
            for _ in vectors.build(settings.meaning_path, said, encode):
                pass
        known = vectors.read(settings.meaning_path)
    except vectors.MeaningError as error:
        if settings.meaning == "auto":
            return content
        raise SettingsError(str(error)) from error
    meaning = vectors.meaning_of(content.index.index.documents, said, known, encode)
    if meaning is None:
        _log.warning("%s is not up to date: ventanilla meaning build", settings.meaning_path)
    return replace(content, index=replace(content.index, meaning=meaning))


def said_in(content: Content) -> dict[str, list[str]]:
    """Return what is compared by meaning: each document with its titles and phrasings."""
    from knowledge.search.meaning_vectors import phrasings

    others = {name: t.text for name, t in content.translators.items() if name != "es"}
    return phrasings(content.articles, others, content.index.reader.lexicon.decoys)


def read_content(directory: Path = SHIPPED) -> tuple[Content, list[Finding]]:
    """Read everything under `directory` and return it with all that is wrong in the files."""
    flows, found = load_flows(directory / "flows" / "library", "flows/library")
    articles, more = load_articles(directory / "knowledge" / "articles", "knowledge/articles")
    told_at = directory / "knowledge" / "situations.yaml"
    situations, told = load_situations(told_at if told_at.is_file() else SHIPPED_SITUATIONS)
    book, even_more = load_danger(directory / "knowledge" / "danger", "knowledge/danger")
    smalltalk, talk_found = load_smalltalk(
        directory / "knowledge" / "smalltalk.yaml", "knowledge/smalltalk.yaml"
    )
    translators = _translators(directory)
    lexicon_at = directory / "knowledge" / "search"
    lexicon, rest = load_lexicon(lexicon_at if lexicon_at.is_dir() else SHIPPED_LEXICON)
    others = {name: t.text for name, t in translators.items() if name != "es"}
    content = Content(
        flows=flows,
        articles=articles,
        index=build_index(articles, others, lexicon),
        danger=book,
        translators=translators,
        smalltalk=smalltalk,
        situations=situations,
    )
    return content, [*found, *more, *even_more, *talk_found, *rest, *told]


def _translators(directory: Path) -> dict[str, Translator]:
    catalogs = directory / "locales"
    return {name: translator(name, catalogs) for name in languages(catalogs)}
