"""Letters as people type them, alike in the database and in memory: small and without accents.

`lower` of SQLite knows plain letters alone, so the accents are taken off one by one. A folded word
is looked for in such a text; other signs of it stay as they are.
"""

from typing import Any

from sqlalchemy import ColumnElement, func

_MARKED = "áÁéÉíÍóÓúÚüÜñÑ"
_PLAIN = "aaeeiioouuuunn"
_CAPITALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_TABLE = str.maketrans(_MARKED + _CAPITALS, _PLAIN + _CAPITALS.lower())


def plain_text(text: str) -> str:
    """Return a text in plain letters."""
    return text.lower() if text.isascii() else text.translate(_TABLE)


def plain_names(*names: str | None) -> str:
    """Return names as one text in plain letters, for words to be looked for in it."""
    return plain_text(" ".join(name for name in names if name))


def plain(column: ColumnElement[Any], word: str = _PLAIN) -> ColumnElement[str]:
    """Return the same of a column.

    With a `word` to be looked for, only its own letters are made plain, which is quicker.
    """
    letters: ColumnElement[str] = column
    for marked, letter in zip(_MARKED, _PLAIN, strict=True):
        if letter in word:
            letters = func.replace(letters, marked, letter)
    return func.lower(letters)
