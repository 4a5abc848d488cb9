"""Keeps what was read from the content files, so that the next start is quick.

Reading eighty articles costs a third of a second, most of a start. What was read is kept beside the
content as Python keeps compiled modules, and counts only while no file of content or code has
changed since. Only values of ours are ever read back; a file that holds anything else is ignored.
"""

import contextlib
import hashlib
import io
import os
import pickle
import sys
import tempfile
from pathlib import Path
from typing import Any

CODE = Path(__file__).resolve().parent.parent
CONTENT_FOLDERS = ("flows", "knowledge", "locales")
SUFFIXES = (".yaml", ".json", ".po", ".py")
_OURS = ("flows.", "knowledge.", "bot.")
_PLAIN = {
    ("builtins", "frozenset"),
    ("builtins", "set"),
    ("collections", "OrderedDict"),
    ("collections", "Counter"),
    ("re", "_compile"),
}


class _OursOnly(pickle.Unpickler):
    """Refuses to build anything but our own values, whatever the file says."""

    def find_class(self, module: str, name: str) -> Any:
        if module.startswith(_OURS) or (module, name) in _PLAIN:
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"{module}.{name} does not belong in a content cache")


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


def load(directory: Path, now: str) -> Any | None:
    """Return what was stored under the fingerprint `now`; None when there is nothing of use."""
    try:
        raw = cache_path(directory).read_bytes()
        mark, _, body = raw.partition(b"\n")
        if mark.decode("ascii", "replace") != now:
            return None
        return _OursOnly(io.BytesIO(body)).load()
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
            file.write(now.encode() + b"\n")
            pickle.dump(value, file, protocol=pickle.HIGHEST_PROTOCOL)
        Path(file.name).replace(path)
