"""`ventanilla eval`: how well questions are understood, measured on files of labelled questions.

A file is YAML: `questions:`, a list of `{text, lang, ids, country?, crisis?, near_crisis?}`; `ids`
are the acceptable articles, best first, or `[none]` when the question is not ours to answer. The
first of two halves, split by a hash of the text, is to tune on; only the other says what is true.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import yaml

from bot.asking import answer
from bot.content import Content

NONE = "none"
LANGUAGES = ("es", "en", "mix")
HALVES = ("tune", "judge")


class EvaluationError(Exception):
    """A file holds no questions; the text names the file."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A labelled question with what the assistant made of it."""

    text: str
    language: str
    wanted: tuple[str, ...]
    crisis: str | None
    looks_like_crisis: bool
    found: tuple[str, ...]
    answered: bool
    spoken: str
    alarm: str | None
    concern: bool

    @property
    def ours(self) -> bool:
        """Whether the question is one that we should answer."""
        return self.wanted != (NONE,)

    @property
    def ordinary(self) -> bool:
        """Whether it neither is a crisis nor looks like one."""
        return self.crisis is None and not self.looks_like_crisis

    def right_within(self, first: int) -> bool:
        """Whether an acceptable article is among the `first` ones."""
        return any(article in self.found[:first] for article in self.wanted)


@dataclass(frozen=True, slots=True)
class Figures:
    """Shares from 0 to 1; None where no question of the kind was there."""

    questions: int
    r1: float | None
    r3: float | None
    r1_by_language: Mapping[str, float | None]
    r3_by_language: Mapping[str, float | None]
    off_topic_answered: float | None
    neither_answer_nor_choice: float | None
    language_right: float | None
    hard_found: float | None
    hard_look_alikes: float | None
    hard_ordinary: float | None
    any_found: float | None
    any_look_alikes: float | None
    any_ordinary: float | None

    def as_json(self) -> dict[str, Any]:
        """Return the figures with three decimals."""
        return {key: _rounded(value) for key, value in asdict(self).items()}


def read_questions(path: Path) -> list[dict[str, Any]]:
    """Return the questions of a file; raises `EvaluationError`."""
    try:
        read = yaml.safe_load(path.read_text(encoding="utf-8"))
        questions = read["questions"]
        for question in questions:
            if not (isinstance(question["text"], str) and isinstance(question["ids"], list)):
                raise EvaluationError(f"{path}: a question needs a text and a list of ids.")
    except OSError as error:
        raise EvaluationError(f"{path} cannot be read ({error.strerror}).") from error
    except (yaml.YAMLError, UnicodeError, KeyError, TypeError) as error:
        raise EvaluationError(f"{path} is not a list of questions: {error}") from error
    return list(questions)


def half_of(text: str) -> str:
    """Return the half that a question belongs to, the same on every machine."""
    return HALVES[hashlib.sha256(text.strip().lower().encode()).digest()[0] & 1]


def ask_all(questions: Iterable[Mapping[str, Any]], content: Content) -> list[Asked]:
    """Ask every question as a first message and return what came back, in order."""
    return [_ask(question, content) for question in questions]


def _ask(question: Mapping[str, Any], content: Content) -> Asked:
    said = answer({"text": question["text"], "country": question.get("country")}, content)
    return Asked(
        text=question["text"],
        language=question.get("lang", "es"),
        wanted=tuple(question["ids"]),
        crisis=question.get("crisis"),
        looks_like_crisis=bool(question.get("near_crisis")),
        found=tuple(said["articles"]),
        answered=said["answered"],
        spoken=said["lang"],
        alarm=said["crisis"],
        concern=said["concern"],
    )


def measure(asked: Sequence[Asked]) -> Figures:
    """Return the figures of some questions."""
    ours = [one for one in asked if one.ours]
    by_language = {name: [one for one in ours if one.language == name] for name in LANGUAGES}
    crises = [one for one in asked if one.crisis]
    look_alikes = [one for one in asked if one.looks_like_crisis]
    ordinary = [one for one in asked if one.ordinary]
    return Figures(
        questions=len(asked),
        r1=_share(one.right_within(1) for one in ours),
        r3=_share(one.right_within(3) for one in ours),
        r1_by_language={
            name: _share(one.right_within(1) for one in some) for name, some in by_language.items()
        },
        r3_by_language={
            name: _share(one.right_within(3) for one in some) for name, some in by_language.items()
        },
        off_topic_answered=_share(one.answered for one in asked if not one.ours),
        neither_answer_nor_choice=_share(not one.answered for one in ours),
        # A mixed message may be answered in either language.
        language_right=_share(one.spoken == one.language for one in asked if one.language != "mix"),
        hard_found=_share(one.alarm is not None for one in crises),
        hard_look_alikes=_share(one.alarm is not None for one in look_alikes),
        hard_ordinary=_share(one.alarm is not None for one in ordinary),
        any_found=_share(one.alarm is not None or one.concern for one in crises),
        any_look_alikes=_share(one.alarm is not None or one.concern for one in look_alikes),
        any_ordinary=_share(one.alarm is not None or one.concern for one in ordinary),
    )


def evaluate(paths: Iterable[Path], content: Content) -> dict[str, Figures]:
    """Return the figures of all files together, of each file, and of the two halves."""
    groups: dict[str, list[Asked]] = {"all": []}
    for path in paths:
        asked = ask_all(read_questions(path), content)
        groups["all"] += asked
        groups[path.name] = asked
    for half in HALVES:
        groups[half] = [one for one in groups["all"] if half_of(one.text) == half]
    return {name: measure(asked) for name, asked in groups.items()}


def table(figures: Mapping[str, Figures]) -> str:
    """Return the figures as a table for the terminal: a row a figure, a column a group."""
    flat = {name: dict(_flat(of_group.as_json())) for name, of_group in figures.items()}
    keys = next(iter(flat.values()), {})
    rows = [
        ["", *flat],
        *([key.replace("_", " "), *(_shown(flat[name][key]) for name in flat)] for key in keys),
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        "  ".join(
            cell.ljust(w) if i == 0 else cell.rjust(w)
            for i, (cell, w) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    )


def _flat(figures: Mapping[str, Any]) -> Iterable[tuple[str, Any]]:
    for key, value in figures.items():
        if isinstance(value, Mapping):
            yield from ((f"{key.split('_')[0]} {name}", share) for name, share in value.items())
        else:
            yield key, value


def _shown(value: float | int | None) -> str:
    if value is None:
        return "–"
    return str(value) if isinstance(value, int) else f"{value:.3f}"


def _rounded(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _rounded(inner) for key, inner in value.items()}
    return round(value, 3) if isinstance(value, float) else value


def _share(hits: Iterable[bool]) -> float | None:
    told = list(hits)
    return sum(told) / len(told) if told else None
