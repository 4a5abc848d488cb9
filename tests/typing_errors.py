"""Typing errors as people make them, one kind at a time, always the same for the same text."""

import random
import re
from collections.abc import Callable

MIN_LETTERS = 4  # shorter words are left alone: "dui" with an error is another word


def _long_words(change: Callable[[str, random.Random], str]) -> Callable[[str], str]:
    """Make one error in every second long word."""

    def typed(text: str) -> str:
        chance = random.Random(text)
        words = [
            change(word, chance) if len(word) >= MIN_LETTERS and chance.random() < 0.5 else word
            for word in text.split()
        ]
        return " ".join(words)

    return typed


def _inside(word: str, chance: random.Random) -> int:
    return chance.randrange(1, len(word) - 1)


def _dropped(word: str, chance: random.Random) -> str:
    at = _inside(word, chance)
    return word[:at] + word[at + 1 :]


def _doubled(word: str, chance: random.Random) -> str:
    at = _inside(word, chance)
    return word[:at] + word[at] + word[at:]


def _swapped(word: str, chance: random.Random) -> str:
    at = chance.randrange(1, len(word) - 2)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def _glued(text: str) -> str:
    words = text.split()
    if len(words) < 2:
        return text
    at = random.Random(text).randrange(len(words) - 1)
    return " ".join([*words[:at], words[at] + words[at + 1], *words[at + 2 :]])


def _b_and_v(text: str) -> str:
    return text.translate(str.maketrans("bvBV", "vbVB"))


def _s_c_z(text: str) -> str:
    text = re.sub(r"c(?=[eéií])", "s", text, flags=re.IGNORECASE)
    return re.sub(r"z", "s", text, flags=re.IGNORECASE)


def _silent_h(text: str) -> str:
    return re.sub(r"\bh(?=[aeiouáéíóú])", "", text, flags=re.IGNORECASE)


def _ll_and_y(text: str) -> str:
    return re.sub(r"ll", "y", text, flags=re.IGNORECASE)


def _without_accents(text: str) -> str:
    return text.translate(str.maketrans("áéíóúüñÁÉÍÓÚÑ", "aeiouunAEIOUN"))


def _chat(text: str) -> str:
    for full, short in (("que", "q"), ("porque", "xq"), ("para", "pa"), ("por", "x"), ("de", "d")):
        text = re.sub(rf"\b{full}\b", short, text, flags=re.IGNORECASE)
    text = re.sub(r"qu(?=[ei])", "k", text, flags=re.IGNORECASE)
    return re.sub(r"c(?=[aou])", "k", text, flags=re.IGNORECASE)


ERRORS: dict[str, Callable[[str], str]] = {
    "b and v": _b_and_v,
    "s, c and z": _s_c_z,
    "silent h": _silent_h,
    "ll and y": _ll_and_y,
    "no accents": _without_accents,
    "q, k and xq": _chat,
    "capitals": str.upper,
    "a letter dropped": _long_words(_dropped),
    "a letter doubled": _long_words(_doubled),
    "letters swapped": _long_words(_swapped),
    "words glued": _glued,
}


def misspelt(text: str, share: float) -> str:
    """Return `text` with an error in about this share of its long words."""
    chance = random.Random(text)
    return " ".join(
        chance.choice((_dropped, _doubled, _swapped))(word, chance)
        if len(word) >= MIN_LETTERS and chance.random() < share
        else word
        for word in text.split()
    )
