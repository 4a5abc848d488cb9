"""The file of a backup: a zip of one JSON line a row, and a manifest that vouches for all of it.

One format for both engines, so that a backup of SQLite goes into PostgreSQL and back. The manifest
has rows and SHA-256 of every table, and a seal made with the service's own secret: a file that was
cut short, damaged or changed is refused before anything is written. The secret is not in it; where
there is another one the digests still tell damage, but not a forger.
"""

import base64
import hashlib
import hmac
import json
import os
import zipfile
import zlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

from knowledge.store.database import StoreError

# What reading a damaged zip may raise, beside what says that there is no file.
NOT_WHOLE = (
    zipfile.BadZipFile, zlib.error, EOFError, KeyError, TypeError, ValueError, RuntimeError,
)  # fmt: skip
FORMAT = "ventanilla backup 1"
ERASURES_FORMAT = "ventanilla erasures 1"  # marks of what people erased, and nothing else
MANIFEST = "manifest.json"
MAX_LINE = 16_000_000
Row = Mapping[str, Any]


class BackupError(StoreError):
    """A backup cannot be written or trusted; one line that says why and what to do."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What is in a backup: the schema's revision, the tables' rows and digests."""

    made: str
    revision: str
    engine: str
    key: str  # tells which secret it was made with, and nothing about it
    rows: dict[str, int]
    sha256: dict[str, str]
    format: str = FORMAT


class Writer:
    """Writes a backup beside its place and moves it there when it is whole."""

    def __init__(self, path: Path, secret: str) -> None:
        self._path = path
        self._secret = secret
        self._part = path.with_name(f".{path.name}.part-{os.getpid()}")
        self._rows: dict[str, int] = {}
        self._sha256: dict[str, str] = {}

    def __enter__(self) -> "Writer":
        try:
            descriptor = os.open(self._part, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
        except OSError as error:
            raise BackupError(f"{self._path} cannot be written ({error.strerror}).") from error
        self._file = os.fdopen(descriptor, "w+b")
        self._zip = zipfile.ZipFile(self._file, "w", zipfile.ZIP_DEFLATED, compresslevel=6)
        return self

    def table(self, name: str, rows: Iterable[Row]) -> None:
        """Write a table."""
        digest, count = hashlib.sha256(), 0
        with self._zip.open(_member(name), "w", force_zip64=True) as member:
            for row in rows:
                line = json.dumps(
                    {key: _packed(value) for key, value in row.items()}, ensure_ascii=False
                ).encode()
                digest.update(line + b"\n")
                member.write(line + b"\n")
                count += 1
        self._rows[name], self._sha256[name] = count, digest.hexdigest()

    def finish(self, revision: str, engine: str, made: datetime, form: str = FORMAT) -> Manifest:
        """Write the manifest and put the file in its place."""
        manifest = Manifest(
            made.astimezone(UTC).isoformat(timespec="seconds"),
            revision,
            engine,
            _key_mark(self._secret),
            self._rows,
            self._sha256,
            form,
        )
        body = json.dumps(asdict(manifest), sort_keys=True)
        sealed = json.dumps({"manifest": body, "seal": _seal(body, self._secret)})
        self._zip.writestr(MANIFEST, sealed)
        self._zip.close()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self._part.replace(self._path)
        return manifest

    def __exit__(self, kind: object, error: BaseException | None, _trace: object) -> None:
        if not self._file.closed:
            self._file.close()
        self._part.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise BackupError(f"{self._path} cannot be written ({error.strerror}).") from error


class Reader:
    """Reads a backup that was checked from end to end; raises `BackupError` for any other file.

    `forms` are the formats that are wanted.
    """

    def __init__(self, path: Path, secret: str, forms: Collection[str] = (FORMAT,)) -> None:
        try:
            self._zip = zipfile.ZipFile(path)
            with self._zip.open(MANIFEST) as member:
                sealed = json.loads(member.read(MAX_LINE))
            body, seal = sealed["manifest"], sealed["seal"]
            self.manifest = Manifest(**json.loads(body))
        except OSError as error:
            raise BackupError(f"{path} cannot be read ({error.strerror}).") from error
        except NOT_WHOLE as error:
            raise _not_whole(path) from error
        if self.manifest.format == ERASURES_FORMAT and ERASURES_FORMAT not in forms:
            raise BackupError(f"{path} holds marks of erasures alone. Name it with --erasures.")
        if self.manifest.format not in forms:
            raise BackupError(f"{path} is in a format that this version does not know.")
        self.same_secret = hmac.compare_digest(self.manifest.key, _key_mark(secret))
        if self.same_secret and not hmac.compare_digest(seal, _seal(body, secret)):
            raise _not_whole(path)
        self._path = path
        self._check_tables()

    def table(self, name: str) -> Iterator[dict[str, Any]]:
        """Yield the rows of a table."""
        with self._zip.open(_member(name)) as member:
            for line in member:
                yield {key: _unpacked(value) for key, value in json.loads(line).items()}

    def close(self) -> None:
        """Close the file."""
        self._zip.close()

    def _check_tables(self) -> None:
        for name, expected in self.manifest.sha256.items():
            digest, count = hashlib.sha256(), 0
            try:
                with self._zip.open(_member(name)) as member:
                    while line := member.readline(MAX_LINE):
                        digest.update(line)
                        count += 1
            except (*NOT_WHOLE, OSError) as error:
                raise _not_whole(self._path) from error
            if digest.hexdigest() != expected or count != self.manifest.rows.get(name):
                raise _not_whole(self._path)


def _not_whole(path: Path) -> BackupError:
    return BackupError(
        f"{path} is not a whole Ventanilla backup: it was cut or changed. Use another."
    )


def _member(table: str) -> str:
    return f"tables/{table}.jsonl"


def _key_mark(secret: str) -> str:
    return hmac.digest(secret.encode(), b"which secret", hashlib.sha256).hex()[:16]


def _seal(body: str, secret: str) -> str:
    return hmac.digest(secret.encode(), b"seal" + body.encode(), hashlib.sha256).hex()


def _packed(value: Any) -> Any:
    match value:
        case None | bool() | int() | float() | str():
            return value
        case bytes() | memoryview() | bytearray():
            return {"bytes": base64.b64encode(bytes(value)).decode("ascii")}
        case datetime():
            return {"datetime": value.isoformat()}
        case date():
            return {"date": value.isoformat()}
        case time():
            return {"time": value.isoformat()}
        case Decimal():
            return {"decimal": str(value)}
        case _:
            raise BackupError(
                f"A column holds a {type(value).__name__}, which backups do not know."
            )


_READ = {
    "bytes": lambda value: base64.b64decode(value, validate=True),
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "time": time.fromisoformat,
    "decimal": Decimal,
}


def _unpacked(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    ((kind, packed),) = value.items()
    return _READ[kind](packed)
