"""The style and scripts of the staff's pages: few, small, kept by the browser until they change."""

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from fastapi import Request, Response

from admin.views.parts import page_part

STATIC = Path(__file__).resolve().parent.parent / "pages" / "static"
PREFIX = "/admin/static/"
MEDIA_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
A_YEAR = 31_536_000
VERSION_CHARS = 12

router = page_part()


@dataclass(frozen=True, slots=True)
class _Asset:
    content: bytes
    media_type: str
    version: str


def static(name: str) -> str:
    """Return the address of a file; it changes with the content, so that it may be kept long."""
    return f"{PREFIX}{name}?v={_assets()[name].version}"


@router.get(PREFIX + "{name}", include_in_schema=False)
def show_asset(request: Request, name: str) -> Response:
    """Answer with a file; open to anybody, there is nothing of anybody's in it."""
    asset = _assets().get(name)
    if asset is None:
        return Response(status_code=404)
    current = request.query_params.get("v") == asset.version
    headers = {
        "Cache-Control": f"public, max-age={A_YEAR}, immutable" if current else "no-cache",
        "ETag": f'"{asset.version}"',
    }
    if headers["ETag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(asset.content, headers=headers, media_type=asset.media_type)


@cache
def _assets() -> dict[str, _Asset]:
    return {
        path.name: _read(path) for path in sorted(STATIC.iterdir()) if path.suffix in MEDIA_TYPES
    }


def _read(path: Path) -> _Asset:
    content = path.read_bytes()
    version = hashlib.sha256(content).hexdigest()[:VERSION_CHARS]
    return _Asset(content, MEDIA_TYPES[path.suffix], version)
