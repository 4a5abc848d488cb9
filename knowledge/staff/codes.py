"""Codes of a second factor: six digits from an authenticator app, and recovery codes on paper."""

import secrets
from datetime import datetime

import segno
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

STEP_SECONDS = 30
DIGITS = 6
NEIGHBOURS = (0, -1, 1)  # a telephone's clock may be half a minute off
SECRET_BYTES = 20
RECOVERY_CODES = 10
RECOVERY_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"  # none that looks like another one
RECOVERY_LENGTH = 10
ISSUER = "Ventanilla"


def new_secret() -> bytes:
    """Return the secret that the app and we share."""
    return secrets.token_bytes(SECRET_BYTES)


def step_of(secret: bytes, code: str, now: datetime, after: int) -> int | None:
    """Return the half minute that a code belongs to, later than `after`; None when it is wrong."""
    typed = "".join(code.split())
    if len(typed) != DIGITS or not (typed.isascii() and typed.isdigit()):
        return None
    current = int(now.timestamp()) // STEP_SECONDS
    for step in (current + shift for shift in NEIGHBOURS):
        if secrets.compare_digest(code_at(secret, step), typed) and step > after:
            return step
    return None


def code_at(secret: bytes, step: int) -> str:
    """Return the six digits that an app shows in a half minute."""
    # SHA-1 is what every app knows; the weakness of SHA-1 does not reach an HMAC.
    totp = TOTP(secret, DIGITS, SHA1(), STEP_SECONDS)  # noqa: S303
    return totp.generate(step * STEP_SECONDS).decode()


def address(secret: bytes, account: str) -> str:
    """Return the address that an app reads from the picture."""
    totp = TOTP(secret, DIGITS, SHA1(), STEP_SECONDS)  # noqa: S303
    return totp.get_provisioning_uri(account, ISSUER)


def picture(secret: bytes, account: str) -> str:
    """Return the QR code as the address of a picture (SVG), dark on white in any colour scheme."""
    return segno.make(address(secret, account), error="m").svg_data_uri(
        scale=5, border=4, light="#ffffff"
    )


def new_recovery_codes() -> list[str]:
    """Return codes to keep on paper, each good for one sign-in."""
    return [
        "".join(secrets.choice(RECOVERY_LETTERS) for _ in range(RECOVERY_LENGTH))
        for _ in range(RECOVERY_CODES)
    ]


def fold_recovery_code(typed: str) -> str:
    """Return a typed code as it was given, whatever its capitals, spaces and dashes."""
    return "".join(c for c in typed.casefold() if c.isalnum())
