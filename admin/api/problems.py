"""Problems in one shape, `application/problem+json` (RFC 9457), for every answer under `/api`.

`error` names what happened for a program, `detail` says in one line what would help, and `errors`
names each field with its reason.
"""

import json
from collections.abc import Callable, Coroutine, Mapping, Sequence
from inspect import signature
from typing import Any

import structlog
from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from sqlalchemy.exc import DBAPIError, IntegrityError
from starlette.exceptions import HTTPException

from admin.doors import Forbidden, Unauthorized
from knowledge.directory.areas_of_entries import OutsideArea
from knowledge.directory.editing import EntryNotFound
from knowledge.directory.hooks import HookNotFound
from knowledge.directory.importing import ImportFileError
from knowledge.directory.records import DirectoryError
from knowledge.directory.reviewing import AlreadyDecided, ProposalConflict, ProposalNotFound
from knowledge.directory.revising import VersionConflict
from knowledge.directory.validation import InvalidEntry, Problem
from knowledge.staff.members import Problem as StaffProblem
from knowledge.staff.members import StaffError

log = structlog.get_logger(__name__)

# What the description asks for; a list of tags and weak ones are understood too.
_ONE_TAG = '^"[0-9a-z]{1,32}"$'
MEDIA_TYPE = "application/problem+json"
TITLES = {
    400: "Bad request", 401: "Unauthorized", 403: "Forbidden", 404: "Not found",
    405: "Method not allowed", 409: "Conflict", 412: "Precondition failed",
    413: "Content too large", 415: "Unsupported media type", 422: "Unprocessable content",
    428: "Precondition required", 503: "Service unavailable",
}  # fmt: skip
_STATUS_OF: tuple[tuple[type[Exception], int], ...] = (
    (EntryNotFound, 404),
    (HookNotFound, 404),
    (ProposalNotFound, 404),
    (OutsideArea, 403),
    (VersionConflict, 412),
    (AlreadyDecided, 409),
    (ProposalConflict, 409),
    (ImportFileError, 422),
    (InvalidEntry, 422),
    (DirectoryError, 422),
)
# Why something about a member of staff cannot be done → status, and its name for programs.
_OF_STAFF = {
    StaffProblem.NOT_AN_EMAIL: (422, "InvalidRequest"),
    StaffProblem.TAKEN: (409, "PersonExists"),
    StaffProblem.UNKNOWN: (404, "PersonNotFound"),
    StaffProblem.LAST_ADMINISTRATOR: (409, "LastAdministrator"),
    StaffProblem.ONESELF: (403, "Oneself"),
    StaffProblem.OUTSIDE: (403, "OutsideArea"),
}
# Headers as OpenAPI tells them, by how the handlers call them.
_HEADERS = {
    "if_match": {
        "name": "If-Match", "in": "header", "required": True,
        "description": "The ETag of what you change, as you read it.",
        "schema": {"type": "string", "pattern": _ONE_TAG, "examples": ['"3"']},
    },
}  # fmt: skip
_IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key", "in": "header", "required": False,
    "description": "Your own id of this request: sent again within a day, it is done once.",
    "schema": {
        "type": "string", "pattern": "^[!-~]{1,200}$",
        "examples": ["8e03978e-40d5-43dd-bc93-6894a57f9324"],
    },
}  # fmt: skip
# What a status may carry of its own, beside the words.
Extra = Mapping[str, Any]


class ApiProblem(Exception):  # noqa: N818 - named as RFC 9457 names it
    """A request that is not carried out; `error` is its name for programs."""

    def __init__(
        self,
        status: int,
        error: str,
        detail: str,
        errors: Sequence[Problem] = (),
        extra: Extra | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.error = error
        self.errors = tuple(errors)
        self.extra = dict(extra or {})
        self.headers = dict(headers or {})

    def response(self) -> Response:
        """Return the problem as an answer."""
        body: dict[str, Any] = {
            "type": f"/api/docs#{self.error}",
            "title": TITLES.get(self.status, "Problem"),
            "status": self.status,
            "error": self.error,
            "detail": str(self),
        }
        if self.errors:
            body["errors"] = [{"field": e.field, "reason": e.reason} for e in self.errors]
        raw = json.dumps(body | self.extra, ensure_ascii=False, separators=(",", ":"))
        headers = {"Cache-Control": "no-store", **self.headers}
        # A lone surrogate that somebody sent cannot be written back; a question mark stands for it.
        encoded = raw.encode(errors="replace")
        return Response(encoded, self.status, headers, media_type=MEDIA_TYPE)


def refused(field: str, reason: str) -> ApiProblem:
    """Return the problem of one field, or parameter, that makes no sense."""
    return ApiProblem(422, "InvalidRequest", f"{field}: {reason}", [Problem(field, reason)])


def problem_of(error: Exception) -> ApiProblem | None:
    """Return what to answer for an exception; None for one that is a fault of ours."""
    match error:
        case ApiProblem():
            return error
        case Unauthorized():
            return ApiProblem(
                401, "Unauthorized",
                "Send a token that is valid: Authorization: Bearer …. «ventanilla tokens add» and "
                "the page of your account make one.",
                headers={"WWW-Authenticate": "Bearer"},
            )  # fmt: skip
        case Forbidden():
            return ApiProblem(403, "Forbidden", error.detail or "Your role does not allow this.")
        case RequestValidationError():
            return _of_validation(error)
        case HTTPException():
            return _of_http(error)
        case IntegrityError():
            detail = "Somebody else changed the same at the same time. Read it again."
            return ApiProblem(409, "Conflict", detail)
        case DBAPIError():
            log.warning("database does not answer", error=type(error.orig).__name__)
            detail = "The directory does not answer. Try again in some minutes."
            return ApiProblem(503, "DirectoryUnavailable", detail, headers={"Retry-After": "60"})
        case InvalidEntry():
            return ApiProblem(422, "InvalidEntry", _shortened(error.problems), error.problems)
        case StaffError():
            return _of_staff(error.problem)
        case ProposalConflict():
            conflicts = [
                {"field": c.field, "then": c.then, "now": c.now, "proposed": c.proposed}
                for c in error.conflicts
            ]
            return ApiProblem(409, "ProposalConflict", str(error), extra={"conflicts": conflicts})
    for kind, status in _STATUS_OF:
        if isinstance(error, kind):
            return ApiProblem(status, type(error).__name__, str(error))
    return None


class ApiRoute(APIRoute):
    """A route whose problems all have the one shape, and which describes its headers."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **more: Any) -> None:
        takes = signature(endpoint).parameters
        headers = [told for name, told in _HEADERS.items() if name in takes]
        if "work" in takes and "POST" in (more.get("methods") or ()):
            headers.append(_IDEMPOTENCY_KEY)
        if headers:
            more["openapi_extra"] = {**(more.get("openapi_extra") or {}), "parameters": headers}
        super().__init__(path, endpoint, **more)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler, with what it raises made an answer."""
        handle = super().get_route_handler()

        async def handle_or_tell(request: Request) -> Response:
            try:
                return await handle(request)
            except Exception as error:
                problem = problem_of(error)
                if problem is None:
                    raise
                return problem.response()

        return handle_or_tell


def _of_validation(error: RequestValidationError) -> ApiProblem:
    found = []
    for wrong in error.errors():
        if wrong["type"] == "json_invalid":
            return ApiProblem(400, "MalformedBody", "The body is no JSON.")
        where = [str(part) for part in wrong["loc"]]
        field = ".".join(where[1:]) or where[0]
        found.append(Problem(field, _reason(where[-1], wrong)))
    return ApiProblem(422, "InvalidRequest", _shortened(found), found)


def _reason(name: str, wrong: Mapping[str, Any]) -> str:
    if wrong["type"] == "extra_forbidden":
        kept = name in ("id", "version", "last_modified")
        return "is kept by the directory itself." if kept else "is no field of this."
    return f"{wrong['msg']}."


def _of_staff(found: StaffProblem) -> ApiProblem:
    if found is StaffProblem.NOT_AN_EMAIL:
        return refused("email", found.value)
    # The words of the command line, which names people by their address.
    detail = "No person has this id." if found is StaffProblem.UNKNOWN else found.value
    return ApiProblem(*_OF_STAFF[found], detail)


def _of_http(error: HTTPException) -> ApiProblem:
    if error.status_code == 400:
        return ApiProblem(400, "MalformedBody", "The body cannot be read.")
    name = TITLES.get(error.status_code, "Problem").title().replace(" ", "")
    return ApiProblem(error.status_code, name, str(error.detail), headers=error.headers)


def _shortened(problems: Sequence[Problem]) -> str:
    """Return the first problems in one line; all of them are in `errors`."""
    told = "; ".join(str(problem) for problem in problems[:3])
    return told if len(problems) <= 3 else f"{told}; and {len(problems) - 3} more."


def problem(
    status: int, error: str, detail: str, headers: Mapping[str, str] | None = None
) -> Response:
    """Return a problem as an answer, for handlers outside the API's own routes."""
    return ApiProblem(status, error, detail, headers=headers).response()
