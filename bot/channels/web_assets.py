"""The files a page loads besides itself: few, small, kept by the browser until they change."""

import gzip
import hashlib
from dataclasses import dataclass
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

STATIC = Path(__file__).resolve().parent.parent / "pages" / "static"
PREFIX = "/static/"
MEDIA_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
A_YEAR = 31_536_000
VERSION_CHARS = 12


@dataclass(frozen=True, slots=True)
class _Asset:
    content: bytes
    compressed: bytes
    media_type: str
    version: str


class Assets:
    """The files of a folder, read once; their address changes with their content."""

    def __init__(self, folder: Path = STATIC) -> None:
        self._files = {
            path.name: _read(path)
            for path in sorted(folder.iterdir())
            if path.suffix in MEDIA_TYPES
        }

    def url(self, name: str) -> str:
        """Return the address of a file, with the version that lets it be kept for a year."""
        return f"{PREFIX}{name}?v={self._files[name].version}"

    def answer(self, request: Request, name: str) -> Response:
        """Return a file as an answer; 404 for a name that is not one of them."""
        asset = self._files.get(name)
        if asset is None:
            return Response(status_code=404)
        current = request.query_params.get("v") == asset.version
        headers = {
            "Cache-Control": f"public, max-age={A_YEAR}, immutable" if current else "no-cache",
            "ETag": f'"{asset.version}"',
            "Vary": "Accept-Encoding",
        }
        if headers["ETag"] in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        content = asset.content
        if "gzip" in request.headers.get("accept-encoding", ""):
            content, headers["Content-Encoding"] = asset.compressed, "gzip"
        return Response(content, headers=headers, media_type=asset.media_type)


def _read(path: Path) -> _Asset:
    content = path.read_bytes()
    return _Asset(
        content,
        gzip.compress(content, mtime=0),
        MEDIA_TYPES[path.suffix],
        hashlib.sha256(content).hexdigest()[:VERSION_CHARS],
    )
