"""My tokens for programs: made, shown once, revoked."""

from typing import Annotated

from fastapi import Depends, Form, Request, Response

from admin import doors
from admin.views.flash import Flash
from admin.views.parts import page_part
from admin.views.render import redirect, render, words_of
from flows.marking import N_
from knowledge.staff import tokens
from knowledge.staff.rights import Action, Member
from knowledge.store.database import reading

TOKENS = "/admin/account/tokens"
NAME_MISSING = N_("Escriba para qué es, por ejemplo «hoja de cálculo».")
DAYS_WRONG = N_("Escriba un número de días, de 1 a 366.")
REVOKED = N_("Anuló la llave. Ya no abre nada.")

router = page_part()

Asks = Annotated[Member, Depends(doors.page_needs(Action.MANAGE_OWN_TOKENS))]


@router.get(TOKENS)
def show_tokens(request: Request, member: Asks) -> Response:
    """Show a member's tokens, never their secrets."""
    return _page(request, member)


@router.post(TOKENS)
def add_token(
    request: Request,
    member: Asks,
    name: Annotated[str, Form()] = "",
    days: Annotated[str, Form()] = str(tokens.DAYS),
) -> Response:
    """Make a token and show its secret, this once."""
    words = words_of(request)
    problems = {}
    if not name.strip():
        problems["name"] = words.text(NAME_MISSING)
    count = int(days) if days.strip().isdecimal() and len(days) < 9 else 0
    if not 1 <= count <= tokens.MAX_DAYS:
        problems["days"] = words.text(DAYS_WRONG)
    if problems:
        return _page(request, member, name=name, days=days, problems=problems)
    desk = doors.desk(request)
    with desk.engine.begin() as connection:
        secret = tokens.add(connection, member.id, name, desk.clock(), count)
    return _page(request, member, secret=secret)


@router.post(TOKENS + "/{token_id}/revoke")
def revoke_token(request: Request, member: Asks, token_id: str) -> Response:
    """Make a token of one's own open nothing any more."""
    with doors.desk(request).engine.begin() as connection:
        tokens.revoke(connection, token_id, member.id)
    return redirect(request, TOKENS, Flash(words_of(request).text(REVOKED)))


def _page(
    request: Request,
    member: Member,
    *,
    secret: str = "",
    name: str = "",
    days: str = str(tokens.DAYS),
    problems: dict[str, str] | None = None,
) -> Response:
    desk = doors.desk(request)
    with reading(desk.engine).connect() as connection:
        mine = tokens.of_member(connection, member.id)
    return render(
        request,
        "tokens.html",
        422 if problems else 200,
        tokens=mine,
        now=desk.clock(),
        secret=secret,
        name=name,
        days=days,
        problems=problems or {},
    )
