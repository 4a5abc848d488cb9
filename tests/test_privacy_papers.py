"""The papers say what the program does, and `ventanilla check` says when they do not."""

import shutil
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.content import SHIPPED, Content
from bot.notice import load_notice
from bot.privacy_papers import ARTICLE, FOLDER, PAPERS, as_table, check_papers, write_papers
from knowledge.retention import shipped_retention

TODAY = date(2026, 11, 23)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    shutil.copytree(SHIPPED / FOLDER, tmp_path / FOLDER)
    return tmp_path


def findings(root: Path, content: Content, today: date = TODAY) -> list[str]:
    return [str(finding) for finding in check_papers(root, content, today)]


def test_the_shipped_papers_agree_with_the_program(content: Content) -> None:
    assert not findings(SHIPPED, content)


def test_another_period_in_the_program_is_found_in_the_papers_and_the_article(
    root: Path, content: Content
) -> None:
    table = dict(shipped_retention())
    visit = replace(
        table["visit"],
        keep=timedelta(days=30),
        ends={"es": "30 días del último mensaje", "en": "30 days after the last message"},
    )
    told = [str(f) for f in check_papers(root, content, TODAY, table | {"visit": visit})]
    for name in ("notice.es.md", "notice.en.md", "retention.md"):
        assert any(name in line and "disagrees" in line for line in told)
    assert any("privacy.yaml" in line and "«7 días»" in line for line in told)


def test_a_paper_changed_by_hand_is_found_and_written_anew(root: Path, content: Content) -> None:
    path = root / FOLDER / "notice.es.md"
    path.write_text(path.read_text(encoding="utf-8").replace("| 7 días", "| 70 días"))
    (told,) = findings(root, content)
    assert "notice.es.md:1: disagrees" in told
    assert write_papers(root) == ["notice.es.md"]
    assert not findings(root, content)
    assert not write_papers(root)


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("kind: song\n  es: a\n  en: a", '"song" is not one of'),
        ("kind: text\n  es: a", "en: has no words"),
        ("kind: text\n  when: sometimes\n  es: a\n  en: a", "sometimes"),
        ("kind: text\n  es: '**a'\n  en: a", "does not close it"),
        ("kind: text\n  es: 'a {name}'\n  en: a", "no setting and no period"),
        ("kind: text\n  es: 'a {operator'\n  en: a", "brace"),
    ],
)
def test_a_mistake_in_the_notice_is_told(tmp_path: Path, written: str, told: str) -> None:
    path = tmp_path / "notice.yaml"
    path.write_text(f"one:\n  {written}\n", encoding="utf-8")
    findings = load_notice(path, "notice.yaml")[1]
    assert any(told in str(finding) for finding in findings), findings


def test_a_paper_that_is_missing_undated_or_old_is_found(root: Path, content: Content) -> None:
    (root / FOLDER / "breach.md").unlink()
    path = root / FOLDER / "channels.md"
    path.write_text(path.read_text(encoding="utf-8").replace("Fecha: ", "Fecha, "))
    told = findings(root, content)
    assert any("breach.md:1: this paper is missing" in line for line in told)
    assert any("channels.md:1: has no date" in line for line in told)
    late = findings(root, content, TODAY + timedelta(days=400))
    assert any("assessment.md" in line and "every year" in line for line in late)


def test_a_notice_without_its_made_part_is_found(root: Path, content: Content) -> None:
    path = root / FOLDER / "notice.en.md"
    path.write_text(path.read_text(encoding="utf-8").replace("<!-- end -->", ""))
    assert any("has no part that is made" in line for line in findings(root, content))


def test_content_of_somebody_s_own_needs_no_papers_but_the_right_article(
    tmp_path: Path, content: Content
) -> None:
    assert not findings(tmp_path, content)
    article = content.articles[ARTICLE]
    assert article.everywhere is not None
    silent = replace(article, everywhere=replace(article.everywhere, good_to_know=()))
    other = replace(content, articles={**content.articles, ARTICLE: silent})
    (told,) = findings(tmp_path, other)
    assert "7 días" in told


def test_people_are_told_what_is_theirs_and_nothing_of_the_staff() -> None:
    for language, word in (("es", "personal"), ("en", "staff")):
        told = as_table(shipped_retention(), language, persons=True)
        assert word not in told.lower()
        assert len(told.splitlines()) == 2 + sum(k.person for k in shipped_retention().values())


def test_the_breach_plan_has_its_clock_and_templates_in_both_languages() -> None:
    text = (SHIPPED / FOLDER / "breach.md").read_text(encoding="utf-8")
    assert "72" in text
    for heading in ("A las personas (español)", "To people (English)", "A la autoridad (español)",
                    "To the authority (English)"):  # fmt: skip
        assert f"### {heading}" in text
    assert {path.name for path in (SHIPPED / FOLDER).glob("*.md")} == set(PAPERS)
