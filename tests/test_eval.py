"""`ventanilla eval`: figures from labelled questions."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.content import Content
from bot.evaluation import (
    EvaluationError,
    ask_all,
    evaluate,
    half_of,
    measure,
    read_questions,
    table,
)

QUESTIONS = """
questions:
- {text: "necesito renovar mi pasaporte", lang: es, ids: [documents/passport], country: GT}
- {text: "where can i learn welding for free", lang: en, ids: [skills/free-courses]}
- {text: "quien gano el partido", lang: es, ids: [none]}
- {text: "write me a poem about my dog", lang: en, ids: [none]}
- {text: "mi partida de nacimiento", lang: es, ids: [money/housing]}
"""
# Files of labelled questions, kept apart from the product so that nobody tunes on them by accident.
LABELLED = os.environ.get("VENTANILLA_QUESTIONS", "")


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    path = tmp_path / "questions.yaml"
    path.write_text(QUESTIONS, encoding="utf-8")
    return path


def test_the_figures_are_shares_of_the_right_questions(questions: Path, content: Content) -> None:
    figures = measure(ask_all(read_questions(questions), content))
    assert figures.questions == 5
    assert figures.r1 == pytest.approx(2 / 3)  # the last label is wrong on purpose
    assert figures.r1_by_language == {"es": 0.5, "en": 1.0, "mix": None}
    assert figures.off_topic_answered == 0
    assert figures.neither_answer_nor_choice == 0
    assert figures.language_right == 1
    assert figures.hard_found is None  # no crisis among them
    assert figures.hard_ordinary == 0


def test_files_and_halves_are_told_apart(questions: Path, content: Content) -> None:
    figures = evaluate([questions], content)
    assert list(figures) == ["all", "questions.yaml", "tune", "judge"]
    assert figures["tune"].questions + figures["judge"].questions == 5
    lines = table(figures).splitlines()
    assert lines[0].split() == ["all", "questions.yaml", "tune", "judge"]
    assert lines[2].startswith("r1")


def test_a_question_stays_in_its_half() -> None:
    assert half_of("Perdí mi DUI") == half_of("  perdí mi dui ")
    assert {half_of(str(number)) for number in range(20)} == {"tune", "judge"}


@pytest.mark.parametrize("written", ["", "- a\n", "questions: [{text: 1, ids: []}]\n", "a: [b"])
def test_a_file_without_questions_is_named(written: str, tmp_path: Path) -> None:
    path = tmp_path / "none.yaml"
    path.write_text(written, encoding="utf-8")
    with pytest.raises(EvaluationError, match=r"none\.yaml"):
        read_questions(path)


def test_the_command_prints_json(questions: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "bot.cli", "eval", str(questions), "--json"],
        capture_output=True,
        check=True,
    )
    assert json.loads(run.stdout)["all"]["questions"] == 5


def test_the_command_names_a_missing_file() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "bot.cli", "eval", "nowhere.yaml"], capture_output=True, check=False
    )
    assert run.returncode == 1
    assert b"nowhere.yaml cannot be read" in run.stderr


@pytest.mark.skipif(not LABELLED, reason="VENTANILLA_QUESTIONS names no files of questions")
def test_labelled_questions_are_understood(content: Content) -> None:
    figures = evaluate(map(Path, LABELLED.split(os.pathsep)), content)["all"]
    assert (figures.r1 or 0) >= 0.86
    assert (figures.r3 or 0) >= 0.94
    assert (figures.r1_by_language["en"] or 0) >= (figures.r1_by_language["es"] or 0) - 0.05
    assert (figures.off_topic_answered or 0) <= 0.08
    assert (figures.neither_answer_nor_choice or 0) <= 0.08
    assert (figures.language_right or 0) >= 0.98
