"""What every answer of the feed has in common: language, pages, tags, and problems in one shape."""

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from fastapi import Request, Response
from fastapi.responses import StreamingResponse

from admin.paging import read_instant

JSON = "application/json"
NDJSON = "application/x-ndjson"
PROBLEM = "application/problem+json"
DEFAULT_LANGUAGE = "es"
MAX_AGE_SECONDS = 300
_PREFERENCE = re.compile(r"\s*([A-Za-z*][\w*-]*)\s*(?:;\s*q\s*=\s*([01](?:\.\d{0,3})?))?\s*")


class FeedError(Exception):
    """A request of the feed cannot be answered; becomes `application/problem+json` (RFC 9457)."""

    def __init__(self, status: int, title: str, detail: str, field: str | None = None) -> None:
        super().__init__(detail)
        self.status = status
        self.title = title
        self.field = field

    def response(self) -> Response:
        """Return the problem as an answer."""
        body: dict[str, Any] = {
            "type": "about:blank",
            "title": self.title,
            "status": self.status,
            "detail": str(self),
        }
        if self.field:
            body["errors"] = [{"field": self.field, "reason": str(self)}]
        return Response(_dump(body), self.status, {"Cache-Control": "no-store"}, media_type=PROBLEM)


def refused(field: str, reason: str) -> FeedError:
    """Return the problem of a parameter that makes no sense."""
    return FeedError(422, "Unprocessable parameter", f"{field}: {reason}", field)


def not_found(what: str) -> FeedError:
    """Return the problem of an entry that is not there, or not for the public."""
    return FeedError(404, "Not found", f"No {what} of this id is public.")


def language_of(request: Request, known: Sequence[str]) -> str:
    """Return the language of `known` that a reader prefers; Spanish, the source, if none."""
    preferred: list[tuple[float, int, str]] = []
    for part in request.headers.get("Accept-Language", "")[:500].split(","):
        match = _PREFERENCE.fullmatch(part)
        if match is not None:
            preferred.append((-float(match[2] or 1), len(preferred), match[1].lower()))
    for weight, _, tag in sorted(preferred):
        if weight == 0:
            continue
        for name in (tag, tag.split("-")[0]):
            if name in known:
                return name
    return DEFAULT_LANGUAGE


def as_instant(text: str | None, field: str) -> str | None:
    """Return an instant as the tables hold it; raises `FeedError` for what is none."""
    if text is None:
        return None
    try:
        return read_instant(text)
    except ValueError:
        raise refused(field, "write it like 2026-11-22T00:00:00Z.") from None


def answer(request: Request, body: Any, language: str) -> Response:
    """Return JSON with its tag, or 304 when the reader has exactly this already."""
    raw = _dump(body)
    tag = f'"{hashlib.sha256(language.encode() + raw).hexdigest()[:32]}"'
    # Weak: a compressed answer has the same tag.
    headers = {**_headers(language), "ETag": f"W/{tag}"}
    if _matches(request.headers.get("If-None-Match", ""), tag):
        return Response(status_code=304, headers=headers)
    return Response(raw, headers=headers, media_type=JSON)


def stream(batches: Callable[[], Iterable[Any]], language: str) -> Response:
    """Return every entry in a line of its own, written as it is read."""

    def lines() -> Iterator[bytes]:
        for entry in batches():
            yield _dump(entry) + b"\n"

    return StreamingResponse(lines(), headers=_headers(language), media_type=NDJSON)


def _headers(language: str) -> dict[str, str]:
    return {
        "Content-Language": language,
        "Vary": "Accept-Language",
        "Cache-Control": f"public, max-age={MAX_AGE_SECONDS}",
    }


def _matches(wanted: str, tag: str) -> bool:
    tags = [part.strip().removeprefix("W/") for part in wanted.split(",")]
    return "*" in tags or tag in tags


def _dump(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
