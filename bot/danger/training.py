"""Learns `weights.json` from `examples.yaml`: `python -m bot.danger.training`.

Run it after a change of the examples or of the groups; `ventanilla check` says when it is due. The
same files always give the same weights.
"""

import json
import math
import random
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from bot.danger.loading import load_danger
from bot.danger.score import Scorer
from bot.danger.text import Spelling, prepare
from bot.danger.weights import fingerprint

ROUNDS = 40
SEED = 11
STEP = 0.35
SHRINK = 5e-7  # how strongly weights are held small
DECIMALS = 2
SMALLEST = 0.1  # weights below say nothing and are left out

SHIPPED = Path(__file__).resolve().parents[2] / "knowledge"


def train(knowledge: Path) -> dict[str, Any]:
    """Return what `weights.json` holds, learned from `knowledge/danger` and the articles."""
    directory = knowledge / "danger"
    book, _ = load_danger(directory, "knowledge/danger")
    plain = replace(book.scorer, weights={}, bias=0.0, counts={})
    examples = _read(directory / "examples.yaml")
    alarming = [text for texts in examples["danger"].values() for text in texts]
    harmless = [*examples["harmless"], *_ordinary(knowledge, set(examples["not_ordinary"]))]
    labelled = [(text, 1) for text in alarming] + [(text, 0) for text in harmless]
    weights, bias = _learn([(_features(t, plain, book.spelt), label) for t, label in labelled])
    counts = {
        name: dict(sorted(Counter(_plain(texts, plain, book.spelt)).items()))
        for name, texts in examples["danger"].items()
    }
    return {
        "learned_from": fingerprint(directory),
        "examples": len(alarming),
        "harmless": len(harmless),
        "bias": round(bias, DECIMALS),
        "weights": {
            feature: round(weight, DECIMALS)
            for feature, weight in sorted(weights.items())
            if abs(weight) >= SMALLEST
        },
        "counts": counts,
    }


def _learn(samples: Sequence[tuple[Sequence[str], int]]) -> tuple[dict[str, float], float]:
    """Return the weights of a logistic model, by small steps whose size falls (Adagrad)."""
    chance = random.Random(SEED)  # noqa: S311 - an order, not a secret
    weights: dict[str, float] = {}
    moved: dict[str, float] = {}
    bias, bias_moved = 0.0, 1.0
    order = list(range(len(samples)))
    for _ in range(ROUNDS):
        chance.shuffle(order)
        for number in order:
            features, label = samples[number]
            if not features:
                continue
            size = 1 / math.sqrt(len(features))
            total = bias + size * sum(weights.get(f, 0.0) for f in features)
            error = 1 / (1 + math.exp(-max(-30.0, min(30.0, total)))) - label
            bias_moved += error * error
            bias -= STEP * error / math.sqrt(bias_moved)
            for f in features:
                weight = weights.get(f, 0.0)
                slope = error * size + SHRINK * weight * len(samples)
                moved[f] = moved.get(f, 1e-4) + slope * slope
                weights[f] = weight - STEP * slope / math.sqrt(moved[f])
    return weights, bias


def _features(text: str, scorer: Scorer, spelt: Spelling) -> list[str]:
    words = [word for sentence in prepare(text, spelt) for word in sentence]
    return sorted(scorer.features(words))


def _plain(texts: Iterable[str], scorer: Scorer, spelt: Spelling) -> Iterable[str]:
    for text in texts:
        for words in prepare(text, spelt):
            yield from scorer.plain_features(words)


def _ordinary(knowledge: Path, left_out: set[str]) -> list[str]:
    """Return how people ask for articles where nobody is in danger now."""
    asked: list[str] = []
    for path in sorted((knowledge / "articles").glob("*/*.yaml")):
        if f"{path.parent.name}/{path.stem}" not in left_out:
            by_language: Mapping[str, list[str]] = _read(path).get("asks") or {}
            asked += [str(text) for texts in by_language.values() for text in texts]
    return asked


def _read(path: Path) -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return read


def main() -> None:
    """Write `weights.json` anew."""
    learned = train(SHIPPED)
    path = SHIPPED / "danger" / "weights.json"
    path.write_text(
        json.dumps(learned, ensure_ascii=False, indent=0, sort_keys=True) + "\n", encoding="utf-8"
    )
    sys.stderr.write(
        f"{path.name}: {learned['examples']} examples of danger, {learned['harmless']} harmless, "
        f"{len(learned['weights'])} weights.\n"
    )


if __name__ == "__main__":
    main()
