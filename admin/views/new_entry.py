"""A new office by the shortest way: whose, what for, where, and a number to call."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Depends, Request, Response
from sqlalchemy import Connection

from admin.doors import desk, page_needs
from admin.views import refusals
from admin.views.entry_form import FormState, Posted, text_of
from admin.views.entry_page import form_parts
from admin.views.entry_saving import author
from admin.views.flash import Flash, Undo
from admin.views.parts import page_part
from admin.views.render import redirect, render, words_of
from flows.folding import fold
from flows.marking import N_
from knowledge.directory import proposals
from knowledge.directory.areas_of_entries import OutsideArea
from knowledge.directory.desk_entry import organizations_of
from knowledge.directory.entries import Address
from knowledge.directory.phone_words import PhoneRefused, read_typed_phone
from knowledge.directory.phones import COUNTRY_NAMES
from knowledge.directory.proposals import New, new_id
from knowledge.directory.validation import InvalidEntry
from knowledge.staff.rights import Action, Area, Member
from knowledge.store.database import reading

router = page_part(prefix="/admin/entries/new")
Editor = Annotated[Member, Depends(page_needs(Action.EDIT_ENTRIES))]
COUNTRIES = ("SV", "GT", "HN", "MX")
LISTED = 400  # institutions offered while one types; any other can be written
FIELDS = ("organization", "name", "description", "country", "department", "municipality",
          "address_1", "phone", "note", "source_url")  # fmt: skip


MISSING = N_("Falta este dato.")
NO_TOPIC = N_("Marque al menos un tema: por él la encuentran las personas.")
NO_WAY = N_("Escriba un teléfono o una dirección: si no, nadie puede llegar.")
NOT_YOUR_AREA = N_("Ese lugar está fuera de su área. Su área es {area}.")
CREATED = N_("Creada. Las personas ya la ven.")
CREATED_UNSEEN = N_("Creada. Se muestra cuando tenga la página que la confirma.")
SENT = N_("Enviada a revisión. Una coordinación la aprueba antes de publicarse.")


@router.get("")
def show(request: Request, member: Editor) -> Response:
    """Show the form, with the member's own place filled in."""
    place = member.area
    state = FormState(0, dict.fromkeys(FIELDS, "") | {
        "country": place.country or COUNTRIES[0], "department": place.department or "",
        "municipality": place.municipality or "", "terms": [], "entry_id": new_id(),
    })  # fmt: skip
    return _page(request, member, state)


@router.post("")
def create(request: Request, member: Editor, form: Posted) -> Response:
    """Create the office, or propose it; sent twice it is created once."""
    words = words_of(request)
    state = FormState(0, {name: text_of(form, name) for name in FIELDS})
    state.values["terms"] = [term for term in form.getlist("terms") if isinstance(term, str)]
    state.values["entry_id"] = text_of(form, "entry_id") or new_id()
    if member.area.country:
        state.values["country"] = member.area.country
    phones = _check(state, member, request)
    if state.errors:
        return _page(request, member, state)
    try:
        with desk(request).engine.begin() as connection:
            new = _entries(connection, state.values, phones)
            saved = proposals.create(connection, new, member, author(request, member))
    except OutsideArea:
        state.errors["municipality"] = words.text(NOT_YOUR_AREA, area=str(member.area))
        return _page(request, member, state)
    except InvalidEntry as wrong:
        if any(problem.field == "id" for problem in wrong.problems):
            return redirect(request, f"/admin/entries/{state.values['entry_id']}")
        state.refuse(refusals.in_words(wrong.problems, words), [*FIELDS, "terms"])
        return _page(request, member, state)
    if saved.proposal is not None:
        return redirect(request, "/admin/entries", Flash(words.text(SENT)))
    pair_id, version = saved.entries[-1].id, saved.entries[-1].version
    text = words.text(CREATED if state.values["source_url"] else CREATED_UNSEEN)
    fields = [("why", words.text(N_("Creada por error"))), ("version", str(version))]
    back = Undo(f"/admin/entries/{pair_id}/hide", fields)
    return redirect(request, f"/admin/entries/{pair_id}", Flash(text, back))


def _check(state: FormState, member: Member, request: Request) -> tuple[Any, ...]:
    """Note what is missing; return the phones."""
    words, values = words_of(request), state.values
    for name in ("organization", "name", "department"):
        if not values[name] and (name != "department" or values["municipality"]):
            state.errors[name] = words.text(MISSING)
    if values["country"] not in COUNTRIES:
        state.errors["country"] = words.text(MISSING)
        return ()
    if not values["terms"]:
        state.errors["terms"] = words.text(NO_TOPIC)
    if not (values["phone"] or values["address_1"]):
        state.errors["phone"] = words.text(NO_WAY)
    place = Area(values["country"], values["department"] or None, values["municipality"] or None)
    if not member.area.holds(place):
        state.errors["municipality"] = words.text(NOT_YOUR_AREA, area=str(member.area))
    if not values["phone"]:
        return ()
    try:
        return (read_typed_phone(values["phone"], values["note"], "voice", values["country"]),)
    except PhoneRefused as refused:
        state.errors["phone"] = words.text(refused.msgid, **refused.params)
        return ()


def _entries(
    connection: Connection, values: Mapping[str, Any], phones: tuple[Any, ...]
) -> list[New]:
    """Return the entries to create: an institution that is there already is not made twice."""
    country = values["country"]
    wanted = fold(values["organization"])
    known = (row for row in organizations_of(connection, country) if fold(row[1]) == wanted)
    owner_id = next((row[0] for row in known), "")
    new: list[New] = []
    if not owner_id:
        owner_id = new_id()
        new.append(
            New("organization", {"name": values["organization"], "country": country}, owner_id)
        )
    status = "active" if values["source_url"] else "to_complete"
    service_id, location_id = new_id(), new_id()
    where = {"department": values["department"], "municipality": values["municipality"]}
    address = values["address_1"]
    new.append(New("service", {
        "name": values["name"], "organization_id": owner_id, "country": country,
        "description": values["description"], "terms": tuple(values["terms"]),
        "source_url": values["source_url"], "status": status,
    }, service_id))  # fmt: skip
    new.append(New("location", {
        "country": country, "location_type": "physical" if address else "virtual",
        "addresses": (Address(address, country=country),) if address else (), **where,
    }, location_id))  # fmt: skip
    new.append(New("service_at_location", {
        "service_id": service_id, "location_id": location_id, "phones": phones,
    }, values["entry_id"]))  # fmt: skip
    return new


def _page(request: Request, member: Member, state: FormState) -> Response:
    with reading(desk(request).engine).connect() as connection:
        known = organizations_of(connection, member.area.country)[:LISTED]
    return render(
        request,
        "new_entry.html",
        422 if state.errors else 200,
        state=state,
        organizations=sorted({name for _, name, _ in known}),
        countries=[(code, COUNTRY_NAMES[code]) for code in COUNTRIES],
        one_country=member.area.country,
        **form_parts(words_of(request), []),
    )
