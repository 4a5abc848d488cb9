"""Folds words as people type them, so that "Sí", "si" and "SI " are one answer."""

import re
import unicodedata

_BETWEEN_WORDS = re.compile(r"[\W_]+")


def fold(text: str) -> str:
    """Give the words of a text in lower case, without accents, marks or double spaces.

    «ñ» becomes "n" as well: many people type on a keyboard without it.
    """
    parts = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(part for part in parts if not unicodedata.combining(part))
    return _BETWEEN_WORDS.sub(" ", plain).strip()
