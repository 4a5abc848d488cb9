"""What was changed in an office: who, when, before and after, and back to any of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from fastapi import Request, Response
from sqlalchemy import Connection

from admin.doors import desk
from admin.views import refusals
from admin.views.entry import Editor, Reader
from admin.views.entry_fields import label_of
from admin.views.entry_form import Posted, text_of, version_of
from admin.views.entry_saving import OUTSIDE, Written, author, undo_of, who_in_words, write_in
from admin.views.entry_words import value_in_words
from admin.views.flash import Flash
from admin.views.parts import page_part
from admin.views.render import LANGUAGE_NAMES, redirect, render, words_of
from flows.marking import N_
from knowledge.directory import editing, proposals
from knowledge.directory.areas_of_entries import OutsideArea
from knowledge.directory.desk_edits import EditConflict
from knowledge.directory.desk_entry import Office, kinds_to_change, read_history, read_office
from knowledge.directory.entries import Entry
from knowledge.directory.revising import Revision, VersionConflict, read_revisions
from knowledge.directory.validation import InvalidEntry
from knowledge.staff.rights import Member
from knowledge.store.database import reading

router = page_part(prefix="/admin/entries/{at_id}/history")
AT_ONCE = 40


RESTORED = N_("Listo: {field} quedó como antes.")
RESTORED_ALL = N_("Listo: quedó como estaba en ese momento.")
RESTORE_WAITS = N_("Enviado a revisión: una coordinación lo aprueba antes de publicarse.")
NOTHING = N_("Ya estaba así: no había nada que cambiar.")
CHANGED_SINCE = N_("Alguien lo cambió mientras usted miraba. Así está ahora.")
CANNOT = N_("No se puede volver a eso. {reasons}")
ACTIONS = {
    "create": N_("Se creó"),
    "update": N_("Cambio"),
    "hide": N_("Se escondió"),
    "assure": N_("Se confirmó: sigue igual"),
    "restore": N_("Se volvió a un valor anterior"),
}
KINDS = {
    "organization": N_("Institución"),
    "service": N_("Servicio"),
    "location": N_("Lugar"),
    "service_at_location": N_("Esta oficina"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One revision as it is shown; `is_newest` is as the entry is now."""

    revision: Revision
    kind: str
    action: str
    who: str
    changes: tuple[dict[str, Any], ...]
    version: int
    is_newest: bool
    may_change: bool


@router.get("")
def show(request: Request, at_id: str, member: Reader) -> Response:
    """Show the newest changes, all of them with `?all=1`, or those of one field."""
    with reading(desk(request).engine).connect() as connection:
        office = read_office(connection, at_id, member)
        found = read_history(connection, office, member)
        field = request.query_params.get("field", "")
        fields = sorted({
            f"{revision.entity}.{change.field.partition('@')[0]}"
            for revision in found for change in revision.changes
        })  # fmt: skip
        wanted = [revision for revision in found if not field or _is_about(revision, field)]
        many = len(wanted) > AT_ONCE and "all" not in request.query_params
        lines = _lines(request, connection, office, wanted[:AT_ONCE] if many else wanted, member)
    words = words_of(request)
    named = [(name, words.text(label_of(*name.split(".", 1)))) for name in fields]
    return render(
        request, "history.html", office=office, lines=lines, field=field, fields=named, many=many
    )


@router.post("/restore")
def restore(request: Request, at_id: str, member: Editor, form: Posted) -> Response:
    """Put a field, or all of an entry, back to what it was at a revision."""
    words = words_of(request)
    kind, field = text_of(form, "kind"), text_of(form, "field")
    number = text_of(form, "number")
    try:
        with desk(request).engine.begin() as connection:
            entry = read_office(connection, at_id, member).entry(kind)
            written = _restore(
                connection, request, member, entry, kind, field,
                int(number) if number.isdecimal() else -1, version_of(form),
            )  # fmt: skip
    except (VersionConflict, EditConflict):
        return _back(request, at_id, Flash(words.text(CHANGED_SINCE), None, "trouble"))
    except InvalidEntry as wrong:
        reasons = " ".join(refusals.in_words(wrong.problems, words).values())
        text = words.text(CANNOT, reasons=reasons)
        return _back(request, at_id, Flash(text, None, "trouble"))
    except OutsideArea:
        return _back(request, at_id, Flash(words.text(OUTSIDE), None, "trouble"))
    if written.waiting:
        return _back(request, at_id, Flash(words.text(RESTORE_WAITS)))
    if written.before.version == written.after.version:
        return _back(request, at_id, Flash(words.text(NOTHING)))
    label = words.text(label_of(kind, field)).lower() if field else ""
    text = words.text(RESTORED, field=label) if field else words.text(RESTORED_ALL)
    return _back(request, at_id, Flash(text, undo_of(at_id, written)))


def _restore(
    connection: Connection,
    request: Request,
    member: Member,
    entry: Entry,
    kind: str,
    field: str,
    number: int,
    version: int,
) -> Written:
    if not field:
        saved = proposals.restore(
            connection, kind, entry.id, number, version, member, author(request, member)
        )
        waiting = tuple(saved.proposal.drafts[0].values) if saved.proposal else ()
        return Written(kind, entry, saved.entry or entry, (), waiting)
    then = editing.as_of(entry, read_revisions(connection, kind, entry.id), number)
    name, _, language = field.partition("@")
    value = then.texts.get(language, {}).get(name, "") if language else getattr(then, name, None)
    if name in editing.KEPT or not hasattr(then, name):
        raise editing.EntryNotFound(f"{kind} has no field {name[:40]}.")
    return write_in(connection, request, member, kind, entry.id, {field: value}, version)


def _lines(
    request: Request,
    connection: Connection,
    office: Office,
    found: list[Revision],
    member: Member,
) -> list[Line]:
    words = words_of(request)
    may_change = kinds_to_change(connection, office, member)
    people = {who: who_in_words(request, connection, who, member) for who in
              {revision.who for revision in found}}  # fmt: skip
    lines = []
    for revision in found:
        version = office.entry(revision.entity).version
        lines.append(
            Line(
                revision,
                words.text(KINDS[revision.entity]),
                words.text(ACTIONS.get(revision.action, ACTIONS["update"])),
                people[revision.who],
                tuple(_changes(request, revision)),
                version,
                revision.number == version,
                revision.entity in may_change,
            )
        )
    return lines


def _changes(request: Request, revision: Revision) -> Iterator[dict[str, Any]]:
    """Yield the fields that changed; what reads the same before and after is of no interest."""
    words = words_of(request)
    for change in revision.changes:
        name, _, language = change.field.partition("@")
        before = value_in_words(change.field, change.before, words)
        after = value_in_words(change.field, change.after, words)
        if before != after:
            yield {
                "field": change.field,
                "label": words.text(label_of(revision.entity, name)),
                "language": LANGUAGE_NAMES.get(language, language),
                "before": before,
                "after": after,
            }


def _is_about(revision: Revision, field: str) -> bool:
    return any(
        f"{revision.entity}.{change.field.partition('@')[0]}" == field
        for change in revision.changes
    )


def _back(request: Request, at_id: str, said: Flash) -> Response:
    return redirect(request, f"/admin/entries/{at_id}/history", said)
