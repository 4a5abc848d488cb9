"""My account: password, second factor, language, where I am signed in."""

from typing import Annotated, Any

from fastapi import Depends, Form, Request, Response

from admin import doors
from admin.desk import Desk
from admin.headers import keep_session
from admin.views.flash import PATH as COOKIE_PATH
from admin.views.flash import Flash
from admin.views.parts import page_part
from admin.views.refused_words import WEAKNESSES
from admin.views.render import LANGUAGE_COOKIE, redirect, render, words_of
from flows.marking import N_
from knowledge.staff import codes, members, passwords, second_factor, sessions, sign_in
from knowledge.staff.rights import Member, Role
from knowledge.staff.sessions import Stage
from knowledge.store.database import reading

ACCOUNT = "/admin/account"
WRONG_NOW = N_("Esa no es su contraseña de ahora. Escríbala otra vez.")
NOT_ALIKE = N_("Las dos contraseñas no son iguales. Escríbalas otra vez.")
WRONG_CODE = N_("Ese código no sirve. Revise la hora del teléfono y escriba el código siguiente.")
PASSWORD_CHANGED = N_("Cambió su contraseña. Cerramos su cuenta en los demás lugares.")
LANGUAGE_KEPT = N_("Guardamos su idioma.")
ELSEWHERE_ENDED = N_("Cerramos su cuenta en los demás lugares.")
FACTOR_REMOVED = N_("Quitó el segundo paso.")

router = page_part()

Text = Annotated[str, Form()]
Asks = Annotated[Member, Depends(doors.page_member)]


@router.get(ACCOUNT)
def show_account(request: Request, member: Asks) -> Response:
    """Show everything about who is signed in."""
    return _account_page(request, member)


@router.post(f"{ACCOUNT}/password")
def change_password(
    request: Request, member: Asks, current: Text = "", password: Text = "", again: Text = ""
) -> Response:
    """Set another password; every other session ends."""
    desk, words = doors.desk(request), words_of(request)
    now = desk.clock()
    if not sign_in.is_password(desk.engine, desk.vault, member.id, current, now):
        return _account_page(request, member, {"current": words.text(WRONG_NOW)})
    with reading(desk.engine).connect() as connection:
        email = members.by_id(connection, member.id).email
    if weak := passwords.weakness(password, email):
        return _account_page(request, member, {"password": words.text(WEAKNESSES[weak])})
    if password != again:
        return _account_page(request, member, {"again": words.text(NOT_ALIKE)})
    hashed = passwords.hash_password(password)
    with desk.engine.begin() as connection:
        members.set_password(connection, member.id, hashed)
        secret = sessions.begin(connection, member, Stage.FULL, now)
    response = redirect(request, ACCOUNT, Flash(words.text(PASSWORD_CHANGED)))
    keep_session(request, response, secret)
    return response


@router.post(f"{ACCOUNT}/language")
def change_language(request: Request, member: Asks, language: Text = "") -> Response:
    """Keep the language of a member."""
    desk = doors.desk(request)
    if language not in desk.translators:
        return _account_page(request, member)
    with desk.engine.begin() as connection:
        members.set_language(connection, member.id, language)
    said = Flash(desk.translators[language].text(LANGUAGE_KEPT))
    response = redirect(request, ACCOUNT, said)
    response.delete_cookie(LANGUAGE_COOKIE, path=COOKIE_PATH)  # a choice of before for this visit
    return response


@router.post(f"{ACCOUNT}/sign-out-everywhere")
def sign_out_everywhere(request: Request, member: Asks) -> Response:
    """End every session but this one, which goes on under another secret."""
    response = redirect(request, ACCOUNT, Flash(words_of(request).text(ELSEWHERE_ENDED)))
    _only_here(request, response, member)
    return response


@router.get(doors.ENROL)
def show_second_factor(request: Request, member: Asks) -> Response:
    """Show the picture to scan, or what there is."""
    return _factor_page(request, member)


@router.post(doors.ENROL)
def confirm_second_factor(request: Request, member: Asks, code: Text = "") -> Response:
    """Take the second factor into use with a first code; show the recovery codes once."""
    desk = doors.desk(request)
    with desk.engine.begin() as connection:
        if members.by_id(connection, member.id).has_second_factor:
            fresh = None
        else:
            fresh = second_factor.confirm(connection, desk.vault, member.id, code, desk.clock())
    if fresh is None:
        return _factor_page(request, member, {"code": words_of(request).text(WRONG_CODE)})
    response = render(request, "second_factor_codes.html", codes=fresh)
    _only_here(request, response, member)
    return response


@router.post(f"{doors.ENROL}/change")
def change_second_factor(
    request: Request, member: Asks, current: Text = "", do: Text = ""
) -> Response:
    """Give new recovery codes, begin anew with another phone, or do without."""
    desk, words = doors.desk(request), words_of(request)
    if not sign_in.is_password(desk.engine, desk.vault, member.id, current, desk.clock()):
        return _factor_page(request, member, {"current": words.text(WRONG_NOW)})
    if do == "codes":
        with desk.engine.begin() as connection:
            fresh = second_factor.renew_recovery_codes(connection, desk.vault, member.id)
        return render(request, "second_factor_codes.html", codes=fresh)
    with desk.engine.begin() as connection:
        members.remove_second_factor(connection, member.id)
    goes_on = do == "replace" or member.role is Role.ADMINISTRATOR
    response = redirect(
        request,
        doors.ENROL if goes_on else ACCOUNT,
        None if goes_on else Flash(words.text(FACTOR_REMOVED)),
    )
    _only_here(request, response, member)
    return response


def _only_here(request: Request, response: Response, member: Member) -> None:
    desk = doors.desk(request)
    with desk.engine.begin() as connection:
        sessions.end_all(connection, member.id)
        secret = sessions.begin(connection, member, Stage.FULL, desk.clock())
    keep_session(request, response, secret)


def _account_page(
    request: Request, member: Member, problems: dict[str, str] | None = None
) -> Response:
    desk = doors.desk(request)
    with reading(desk.engine).connect() as connection:
        context: dict[str, Any] = {
            "person": members.by_id(connection, member.id),
            "sessions": sessions.of_member(connection, member.id, desk.clock()),
            "codes_left": second_factor.count_recovery_codes(connection, member.id),
        }
    session = doors.page_session(request)
    return render(
        request,
        "account.html",
        422 if problems else 200,
        **context,
        own_key=session.key if session else b"",
        language_codes=list(desk.translators),
        problems=problems or {},
    )


def _factor_page(
    request: Request, member: Member, problems: dict[str, str] | None = None
) -> Response:
    desk = doors.desk(request)
    with desk.engine.begin() as connection:
        person = members.by_id(connection, member.id)
        left = second_factor.count_recovery_codes(connection, member.id)
        context = _to_scan(desk, connection, person) if not person.has_second_factor else {}
    return render(
        request,
        "second_factor_set_up.html",
        422 if problems else 200,
        person=person,
        codes_left=left,
        problems=problems or {},
        **context,
    )


def _to_scan(desk: Desk, connection: Any, person: members.StaffMember) -> dict[str, str]:
    secret = second_factor.begin(connection, desk.vault, person.id)
    return {
        "picture": codes.picture(secret, person.email),
        "spelled": second_factor.spelled(secret),
    }
