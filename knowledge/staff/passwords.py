"""Passwords: kept with Argon2id, refused when they are short or among the first to be guessed.

No rules on capitals or signs: they make people write «Verano2026!», which is guessed at once.
"""

import threading
import unicodedata
from collections.abc import Iterator
from enum import Enum
from functools import cache
from itertools import pairwise
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

MIN_LENGTH = 10
MAX_LENGTH = 200
# A known word with so few signs around it is still a known word.
SIGNS_AROUND = 6
MIN_PART = 4  # shorter pieces of an address are in many good passwords
COMMON = Path(__file__).parent / "common_passwords.csv"
PRODUCT = ("ventanilla",)

# OWASP's parameters for Argon2id: 19 MiB, two passes. RFC 9106's 64 MiB are dear on a small server.
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
# A crowd at the sign-in must not take the server's memory: so many are computed at once.
_computing = threading.BoundedSemaphore(4)


class Weakness(Enum):
    """Why a password is refused."""

    TOO_SHORT = "too short"
    TOO_LONG = "too long"
    COMMON = "common"
    LIKE_ADDRESS = "like the address"


def hash_password(password: str) -> str:
    """Return what the database keeps."""
    with _computing:
        return _hasher.hash(_plain(password))


def is_right(hashed: str | None, password: str) -> bool:
    """Whether this is the password; as slow without a hash, so that nobody learns who exists."""
    with _computing:
        try:
            _hasher.verify(hashed or _nobodys_hash(), _plain(password)[:MAX_LENGTH])
        except (VerificationError, InvalidHashError):
            return False
    return hashed is not None and len(password) <= MAX_LENGTH


def is_outdated(hashed: str) -> bool:
    """Whether a hash was made with other parameters than today's."""
    return _hasher.check_needs_rehash(hashed)


def weakness(password: str, email: str = "") -> Weakness | None:
    """Return why a password is refused, or None when it may be used."""
    if len(_plain(password)) < MIN_LENGTH:
        return Weakness.TOO_SHORT
    if len(_plain(password)) > MAX_LENGTH:
        return Weakness.TOO_LONG
    folded = _fold(password)
    cores = set(_cores(folded))
    if cores & _common() or _is_repeated(folded):
        return Weakness.COMMON
    if cores & set(_parts(email)):
        return Weakness.LIKE_ADDRESS
    return None


def _plain(password: str) -> str:
    # The same accent is typed in two ways by different keyboards.
    return unicodedata.normalize("NFC", password)


def _fold(text: str) -> str:
    """Return a text without capitals, accents and spaces, and with letters for look-alikes."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(c for c in decomposed if not unicodedata.combining(c) and not c.isspace())
    return letters.translate(str.maketrans("@$", "as"))


def _cores(folded: str) -> Iterator[str]:
    """Return the password, and what is left of it without a few digits and signs around it."""
    yield folded
    core = folded.strip("0123456789!\"#%&'()*+,-./:;<=>?[\\]^_`{|}~¡¿")
    if len(folded) - len(core) <= SIGNS_AROUND:
        yield core
        yield core.translate(str.maketrans("013457", "oleast"))


def _is_repeated(folded: str) -> bool:
    """Whether it is a few signs again and again, or a run of neighbours."""
    if any(folded == (folded[:size] * len(folded))[: len(folded)] for size in (1, 2, 3, 4)):
        return True
    steps = {ord(b) - ord(a) for a, b in pairwise(folded)}
    return steps in ({1}, {-1})


def _parts(email: str) -> Iterator[str]:
    """Return the words of an address and its name as a whole."""
    name, _, domain = email.rpartition("@")
    pieces = [_fold(email), _fold(name), *_words(name), *_words(domain)]
    pieces += [a + b for a in _words(name) for b in _words(name) if a != b]
    yield from (piece for piece in pieces if len(piece) >= MIN_PART)
    yield from PRODUCT


def _words(text: str) -> list[str]:
    separated = "".join(c if c.isalnum() else " " for c in text)
    return [_fold(word) for word in separated.split()]


@cache
def _common() -> frozenset[str]:
    lines = COMMON.read_text(encoding="utf-8").split()
    return frozenset(_fold(line) for line in lines)


@cache
def _nobodys_hash() -> str:
    return _hasher.hash("nobody's password")
