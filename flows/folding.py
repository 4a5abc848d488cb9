"""Folding: how typed words are made comparable, everywhere alike.

People type "ano" for "año", drop accents and shout; questions, labels and titles are folded the
same way before they are compared.
"""

import re
import unicodedata

_LETTERS_TWICE = re.compile(r"(.)\1{2,}")
_WORD = re.compile(r"[a-z0-9]+")
_INITIALS = re.compile(r"\b((?:[a-z]\.){2,})")
_MARKED = str.maketrans("áéíóúüñ¿¡«»–—…àèìòùâêîôûç", "aeiouun       aeiouaeiouc")
_APOSTROPHES = re.compile(r"['’‘`´ʼ]")
# Characters that show nothing and only get in the way: zero-width ones, marks that turn the
# direction of writing, soft hyphens, control characters.
_INVISIBLE = re.compile(
    "[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160"
    "\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]"
)


def clean(text: str) -> str:
    """Return `text` without invisible characters and with single spaces, ready to be read."""
    return " ".join(_INVISIBLE.sub("", text).split())


def fold(text: str) -> str:
    """Return the words of `text` in small letters without marks, with single spaces.

    «ñ» becomes "n" as well: many people type on a keyboard without it.

    >>> fold("¡¡¡¡¡PERDÍ  mi D.U.I.!!!")
    'perdi mi dui'
    """
    return " ".join(words(text))


def words(text: str) -> list[str]:
    """Return the folded words of `text`; letters repeated three times and more count twice."""
    plain = text.casefold()
    if not plain.isascii():
        plain = plain.translate(_MARKED)
    if not plain.isascii() or not plain.isprintable():  # rare: letters of other alphabets, controls
        plain = unicodedata.normalize("NFKD", _INVISIBLE.sub("", plain)).casefold()
        plain = "".join(c for c in plain if not unicodedata.combining(c))
    plain = _APOSTROPHES.sub("", plain)
    if "." in plain:
        plain = _INITIALS.sub(lambda m: m.group(1).replace(".", ""), plain)
    return _WORD.findall(_LETTERS_TWICE.sub(r"\1\1", plain))
