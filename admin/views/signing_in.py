"""Coming in and going out: password, second factor, the link that sets a password."""

from typing import Annotated

from fastapi import Form, Request, Response

from admin import doors
from admin.headers import drop_session, keep_session
from admin.views.flash import Flash
from admin.views.parts import page_part
from admin.views.refused_words import PROBLEMS, WEAKNESSES
from admin.views.render import redirect, render, words_of
from flows.marking import N_
from knowledge.staff import sessions, setting_up, sign_in
from knowledge.staff.members import Problem
from knowledge.staff.passwords import Weakness
from knowledge.staff.sessions import Stage
from knowledge.staff.sign_in import Outcome, Result

WRONG_PASSWORD = N_(
    "El correo o la contraseña no coinciden. Revise que no estén activas las mayúsculas."
)
WRONG_CODE = N_("Ese código no sirve. Espere a que la aplicación muestre el siguiente y escríbalo.")
WAIT_SECONDS = N_("Por seguridad, espere {n} segundos y pruebe otra vez.")
WAIT_MINUTES = N_("Por seguridad, espere {n} minutos y pruebe otra vez.")
PASSWORD_KEPT = N_("Su contraseña quedó guardada. Ya puede entrar.")
SIGNED_OUT = N_("Salió de su cuenta.")
NOT_ALIKE = N_("Las dos contraseñas no son iguales. Escríbalas otra vez.")

router = page_part()

Text = Annotated[str, Form()]


@router.get(doors.SIGN_IN)
def show_sign_in(request: Request, next: str = "") -> Response:  # noqa: A002 - a word of addresses
    """Show the form, or go on when somebody is in already."""
    session = doors.page_session(request)
    if session is not None and session.stage is Stage.FULL:
        return redirect(request, safe_way(next))
    return _sign_in_page(request, next)


@router.post(doors.SIGN_IN)
def do_sign_in(
    request: Request,
    email: Text = "",
    password: Text = "",
    next: Annotated[str, Form()] = "",  # noqa: A002
) -> Response:
    """Try an address and a password."""
    desk = doors.desk(request)
    result = sign_in.with_password(
        desk.engine, desk.vault, email, password, doors.address(request), desk.clock()
    )
    if result.outcome in (Outcome.WRONG, Outcome.WAIT):
        problem = _refusal(request, result, WRONG_PASSWORD)
        return _sign_in_page(request, next, email=email, problem=problem)
    if result.outcome is Outcome.CODE_NEEDED:
        response = redirect(request, f"{doors.SECOND_FACTOR}?next={doors.quoted(safe_way(next))}")
    else:
        response = redirect(request, safe_way(next))
    _end_session(request)  # whoever was in here before
    keep_session(request, response, result.secret)
    return response


@router.get(doors.SECOND_FACTOR)
def show_second_factor(request: Request, next: str = "") -> Response:  # noqa: A002
    """Ask for the code of the app."""
    if _waiting(request) is None:
        return redirect(request, doors.SIGN_IN)
    return _code_page(request, next)


@router.post(doors.SECOND_FACTOR)
def do_second_factor(
    request: Request,
    code: Text = "",
    next: Annotated[str, Form()] = "",  # noqa: A002
) -> Response:
    """Try a code; a right one makes another session."""
    session = _waiting(request)
    if session is None:
        return redirect(request, doors.SIGN_IN)
    desk = doors.desk(request)
    result = sign_in.with_code(
        desk.engine, desk.vault, session, code, doors.address(request), desk.clock()
    )
    if result.outcome is not Outcome.IN:
        return _code_page(request, next, problem=_refusal(request, result, WRONG_CODE))
    response = redirect(request, safe_way(next))
    keep_session(request, response, result.secret)
    return response


@router.post("/admin/sign-out")
def sign_out(request: Request) -> Response:
    """End this session here and on the server."""
    _end_session(request)
    response = redirect(request, doors.SIGN_IN, Flash(words_of(request).text(SIGNED_OUT)))
    drop_session(request, response)
    return response


@router.get("/admin/set-up/{secret}")
def show_set_up(request: Request, secret: str) -> Response:
    """Show what a link is for; the link stays good."""
    return _set_up_page(request, secret)


@router.post("/admin/set-up/{secret}")
def do_set_up(
    request: Request, secret: str, email: Text = "", password: Text = "", again: Text = ""
) -> Response:
    """Set the password and use the link up."""
    if password != again:
        return _set_up_page(request, secret, email, {"again": words_of(request).text(NOT_ALIKE)})
    desk = doors.desk(request)
    refused = setting_up.set_up(desk.engine, secret, email, password, desk.clock())
    words = words_of(request)
    if isinstance(refused, Weakness):
        problem = {"password": words.text(WEAKNESSES[refused])}
        return _set_up_page(request, secret, email, problem)
    if refused in (Problem.NOT_AN_EMAIL, Problem.TAKEN):
        return _set_up_page(request, secret, email, {"email": words.text(PROBLEMS[refused])})
    if refused is not None:
        return _set_up_page(request, secret)
    return redirect(request, doors.SIGN_IN, Flash(words.text(PASSWORD_KEPT)))


def safe_way(address: str) -> str:
    """Return the page to go on to: one of the desk's, whatever the address says."""
    is_ours = address == "/admin" or address.startswith("/admin/")
    if not is_ours or "\\" in address or not address.isprintable():
        return doors.HOME
    return address


def _sign_in_page(request: Request, way: str, *, email: str = "", problem: str = "") -> Response:
    status = 422 if problem else 200
    return render(request, "sign_in.html", status, email=email, next=safe_way(way), problem=problem)


def _code_page(request: Request, way: str, *, problem: str = "") -> Response:
    status = 422 if problem else 200
    return render(request, "second_factor.html", status, next=safe_way(way), problem=problem)


def _set_up_page(
    request: Request, secret: str, email: str = "", problems: dict[str, str] | None = None
) -> Response:
    desk = doors.desk(request)
    invitation = setting_up.look(desk.engine, secret, desk.clock())
    return render(
        request,
        "set_up.html",
        410 if invitation is None else 422 if problems else 200,
        invitation=invitation,
        email=email,
        problems=problems or {},
    )


def _refusal(request: Request, result: Result, wrong: str) -> str:
    words = words_of(request)
    if result.outcome is not Outcome.WAIT:
        return words.text(wrong)
    if result.seconds <= 90:
        return words.text(WAIT_SECONDS, n=result.seconds)
    return words.text(WAIT_MINUTES, n=-(-result.seconds // 60))


def _waiting(request: Request) -> sessions.Session | None:
    session = doors.page_session(request)
    return session if session is not None and session.stage is Stage.CODE else None


def _end_session(request: Request) -> None:
    session = doors.page_session(request)
    if session is not None:
        with doors.desk(request).engine.begin() as connection:
            sessions.end_by_key(connection, session.key)
