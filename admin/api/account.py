"""One's own account: who one is, one's language, where one is signed in, one's tokens.

Password and second factor stay with the pages: both ask for the password of now, which no program
should hold.
"""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection

from admin.api.parameters import answers
from admin.api.parts import api_part
from admin.api.people import PersonAnswer, person_json
from admin.api.problems import ApiProblem, refused
from admin.api.work import Work, Working, answer
from admin.doors import Unauthorized, needs_enrolled, token_of
from admin.doors import member as known_member
from admin.paging import as_id
from knowledge.staff import members, sessions, tokens
from knowledge.staff.rights import Action, Member
from knowledge.staff.tokens import DAYS, MAX_DAYS, MAX_NAME, Token

# A line of text with something to read in it.
_NAMED = r"^[^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f][^\x00-\x1f\x7f]*$"
Oneself = Annotated[Member, Depends(known_member)]
Holder = Annotated[Member, Depends(needs_enrolled(Action.MANAGE_OWN_TOKENS))]


class VisitAnswer(BaseModel):
    """A place where one is signed in to the pages."""

    begun: str
    seen: str


class AccountAnswer(PersonAnswer):
    """Who asks, and where they are signed in."""

    sessions: list[VisitAnswer]


class AccountChange(BaseModel):
    """The language that one reads: `es` or `en`."""

    model_config = ConfigDict(extra="forbid")
    language: Annotated[str, Field(max_length=35, examples=["es"])]


class NewToken(BaseModel):
    """What a token is for, and how many days it lasts."""

    model_config = ConfigDict(extra="forbid")
    name: Annotated[
        str,
        Field(min_length=1, max_length=MAX_NAME, pattern=_NAMED,
              examples=["hoja de cálculo"]),
    ]  # fmt: skip
    days: Annotated[int, Field(ge=1, le=MAX_DAYS)] = DAYS


class TokenAnswer(BaseModel):
    """A token without its secret; `used` is the day of the last use."""

    id: str
    name: str
    created: str
    ends: str
    used: str | None


class MadeToken(TokenAnswer):
    """A new token with its secret, told this once."""

    token: str


class TokensAnswer(BaseModel):
    """Every token of one's own, the newest first, those that are over too."""

    contents: list[TokenAnswer]


def account_router() -> APIRouter:
    """Return the routes of one's own account and tokens."""
    router = api_part(prefix="/account", tags=["account"])

    @router.get("", name="get_account", responses=answers(ok=AccountAnswer))
    def show(work: Working, member: Oneself) -> Response:
        """Say who you are, what you may change and where you are signed in."""
        with work.read() as connection:
            return _account(connection, work, member)

    @router.patch("", name="change_account", responses=answers(ok=AccountAnswer))
    def change(work: Working, member: Oneself, body: AccountChange) -> Response:
        """Choose the language in which the pages speak to you."""
        if body.language not in work.desk.translators:
            known = ", ".join(sorted(work.desk.translators))
            raise refused("language", f"is none of {known}.")

        def act(connection: Connection) -> Response:
            members.set_language(connection, member.id, body.language)
            return _account(connection, work, member)

        return work.write(member, act)

    @router.post(
        "/sign-out-everywhere", name="sign_out_everywhere", status_code=204,
        response_class=Response,
        responses=answers() | {204: {"description": "Every session is over."}},
    )  # fmt: skip
    def sign_out(work: Working, member: Oneself) -> Response:
        """End every session of yours at the pages, this one too; tokens go on."""

        def act(connection: Connection) -> Response:
            sessions.end_all(connection, member.id)
            return Response(status_code=204)

        return work.write(member, act)

    @router.get("/tokens", name="list_tokens", responses=answers(ok=TokensAnswer))
    def list_tokens(work: Working, member: Holder) -> Response:
        """List your tokens, without their secrets."""
        with work.read() as connection:
            found = tokens.of_member(connection, member.id)
        return answer({"contents": [_told(token) for token in found]})

    @router.post(
        "/tokens", name="add_token", status_code=201, responses=answers(ok=MadeToken, status=201)
    )
    def add(request: Request, work: Working, member: Holder, body: NewToken) -> Response:
        """Make a token of yours; one made with a token ends with it at the latest."""
        by = token_of(request)

        def act(connection: Connection) -> Response:
            secret = tokens.add(connection, member.id, body.name, work.now, body.days, by=by)
            made = tokens.find(connection, secret, work.now)
            if made is None:  # its maker's token ends in this very second
                raise Unauthorized
            headers = {"Location": f"/api/v1/account/tokens/{made.id}"}
            return answer(_told(made) | {"token": secret}, 201, headers)

        return work.write(member, act)

    @router.delete(
        "/tokens/{token_id}", name="revoke_token", status_code=204, response_class=Response,
        responses=answers(404) | {204: {"description": "It opens nothing any more."}},
    )  # fmt: skip
    def revoke(work: Working, member: Holder, token_id: str) -> Response:
        """Make a token of yours open nothing any more, the one that asks too."""

        def act(connection: Connection) -> Response:
            if not tokens.revoke(connection, as_id(token_id) or "", member.id):
                raise ApiProblem(404, "TokenNotFound", "No token of yours has this id.")
            return Response(status_code=204)

        return work.write(member, act)

    return router


def _account(connection: Connection, work: Work, member: Member) -> Response:
    person = members.by_id(connection, member.id)
    visits = sessions.of_member(connection, member.id, work.now)
    told = [{"begun": v.begun.isoformat(), "seen": v.seen.isoformat()} for v in visits]
    return answer(person_json(person) | {"sessions": told})


def _told(token: Token) -> dict[str, Any]:
    return {
        "id": token.id, "name": token.name, "created": token.created,
        "ends": token.ends.isoformat(), "used": token.used,
    }  # fmt: skip
