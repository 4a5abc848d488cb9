"""`ventanilla check`: everything that is wrong with flows, articles, catalogs and directory."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

from bot.compose import Composer
from bot.content import SHIPPED, Content, read_content
from bot.danger import check_danger
from bot.messages import Session
from bot.options import answer_id
from bot.periods import periods_in_force
from bot.privacy_papers import check_papers
from flows.checks import check_flows
from flows.definition import COUNTRIES, MAX_OPTION_ID_BYTES, Finding, Place, Question
from flows.texts import list_texts
from flows.translation_checks import Translation
from flows.walking import walk
from flows.yaml_reader import did_you_mean
from knowledge.articles import Article, Section
from knowledge.directory.ageing import FILE as AGEING
from knowledge.directory.ageing import load_rules
from knowledge.directory.shipped import check_shipped
from knowledge.glossary import check_terms, load_glossary
from knowledge.readability import MIN_EASE_IN_DANGER, check_reading
from knowledge.retention import check_periods, load_retention, shipped_retention
from knowledge.search import find
from knowledge.taxonomy import load_taxonomy
from locales.checks import check_catalogs

MIN_ASKS = 12
ASKED_LANGUAGES = ("es", "en")


def check_everything(directory: Path = SHIPPED, today: date | None = None) -> list[Finding]:
    """Return every finding once, by file and line, as of `today`; empty when all is well."""
    return check_and_walk(directory, today)[0]


def check_and_walk(
    directory: Path = SHIPPED, today: date | None = None
) -> tuple[list[Finding], int]:
    """Return the findings of `check_everything`, and how many paths through flows were walked."""
    content, findings = read_content(directory)
    terms, found = load_taxonomy()
    findings += found
    findings += check_flows(
        content.flows, set(content.articles), set(terms), catalog=_Translations(content)
    )
    findings += check_catalogs(directory / "locales", directory)
    findings += check_shipped(frozenset(terms))
    rules = directory / "knowledge" / "directory" / AGEING.name
    topics = set(terms) | {code.split("/")[0] for code in terms}
    findings += load_rules(rules if rules.is_file() else AGEING, known_topics=topics)[1]
    findings += [
        f for article in content.articles.values() for f in _check_article(article, content)
    ]
    findings += _check_search(content)
    findings += _check_option_ids(content)
    findings += check_danger(
        content.danger,
        today or datetime.now(UTC).date(),
        directory / "knowledge" / "danger",
    )
    findings += _check_plain_language(content)
    findings += load_retention()[1]
    findings += check_periods(shipped_retention(), periods_in_force())
    findings += check_papers(directory, content, today or datetime.now(UTC).date())
    walked, found = _walk_every_path(content, datetime.now(UTC))
    findings += found
    unique = {(f.place.path, f.place.line, f.message): f for f in findings}
    return [unique[key] for key in sorted(unique)], walked


def _walk_every_path(content: Content, at: datetime) -> tuple[int, list[Finding]]:
    """Walk each flow as people from every country do, in every language; count the paths."""
    walked = 0
    findings = []
    for flow in content.flows.values():
        for country in COUNTRIES:
            for language in content.languages:
                for path in walk(flow, country, partial(content.text, language), at):
                    walked += 1
                    end = path[-1]
                    if end.problem is not None:
                        node = flow.nodes.get(end.node)
                        place = (node.place if node else None) or Place(flow.id, 1)
                        findings.append(Finding(place, f"{country}, {end.node}: {end.problem}."))
    return walked, findings


@dataclass(frozen=True, slots=True)
class _Translations:
    """The confirmed translations, for the checks of flows; what lacks one is told elsewhere."""

    content: Content

    @property
    def languages(self) -> Sequence[str]:
        return tuple(name for name in self.content.languages if name != "es")

    def find_translation(self, language: str, text: str) -> Translation:
        return Translation(self.content.text(language, text))


def _check_article(article: Article, content: Content) -> list[Finding]:
    place = article.place or Place(article.id, 1)
    findings = []
    for other in article.see_also:
        if other not in content.articles:
            hint = did_you_mean(other, content.articles)
            findings.append(
                Finding(place, f'see_also: names "{other}", which is no article.{hint}')
            )
    for language in ASKED_LANGUAGES:
        asks = article.asks.get(language, ())
        if len(set(asks)) < MIN_ASKS:
            findings.append(
                Finding(
                    place,
                    f"asks → {language}: has {len(set(asks))} phrasings; {MIN_ASKS} at least.",
                )
            )
    return findings


def _check_search(content: Content) -> list[Finding]:
    """Every article is found by its own title."""
    findings = []
    for article in content.articles.values():
        found = find(article.title, content.index).articles
        if not found or found[0] != article.id:
            first = found[0] if found else "nothing"
            findings.append(
                Finding(
                    article.place or Place(article.id, 1),
                    f"title: a search for it finds {first} first.",
                )
            )
    return findings


def _check_option_ids(content: Content) -> list[Finding]:
    findings = []
    for flow in content.flows.values():
        for node in flow.nodes.values():
            if not isinstance(node, Question):
                continue
            for option in node.options:
                used = len(answer_id(flow.id, node.id, option.id).encode())
                if used > MAX_OPTION_ID_BYTES:
                    findings.append(
                        Finding(
                            option.place or Place(flow.id, 1),
                            f"option {option.id}: flow, node and option id take {used} bytes on a "
                            f"button; {MAX_OPTION_ID_BYTES} fit. Shorten one of them.",
                        )
                    )
    return findings


def _check_plain_language(content: Content) -> list[Finding]:
    """Articles, flows and messages of danger are easy to read, and say what acronyms mean."""
    glossary, findings = load_glossary()
    for article in content.articles.values():
        place = article.place or Place(article.id, 1)
        findings += check_reading("summary", [(place, article.summary)])
        for country, section in (*article.countries.items(), (None, article.everywhere)):
            if section is None:
                continue
            what = country or "everywhere"
            parts = [(Place(place.path, line), text) for line, text in _section_texts(section)]
            findings += check_reading(what, parts)
            findings += check_terms(what, parts, country, glossary)
    for flow in content.flows.values():
        texts = [text for text in list_texts(flow) if not text.on_button]
        findings += check_reading("the texts", [(text.place, text.text) for text in texts])
    return findings + _check_danger_messages(content)


def _section_texts(section: Section) -> Iterator[tuple[int, str]]:
    yield section.line, section.summary
    for _, sentences in section.parts():
        yield from ((sentence.line or section.line, sentence.text) for sentence in sentences)


def _check_danger_messages(content: Content) -> list[Finding]:
    """Each message is read as a person gets it, with the numbers of a country or of none."""
    composer = Composer(content)
    findings = []
    for name, category in content.danger.categories.items():
        place = Place("knowledge/danger/messages.yaml", category.line_number or 1)
        for country in (*COUNTRIES, None):
            parts = [
                (place, message.text)
                for message in composer.trouble(Session(country=country), name)
            ]
            what = f"{name}, {country or 'country not known'}"
            findings += check_reading(what, parts, MIN_EASE_IN_DANGER)
    return findings
