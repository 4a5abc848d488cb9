"""What is taken out of a question before it is kept, and what stays."""

import re
import time
from typing import Any

import pytest
import yaml

from knowledge.questions import scrubbing
from knowledge.questions.scrubbing import FILE, MOST_CHARS, scrub

DATA: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", DATA["must_scrub"], ids=lambda case: case["in"])
def test_what_leads_to_somebody_is_taken_out(case: dict[str, str]) -> None:
    found = scrub(case["in"])
    assert found is not None
    assert f"[{case['label']}]" in found
    assert not re.search(r"\d{4}", re.sub(r"\[[A-Z_]+\]", "", found)), "digits are left"


@pytest.mark.parametrize("text", DATA["must_keep"])
def test_what_a_question_is_about_stays(text: str) -> None:
    assert scrub(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "mi dui es 0456\u200b7890-3",
        "tel ７１２３-４５６７",
        "9876\u00a05432",
        "+503\u20117123\u20114567",
    ],
)
def test_signs_that_nobody_sees_hide_nothing(text: str) -> None:
    found = scrub(text) or ""
    assert "[" in found
    assert not re.search(r"\d{4}", found)


def test_a_failure_drops_the_text(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> tuple[scrubbing.Pattern, ...]:
        raise RuntimeError

    monkeypatch.setattr(scrubbing, "patterns", broken)
    assert scrub("mi dui es 04567890-3") is None


def test_long_texts_are_stories_and_not_kept() -> None:
    assert scrub("a" * (MOST_CHARS + 1)) is None
    assert scrub(" \u200b ") is None


@pytest.mark.parametrize("text", ["1 " * 140, "a@" * 140, "A" * 280, "-." * 140, "me llamo " * 31])
def test_no_text_keeps_the_scrubber_busy(text: str) -> None:
    """Beside a sentence of the same length."""

    def spent(text: str) -> float:
        started = time.thread_time()
        scrub(text)
        return time.thread_time() - started

    usual = "como saco la partida de mi hija que nació allá " * 6
    assert min(spent(text) for _ in range(5)) < 20 * min(spent(usual[:280]) for _ in range(5))
