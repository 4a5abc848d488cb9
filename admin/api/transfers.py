"""The addresses of spreadsheets: bring one in, take one out."""

import hashlib
from dataclasses import asdict, replace
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from sqlalchemy import Connection
from starlette.datastructures import UploadFile

from admin.api.parameters import answers
from admin.api.parts import api_part
from admin.api.problems import ApiProblem
from admin.api.shapes import ImportAnswer, RefusedImportsAnswer
from admin.api.work import Exporter, Importer, Work, Working, answer
from admin.imports import MOST_CHANGES
from admin.paging import as_id
from knowledge.directory import refused_imports, staff_import
from knowledge.directory.csv_files import read_name
from knowledge.directory.exchange_csv import template
from knowledge.directory.import_preview import line_of
from knowledge.directory.importing import ImportFileError
from knowledge.directory.refused_imports import RefusedImport
from knowledge.directory.staff_import import Brought
from knowledge.staff.rights import Member

MAX_BYTES = 20_000_000
CSV = "text/csv; charset=utf-8"
_UPLOAD = {
    "required": True,
    "content": {
        "text/csv": {"schema": {"type": "string"}, "example": "id,organization,service,…\n"},
        "multipart/form-data": {
            "schema": {
                "type": "object", "required": ["file"],
                "properties": {"file": {"type": "string", "format": "binary"}},
            }
        },
    },
}  # fmt: skip


async def _upload(request: Request) -> tuple[str, bytes]:
    """Return the name and the bytes of a file, sent as the body or in a form's field `file`."""
    length = request.headers.get("content-length", "")
    if length.isdigit() and len(length) < 20 and int(length) > MAX_BYTES + 10_000:
        raise _too_large()
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raw = await request.body()
        if len(raw) > MAX_BYTES:
            raise _too_large()
        return "import.csv", raw
    sent = (await request.form()).get("file")
    if not isinstance(sent, UploadFile):
        raise ApiProblem(422, "InvalidRequest", "file: is missing. Send the CSV file in it.")
    raw = await sent.read(MAX_BYTES + 1)
    if len(raw) > MAX_BYTES:
        raise _too_large()
    return read_name(sent.filename or ""), raw


Upload = Annotated[tuple[str, bytes], Depends(_upload)]


def _too_large() -> ApiProblem:
    detail = f"The file is larger than {MAX_BYTES // 1_000_000} MB. Send it in parts."
    return ApiProblem(413, "FileTooLarge", detail)


def _too_many(changes: int) -> ApiProblem:
    detail = (
        f"The file adds or changes {changes:,} offices, and at most {MOST_CHANGES:,} are written "
        "at once. Nothing was written. Send it in parts; rows that change nothing do not count."
    )
    return ApiProblem(422, "TooManyChanges", detail)


def transfers_router() -> APIRouter:
    """Return the routes of imports and exports."""
    router = api_part(tags=["spreadsheets"])

    @router.post(
        "/import", name="import_csv", responses=answers(413, ok=ImportAnswer),
        openapi_extra={"requestBody": _UPLOAD},
    )  # fmt: skip
    def bring_in(
        work: Working,
        member: Importer,
        upload: Upload,
        dry_run: Annotated[bool, Query(description="Only say what would happen.")] = False,
        keep_good: Annotated[bool, Query(description="Take the good lines of a bad file.")] = False,
    ) -> Response:
        """Import a CSV file, all or nothing; lines that are refused come with their number.

        At most 5,000 offices are added or changed at once.
        """
        name, raw = upload

        digest = hashlib.sha256(raw).hexdigest()

        def act(connection: Connection) -> Response:
            plan = staff_import.plan_for(connection, raw, name, member)
            changes = len(plan.added) + len(plan.changed)
            is_written = not dry_run and (keep_good or not plan.refused)
            if is_written and changes > MOST_CHANGES:
                raise _too_many(changes)
            brought = staff_import.write_plan(
                connection, plan, member, work.author(member, f"import of {name}"),
                keep_good=keep_good, dry_run=dry_run,
            )  # fmt: skip
            if not dry_run:
                lines = [line_of(line) for line in plan.refused]
                refused_imports.note(
                    connection, member.id, digest, work.now, lines, applied=is_written
                )
            return answer(_told(brought))

        try:
            return _with_file(work, raw).write(member, act)
        except ImportFileError:
            if not dry_run:
                with work.desk.engine.begin() as connection:
                    refused_imports.note(
                        connection, member.id, digest, work.now, (), unreadable=True
                    )
            raise

    @router.get(
        "/import/template.csv", name="get_template", response_class=Response,
        responses=answers() | {200: {"content": {"text/csv": {"schema": {"type": "string"}}},
                                     "description": "An empty spreadsheet with its titles."}},
    )  # fmt: skip
    def get_template(work: Working, member: Importer) -> Response:  # noqa: ARG001 - the door
        """Give an empty spreadsheet with the right titles."""
        return _file(template(), "ventanilla-plantilla.csv")

    @router.get("/import/refused", name="list_refused", responses=answers(ok=RefusedImportsAnswer))
    def list_refused(work: Working, member: Importer) -> Response:
        """List the spreadsheets of 30 days of which lines were refused: yours, your area's."""
        with work.read() as connection:
            found = refused_imports.list_refused(connection, member, work.now)
        return answer({"contents": [_refused(each, member) for each in found]})

    @router.delete(
        "/import/refused/{import_id}", name="put_refused_away", status_code=204,
        response_class=Response, responses=answers(404) | {204: {"description": "It is gone."}},
    )  # fmt: skip
    def put_away(work: Working, member: Importer, import_id: str) -> Response:
        """Be told of a refused import no more."""

        def act(connection: Connection) -> Response:
            refused_imports.put_away(connection, as_id(import_id) or "", member)
            return Response(status_code=204)

        return work.write(member, act)

    @router.get(
        "/export.csv", name="export_csv", response_class=Response,
        responses=answers() | {200: {"content": {"text/csv": {"schema": {"type": "string"}}},
                                     "description": "The offices of your area."}},
    )  # fmt: skip
    def take_out(work: Working, member: Exporter) -> Response:
        """Give the offices of your area as CSV, hidden ones too; it can be imported again."""
        with work.read() as connection:
            raw = staff_import.export_for(connection, member)
        return _file(raw, "ventanilla.csv")

    return router


def _file(raw: bytes, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(raw, headers=headers, media_type=CSV)


def _refused(found: RefusedImport, member: Member) -> dict[str, object]:
    return {
        "id": found.id, "at": found.at, "kind": "csv", "unreadable": found.unreadable,
        "refused": found.refused, "lines": list(found.lines), "applied": found.applied,
        "mine": found.member == member.id, "draft": found.draft,
    }  # fmt: skip


def _with_file(work: Work, raw: bytes) -> Work:
    # A form has another border each time it is sent; the file in it tells whether it is the same.
    told = work.fingerprint.encode() + hashlib.sha256(raw).digest()
    return replace(work, fingerprint=hashlib.sha256(told).hexdigest())


def _told(brought: Brought) -> dict[str, object]:
    report = brought.report
    return {
        "added": [asdict(line) for line in report.added],
        "changed": [asdict(line) for line in report.changed],
        "unchanged": report.unchanged,
        "refused": [asdict(line) for line in report.refused],
        "applied": report.applied,
        "proposals": [proposal.id for proposal in brought.proposals],
    }
