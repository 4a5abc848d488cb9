"""`ventanilla check`: everything that is wrong with flows, articles, catalogs and directory."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.content import SHIPPED, Content, read_content
from bot.options import answer_id
from flows.checks import check_flows
from flows.definition import MAX_OPTION_ID_BYTES, Finding, Place, Question
from flows.translation_checks import Translation
from flows.yaml_reader import did_you_mean
from knowledge.articles import Article
from knowledge.directory.shipped import check_shipped
from knowledge.search import find
from knowledge.taxonomy import load_taxonomy
from locales.checks import check_catalogs

MIN_ASKS = 12
ASKED_LANGUAGES = ("es", "en")


def check_everything(directory: Path = SHIPPED) -> list[Finding]:
    """Return every finding once, by file and line; empty when all is well."""
    content, findings = read_content(directory)
    terms, found = load_taxonomy()
    findings += found
    findings += check_flows(
        content.flows, set(content.articles), set(terms), catalog=_Translations(content)
    )
    findings += check_catalogs(directory / "locales", directory)
    findings += check_shipped(frozenset(terms))
    findings += [
        f for article in content.articles.values() for f in _check_article(article, content)
    ]
    findings += _check_search(content)
    findings += _check_option_ids(content)
    unique = {(f.place.path, f.place.line, f.message): f for f in findings}
    return [unique[key] for key in sorted(unique)]


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
        found = find(article.title, content.index)
        if not found or found[0].article != article.id:
            first = found[0].article if found else "nothing"
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
