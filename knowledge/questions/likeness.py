"""Which questions are alike: signs of their words, which nobody can read back.

2026-11-22. A word is folded, without its end ("perdí", "perdieron" and "perdio" begin alike), and
hashed with a key that is not in the database. Two questions are alike when most of their signs are
the same. What we gave up: a typing error in the first letters makes another word, so such a
question waits in a group of its own; comparing letters would need the texts of all groups at every
turn.
"""

import hashlib
import hmac
import re

from flows.folding import words

MOST_SIGNS = 16  # a question of more words than these tells a story
ALIKE_FROM = 0.65  # of the signs of both, how many are shared
_LETTERS = 5
_LABEL = re.compile(r"\[[A-Z_]+\]")
_SMALL = frozenset(
    """a al algo alguien algun alguna ahi aqui asi aun ay bien buena buenas bueno buenos como con
    cual cuales cuando cuanto cuanta da de deme del desde dia dias digame donde e el ella ellos en
    era eres es esa ese eso esta estan estas este esto estoy favor fue gracias ha hace hacer hago
    hay he hola info informacion ir la las le les lo los mas me mi mis mucho muy necesito ni no nos
    o para pero poder por porque pueda puede pueden puedo pues que quiere quiero quien quisiera sabe
    saber se sea ser si sin sobre son soy su sus tambien tan tarde te tengo tener tiene todo tu un
    una unas uno unos usted va voy y ya yo
    about an and any are at be can could do does for from get have hello help her hi his how i if
    im in is it its just know like me my need of on or our please so some tell thank thanks that
    the their them there they this to want was we what when where which who will with would you
    your""".split()
)


def signs_of(text: str, key: bytes) -> frozenset[int]:
    """Return the signs of a scrubbed text; none where it says nothing, or too much."""
    found = {
        word[:_LETTERS]
        for word in words(_LABEL.sub(" ", text))
        if word not in _SMALL and len(word) > 1
    }
    if len(found) > MOST_SIGNS:
        return frozenset()
    return frozenset(_sign(word, key) for word in found)


def likeness(shared: int, one: int, other: int) -> float:
    """Return how alike two questions are, 0 to 1, from how many signs they have and share."""
    return 2 * shared / (one + other) if one + other else 0.0


def _sign(word: str, key: bytes) -> int:
    digest = hmac.digest(key, word.encode(), hashlib.sha256)
    return int.from_bytes(digest[:8], "big", signed=True)
