"""The people of the desk, for administrators: invite, change, help in, shut out."""

from typing import Annotated

from fastapi import Depends, Form, Request, Response
from sqlalchemy import Connection

from admin import doors
from admin.views.flash import Flash, Undo
from admin.views.parts import page_part
from admin.views.refused_words import PROBLEMS
from admin.views.render import redirect, render, words_of
from flows.marking import N_
from knowledge.staff import links, members
from knowledge.staff.areas import UnknownAreaError, known_area
from knowledge.staff.members import Problem, StaffError, StaffMember
from knowledge.staff.rights import Action, Area, AreaError, Member, Role
from knowledge.store.database import reading

PEOPLE = "/admin/people"
AREA_UNKNOWN = N_("No conocemos ese lugar. Escriba, por ejemplo, SV/La Paz/Zacatecoluca.")
AREA_MEANT = N_("No conocemos ese lugar. ¿Quiso decir {area}?")
AREA_SHAPE = N_("Escriba SV, SV/La Paz o SV/La Paz/Zacatecoluca. Un asterisco (*) es todo.")
ROLE_MISSING = N_("Elija una función.")
RIGHTS_KEPT = N_("Guardamos la función y la zona.")
DISABLED = N_("Esa persona ya no puede entrar.")
ENABLED = N_("Esa persona puede entrar otra vez.")
FACTOR_REMOVED = N_("Quitó el segundo paso de esa persona. Puede entrar solo con su contraseña.")

router = page_part()

Text = Annotated[str, Form()]
Asks = Annotated[Member, Depends(doors.page_needs(Action.MANAGE_PEOPLE))]


class _RefusedError(Exception):
    """What was typed cannot be; the words go beside each field."""

    def __init__(self, problems: dict[str, str]) -> None:
        super().__init__()
        self.problems = problems


@router.get(PEOPLE)
def show_people(request: Request, member: Asks) -> Response:
    """Show everybody in one's area, and the form to invite."""
    return _people_page(request, member)


@router.post(PEOPLE)
def invite(
    request: Request, member: Asks, email: Text = "", role: Text = "", area: Text = ""
) -> Response:
    """Invite somebody; the link is shown this once."""
    desk = doors.desk(request)
    typed = {"email": email, "role": role, "area": area}
    try:
        rights = _read_rights(request, role, area)
        with desk.engine.begin() as connection:
            person = members.add(connection, email, *rights, desk.clock(), by=member)
            path = links.make(connection, person.id, desk.clock())
    except _RefusedError as refused:
        return _people_page(request, member, typed, refused.problems)
    except StaffError as error:
        problems = _beside(request, error, default="email")
        return _people_page(request, member, typed, problems)
    return _person_page(request, member, person.id, link=path)


@router.get(PEOPLE + "/{person_id}")
def show_person(request: Request, member: Asks, person_id: str) -> Response:
    """Show one person and what can be done."""
    return _person_page(request, member, person_id)


@router.post(PEOPLE + "/{person_id}/rights")
def change_rights(
    request: Request, member: Asks, person_id: str, role: Text = "", area: Text = ""
) -> Response:
    """Give somebody else another role or area."""
    typed = {"role": role, "area": area}
    try:
        rights = _read_rights(request, role, area)
        with doors.desk(request).engine.begin() as connection:
            members.change_rights(connection, person_id, *rights, by=member)
    except _RefusedError as refused:
        return _person_page(request, member, person_id, typed, refused.problems)
    except StaffError as error:
        problems = _beside(request, error, default="role")
        return _person_page(request, member, person_id, typed, problems)
    return _done(request, person_id, RIGHTS_KEPT)


@router.post(PEOPLE + "/{person_id}/link")
def make_link(request: Request, member: Asks, person_id: str) -> Response:
    """Make a link to set a password; it is shown this once, older ones open nothing any more."""
    desk = doors.desk(request)
    try:
        with desk.engine.begin() as connection:
            person = members.by_id(connection, person_id, by=member)
            path = None if person.is_disabled else links.make(connection, person.id, desk.clock())
    except StaffError:
        return _unknown(request)
    return _person_page(request, member, person_id, link=path)


@router.post(PEOPLE + "/{person_id}/disable")
def disable(request: Request, member: Asks, person_id: str) -> Response:
    """Shut somebody out at once; it can be undone."""
    try:
        with doors.desk(request).engine.begin() as connection:
            members.disable(connection, person_id, by=member)
    except StaffError as error:
        problems = _beside(request, error, default="disable")
        return _person_page(request, member, person_id, problems=problems)
    return _done(request, person_id, DISABLED, Undo(f"{PEOPLE}/{person_id}/enable"))


@router.post(PEOPLE + "/{person_id}/enable")
def enable(request: Request, member: Asks, person_id: str) -> Response:
    """Let somebody in again."""
    try:
        with doors.desk(request).engine.begin() as connection:
            members.enable(connection, person_id, by=member)
    except StaffError:
        return _unknown(request)
    return _done(request, person_id, ENABLED)


@router.post(PEOPLE + "/{person_id}/second-factor")
def remove_second_factor(request: Request, member: Asks, person_id: str) -> Response:
    """Help somebody in who lost phone and recovery codes."""
    try:
        with doors.desk(request).engine.begin() as connection:
            members.remove_second_factor(connection, person_id, by=member)
    except StaffError as error:
        problems = _beside(request, error, default="second_factor")
        return _person_page(request, member, person_id, problems=problems)
    return _done(request, person_id, FACTOR_REMOVED)


def _read_rights(request: Request, role: str, area: str) -> tuple[Role, Area]:
    words = words_of(request)
    problems = {}
    if role not in set(Role):
        problems["role"] = words.text(ROLE_MISSING)
    try:
        read = known_area(area)
    except UnknownAreaError as error:
        hint = words.text(AREA_MEANT, area=error.suggestion) if error.suggestion else None
        problems["area"] = hint or words.text(AREA_UNKNOWN)
    except AreaError:
        problems["area"] = words.text(AREA_SHAPE)
    if problems:
        raise _RefusedError(problems)
    return Role(role), read


def _beside(request: Request, error: StaffError, *, default: str) -> dict[str, str]:
    field = "area" if error.problem is Problem.OUTSIDE else default
    return {field: words_of(request).text(PROBLEMS[error.problem])}


def _people_page(
    request: Request,
    member: Member,
    typed: dict[str, str] | None = None,
    problems: dict[str, str] | None = None,
) -> Response:
    with reading(doors.desk(request).engine).connect() as connection:
        people = members.all_members(connection, member.area)
    return render(
        request,
        "people.html",
        422 if problems else 200,
        people=people,
        typed=typed or {"email": "", "role": "", "area": ""},
        problems=problems or {},
        roles=list(Role),
    )


def _person_page(
    request: Request,
    member: Member,
    person_id: str,
    typed: dict[str, str] | None = None,
    problems: dict[str, str] | None = None,
    *,
    link: str | None = None,
) -> Response:
    with reading(doors.desk(request).engine).connect() as connection:
        person = _find(connection, person_id, member)
    if person is None:
        return _unknown(request)
    rights = {"role": person.member.role.value, "area": str(person.member.area)}
    return render(
        request,
        "person.html",
        422 if problems else 200,
        person=person,
        typed=typed or rights,
        problems=problems or {},
        roles=list(Role),
        link=_whole(request, link) if link else None,
        is_oneself=person.id == member.id,
    )


def _find(connection: Connection, person_id: str, member: Member) -> StaffMember | None:
    try:
        return members.by_id(connection, person_id, by=member)
    except StaffError:
        return None


def _whole(request: Request, path: str) -> str:
    base = doors.desk(request).public_url or str(request.base_url).rstrip("/")
    return base + path


def _unknown(request: Request) -> Response:
    return render(
        request, "refused.html", 404, reason=words_of(request).text(PROBLEMS[Problem.UNKNOWN])
    )


def _done(request: Request, person_id: str, text: str, undo: Undo | None = None) -> Response:
    return redirect(request, f"{PEOPLE}/{person_id}", Flash(words_of(request).text(text), undo))
