"""The papers in `docs/privacy/` and the words of the privacy notice say what the code does.

Parts between marks are made from `knowledge/retention.yaml` and `notice.yaml`:
`python -m bot.privacy_papers` writes them anew. `ventanilla check` finds what differs, is missing
or has not been reviewed for a year.

    <!-- notice: es -->               the privacy notice, as it is with no setting
    <!-- retention: es -->            everything that is kept
    <!-- end -->

`python -m bot.privacy_papers es` prints the notice with the settings of this service.
"""

import re
import sys
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path

from bot.content import Content
from bot.notice import as_markdown, as_rows, load_notice, make_notice, rows_as_markdown
from bot.settings import read_settings
from bot.terms import ARTICLE, Terms
from flows.definition import Finding, Place
from knowledge.articles import Article
from knowledge.retention import LANGUAGES, UNIT_WORDS, Kept, period_in_words, shipped_retention

FOLDER = Path("docs") / "privacy"
PAPERS = (
    "assessment.md",
    "authorities.md",
    "breach.md",
    "channels.md",
    "notice.en.md",
    "notice.es.md",
    "retention.md",
)
MADE = ("notice.en.md", "notice.es.md", "retention.md")  # hold a part that is made
REVIEW = timedelta(days=366)
_BLOCK = re.compile(
    r"(<!-- (?P<part>notice|retention): (?P<language>es|en) -->\n)(.*?)(<!-- end -->)", re.DOTALL
)
_DATE = re.compile(r"^(?:Fecha|Date): (\d{4}-\d\d-\d\d)", re.MULTILINE)
_PERIOD = re.compile(r"\b\d+ (?:" + "|".join(UNIT_WORDS["es"].values()) + r")\b")


def check_papers(
    root: Path, content: Content, today: date, table: Mapping[str, Kept] | None = None
) -> list[Finding]:
    """Return what in the papers and in the article on privacy disagrees with the table."""
    table = shipped_retention() if table is None else table
    findings = [*load_notice()[1], *_check_article(content.articles.get(ARTICLE), table)]
    if not (root / "docs").is_dir():  # content of somebody's own, without papers
        return findings
    for name in PAPERS:
        place = Place(str(FOLDER / name), 1)
        path = root / FOLDER / name
        if not path.is_file():
            findings.append(Finding(place, "this paper is missing."))
            continue
        findings += _check_paper(path.read_text(encoding="utf-8"), place, today, table)
    return findings


def written_anew(text: str, table: Mapping[str, Kept]) -> str:
    """Return a paper with its made parts as the table has them today."""

    def made(found: re.Match[str]) -> str:
        language = found["language"]
        if found["part"] == "notice":
            text = as_markdown(make_notice(language, Terms(), table), language)
        else:
            text = "\n" + as_table(table, language, persons=False)
        return f"{found[1]}{text}\n{found[5]}"

    return _BLOCK.sub(made, text)


def as_table(table: Mapping[str, Kept], language: str, *, persons: bool) -> str:
    """Return the table in Markdown; with `persons` what belongs to whoever writes to us."""
    return rows_as_markdown(as_rows(table.values(), language, persons=persons), language)


def _check_paper(
    text: str, place: Place, today: date, table: Mapping[str, Kept]
) -> Iterator[Finding]:
    if Path(place.path).name in MADE and not _BLOCK.search(text):
        yield Finding(place, "has no part that is made from knowledge/retention.yaml.")
    if written_anew(text, table) != text:
        yield Finding(
            place,
            "disagrees with knowledge/retention.yaml or notice.yaml. "
            "Write it anew: python -m bot.privacy_papers",
        )
    dated = _DATE.search(text)
    if dated is None:
        yield Finding(place, "has no date («Fecha: 2026-11-22»).")
    elif today - date.fromisoformat(dated[1]) > REVIEW:
        yield Finding(place, f"was last reviewed on {dated[1]}: papers are reviewed every year.")


def _check_article(article: Article | None, table: Mapping[str, Kept]) -> Iterator[Finding]:
    if article is None or article.everywhere is None or "visit" not in table:
        return
    place = article.place or Place(ARTICLE, 1)
    section = article.everywhere
    sentences = [section.summary]
    sentences += [sentence.text for _, part in section.parts() for sentence in part]
    keep = table["visit"].keep
    right = period_in_words(keep, "es") if keep is not None else ""
    told = [period for sentence in sentences for period in _PERIOD.findall(sentence)]
    if right not in told:
        yield Finding(place, f"does not say that a visit is remembered for {right}.")
    for period in told:
        if period != right:
            yield Finding(place, f"says «{period}»; knowledge/retention.yaml says «{right}».")


def write_papers(root: Path) -> list[str]:
    """Write the made parts of all papers anew; return the names of those that changed."""
    changed = []
    for name in PAPERS:
        path = root / FOLDER / name
        before = path.read_text(encoding="utf-8")
        after = written_anew(before, shipped_retention())
        if after != before:
            path.write_text(after, encoding="utf-8")
            changed.append(name)
    return changed


def notice_in_force(language: str) -> str:
    """Return the notice of the service that the environment's settings are of, as Markdown."""
    settings = read_settings()
    terms = Terms(settings.operator_name, settings.operator_contact, settings.unanswered)
    return as_markdown(make_notice(language, terms), language).lstrip("\n")


if __name__ == "__main__":
    if sys.argv[1:] and sys.argv[1] in LANGUAGES:
        sys.stdout.write(notice_in_force(sys.argv[1]))
        sys.exit()
    for changed_name in write_papers(Path(__file__).resolve().parent.parent):
        sys.stderr.write(f"{FOLDER / changed_name} changed\n")
