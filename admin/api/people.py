"""The people of the desk, for administrators: invite, change, help in, shut out, as the page does.

A link to set a password and a token are told once, in the answer that makes them.
"""

import hashlib
import json
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection

from admin.api.parameters import WantedPage, answers
from admin.api.parts import api_part
from admin.api.problems import ApiProblem, refused
from admin.api.work import IfMatch, Working, answer, sent_tags
from admin.doors import desk, needs_enrolled
from admin.paging import as_id, page_of
from knowledge.staff import links, members
from knowledge.staff.areas import known_area
from knowledge.staff.members import MAX_EMAIL, Problem, StaffError, StaffMember
from knowledge.staff.rights import Action, Area, AreaError, Member, Role

Chief = Annotated[Member, Depends(needs_enrolled(Action.MANAGE_PEOPLE))]
AreaText = Annotated[str, Field(max_length=200, examples=["SV/La Paz"])]


class NewPerson(BaseModel):
    """Somebody to be invited; an area is `SV`, `SV/La Paz`, `SV/La Paz/Zacatecoluca` or `*`."""

    model_config = ConfigDict(extra="forbid")
    email: Annotated[str, Field(max_length=MAX_EMAIL, examples=["nombre@alcaldia.gob.sv"])]
    role: Annotated[Role, Field(examples=["editor"])]
    area: AreaText


class PersonChange(BaseModel):
    """What changes; what is not sent stays as it is. `disabled` shuts out at once."""

    model_config = ConfigDict(extra="forbid")
    role: Annotated[Role, Field(examples=["coordinator"])] | None = None
    area: AreaText | None = None
    disabled: bool | None = None


class PersonAnswer(BaseModel):
    """A member of staff as administrators see one; without a password, one who never came."""

    id: str
    email: str
    role: Role
    area: str
    language: str
    created: str
    disabled: bool
    has_password: bool
    has_second_factor: bool


class InvitedAnswer(PersonAnswer):
    """Somebody invited, with the link to set a password: told once, good once, for 72 hours."""

    link: str


class LinkAnswer(BaseModel):
    """A link to set a password: told once, good once, for 72 hours."""

    link: str


class PageOfPeople(BaseModel):
    """A page of the people of one's area."""

    total_items: int
    total_pages: int
    page_number: int
    size: int
    first_page: bool
    last_page: bool
    empty: bool
    contents: list[PersonAnswer]


def people_router() -> APIRouter:
    """Return the routes of people."""
    router = api_part(prefix="/people", tags=["people"])

    @router.get("", name="list_people", responses=answers(ok=PageOfPeople))
    def many(work: Working, member: Chief, page: WantedPage) -> Response:
        """List who works in your area, by address; who may not come in any more, last."""
        with work.read() as connection:
            found = members.all_members(connection, member.area)
        contents = [person_json(person) for person in found[page.first : page.first + page.size]]
        return answer(page_of(contents, len(found), page.number, page.size))

    @router.post(
        "", name="invite_person", status_code=201,
        responses=answers(409, ok=InvitedAnswer, status=201),
    )  # fmt: skip
    def invite(request: Request, work: Working, member: Chief, body: NewPerson) -> Response:
        """Invite somebody into your area; `link` sets the password, and is told this once."""
        area = _area(body.area)

        def act(connection: Connection) -> Response:
            person = members.add(connection, body.email, body.role, area, work.now, by=member)
            link = _whole(request, links.make(connection, person.id, work.now))
            headers = {"ETag": _tag(person), "Location": f"/api/v1/people/{person.id}"}
            return answer(person_json(person) | {"link": link}, 201, headers)

        return work.write(member, act)

    @router.get("/{person_id}", name="get_person", responses=answers(404, ok=PersonAnswer))
    def one(work: Working, member: Chief, person_id: str) -> Response:
        """Give one person of your area."""
        with work.read() as connection:
            return _answer_person(members.by_id(connection, _key(person_id), by=member))

    @router.patch(
        "/{person_id}", name="change_person", responses=answers(404, 409, 412, 428, ok=PersonAnswer)
    )
    def change(
        work: Working, member: Chief, person_id: str, body: PersonChange, if_match: IfMatch = None
    ) -> Response:
        """Give somebody else another role or area, shut them out or let them in again."""
        area = None if body.area is None else _area(body.area)

        def act(connection: Connection) -> Response:
            person = members.by_id(connection, _key(person_id), by=member)
            _require_match(person, if_match)
            if body.role is not None or area is not None:
                role = body.role or person.member.role
                wanted = person.member.area if area is None else area
                members.change_rights(connection, person.id, role, wanted, by=member)
            if body.disabled is not None and body.disabled != person.is_disabled:
                switch = members.disable if body.disabled else members.enable
                switch(connection, person.id, by=member)
            return _answer_person(members.by_id(connection, person.id, by=member))

        return work.write(member, act)

    @router.post(
        "/{person_id}/link", name="make_link", status_code=201,
        responses=answers(404, 409, ok=LinkAnswer, status=201),
    )  # fmt: skip
    def make_link(request: Request, work: Working, member: Chief, person_id: str) -> Response:
        """Make a link to set a password; older ones open nothing any more."""

        def act(connection: Connection) -> Response:
            person = members.by_id(connection, _key(person_id), by=member)
            if person.is_disabled:
                detail = "This person may not come in. Let them in again first: disabled false."
                raise ApiProblem(409, "PersonDisabled", detail)
            return answer(
                {"link": _whole(request, links.make(connection, person.id, work.now))}, 201
            )

        return work.write(member, act)

    @router.delete(
        "/{person_id}/second-factor",
        name="remove_second_factor",
        responses=answers(404, ok=PersonAnswer),
    )
    def remove_factor(work: Working, member: Chief, person_id: str) -> Response:
        """Help somebody else in who lost phone and recovery codes: the password alone lets in."""

        def act(connection: Connection) -> Response:
            members.remove_second_factor(connection, _key(person_id), by=member)
            return _answer_person(members.by_id(connection, _key(person_id), by=member))

        return work.write(member, act)

    return router


def person_json(person: StaffMember) -> dict[str, Any]:
    """Return a member of staff as the API gives one."""
    return {
        "id": person.id, "email": person.email, "role": person.member.role.value,
        "area": str(person.member.area), "language": person.member.language,
        "created": person.created, "disabled": person.is_disabled,
        "has_password": person.has_password, "has_second_factor": person.has_second_factor,
    }  # fmt: skip


def _tag(person: StaffMember) -> str:
    """Return the ETag of a person: people have no versions, so it is made of what is told."""
    told = json.dumps(person_json(person), sort_keys=True).encode()
    return f'"{hashlib.sha256(told).hexdigest()[:32]}"'


def _answer_person(person: StaffMember) -> Response:
    return answer(person_json(person), headers={"ETag": _tag(person)})


def _require_match(person: StaffMember, if_match: str | None) -> None:
    if _tag(person) not in [tag.removeprefix("W/") for tag in sent_tags(if_match)]:
        raise ApiProblem(
            412, "VersionConflict", "Somebody changed this person meanwhile. Compare, send again.",
            extra={"current": person_json(person)}, headers={"ETag": _tag(person)},
        )  # fmt: skip


def _area(text: str) -> Area:
    try:
        return known_area(text)
    except AreaError as error:
        raise refused("area", str(error)) from None


def _whole(request: Request, path: str) -> str:
    return (desk(request).public_url or str(request.base_url)).rstrip("/") + path


def _key(text: str) -> str:
    found = as_id(text)
    if found is None:
        raise StaffError(Problem.UNKNOWN)
    return found
