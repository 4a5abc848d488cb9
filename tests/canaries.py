"""Invented people whose every trace is searched for, and all the shapes that a trace may have."""

import base64
import hashlib
import io
import json
import struct
import zipfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from flows.folding import fold

NAME = "Xochiquetzal Ollintetl Canaria"
SENTENCE = "el zanate zurdo de mi abuela Chayotepan duerme en la ventana"
DUI = "04567891-3"
PHONE = "7012-9384"
MAIL = "ollintetl@example.org"
LATITUDE, LONGITUDE = 13.705317, -89.219473
BROWSER = "CanaryBrowser/7.7"
NETWORK = "203.0.113.177"
PEOPLE = (7700112201, 7700112202, 7700112203)  # who writes in Telegram
CONTACT = "+50370129384"
# What the fake server calls everybody.
CALLED = ("Nombre Secreto", "usuario_secreto")

TEXTS = (
    NAME,
    "Ollintetl",
    SENTENCE,
    "Chayotepan",
    DUI,
    DUI.replace("-", ""),
    PHONE,
    PHONE.replace("-", ""),
    CONTACT,
    MAIL,
    f"{LATITUDE}",
    f"{LONGITUDE}",
    f"{LATITUDE:.3f}",
    f"{LONGITUDE:.3f}",
    BROWSER,
    NETWORK,
    *(str(person) for person in PEOPLE),
    *CALLED,
)
NUMBERS: tuple[float | int, ...] = (LATITUDE, LONGITUDE, *PEOPLE)
SHORTEST = 6


def forms(value: str | float | int) -> set[bytes]:
    """Return how a value may look in a file: as it is, spelled, packed or hashed."""
    if isinstance(value, float):
        return {struct.pack(">d", value), struct.pack("<d", value)}
    if isinstance(value, int):
        return {value.to_bytes(8, "big"), value.to_bytes(8, "little")}
    found = set()
    for text in {value, value.lower(), value.upper(), fold(value)}:
        raw = text.encode()
        found |= {raw, text.encode("utf-16-le"), text.encode("utf-16-be")}
        found |= {raw.hex().encode(), raw.hex().upper().encode(), quote(text).encode()}
        found.add(json.dumps(text)[1:-1].encode())
        found |= set(_in_base64(raw))
        for algorithm in (hashlib.md5, hashlib.sha1, hashlib.sha256):
            digest = algorithm(raw).digest()
            found |= {digest, digest.hex().encode(), digest.hex().upper().encode()}
            found |= {base64.b64encode(digest), base64.urlsafe_b64encode(digest)}
    return {form for form in found if len(form) >= SHORTEST}


def _in_base64(raw: bytes) -> Iterator[bytes]:
    """Yield how the bytes look inside something longer that was written in base64."""
    for before in range(3):
        whole = base64.b64encode(b"\0" * before + raw).rstrip(b"=")
        first = -(-before * 8 // 6)  # what shares bits with its neighbours is left out
        last = (before + len(raw)) * 8 // 6
        yield whole[first:last]
        yield whole[first:last].replace(b"+", b"-").replace(b"/", b"_")


ALL_FORMS = {
    str(value): frozenset(
        forms(value) if isinstance(value, str) else forms(value) | forms(str(value))
    )
    for value in (*TEXTS, *NUMBERS)
}


def found_in(haystack: bytes) -> list[str]:
    """Return which of the canaries are in some bytes, in any form."""
    return [name for name, shapes in ALL_FORMS.items() if any(form in haystack for form in shapes)]


def bytes_of(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Yield every file under a folder, and what is packed in it."""
    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue
        content = path.read_bytes()
        yield path.name, content
        if zipfile.is_zipfile(io.BytesIO(content)):
            with zipfile.ZipFile(io.BytesIO(content)) as packed:
                for name in packed.namelist():
                    yield f"{path.name}/{name}", packed.read(name)
