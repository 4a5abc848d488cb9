"""Bodies and answers that are no entry by themselves, as OpenAPI tells them."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, create_model

from admin.api.bodies import ENTRIES
from knowledge.directory.rows import KINDS

_STRICT = ConfigDict(extra="forbid")
_WORDS = "^[^\\x00-\\x09\\x0b-\\x1f\\x7f]*$"
Id = Annotated[str, Field(max_length=45, examples=["11a54b8e-66b5-4e68-8a9f-6f7f0d8b6a01"])]


class Ids(BaseModel):
    """Which services."""

    model_config = _STRICT
    ids: Annotated[list[Id], Field(min_length=1, max_length=500)]


class Into(BaseModel):
    """The entry that stays."""

    model_config = _STRICT
    into: Id


class Reason(BaseModel):
    """Why a proposal is turned down, for its author to read."""

    model_config = _STRICT
    reason: Annotated[str, Field(min_length=1, max_length=500, pattern=_WORDS)]


class NewHook(BaseModel):
    """An address to be told of changes."""

    model_config = _STRICT
    url: Annotated[str, Field(max_length=500, examples=["https://example.org/ventanilla"])]


class Settings(BaseModel):
    """What administrators choose for everybody."""

    model_config = _STRICT
    sensitive_fields: Annotated[
        list[str],
        Field(max_length=200, examples=[["create", "hide", "organization.name", "service.terms"]]),
    ]


class _Page(BaseModel):
    total_items: int
    total_pages: int
    page_number: int
    size: int
    first_page: bool
    last_page: bool
    empty: bool


class Change(BaseModel):
    """One field before and after; `name@en` is a text in another language."""

    field: str
    before: Any
    after: Any


class RevisionAnswer(BaseModel):
    """One change of one entry; `who` is the id of a member of staff."""

    number: int
    action: str
    at: str
    who: str
    why: str
    changes: list[Change]


class PageOfRevisions(_Page):
    """A page of a history."""

    contents: list[RevisionAnswer]


class DraftAnswer(BaseModel):
    """One entry of a proposal: `values` as it would be, `before` as it was."""

    kind: str
    id: str
    action: str
    values: dict[str, Any]
    before: dict[str, Any]


class ConflictAnswer(BaseModel):
    """A field that changed since it was proposed."""

    field: str
    then: Any
    now: Any
    proposed: Any


class ProposalAnswer(BaseModel):
    """A change that waits for review, or waited."""

    id: str
    status: str
    author: str
    at: str
    why: str
    reviewer: str
    reviewed_at: str
    reason: str
    seen: bool
    mine: bool
    drafts: list[DraftAnswer]
    conflicts: list[ConflictAnswer]


class PageOfProposals(_Page):
    """A page of proposals."""

    contents: list[ProposalAnswer]


class Approved(BaseModel):
    """A proposal that is live now, and the entries that it changed."""

    proposal: ProposalAnswer
    entries: list[dict[str, Any]]


class Merged(BaseModel):
    """The entry that stays, and the one that is hidden now."""

    entry: dict[str, Any]
    hidden: dict[str, Any]


class AssuredOne(BaseModel):
    """A service that is verified today."""

    id: str
    version: int


class RefusedOne(BaseModel):
    """A service that could not be verified, and why."""

    id: str
    reason: str


class Assured(BaseModel):
    """What became of many."""

    assured: list[AssuredOne]
    refused: list[RefusedOne]


class LineAnswer(BaseModel):
    """One line of a file: its place (`offices.csv:7`), the id of its row and a remark."""

    place: str
    id: str
    remark: str


class ImportAnswer(BaseModel):
    """What an import added, changed, left and refused; `applied` when it was written."""

    added: list[LineAnswer]
    changed: list[LineAnswer]
    unchanged: int
    refused: list[LineAnswer]
    applied: bool
    proposals: list[str]


class HookAnswer(BaseModel):
    """Another system that is told of changes. `key` signs, and is told once, when it is added."""

    id: str
    url: str
    status: str
    created_at: str
    last_success_at: str
    last_failure_at: str
    last_failure: str
    given_up: int
    waiting: int
    key: str | None = None


class HooksAnswer(BaseModel):
    """Every hook."""

    contents: list[HookAnswer]


class JobAnswer(BaseModel):
    """A regular job; `seconds` is negative where it should have run already."""

    name: str
    state: Literal["resting", "running", "late", "failing"]
    seconds: int


class JobsAnswer(BaseModel):
    """Every regular job."""

    contents: list[JobAnswer]


class ReportAnswer(BaseModel):
    """An office that people say something is wrong with; `people` 2 means two or more."""

    service_at_location_id: str
    service_id: str
    name: str
    organization: str
    country: str
    department: str | None
    municipality: str | None
    kinds: list[Literal["closed", "moved", "phone"]]
    people: int
    caution: bool
    first_day: str
    last_day: str


class PageOfReports(_Page):
    """A page of what people report."""

    contents: list[ReportAnswer]


class RefusedImportAnswer(BaseModel):
    """A spreadsheet of which something was not taken; `lines` are the first ones, by number."""

    id: str
    at: str
    kind: Literal["csv"]
    unreadable: bool
    refused: int
    lines: list[int]
    applied: bool
    mine: bool
    draft: str | None


class RefusedImportsAnswer(BaseModel):
    """The spreadsheets of the last 30 days of which something was not taken."""

    contents: list[RefusedImportAnswer]


def _name(kind: str) -> str:
    return KINDS[kind].cls.__name__.removesuffix("Entry")


def _page_of(kind: str) -> type[BaseModel]:
    entry: Any = ENTRIES[kind]
    return create_model(f"PageOf{_name(kind)}s", __base__=_Page, contents=(list[entry], ...))


def _saved(kind: str) -> type[BaseModel]:
    entry: Any = ENTRIES[kind] | None
    return create_model(f"{_name(kind)}Saved", entry=(entry, ...), proposal=(ProposalAnswer, ...))


PAGES = {kind: _page_of(kind) for kind in KINDS}
SAVED = {kind: _saved(kind) for kind in KINDS}
