"""The hours of an office: a page of their own, read back in words before they are saved."""

from typing import Any

from fastapi import Request, Response

from admin.doors import desk
from admin.views import refusals, schedule_form
from admin.views.conflict import show_conflict
from admin.views.entry import Editor, Reader
from admin.views.entry_fields import SECTIONS
from admin.views.entry_form import FormState, Posted
from admin.views.entry_page import office_parts, other_languages, show_office
from admin.views.entry_saving import OUTSIDE, flash_of, write
from admin.views.entry_words import schedule_in_words
from admin.views.parts import page_part
from admin.views.render import is_swap, redirect, render, words_of
from knowledge.directory.areas_of_entries import OutsideArea
from knowledge.directory.desk_edits import EditConflict, same
from knowledge.directory.desk_entry import Office, read_office
from knowledge.directory.validation import InvalidEntry
from knowledge.staff.rights import Member
from knowledge.store.database import reading

router = page_part(prefix="/admin/entries/{at_id}/schedule")
SECTION = SECTIONS["schedule"]


@router.get("")
def show(request: Request, at_id: str, member: Reader) -> Response:
    """Show the schedule by itself, for who only came for that."""
    with reading(desk(request).engine).connect() as connection:
        office = read_office(connection, at_id, member)
        return _page(request, connection, office, member, None)


@router.post("/words")
def say(request: Request, at_id: str, member: Reader, form: Posted) -> Response:
    """Answer what the form says so far, in words, without saving anything."""
    with reading(desk(request).engine).connect() as connection:
        office = read_office(connection, at_id, member)
    _, state = _read(request, office, form)
    return render(request, "_schedule_words.html", state=state)


@router.post("")
def save(request: Request, at_id: str, member: Editor, form: Posted) -> Response:
    """Save the hours; what cannot be read comes back with its reason beside it."""
    with reading(desk(request).engine).connect() as connection:
        office = read_office(connection, at_id, member)
    edits, state = _read(request, office, form)
    if not state.errors and form.get("do", "save") == "save":
        try:
            written = write(request, member, SECTION.kind, at_id, edits, state.version)
        except EditConflict as conflict:
            return show_conflict(request, member, office, SECTION, state, conflict)
        except InvalidEntry as wrong:
            state.refuse(refusals.in_words(wrong.problems, words_of(request)), [*state.values])
        except OutsideArea:
            state.errors["form"] = words_of(request).text(OUTSIDE)
        else:
            said = flash_of(request, at_id, written, office.status)
            return redirect(request, f"/admin/entries/{at_id}?at=done.schedule#schedule", said)
    with reading(desk(request).engine).connect() as connection:
        if form.get("page") == "schedule":
            return _page(request, connection, office, member, state)
        return show_office(
            request, connection, office, member, at="schedule", states={"schedule": state}
        )


def _page(
    request: Request, connection: Any, office: Office, member: Member, state: FormState | None
) -> Response:
    states = {"schedule": state} if state else {}
    parts = office_parts(request, connection, office, member, states)
    block = next(one for one in parts["sections"] if one["section"].id == "schedule")
    status = 422 if state and state.errors and not is_swap(request) else 200
    return render(request, "schedule.html", status, **parts, block=block)


def _read(request: Request, office: Office, form: Any) -> tuple[dict[str, Any], FormState]:
    """Read the form; hours of the service stay its own until somebody changes them here."""
    languages = other_languages(desk(request))
    edits, state = schedule_form.read(office.schedules, form, languages, words_of(request))
    state.values["words"] = _in_words(request, edits)
    if not office.pair.schedules and same("schedules", edits["schedules"], office.schedules):
        del edits["schedules"]
    return edits, state


def _in_words(request: Request, edits: dict[str, Any]) -> tuple[str, ...]:
    return schedule_in_words(edits["schedules"], words_of(request))
