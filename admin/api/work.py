"""What every request of the API needs: the database, the clock, and one transaction a write."""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import Depends, Header, Request, Response
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from admin.api.bodies import entry_json
from admin.api.problems import ApiProblem
from admin.desk import Desk
from admin.doors import desk, needs
from knowledge.directory import answered
from knowledge.directory.answered import Answered
from knowledge.directory.editing import KEPT
from knowledge.directory.entries import Entry
from knowledge.directory.proposals import Saved
from knowledge.directory.revising import Author, read_revisions
from knowledge.directory.rows import kind_of
from knowledge.staff.rights import Action, Member
from knowledge.store.database import reading

_TAG = re.compile(r'(?:W/)?"(\d{1,9})"')
_KEY = re.compile(r"[\x21-\x7e]{1,200}")
_KEPT_HEADERS = ("etag", "location", "content-type")

Reader = Annotated[Member, Depends(needs(Action.READ_ENTRIES))]
Editor = Annotated[Member, Depends(needs(Action.EDIT_ENTRIES))]
Assurer = Annotated[Member, Depends(needs(Action.ASSURE_ENTRIES))]
Importer = Annotated[Member, Depends(needs(Action.IMPORT_ENTRIES))]
Exporter = Annotated[Member, Depends(needs(Action.EXPORT_ENTRIES))]
Publisher = Annotated[Member, Depends(needs(Action.PUBLISH))]
Merger = Annotated[Member, Depends(needs(Action.MERGE_ENTRIES))]
Administrator = Annotated[Member, Depends(needs(Action.MANAGE_SETTINGS))]
IfMatch = Annotated[
    str | None,
    # `ApiRoute` describes it as required; without it a handler answers 428 and not 422, and only
    # to who may know that there is something to change.
    Header(include_in_schema=False, max_length=200),
]
IdempotencyKey = Annotated[str | None, Header(include_in_schema=False)]


@dataclass(frozen=True, slots=True)
class Work:
    """One request: what it works with, when, and how it can be recognised when it comes again."""

    desk: Desk
    now: datetime
    request: Request
    fingerprint: str
    key: str | None

    def read(self) -> Any:
        """Return a connection, to be used in a `with`, for reading."""
        return reading(self.desk.engine).connect()

    def author(self, member: Member, why: str = "") -> Author:
        """Return who makes the revisions of this request."""
        return Author(member.id, self.now, why)

    def write(self, member: Member, act: Callable[[Connection], Response]) -> Response:
        """Carry out `act` in one transaction, or repeat what was answered to the same request."""
        for attempt in (1, 2):
            try:
                with self.desk.engine.begin() as connection:
                    return self._once(connection, member, act)
            except IntegrityError:
                # The same request arrived twice at once: the second finds what the first wrote.
                if self.key is None or attempt == 2:
                    raise
        raise AssertionError("unreachable")

    def _once(
        self, connection: Connection, member: Member, act: Callable[[Connection], Response]
    ) -> Response:
        if self.key is None:
            return act(connection)
        vault = self.desk.vault
        known = answered.find(connection, vault, member.id, self.key, self.now)
        if known is not None:
            return self._again(known)
        response = act(connection)
        headers = {n: v for n, v in response.headers.items() if n in _KEPT_HEADERS}
        body = bytes(response.body).decode()
        told = Answered(self.fingerprint, response.status_code, headers, body)
        answered.keep(connection, vault, member.id, self.key, told, self.now)
        return response

    def _again(self, known: Answered) -> Response:
        if known.request != self.fingerprint:
            raise ApiProblem(
                422, "IdempotencyKeyReused",
                "This Idempotency-Key was sent with another request. Use a new one.",
            )  # fmt: skip
        headers = {**known.headers, "Idempotency-Replayed": "true", "Cache-Control": "no-store"}
        return Response(known.body, known.status, headers)


async def _work(request: Request, idempotency_key: IdempotencyKey = None) -> Work:
    if idempotency_key is not None and not _KEY.fullmatch(idempotency_key):
        raise ApiProblem(
            422, "InvalidRequest", "Idempotency-Key: 1 to 200 letters, digits or signs."
        )
    digest = hashlib.sha256(f"{request.method} {request.url.path}?{request.url.query}\n".encode())
    is_form = request.headers.get("content-type", "").startswith("multipart/")
    # A form is read by its handler, as it comes.
    if request.method in ("POST", "PATCH") and not is_form:
        digest.update(await request.body())
    parts = desk(request)
    return Work(parts, parts.clock(), request, digest.hexdigest(), idempotency_key)


Working = Annotated[Work, Depends(_work)]


def answer(body: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Return JSON that nobody keeps on the way: it may hold what is not public."""
    raw = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    kept = {"Cache-Control": "no-store", **(headers or {})}
    return Response(raw, status, kept, media_type="application/json")


def tag_of(entry: Entry) -> str:
    """Return the ETag of an entry: its version."""
    return f'"{entry.version}"'


def answer_entry(entry: Entry, status: int = 200, location: str | None = None) -> Response:
    """Return one entry with its ETag."""
    headers = {"ETag": tag_of(entry)} | ({"Location": location} if location else {})
    return answer(entry_json(entry), status, headers)


def answer_saved(saved: Saved, proposal: Any, status: int = 200, location: str = "") -> Response:
    """Return the live entry, or with 202 the entry and what waits of the change as `proposal`."""
    if saved.proposal is None and saved.entry is not None:
        return answer_entry(saved.entry, status, location or None)
    body = {"entry": entry_json(saved.entry) if saved.entry else None, "proposal": proposal}
    headers = {"Location": f"/api/v1/proposals/{proposal['id']}"}
    if saved.entry is not None:
        headers["ETag"] = tag_of(saved.entry)
    return answer(body, 202, headers)


def sent_tags(if_match: str | None) -> list[str]:
    """Return the tags of an If-Match; raises the problem 428 where none was sent."""
    if if_match is None or if_match.strip() in ("", "*"):
        raise ApiProblem(
            428, "IfMatchMissing",
            "Send the header If-Match with the ETag of what you change as you read it, so that "
            "nobody's change is lost.",
        )  # fmt: skip
    return [part.strip() for part in if_match.split(",")]


def require_match(
    connection: Connection, entry: Entry, if_match: str | None, now: datetime
) -> None:
    """Raise the problem 428 without a tag, 412 when the entry is no longer what was read."""
    tags = [_TAG.fullmatch(part) for part in sent_tags(if_match)]
    versions = {int(tag[1]) for tag in tags if tag}
    if entry.version in versions:
        return
    since = [
        revision
        for revision in read_revisions(connection, kind_of(entry).name, entry.id)
        if not versions or revision.number > min(versions)
    ]
    changed = sorted({c.field for r in since for c in r.changes if c.field not in KEPT})
    what = ", ".join(changed) or "the entry"
    last = since[-1] if since else None
    when = ago(now, last.at) if last else "meanwhile"
    extra = {
        "current": entry_json(entry), "changed_fields": changed,
        "changed_by": last.who if last else None, "changed_at": last.at if last else None,
    }  # fmt: skip
    raise ApiProblem(
        412, "VersionConflict", f"Somebody else changed {what} {when}. Compare and send again.",
        extra=extra, headers={"ETag": tag_of(entry)},
    )  # fmt: skip


def ago(now: datetime, at: str) -> str:
    """Return how long ago an instant of the directory was, in words."""
    seconds = max(int((now - datetime.fromisoformat(at)).total_seconds()), 0)
    for length, name in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= length:
            count = seconds // length
            return f"{count} {name}{'s' if count > 1 else ''} ago"
    return "just now"
