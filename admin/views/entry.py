"""One office: its page, its small forms, still true, hide and show, duplicate, undo."""

from typing import Annotated, Any

from fastapi import Depends, Request, Response

from admin.doors import Forbidden, desk, page_needs
from admin.views import phones_form, refusals
from admin.views.conflict import show_conflict
from admin.views.entry_fields import SECTIONS, Section
from admin.views.entry_form import FormState, Posted, moved, read, text_of, version_of
from admin.views.entry_page import opened, other_languages, show_office
from admin.views.entry_saving import (
    OUTSIDE,
    Written,
    author,
    flash_of,
    undo_of,
    write,
    write_in,
)
from admin.views.flash import Flash, Undo
from admin.views.parts import page_part
from admin.views.render import redirect, words_of
from flows.marking import N_
from knowledge.directory import merging, proposals, verifying
from knowledge.directory.areas_of_entries import OutsideArea
from knowledge.directory.desk_edits import EditConflict
from knowledge.directory.desk_entry import Office, read_office
from knowledge.directory.revising import VersionConflict
from knowledge.directory.validation import InvalidEntry
from knowledge.staff.rights import Action, Member
from knowledge.store.database import reading

router = page_part(prefix="/admin/entries/{at_id}")

Reader = Annotated[Member, Depends(page_needs(Action.READ_ENTRIES))]
Editor = Annotated[Member, Depends(page_needs(Action.EDIT_ENTRIES))]
Assurer = Annotated[Member, Depends(page_needs(Action.ASSURE_ENTRIES))]


ASSURED = N_("Gracias. Quedó confirmado con la fecha de hoy.")
UNDONE = N_("Deshecho. Quedó como antes.")
CANNOT_UNDO = N_("Alguien lo cambió después, así que no se deshizo. Mire el historial.")
HIDDEN = N_("Escondida. Las personas ya no la ven.")
HIDE_WAITS = N_("Su pedido de esconderla espera a una coordinación.")
ALREADY_HIDDEN = N_("Ya estaba escondida.")
SHOWN_AGAIN = N_("Las personas ya la ven otra vez.")
SHOW_WAITS = N_("Su pedido de mostrarla espera a una coordinación.")
CANNOT_SHOW = N_("Todavía no se puede mostrar. {reasons}")
COPIED = N_("Esta es la copia. Cámbiele lo que sea distinto y después muéstrela a las personas.")
COPY_WAITS = N_("Su copia espera a una coordinación.")
WHY_NEEDED = N_("Escriba por qué la esconde; quien la busque después lo va a agradecer.")
WHY_TOO_LONG = N_("El motivo es demasiado largo: caben 200 letras.")
COPY_NAME = N_("{name} (copia)")
MOST_WHY = 200


@router.get("")
def show(request: Request, at_id: str, member: Reader) -> Response:
    """Show an office; `at` opens one of its forms."""
    with reading(desk(request).engine).connect() as connection:
        office = read_office(connection, at_id, member)
        asked = request.query_params.get("at", "")
        done = asked.removeprefix("done.") if asked.startswith("done.") else ""
        at = opened(office, asked)
        return show_office(request, connection, office, member, at=at, done=done)


@router.post("/assure")
def assure(request: Request, at_id: str, member: Assurer) -> Response:
    """Note that everything is still true today."""
    with desk(request).engine.begin() as connection:
        office = read_office(connection, at_id, member)
        before = office.service
        after = verifying.assure(connection, before.id, member, author(request, member))
    written = Written("service", before, after, ())
    said = Flash(words_of(request).text(ASSURED), undo_of(at_id, written))
    return redirect(request, _page(at_id), said)


@router.post("/undo")
def undo(request: Request, at_id: str, member: Editor, form: Posted) -> Response:
    """Make one of the four entries again what it was before the last change."""
    words = words_of(request)
    kind, number = text_of(form, "kind"), text_of(form, "number")
    try:
        with desk(request).engine.begin() as connection:
            entry = read_office(connection, at_id, member).entry(kind)
            proposals.restore(
                connection, kind, entry.id, int(number) if number.isdecimal() else 0,
                version_of(form), member, author(request, member),
            )  # fmt: skip
    except (VersionConflict, InvalidEntry):
        return redirect(request, _page(at_id), Flash(words.text(CANNOT_UNDO), None, "trouble"))
    return redirect(request, _page(at_id), Flash(words.text(UNDONE)))


@router.post("/hide")
def hide(request: Request, at_id: str, member: Editor, form: Posted) -> Response:
    """Take the office out of people's sight, with the reason for those who look for it."""
    words = words_of(request)
    why = text_of(form, "why")
    with desk(request).engine.begin() as connection:
        office = read_office(connection, at_id, member)
        if not why or len(why) > MOST_WHY:
            text = words.text(WHY_TOO_LONG if why else WHY_NEEDED)
            state = FormState(version_of(form), {"why": why}, {"why": text})
            return show_office(
                request, connection, office, member, at="status", states={"status": state}
            )
        before = office.pair
        if before.status == "hidden":
            return redirect(request, _page(at_id), Flash(words.text(ALREADY_HIDDEN)))
        saved = proposals.hide(
            connection, "service_at_location", at_id, before.version, member,
            author(request, member, why),
        )  # fmt: skip
    if saved.proposal is not None:
        return redirect(request, _page(at_id), Flash(words.text(HIDE_WAITS)))
    back = Undo(f"{_page(at_id)}/undo", [
        ("kind", "service_at_location"), ("number", str(before.version)),
        ("version", str(saved.entry.version if saved.entry else 0)),
    ])  # fmt: skip
    return redirect(request, _page(at_id), Flash(words.text(HIDDEN), back))


@router.post("/show")
def show_again(request: Request, at_id: str, member: Editor) -> Response:
    """Let people see the office: whatever of it was hidden or to complete becomes active."""
    words = words_of(request)
    waits = False
    try:
        with desk(request).engine.begin() as connection:
            office = read_office(connection, at_id, member)
            for kind, entry in office.entries.items():
                if entry.status != "active":
                    written = write_in(
                        connection, request, member, kind, entry.id, {"status": "active"},
                        entry.version,
                    )  # fmt: skip
                    waits = waits or bool(written.waiting)
    except InvalidEntry as wrong:
        reasons = " ".join(refusals.in_words(wrong.problems, words).values())
        text = words.text(CANNOT_SHOW, reasons=reasons)
        return redirect(request, _page(at_id), Flash(text, None, "trouble"))
    text = words.text(SHOW_WAITS if waits else SHOWN_AGAIN)
    return redirect(request, _page(at_id), Flash(text))


@router.post("/duplicate")
def duplicate(request: Request, at_id: str, member: Editor) -> Response:
    """Begin another office like this one, which people do not see yet."""
    words = words_of(request)
    with desk(request).engine.begin() as connection:
        office = read_office(connection, at_id, member)
        new = merging.copy_of(connection, "service_at_location", at_id, member)
        name = words.text(COPY_NAME, name=office.service.name)
        fresh: dict[str, Any] = {"name": name[:200], "assured_date": ""}
        new[0] = proposals.New(new[0].kind, dict(new[0].values) | fresh, new[0].id)
        saved = proposals.create(connection, new, member, author(request, member))
    if saved.proposal is not None:
        return redirect(request, _page(at_id), Flash(words.text(COPY_WAITS)))
    return redirect(request, f"{_page(new[-1].id)}?at=service", Flash(words.text(COPIED)))


@router.post("/{section_id}")
def save(request: Request, at_id: str, section_id: str, member: Editor, form: Posted) -> Response:
    """Save one of the small forms; what is refused comes back with its reason beside it."""
    section = SECTIONS.get(section_id)
    if section is None or section_id == "schedule":
        raise Forbidden
    with reading(desk(request).engine).connect() as connection:
        office = read_office(connection, at_id, member)
    edits, state = _read(request, section, office, form)
    if not state.errors and form.get("do") != "more":
        try:
            written = write(
                request, member, section.kind, office.entry(section.kind).id, edits, state.version
            )
        except EditConflict as conflict:
            return show_conflict(request, member, office, section, state, conflict)
        except InvalidEntry as wrong:
            known = [*state.values, *(field.name for field in section.fields)]
            state.refuse(refusals.in_words(wrong.problems, words_of(request)), known)
        except OutsideArea:
            state.errors["form"] = words_of(request).text(OUTSIDE)
        else:
            said = flash_of(request, at_id, written, office.status)
            return redirect(request, f"{_page(at_id)}?at=done.{section.id}#{section.id}", said)
    with reading(desk(request).engine).connect() as connection:
        return show_office(
            request, connection, office, member, at=section.id, states={section.id: state}
        )


def _read(
    request: Request, section: Section, office: Office, form: Any
) -> tuple[dict[str, Any], FormState]:
    words = words_of(request)
    if section.id == "phones":
        pair = office.pair
        languages = other_languages(desk(request))
        phones, state = phones_form.read(
            pair.phones, office.service.country, form, languages, words
        )
        return {"phones": phones}, state
    edits, state = read(section, office, form, other_languages(desk(request)), words)
    return (moved(edits, office.location) if section.id == "place" else edits), state


def _page(at_id: str) -> str:
    return f"/admin/entries/{at_id}"
