"""Random strings that open a door, and the hash under which the database keeps them.

They hold 256 random bits, so that a plain hash cannot be turned back; passwords are another thing.
"""

import hashlib
import secrets
from datetime import datetime

BYTES = 32


def new_secret() -> str:
    """Return a string that nobody guesses, safe in an address and in a cookie."""
    return secrets.token_urlsafe(BYTES)


def hash_secret(secret: str) -> bytes:
    """Return what the database keeps of a secret."""
    return hashlib.sha256(secret.encode()).digest()


def seconds(at: datetime) -> int:
    """Return an instant as seconds since 1970."""
    return int(at.timestamp())
