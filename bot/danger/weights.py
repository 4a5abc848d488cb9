"""The file of learned weights: reading it, and knowing whether it is still the right one."""

import hashlib
import json
from pathlib import Path
from typing import Any

import yaml

_KEYS = frozenset({"learned_from", "bias", "weights", "counts"})


def read_weights(directory: Path) -> dict[str, Any] | None:
    """Return what training has written; None without it: the phrases work all the same."""
    try:
        learned = json.loads((directory / "weights.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return learned if isinstance(learned, dict) and learned.keys() >= _KEYS else None


def fingerprint(directory: Path) -> str:
    """Return a text that changes when what the weights were learned from changes.

    That is the examples, and of the words the groups and the shorthand: a new phrase needs no
    training.
    """
    words = _read(directory / "words.yaml")
    told = [_read(directory / "examples.yaml"), words.get("groups"), words.get("shorthand")]
    written = json.dumps(told, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(written.encode()).hexdigest()[:16]


def _read(path: Path) -> dict[str, Any]:
    try:
        read = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError):
        return {}
    return read if isinstance(read, dict) else {}
