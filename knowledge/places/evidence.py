"""What speaks for a name in a sentence: the words before it, its capital, how ordinary it is.

The weaker a name is as a name (an ordinary word, a person's name, a village), the more must speak
for it. The lists are in `words.yaml`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from flows.folding import fold, words
from knowledge.places.nicknames import COUNTRY_NAMES, read_words
from knowledge.places.place import NICKNAME, PlaceMatch

MAX_TOKENS = 80
NOTABLE = 10_000  # inhabitants from which a town is known beyond its neighbours
SHORT_NAME = 4  # letters; so short a word alone needs a cue
LIVE, NEAR, WEAK, NONE = 3, 2, 1, 0
_KINDS = {"live": LIVE, "near": NEAR, "weak": WEAK}
ARTICLES = frozenset(("el", "la", "los", "las"))
LINKS = ARTICLES | {"de", "del", "y"}
_ONE = {"del": "de", "al": "a"}
_CLOSING = "\"')]»”’"


@dataclass(frozen=True, slots=True)
class Token:
    """A folded word with what its writing tells."""

    word: str
    capital: bool  # a capital letter that no beginning of a sentence explains
    stop: bool  # a comma or full stop follows


def read_tokens(message: str) -> list[Token]:
    """Return the words of a message; in a message of capitals none of them tells anything."""
    short = read_words().short
    letters = [c for c in message if c.isalpha()]
    shouted = sum(c.isupper() for c in letters) * 2 > len(letters)
    tokens: list[Token] = []
    beginning = True
    for chunk in message.split():
        folded = words(chunk)
        if not folded:
            continue
        last = chunk.rstrip(_CLOSING)[-1:]
        if last == "." and folded[-1] in short:
            last = ""  # «Sta. Ana»
        first = next((c for c in chunk if c.isalpha()), "")
        for word in folded:
            capital = first.isupper() and not beginning and not shouted
            stop = word is folded[-1] and last != "" and last in ".,;:!?…"
            tokens.append(Token(short.get(word, word), capital, stop))
            beginning = False
        beginning = last != "" and last in ".!?…"
    return tokens[:MAX_TOKENS]


def text_of(tokens: Sequence[Token]) -> str:
    """Return the words of some tokens as a folded text."""
    return " ".join(token.word for token in tokens)


def level_before(tokens: Sequence[Token], start: int) -> str | None:
    """Return the level that «municipio de», «departamento» or «ciudad» before a name tells."""
    at = _level_at(tokens, start)
    return None if at is None else read_words().levels[tokens[at].word]


def cue_before(tokens: Sequence[Token], start: int) -> int:
    """Return how strongly the words before a name say that a place follows."""
    at = _level_at(tokens, start)
    at = start if at is None else at
    while at and tokens[at - 1].word in ARTICLES and not tokens[at - 1].stop:
        at -= 1
    cues = read_words().cues
    for length in (4, 3, 2, 1):
        before = tokens[max(0, at - length) : at]
        if len(before) == length and not any(token.stop for token in before):
            kind = cues.get(tuple(_ONE.get(token.word, token.word) for token in before))
            if kind is not None:
                return _KINDS[kind]
    return NONE


def is_elsewhere(key: str) -> bool:
    """Whether a name is first of all a country, or a place abroad: «soy de Guatemala»."""
    return key in COUNTRY_NAMES or key in read_words().abroad


def weigh(tokens: Sequence[Token], start: int, end: int, match: PlaceMatch) -> int | None:
    """Return how strongly some words count as the place that they name; None: not at all."""
    lists = read_words()
    name = tokens[start:end]
    key = text_of(name)
    content = [token for token in name if token.word not in LINKS]
    cue = cue_before(tokens, start)
    if level_before(tokens, start):
        return max(cue, NEAR)
    if not content or is_elsewhere(key):
        return None
    best = match.places[0]
    notable = match.how == NICKNAME or best.level != "town" or (best.population or 0) >= NOTABLE
    capital = any(token.capital for token in content)
    plain = [token.word for token in content]
    people = all(word in lists.people for word in plain)
    ordinary = people or key in lists.phrases or all(word in lists.common for word in plain)
    if not ordinary or (match.how == NICKNAME and len(plain) > 1):
        if notable:
            return cue if cue >= NEAR or _stands_alone(key, name, match, len(tokens)) else None
        return cue if cue >= NEAR or (cue and capital) else None
    if capital and (cue == LIVE or (cue == NEAR and notable)):
        return cue
    doubtful = lists.strict if len(name) > 1 else lists.bare | lists.strict
    if not notable or any(word in doubtful for word in plain):
        return None
    if cue == WEAK:
        return WEAK if capital and not people else None
    if cue == NEAR:
        exact = len(name) > 1 and key not in lists.phrases
        return NEAR if exact or match.how == NICKNAME else None
    return LIVE if cue == LIVE else None


def _stands_alone(key: str, name: Sequence[Token], match: PlaceMatch, length: int) -> bool:
    """Whether a name needs no «en» before it: «zacatecoluca dui», but not «mujeres», «rayones»."""
    if len(name) == length or len(name) > 1:
        return True
    best = match.places[0]
    own = match.how == NICKNAME or fold(best.name) == key
    large = best.level in ("department", "district") or (best.population or 0) >= NOTABLE
    return own and large and len(key) > SHORT_NAME


def _level_at(tokens: Sequence[Token], start: int) -> int | None:
    at = start - 1
    while at >= 0 and tokens[at].word in LINKS and not tokens[at].stop:
        at -= 1
    named = at >= 0 and not tokens[at].stop and tokens[at].word in read_words().levels
    return at if named else None
