"""`ventanilla check`: what it walks, and the rules that it reads beside flows and articles."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

from bot.checking import check_and_walk
from bot.content import SHIPPED, Content
from flows.definition import COUNTRIES
from flows.walking import count_paths

RULES = """rules:
  - kind: todo
    topics: [no/such-topic]
    plain: 90
    call_first: 180
"""


def test_every_path_is_walked_and_a_wrong_rule_of_age_is_named(
    tmp_path: Path, content: Content
) -> None:
    for part in ("flows/library", "knowledge/articles", "locales"):
        shutil.copytree(SHIPPED / part, tmp_path / part)
    shutil.copytree(SHIPPED / "knowledge" / "danger", tmp_path / "knowledge" / "danger")
    shutil.copy(SHIPPED / "knowledge" / "smalltalk.yaml", tmp_path / "knowledge")
    (tmp_path / "knowledge" / "directory").mkdir()
    (tmp_path / "knowledge" / "directory" / "ageing.yaml").write_text(RULES, encoding="utf-8")
    findings, walked = check_and_walk(tmp_path)
    said = [str(finding) for finding in findings if "ageing.yaml" in str(finding)]
    assert any("no/such-topic" in line and line.split(":")[1] == "3" for line in said)
    assert any("the last rule has to be for everything" in line for line in said)
    at = datetime.now(UTC)
    paths = sum(count_paths(flow, c, at) for flow in content.flows.values() for c in COUNTRIES)
    assert walked == paths * len(content.languages)
    assert paths > 500
