"""Two offices that are one: look for the other, compare field by field, see the result, merge."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Depends, Request, Response
from starlette.datastructures import FormData

from admin.doors import desk, page_needs
from admin.views import refusals
from admin.views.entry_fields import label_of
from admin.views.entry_form import Posted, text_of
from admin.views.entry_saving import author
from admin.views.entry_words import value_in_words
from admin.views.flash import Flash, Undo
from admin.views.list_words import shown
from admin.views.parts import page_part
from admin.views.render import LANGUAGE_NAMES, redirect, render, words_of
from flows.marking import N_
from knowledge.directory import desk_lists, merging_offices
from knowledge.directory.areas_of_entries import OutsideArea
from knowledge.directory.desk_entry import Office, kinds_to_change, read_office
from knowledge.directory.desk_lists import Wanted
from knowledge.directory.editing import EntryNotFound
from knowledge.directory.merging_offices import PICKS, Choice, Pick, Step
from knowledge.directory.revising import VersionConflict
from knowledge.directory.validation import InvalidEntry
from knowledge.staff.rights import Action, Member
from knowledge.store.database import reading
from locales.catalogs import Translator

router = page_part(prefix="/admin/entries/{at_id}/merge")
Merger = Annotated[Member, Depends(page_needs(Action.MERGE_ENTRIES))]
FOUND = 10
LONGEST = 100
MOST_STEPS = 10


MERGED = N_("Unidas. Queda esta; la otra ya no se muestra.")
UNDONE = N_("Deshecho. Las dos quedaron como antes.")
CANNOT_UNDO = N_("Alguien las cambió después, así que no se deshizo. Mire el historial.")
CHANGED = N_("Alguien cambió una de las dos mientras usted miraba. No se unió nada; mire otra vez.")
OUTSIDE = N_("Una de las dos es de otra área. Pídalo a quien coordina todo el país.")
OTHER_COUNTRY = N_("Son de dos países, y cada oficina queda en el suyo.")
SAME = N_("Es la misma oficina. Elija otra.")
CANNOT = N_("Así no se pueden unir. {reasons}")
LABELS = {
    "place": N_("Dirección y lugar"),
    "schedules": N_("Horario"),
    "source": N_("De dónde se sabe"),
    "organization": N_("Institución"),
}
POINT = N_("Punto en el mapa: {point}")
WHY = N_("Unida con otra oficina")


@router.get("")
def search(request: Request, at_id: str, member: Merger) -> Response:
    """Look for the other one."""
    moment = desk(request).clock()
    words = words_of(request)
    with reading(desk(request).engine).connect() as connection:
        office = read_office(connection, at_id, member)
        asked = request.query_params.get("q", office.service.name).strip()[:LONGEST]
        wanted = Wanted(search=asked, country=office.service.country, sort="name")
        rows = desk_lists.list_rows(connection, member, wanted, moment.date(), FOUND + 1).rows
    lines = [shown(row, words, moment) for row in rows if row.at_id != at_id and row.may_change]
    return render(request, "merge_search.html", office=office, q=asked, lines=lines[:FOUND])


@router.get("/{other_id}")
def compare(request: Request, at_id: str, other_id: str, member: Merger) -> Response:
    """Show where the two differ, to pick one of each."""
    kept, gone = _two(request, at_id, other_id, member)
    return _page(request, member, kept, gone, {})


@router.post("/undo")
def undo(request: Request, at_id: str, member: Merger, form: Posted) -> Response:
    """Make both again what they were."""
    words, page = words_of(request), f"/admin/entries/{at_id}"
    try:
        with desk(request).engine.begin() as connection:
            read_office(connection, at_id, member)
            merging_offices.undo(connection, _steps(form), member, author(request, member))
    except (VersionConflict, InvalidEntry, EntryNotFound):
        return redirect(request, page, Flash(words.text(CANNOT_UNDO), None, "trouble"))
    return redirect(request, page, Flash(words.text(UNDONE)))


@router.post("/{other_id}")
def merge(request: Request, at_id: str, other_id: str, member: Merger, form: Posted) -> Response:
    """Show what would come of it, or do it."""
    words = words_of(request)
    kept, gone = _two(request, at_id, other_id, member)
    picks = _picks(form)
    if text_of(form, "versions") != _versions(kept, gone):
        return _page(request, member, kept, gone, picks, words.text(CHANGED))
    if text_of(form, "do") != "merge":
        return _page(request, member, kept, gone, picks, preview=True)
    try:
        with desk(request).engine.begin() as connection:
            why = author(request, member, words.text(WHY))
            steps = merging_offices.merge_offices(connection, kept, gone, picks, member, why)
    except (InvalidEntry, OutsideArea, VersionConflict) as error:
        return _page(request, member, kept, gone, picks, _in_words(error, words))
    fields = [("step", f"{s.kind}:{s.id}:{s.before}:{s.after}") for s in steps]
    said = Flash(words.text(MERGED), Undo(f"/admin/entries/{at_id}/merge/undo", fields))
    return redirect(request, f"/admin/entries/{at_id}", said)


def _two(request: Request, at_id: str, other_id: str, member: Member) -> tuple[Office, Office]:
    with reading(desk(request).engine).connect() as connection:
        return read_office(connection, at_id, member), read_office(connection, other_id, member)


def _page(
    request: Request,
    member: Member,
    kept: Office,
    gone: Office,
    picks: dict[str, Pick],
    problem: str = "",
    *,
    preview: bool = False,
) -> Response:
    parts, words = desk(request), words_of(request)
    with reading(parts.engine).connect() as connection:
        may_change = all(
            {"service_at_location", "service", "location"}
            <= kinds_to_change(connection, office, member)
            for office in (kept, gone)
        )
    cards: dict[str, list[str]] = {}
    if kept.id == gone.id:
        problem, may_change = words.text(SAME), False
    elif kept.service.country != gone.service.country:
        problem, may_change = words.text(OTHER_COUNTRY), False
    elif not may_change:
        problem = words.text(OUTSIDE)
    elif preview:
        try:
            with merging_offices.as_if_merged(
                parts.engine, kept, gone, picks, member, author(request, member)
            ) as connection:
                cards = {
                    code: parts.show_card(kept.id, code, connection).splitlines()
                    for code in parts.translators
                }
        except (InvalidEntry, OutsideArea, VersionConflict) as error:
            problem = _in_words(error, words)
    return render(
        request,
        "merge.html",
        422 if problem else 200,
        kept=kept,
        gone=gone,
        choices=[
            _choice(choice, picks, kept, gone, words)
            for choice in merging_offices.choices(kept, gone)
        ],
        versions=_versions(kept, gone),
        problem=problem,
        may_merge=may_change,
        cards=[(code, LANGUAGE_NAMES.get(code, code), card) for code, card in cards.items()],
    )


def _choice(
    choice: Choice, picks: dict[str, Pick], kept: Office, gone: Office, words: Translator
) -> dict[str, Any]:
    group = choice.group
    label = LABELS.get(group.id) or label_of(group.kind, group.fields[0])
    sides = (("kept", choice.kept, kept), ("gone", choice.gone, gone))
    options = [
        (
            pick,
            _place(values, words)
            if group.id == "place"
            else [line for name in values for line in _lines(name, values[name], of, words)],
        )
        for pick, values, of in sides
    ]
    both = group.lists and all(found for _, found in options)
    return {
        "id": group.id,
        "label": words.text(label),
        "options": options,
        "both": both,
        "picked": picks.get(group.id, choice.usual),
    }


def _place(values: Mapping[str, Any], words: Translator) -> list[str]:
    """Return a place as people say it: the street, the town, the point on a map."""
    town = ", ".join(name for name in (values["municipality"], values["department"]) if name)
    lines = [*value_in_words("addresses", values["addresses"], words), *([town] if town else [])]
    if values["latitude"] is not None and values["longitude"] is not None:
        point = f"{values['latitude']}, {values['longitude']}"
        lines.append(words.text(POINT, point=point))
    return lines


def _lines(name: str, value: Any, office: Office, words: Translator) -> list[str]:
    if name == "organization_id":
        return [office.organization.name]
    found = list(value_in_words(name, value, words))
    language = name.partition("@")[2]
    return [f"{line} ({LANGUAGE_NAMES.get(language, language)})" if language else line
            for line in found]  # fmt: skip


def _picks(form: FormData) -> dict[str, Pick]:
    known = {group.id for group in merging_offices.GROUPS}
    return {
        name.removeprefix("pick-"): pick
        for name, value in form.multi_items()
        for pick in PICKS
        if value == pick and name.removeprefix("pick-") in known
    }


def _versions(kept: Office, gone: Office) -> str:
    entries = (*kept.entries.values(), *gone.entries.values())
    return ".".join(str(entry.version) for entry in entries)


def _steps(form: FormData) -> list[Step]:
    steps = []
    for value in form.getlist("step")[:MOST_STEPS]:
        kind, _, rest = str(value).partition(":")
        entry_id, before, after = (*rest.split(":"), "", "", "")[:3]
        if not (before.isdecimal() and after.isdecimal()):
            raise EntryNotFound("A step of a merge is kind, id and two versions.")
        steps.append(Step(kind, entry_id, int(before), int(after)))
    if not steps:
        raise EntryNotFound("Nothing is named to be undone.")
    return steps


def _in_words(error: Exception, words: Translator) -> str:
    if isinstance(error, InvalidEntry):
        reasons = " ".join(refusals.in_words(error.problems, words).values())
        return words.text(CANNOT, reasons=reasons)
    return words.text(OUTSIDE if isinstance(error, OutsideArea) else CHANGED)
