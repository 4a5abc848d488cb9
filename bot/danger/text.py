"""How a message is made comparable with the words of danger.

Folded as everywhere else, then: chat shorthand is written out ("kiero" → "quiero"), and a word that
only sounds like one of the words of danger is spelt like it ("bida" → "vida"). Nothing is guessed:
a word that is merely near one is left alone.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from flows.folding import words

# Stands between two sentences, so that no phrase is found across them.
BREAK = "|"
MIN_HEARD = 4  # shorter words sound too much like others ("its" and "hits")

_SENTENCE_END = re.compile(r"[.!?;…]+(?=\s|$)|[\n\r¡¿]+|[!?]{2,}")
_DRAWN_OUT = re.compile(r"([^\W\d_])\1{2,}", re.IGNORECASE)
_SOUNDS = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"ch", "0"),
        (r"qu(?=[ei])", "k"),
        (r"c(?=[eiy])|z|x", "s"),
        (r"c|q", "k"),
        (r"gu(?=[ei])", "g"),
        (r"g(?=[ei])", "j"),
        (r"ll", "y"),
        (r"h", ""),
        (r"v", "b"),
        (r"w", "u"),
        (r"([b-df-hj-np-tv-z])\1+", r"\1"),
    )
)


@dataclass(frozen=True, slots=True)
class Spelling:
    """The ways of writing that count as the same word."""

    shorthand: Mapping[tuple[str, ...], tuple[str, ...]] = field(default_factory=dict)
    known: frozenset[str] = frozenset()
    heard: Mapping[str, str] = field(default_factory=dict)  # sound → the word as we write it
    stems: Mapping[str, str] = field(default_factory=dict)  # sound of a beginning → the beginning


def spelling(shorthand: Mapping[str, str], known: Iterable[str], stems: Iterable[str]) -> Spelling:
    """Return how to read words that sound like `known` ones or begin like one of `stems`."""
    known = frozenset(known)
    long_enough = sorted(word for word in known if len(word) >= MIN_HEARD)
    return Spelling(
        {tuple(words(short)): tuple(words(full)) for short, full in shorthand.items()},
        known,
        {sound(word): word for word in long_enough},
        {sound(stem): stem for stem in sorted(stems) if len(stem) >= MIN_HEARD},
    )


def prepare(text: str, spelt: Spelling) -> list[list[str]]:
    """Return the sentences of `text`, each as its words, ready to be looked through."""
    # "nooo" is "no": a letter typed three times and more was meant once.
    text = _DRAWN_OUT.sub(r"\1", text)
    sentences = (words(part) for part in _SENTENCE_END.split(text))
    return [_written_out(sentence, spelt) for sentence in sentences if sentence]


def sound(word: str) -> str:
    """Return `word` as it sounds in Spanish, so that "bida" and "vida" are one.

    >>> sound("hacer"), sound("aser")
    ('aser', 'aser')
    """
    for pattern, heard in _SOUNDS:
        word = pattern.sub(heard, word)
    return word


def _written_out(sentence: list[str], spelt: Spelling) -> list[str]:
    written: list[str] = []
    position = 0
    while position < len(sentence):
        for length in (3, 2, 1):
            full = spelt.shorthand.get(tuple(sentence[position : position + length]))
            if full is not None:
                written += full
                position += length
                break
        else:
            written.append(_as_we_spell(sentence[position], spelt))
            position += 1
    return written


def _as_we_spell(word: str, spelt: Spelling) -> str:
    if len(word) < MIN_HEARD or word in spelt.known:
        return word
    heard = sound(word)
    known = spelt.heard.get(heard)
    if known is not None:
        return known
    for length in range(len(heard), MIN_HEARD - 1, -1):
        stem = spelt.stems.get(heard[:length])
        if stem is not None:
            return word if word.startswith(stem) else stem + heard[length:]
    return word
