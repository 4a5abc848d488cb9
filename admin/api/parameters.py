"""The parameters of lists and the documented answers that addresses share."""

import re
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import Depends, Query
from pydantic import BaseModel, Field

from admin.api.problems import MEDIA_TYPE, refused
from admin.api.work import Working
from admin.paging import as_id, read_instant
from knowledge.directory.editing import EntryNotFound
from knowledge.directory.listing import SORTS, Wanted
from knowledge.directory.records import STATUSES
from locales.catalogs import SOURCE_LANGUAGE, Translator

MAX_PER_PAGE = 500
_CONTROL = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")
Country = Literal["SV", "GT", "HN", "MX"]
Sort = Literal[SORTS]  # type: ignore[valid-type]  # the names are told once, in `listing`
Status = Literal[STATUSES]  # type: ignore[valid-type]  # the same
Word = Annotated[str | None, Query(max_length=200)]


class FieldProblem(BaseModel):
    """A field, or parameter, and what is wrong with it."""

    field: str
    reason: str


class ProblemAnswer(BaseModel):
    """A request that was not carried out (RFC 9457)."""

    type: str
    title: str
    status: int
    error: Annotated[str, Field(examples=["EntryNotFound"])]
    detail: str
    errors: list[FieldProblem] = []


@dataclass(frozen=True, slots=True)
class Page:
    """Which page of a list, and how long pages are."""

    number: int
    size: int

    @property
    def first(self) -> int:
        """How many entries come before the page."""
        return (self.number - 1) * self.size


def _page(
    page: Annotated[int, Query(ge=1, le=1_000_000)] = 1,
    per_page: Annotated[int, Query(ge=1, le=MAX_PER_PAGE)] = 50,
) -> Page:
    return Page(page, per_page)


def _wanted(
    work: Working,
    search: Word = None,
    country: Country | None = None,
    department: Word = None,
    municipality: Word = None,
    topic: Annotated[str | None, Query(max_length=80, examples=["documents/passport"])] = None,
    status: Status | None = None,
    modified_after: Annotated[str | None, Query(max_length=40)] = None,
    stale: bool = False,
    include_hidden: bool = False,
    sort: Sort = "name",
) -> Wanted:
    words = {"search": search, "department": department, "municipality": municipality,
             "topic": topic}  # fmt: skip
    for name, text in words.items():
        if text is not None and _CONTROL.search(text):
            raise refused(name, "has a character that cannot be shown.")
    try:
        after = None if modified_after is None else read_instant(modified_after)
    except ValueError:
        raise refused("modified_after", "write it like 2026-11-22T00:00:00Z.") from None
    today = work.now.date() if stale else None
    return Wanted(
        search, country, department, municipality, topic, status, after, today, include_hidden, sort
    )


def _words(
    work: Working,
    language: Annotated[
        str, Query(max_length=16, examples=["es"], description="Of the sentences for people.")
    ] = SOURCE_LANGUAGE,
) -> Translator:
    found = work.desk.translators.get(language)
    if found is None:
        known = ", ".join(work.desk.translators)
        raise refused("language", f"is none of ours. There are: {known}.")
    return found


WantedList = Annotated[Wanted, Depends(_wanted)]
WantedPage = Annotated[Page, Depends(_page)]
WantedWords = Annotated[Translator, Depends(_words)]
Hidden = Annotated[bool, Query(description="Hidden entries too, for staff of their area.")]


def as_entry_id(kind: str, text: str) -> str:
    """Return the id of an address; what is no id is the id of nothing."""
    found = as_id(text)
    if found is None:
        raise EntryNotFound(f"No {kind} has this id. Search by name.")
    return found


def answers(*statuses: int, ok: Any = None, status: int = 200) -> dict[int | str, dict[str, Any]]:
    """Return what OpenAPI tells of an address: its good answer, and its problems."""
    told: dict[int | str, dict[str, Any]] = {}
    if ok is not None:
        told[status] = {"model": ok}
    for number in sorted({400, 401, 403, 422, *statuses}):
        told[number] = {
            "model": ProblemAnswer, "description": _SAID[number],
            "content": {MEDIA_TYPE: {"example": _EXAMPLES.get(number, {})}},
        }  # fmt: skip
    return told


_SAID = {
    400: "The body cannot be read.", 401: "Without a token, or with a bad one.",
    403: "Outside your role or area.", 404: "Not there, or not for you to know of.",
    409: "Decided already, or changed since.",
    412: "Somebody else changed it: the current entry is in `current`.",
    413: "Larger than 20 MB.", 422: "A field is wrong; `errors` names each.",
    428: "If-Match is missing.",
}  # fmt: skip
_EXAMPLES = {
    412: {
        "type": "/api/docs#VersionConflict", "title": "Precondition failed", "status": 412,
        "error": "VersionConflict",
        "detail": "Somebody else changed schedules 2 minutes ago. Compare and send again.",
    },
    422: {
        "type": "/api/docs#InvalidEntry", "title": "Unprocessable content", "status": 422,
        "error": "InvalidEntry", "detail": "phones: \"223\" is too short.",
        "errors": [{"field": "phones", "reason": "\"223\" is too short."}],
    },
}  # fmt: skip
