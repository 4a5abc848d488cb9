"""Keyed pseudonyms and sealed values: what the database may hold of a chat, and no more.

The secret lives outside the database (design, R6 and R7): whoever has a copy of the database alone
can neither tell whose row it is nor read what is in it.
"""

import hashlib
import hmac
import os
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

PSEUDONYM_BYTES = 16
NONCE_BYTES = 12


class SealError(Exception):
    """A sealed value was changed, moved to another row, or sealed with another key."""


class Vault:
    """Makes pseudonyms and seals values with keys derived from one secret."""

    def __init__(self, secret: str) -> None:
        key = _derive(secret, b"pseudonyms")
        self._pseudonyms = hmac.new(key, digestmod=hashlib.sha256)
        self._cipher = AESGCM(_derive(secret, b"sealing"))
        self._tokens_key = _derive(secret, b"tokens")

    def pseudonym(self, channel: str, user: str) -> bytes:
        """Return the 16 bytes that stand for a user of a channel; two channels never match."""
        message = f"{channel}\x00{user}".encode()
        keyed = self._pseudonyms.copy()  # taking the key in is half of its work
        keyed.update(message)
        return keyed.digest()[:PSEUDONYM_BYTES]

    def token(self, purpose: str) -> str:
        """Return a fixed secret for another service (a webhook's), 64 hexadecimal characters."""
        digest = hmac.digest(self._tokens_key, purpose.encode(), hashlib.sha256)
        return digest.hex()

    def seal(self, value: bytes, bound_to: bytes) -> bytes:
        """Encrypt `value` so that it only opens together with `bound_to` (a pseudonym)."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, value, bound_to)

    def unseal(self, sealed: bytes, bound_to: bytes) -> bytes:
        """Return what was sealed; raises `SealError` when it cannot be trusted."""
        try:
            return self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], bound_to)
        except (InvalidTag, ValueError) as error:
            raise SealError from error


def _derive(secret: str, purpose: bytes) -> bytes:
    hkdf = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"ventanilla " + purpose)
    return hkdf.derive(secret.encode())


def read_or_make_secret(path: Path) -> str:
    """Return the secret kept in `path`, made on the first call with mode 0600."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    secret = os.urandom(48).hex()
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secret + "\n")
    return secret
