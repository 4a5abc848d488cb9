"""A spreadsheet: brought, looked at before anything is written, then written or brought again."""

import threading
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import Depends, Request, Response
from starlette.datastructures import UploadFile

from admin.doors import HOME, desk, page_needs
from admin.imports import MOST_CHANGES
from admin.views import import_words
from admin.views.entry_form import Posted, text_of
from admin.views.entry_words import topic_names
from admin.views.flash import Flash
from admin.views.import_words import COLUMN_LABELS, EXAMPLES
from admin.views.parts import page_part
from admin.views.render import is_swap, redirect, render, words_of
from flows.marking import N_
from knowledge.directory import import_drafts, refused_imports
from knowledge.directory.csv_files import read_name
from knowledge.directory.exchange_csv import template
from knowledge.directory.import_drafts import (
    FAILED,
    READING,
    READY,
    WRITING,
    Draft,
    DraftNotFound,
    Outcome,
)
from knowledge.directory.import_work import Worker, refused_csv
from knowledge.directory.proposals import new_id
from knowledge.directory.sheet import REQUIRED
from knowledge.directory.validation import UUID
from knowledge.staff.rights import Action, Member
from knowledge.store.database import reading
from locales.catalogs import SOURCE_LANGUAGE

IMPORT = "/admin/import"
MAX_BYTES = 20_000_000
CSV = "text/csv; charset=utf-8"
_MARK = b"\xef\xbb\xbf"  # without it a spreadsheet takes «é» for two letters
# Most files are done within this: then the page that follows has the answer already.
WAIT_SECONDS = 2.0
ROWS_A_SECOND = 500  # measured on a small server, to say how long a large file takes
RECENT = 5
REFUSED_SHOWN = 50

router = page_part(prefix=IMPORT)
Importer = Annotated[Member, Depends(page_needs(Action.IMPORT_ENTRIES))]


NO_FILE = N_("Elija un archivo.")
EMPTY = N_("El archivo está vacío. Elija el que tiene sus filas.")
TOO_LARGE = N_("El archivo pesa más de {n} MB. Pártalo en dos o tres y mándelos por separado.")
PUT_AWAY = N_("Listo. Ya no aparece aquí.")
GONE = N_("Esta importación ya no está")
GONE_TEXT = N_("Las importaciones se guardan un día. Suba el archivo otra vez.")


@router.get("")
def show(request: Request, member: Importer) -> Response:
    """Show where to bring a spreadsheet, how it is written, and those of today."""
    return _form(request, member)


@router.post("")
def bring(request: Request, member: Importer, form: Posted) -> Response:
    """Take a spreadsheet and look at it; sent twice it is brought once."""
    words = words_of(request)
    sent = form.get("file")
    if not isinstance(sent, UploadFile) or not sent.filename:
        return _form(request, member, words.text(NO_FILE))
    raw = sent.file.read(MAX_BYTES + 1)
    if len(raw) > MAX_BYTES:
        return _form(request, member, words.text(TOO_LARGE, n=MAX_BYTES // 1_000_000), 413)
    if not raw.strip():
        return _form(request, member, words.text(EMPTY))
    parts = desk(request)
    wanted = text_of(form, "draft")
    with parts.engine.begin() as connection:
        draft, is_new = import_drafts.keep(
            connection, parts.vault, wanted if UUID.fullmatch(wanted) else new_id(), member.id,
            read_name(sent.filename), raw, parts.clock(),
        )  # fmt: skip
    if is_new:
        _start(_worker(request, member).read, draft)
    return redirect(request, f"{IMPORT}/{draft.id}")


@router.get("/template.csv")
def download_template(request: Request, member: Importer) -> Response:  # noqa: ARG001 - the door
    """Give an empty spreadsheet with the right titles."""
    return _file(_MARK + template(), "ventanilla-plantilla.csv")


@router.get("/{draft_id}")
def look(request: Request, draft_id: str, member: Importer) -> Response:
    """Show what a spreadsheet would do, that it is being worked on, or what came of it."""
    try:
        draft = _find(request, draft_id, member)
    except DraftNotFound:
        return _gone(request)
    parts, words = desk(request), words_of(request)
    cut_off = draft.was_cut_off(parts.clock())
    if is_swap(request) and draft.is_working and not cut_off:
        return Response(status_code=204)  # nothing new: the page stays as it is
    outcome = draft.outcome
    return render(
        request,
        "import_draft.html",
        draft=draft,
        outcome=outcome,
        cut_off=cut_off,
        is_failed=draft.state == FAILED,
        trouble=import_words.trouble_in_words(outcome.trouble, words),
        about_seconds=max(1, draft.lines // ROWS_A_SECOND),
        groups=[
            (kind, count, [(row, [import_words.cell_in_words(c, words) for c in row.cells])
                           for row in rows])
            for kind, count, rows in (
                ("added", outcome.adds, outcome.added),
                ("changed", outcome.changes, outcome.changed),
            )
            if count
        ],
        refused=_refused(outcome, lambda reason: import_words.refusal_in_words(reason, words)),
        good=outcome.adds + outcome.changes,
        most=MOST_CHANGES,
    )  # fmt: skip


@router.post("/{draft_id}/apply")
def apply(request: Request, draft_id: str, member: Importer) -> Response:
    """Write what is good in a spreadsheet, as it was shown; sent twice it is written once."""
    return _next(request, draft_id, member, READY, WRITING)


@router.post("/{draft_id}/again")
def look_again(request: Request, draft_id: str, member: Importer) -> Response:
    """Look again at a spreadsheet whose work ended without an end, or failed by our fault."""
    return _next(request, draft_id, member, FAILED, READING)


@router.post("/{draft_id}/put-away")
def put_away(request: Request, draft_id: str, member: Importer) -> Response:
    """Show on «Hoy» no more that lines were refused; the draft itself stays as it is."""
    try:
        with desk(request).engine.begin() as connection:
            known = draft_id if UUID.fullmatch(draft_id) else ""
            refused_imports.put_away(connection, known, member)
    except DraftNotFound:
        return _gone(request)
    return redirect(request, HOME, Flash(words_of(request).text(PUT_AWAY)))


@router.get("/{draft_id}/refused.csv")
def download_refused(request: Request, draft_id: str, member: Importer) -> Response:
    """Give the lines that were not taken, each with the reason, to be mended and brought again."""
    words = words_of(request)
    parts = desk(request)
    try:
        draft = _find(request, draft_id, member)
        with reading(parts.engine).connect() as connection:
            raw = import_drafts.content_of(connection, parts.vault, draft.id)
    except DraftNotFound:
        return _gone(request)
    if not draft.outcome.refused:
        return _gone(request)
    spanish = words.language == SOURCE_LANGUAGE
    found = refused_csv(
        raw,
        draft.outcome,
        lambda reason: import_words.refusal_in_words(reason, words),
        "motivo" if spanish else "reason",
    )
    return _file(_MARK + found, "filas-por-corregir.csv" if spanish else "to-correct.csv")


def _next(request: Request, draft_id: str, member: Member, state: str, next_state: str) -> Response:
    """Begin the next work on a draft that waits for it, or whose work was cut off."""
    parts = desk(request)
    try:
        with parts.engine.begin() as connection:
            draft = import_drafts.find(connection, parts.vault, draft_id, member.id)
            begun = None
            cut_off = next_state == READING and draft.was_cut_off(parts.clock())
            if cut_off or (draft.state == state and _may_go_on(draft)):
                begun = import_drafts.begin(connection, draft, next_state, parts.clock())
    except DraftNotFound:
        return _gone(request)
    if begun is not None:
        worker = _worker(request, member)
        _start(worker.read if next_state == READING else worker.write, begun)
    return redirect(request, f"{IMPORT}/{draft.id}")


def _may_go_on(draft: Draft) -> bool:
    """Whether a draft can be worked on: not one that is no table, nor too much at once."""
    outcome = draft.outcome
    return not outcome.trouble and outcome.adds + outcome.changes <= MOST_CHANGES


def _start(work: Callable[[Draft], None], draft: Draft) -> None:
    """Do long work beside the request, which waits for it a moment.

    A process that ends meanwhile leaves a draft that is not written, and says so after a while.
    """
    thread = threading.Thread(target=work, args=(draft,), daemon=True, name="import")
    thread.start()
    thread.join(timeout=WAIT_SECONDS)


def _worker(request: Request, member: Member) -> Worker:
    parts = desk(request)
    return Worker(parts.engine, parts.vault, parts.clock, member)


def _find(request: Request, draft_id: str, member: Member) -> Draft:
    parts = desk(request)
    with reading(parts.engine).connect() as connection:
        return import_drafts.find(connection, parts.vault, draft_id, member.id)


def _form(request: Request, member: Member, problem: str = "", status: int = 422) -> Response:
    parts, words = desk(request), words_of(request)
    with reading(parts.engine).connect() as connection:
        recent = import_drafts.list_own(connection, parts.vault, member.id, RECENT)
    names = topic_names(words.language)
    return render(
        request,
        "import.html",
        status if problem else 200,
        problem=problem,
        draft_id=new_id(),
        most=MAX_BYTES,
        recent=recent,
        columns=[
            (name, words.text(label), EXAMPLES.get(name, ""), name in REQUIRED)
            for name, label in COLUMN_LABELS.items()
        ],
        topics=[(code, name) for code, name in names.items() if "/" in code],
    )


def _refused(outcome: Outcome, in_words: Callable[[str], str]) -> list[tuple[int, str, list[str]]]:
    """Return the first lines that are refused: number, id, reasons."""
    lines: dict[int, tuple[str, list[str]]] = {}
    for refusal in outcome.refused:
        if refusal.line in lines or len(lines) < REFUSED_SHOWN:
            lines.setdefault(refusal.line, (refusal.id, []))[1].append(in_words(refusal.reason))
    return [(line, row_id, reasons) for line, (row_id, reasons) in lines.items()]


def _gone(request: Request) -> Response:
    words = words_of(request)
    context: dict[str, Any] = {"heading": words.text(GONE), "text": words.text(GONE_TEXT)}
    return render(request, "error.html", 404, **context)


def _file(raw: bytes, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(raw, headers=headers, media_type=CSV)
