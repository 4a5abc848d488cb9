"""Keeps what was read from the content files, so that the next start is quick.

Reading eighty articles costs a third of a second, most of a start. What was read is kept beside the
content as Python keeps compiled modules, and counts only while no file of content or code has
changed since. Only values of ours are ever read back; a file that holds anything else is ignored.

Equal texts and numbers are written once and are one value when they are read back: many thousands
of words and weights stand in several places, and a process that serves is smaller by 18 MB.
"""

import contextlib
import hashlib
import io
import os
import pickle
import sys
import tempfile
from pathlib import Path
from typing import IO, Any

CODE = Path(__file__).resolve().parent.parent
CONTENT_FOLDERS = ("flows", "knowledge", "locales")
SUFFIXES = (".yaml", ".json", ".po", ".py")
MARK_BYTES = 200
MOST_KEPT = 256  # Python has each number up to here only once, by itself
_OURS = ("flows.", "knowledge.", "bot.")
_PLAIN = {
    ("builtins", "frozenset"),
    ("builtins", "set"),
    ("collections", "OrderedDict"),
    ("collections", "Counter"),
    ("array", "array"),
    ("array", "_array_reconstructor"),
    ("re", "_compile"),
}


class _OursOnly(pickle.Unpickler):
    """Refuses to build anything but our own values, whatever the file says."""

    def find_class(self, module: str, name: str) -> Any:
        if module.startswith(_OURS) or (module, name) in _PLAIN:
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"{module}.{name} does not belong in a content cache")


class _Shared(pickle.Pickler):
    """Writes plain values that nobody can change as their numbers in the table `values`."""

    def __init__(self, file: IO[bytes]) -> None:
        super().__init__(file, protocol=pickle.HIGHEST_PROTOCOL)
        self.values: list[object] = []
        self._numbers: dict[tuple[type, object], int] = {}

    def persistent_id(self, obj: Any) -> int | None:
        """Return the number of a value that is shared; None for all others."""
        kind = type(obj)
        if kind is str or (kind is float and obj):  # 0.0 and -0.0 are equal and not the same
            return self._number(kind, obj)
        if kind is int and obj > MOST_KEPT:
            return self._number(kind, obj)
        if kind in (tuple, frozenset) and obj and all(type(part) is str for part in obj):
            return self._number(kind, kind(self.values[self._number(str, part)] for part in obj))
        return None

    def _number(self, kind: type, value: object) -> int:
        number = self._numbers.setdefault((kind, value), len(self.values))
        if number == len(self.values):
            self.values.append(value)
        return number


def fingerprint(directory: Path) -> str:
    """Return a text that changes with every change of the content or of the code that reads it."""
    found = hashlib.sha256(sys.version.encode())
    roots = {directory / folder for folder in CONTENT_FOLDERS}
    roots |= {CODE / folder for folder in ("bot", "flows", "knowledge")}
    for root in sorted(roots):
        for folder, _, names in sorted(os.walk(root)):
            for name in sorted(names):
                if name.endswith(SUFFIXES):
                    path = os.path.join(folder, name)  # noqa: PTH118 - hundreds of files a start
                    status = os.stat(path)  # noqa: PTH116
                    found.update(f"{path}:{status.st_size}:{status.st_mtime_ns}\n".encode())
    return found.hexdigest()


def cache_path(directory: Path) -> Path:
    """Return where the cache of a content folder is kept."""
    return directory / "knowledge" / "__pycache__" / "content.cache"


def is_missing(directory: Path) -> bool:
    """Whether there is no cache of the content as it is now, although one could be written."""
    path = cache_path(directory)
    try:
        with path.open("rb") as file:
            return file.readline(MARK_BYTES) != f"{fingerprint(directory)}\n".encode()
    except OSError:
        return os.access(next(p for p in path.parents if p.exists()), os.W_OK)


def load(directory: Path, now: str) -> Any | None:
    """Return what was stored under the fingerprint `now`; None when there is nothing of use."""
    try:
        with cache_path(directory).open("rb") as file:
            if file.readline(MARK_BYTES).decode("ascii", "replace") != f"{now}\n":
                return None
            shared = _OursOnly(file).load()
            reader = _OursOnly(file)
            # It is called for every word, and a start should be quick.
            reader.persistent_load = shared.__getitem__  # type: ignore[method-assign]  # not ours
            return reader.load()
    except (OSError, pickle.UnpicklingError, AttributeError, ImportError, ValueError, TypeError):
        return None
    except (EOFError, IndexError, KeyError):  # a file cut off in the middle
        return None


def store(directory: Path, now: str, value: object) -> None:
    """Keep `value` for the next start; where nothing can be written, go on without."""
    path = cache_path(directory)
    with contextlib.suppress(OSError):
        path.parent.mkdir(exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
            file.write(f"{now}\n".encode())
            body = io.BytesIO()
            pickler = _Shared(body)
            pickler.dump(value)
            pickle.dump(pickler.values, file, protocol=pickle.HIGHEST_PROTOCOL)
            file.write(body.getbuffer())
        Path(file.name).replace(path)
