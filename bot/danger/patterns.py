"""Phrases with gaps, as a specialist writes them in `words.yaml`, and how they are found in a text.

    me va/van a matar          one of several words
    {familia} * me {golpea}    a word of a group; * is up to two words, ** up to six
    amenaz- de muerte          any ending
    tiene una? pistola         a word that may be missing
    = auxilio                  the whole sentence, nothing else

A phrase is never found across the end of a sentence.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from bot.danger.text import BREAK
from flows.folding import words as folded_words

GAPS = {"*": 2, "**": 6}
WHOLE = "="
MAX_DEPTH = 4
SHORTEST_STEM = 3

# 2026-11-22. Most places have a word or two, and a set of them takes 216 to 728 bytes: up to
# so many words are a tuple, which is looked through as quickly: 1 MB of every server.
FEW = 8

Groups = Mapping[str, Sequence[str]]
Phrase = tuple[str, ...]
Words = frozenset[str] | tuple[str, ...]  # each word once; a tuple is in order


_NONE: Mapping[str, tuple[Phrase, ...]] = {}  # one for all places without longer phrases


class PatternError(Exception):
    """A phrase cannot be read; the text says why."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One place of a phrase: the words that may stand there."""

    single: Words
    longer: Mapping[str, tuple[Phrase, ...]]  # first word → phrases of several words
    beginnings: tuple[Phrase, ...] = ()  # the first word may have any ending
    optional: bool = False
    keys: Words = ()  # a text without any of these cannot have this place

    def ends(self, words: Sequence[str], start: int) -> Iterator[int]:
        """Yield where the place can end when it begins at `start`."""
        if start < len(words):
            if words[start] in self.single:
                yield start + 1
            for phrase in (*self.longer.get(words[start], ()), *self.beginnings):
                if _fits(phrase, words, start):
                    yield start + len(phrase)
        if self.optional:
            yield start


@dataclass(frozen=True, slots=True)
class Pattern:
    """A phrase as it was written, and its places; a number is a gap of so many words."""

    written: str
    parts: tuple[Choice | int, ...]
    whole: bool = False

    def find(self, words: Sequence[str]) -> tuple[int, int] | None:
        """Return where the phrase first stands in `words`, from and to; None when nowhere."""
        for start in range(len(words)):
            if self.whole and start and words[start - 1] != BREAK:
                continue
            for end in self._ends(words, start, 0):
                if not self.whole or end == len(words) or words[end] == BREAK:
                    return start, end
        return None

    def needs(self) -> list[Words]:
        """Return what a text must hold, a word of each, so that the phrase can be in it."""
        return [part.keys for part in self.parts if isinstance(part, Choice) and not part.optional]

    def _ends(self, words: Sequence[str], start: int, part: int) -> Iterator[int]:
        if part == len(self.parts):
            yield start
            return
        place = self.parts[part]
        if isinstance(place, Choice):
            for end in place.ends(words, start):
                yield from self._ends(words, end, part + 1)
            return
        for skipped in range(place + 1):
            yield from self._ends(words, start + skipped, part + 1)
            if start + skipped >= len(words) or words[start + skipped] == BREAK:
                return


@dataclass(frozen=True, slots=True)
class PatternSet:
    """Many phrases, of which only those that can be in a text are tried."""

    patterns: tuple[Pattern, ...]
    needs: tuple[tuple[Words, ...], ...]
    by_key: Mapping[str, tuple[int, ...]]

    def candidates(self, keys: set[str]) -> list[Pattern]:
        """Return the phrases that a text with these keys may hold, in the order of the file."""
        known = [self.by_key[key] for key in keys if key in self.by_key]
        if not known:
            return []
        numbers = sorted({n for some in known for n in some})
        return [
            self.patterns[n]
            for n in numbers
            if not any(keys.isdisjoint(need) for need in self.needs[n])
        ]

    def first(
        self, words: Sequence[str], keys: set[str] | None = None
    ) -> tuple[Pattern, tuple[str, ...]] | None:
        """Return the first phrase of the file that is in `words`, with the words it stands for.

        `keys` are those of `words`, for who looks for many sets in one text.
        """
        for pattern in self.candidates(keys_of(words) if keys is None else keys):
            found = pattern.find(words)
            if found is not None:
                return pattern, tuple(words[found[0] : found[1]])
        return None

    def without(self, words: Sequence[str]) -> list[str]:
        """Return `words` with what the phrases find taken out; a new sentence begins there."""
        left = list(words)
        for pattern in self.candidates(keys_of(words)):
            while (found := pattern.find(left)) is not None:
                left[found[0] : found[1]] = [BREAK]
        return left


def keys_of(words: Sequence[str]) -> set[str]:
    """Return every word of a text and every beginning of one, as `Choice.keys` holds them."""
    keys = set(words)
    for word in words:
        keys.update(f"{word[:end]}-" for end in range(SHORTEST_STEM, len(word) + 1))
    return keys


def compile_set(
    written: Iterable[str], groups: Groups, choices: dict[str, Choice] | None = None
) -> PatternSet:
    """Return the phrases ready for use; raises `PatternError`.

    `choices` holds the places that other sets of the same groups have already, to be shared.
    """
    known = {} if choices is None else choices  # the same group stands in hundreds of phrases
    patterns = tuple(compile_pattern(phrase, groups, known) for phrase in written)
    needs = tuple(tuple(pattern.needs()) for pattern in patterns)
    by_key: dict[str, list[int]] = {}
    for number, all_needed in enumerate(needs):
        # The most telling place decides whether a phrase is looked at.
        telling = max(all_needed, key=lambda keys: (min(map(len, keys)), -len(keys)))
        for key in telling:
            by_key.setdefault(key, []).append(number)
    shared: dict[tuple[int, ...], tuple[int, ...]] = {}  # the keys of one place name the same
    numbers = {key: tuple(found) for key, found in by_key.items()}
    return PatternSet(
        patterns, needs, {key: shared.setdefault(some, some) for key, some in numbers.items()}
    )


def compile_pattern(
    written: str, groups: Groups, choices: dict[str, Choice] | None = None
) -> Pattern:
    """Return one phrase ready for use; raises `PatternError`.

    `choices` holds the places that other phrases of the same groups have already, to be shared.
    """
    known = {} if choices is None else choices
    pieces = written.split()
    whole = pieces[:1] == [WHOLE]
    parts = tuple(
        GAPS[piece] if piece in GAPS else _shared_choice(piece, groups, written, known)
        for piece in pieces[whole:]
    )
    pattern = Pattern(written, parts, whole)
    if not pattern.needs():
        raise PatternError(f'"{written}" has no word to look for.')
    return pattern


def vocabulary(patterns: Iterable[PatternSet]) -> tuple[set[str], set[str]]:
    """Return the whole words and the beginnings of words that the phrases name."""
    known: set[str] = set()
    stems: set[str] = set()
    for pattern in (p for some in patterns for p in some.patterns):
        for part in pattern.parts:
            if isinstance(part, Choice):
                known.update(part.single)
                phrases = (*chain.from_iterable(part.longer.values()), *part.beginnings)
                for word in chain.from_iterable(phrases):
                    (stems if word.endswith("-") else known).add(word.rstrip("-"))
    return known, stems


def group_phrases(name: str, groups: Groups) -> list[Phrase]:
    """Return every phrase of a group, the groups inside it included; raises `PatternError`."""
    return list(_alternatives(f"{{{name}}}", groups, name, 0))


def _shared_choice(piece: str, groups: Groups, written: str, known: dict[str, Choice]) -> Choice:
    if piece not in known:
        known[piece] = _choice(piece, groups, written)
    return known[piece]


def _choice(piece: str, groups: Groups, written: str) -> Choice:
    phrases = list(dict.fromkeys(_alternatives(piece.rstrip("?"), groups, written, 0)))
    longer: dict[str, tuple[Phrase, ...]] = {}
    for phrase in sorted(phrases, key=lambda p: (-len(p), p)):
        if len(phrase) > 1 and not phrase[0].endswith("-"):
            longer[phrase[0]] = (*longer.get(phrase[0], ()), phrase)
    return Choice(
        single=_few(p[0] for p in phrases if len(p) == 1 and not p[0].endswith("-")),
        longer=longer or _NONE,
        beginnings=tuple(p for p in phrases if p[0].endswith("-")),
        optional=piece.endswith("?"),
        keys=_few(p[0] for p in phrases),
    )


def _few(words: Iterable[str]) -> Words:
    once = frozenset(words)
    return tuple(sorted(once)) if len(once) <= FEW else once


def _alternatives(piece: str, groups: Groups, written: str, depth: int) -> Iterator[Phrase]:
    for part in piece.split("/"):
        if not part.startswith("{"):
            yield (_folded(part, written),)
            continue
        name = part.strip("{}")
        if name not in groups or depth > MAX_DEPTH:
            raise PatternError(f'"{written}" names the group "{name}", which is not there.')
        for phrase in groups[name]:
            if phrase.startswith("{"):
                yield from _alternatives(phrase, groups, written, depth + 1)
            else:
                yield tuple(_folded(word, phrase) for word in phrase.split())


def _folded(word: str, written: str) -> str:
    folded = folded_words(word)
    if len(folded) != 1:
        raise PatternError(f'"{written}" holds "{word}", which is not one word.')
    return f"{folded[0]}-" if word.endswith("-") else folded[0]


def _fits(phrase: Phrase, words: Sequence[str], start: int) -> bool:
    if start + len(phrase) > len(words):
        return False
    return all(map(_is, words[start : start + len(phrase)], phrase))


def _is(word: str, wanted: str) -> bool:
    return word.startswith(wanted[:-1]) if wanted.endswith("-") else word == wanted
