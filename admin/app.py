"""The staff's desk put together: pages, API, who comes in, and what is said to who may not.

Pages and API are imported where they are added: who opens one need not hold the other, and
`admin.first_use` adds neither before somebody asks for it.
"""

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from admin import doors, forms
from admin.api.problems import problem_of
from admin.desk import Desk
from admin.headers import DeskHeaders
from admin.views.errors import add_error_pages
from admin.views.render import render, words_of
from flows.marking import N_
from knowledge.directory.areas_of_entries import OutsideArea

NOT_YOURS = N_(
    "Su función no permite abrir esta página. Si la necesita, pídala a quien administra Ventanilla."
)
OUTSIDE = N_("Ese lugar está fuera de su zona. Pida el cambio a quien coordina su país.")
STALE_FORM = N_(
    "No guardamos nada: esta página estuvo abierta mucho tiempo, o su navegador no guarda "
    "cookies. Vuelva a la página anterior, cárguela de nuevo y mande otra vez."
)


def install(app: FastAPI, desk: Desk) -> None:
    """Add the staff's pages under `/admin` and the API under `/api/v1` to the service."""
    add_routes(app)
    serve_desk(app, desk)


def add_routes(app: FastAPI) -> None:
    """Add all that is the same for every desk."""
    add_pages(app)
    add_api(app)


def add_pages(app: FastAPI) -> None:
    """Add the pages, and what is said where one cannot be shown."""
    from admin.views.router import page_routes

    app.router.routes += page_routes()
    _add_refusals(app)


def add_api(app: FastAPI) -> None:
    """Add the API and its guide."""
    from admin.api.router import api_routes

    app.router.routes += api_routes()
    _add_refusals(app)


def _add_refusals(app: FastAPI) -> None:
    app.add_exception_handler(doors.SignInFirst, _send_to_sign_in)
    app.add_exception_handler(doors.Forbidden, _say_forbidden)
    add_error_pages(app)
    app.add_exception_handler(OutsideArea, _say_outside)


def serve_desk(app: FastAPI, desk: Desk) -> None:
    """Let the pages and the API work with this desk."""
    app.state.desk = desk
    app.add_middleware(DeskHeaders, desk=desk)


def _send_to_sign_in(request: Request, error: Exception) -> Response:
    assert isinstance(error, doors.SignInFirst)  # noqa: S101 - how Starlette calls handlers
    if "hx-request" in request.headers:  # a script would put the page into a corner of another
        return Response(status_code=401, headers={"HX-Redirect": error.location})
    return RedirectResponse(error.location, status_code=303)


def _say_forbidden(request: Request, error: Exception) -> Response:
    if request.url.path.startswith("/api/") and (found := problem_of(error)) is not None:
        return found.response()
    return _refuse(request, 403, STALE_FORM if isinstance(error, forms.ForgedForm) else NOT_YOURS)


def _say_outside(request: Request, _error: Exception) -> Response:
    return _refuse(request, 403, OUTSIDE)


def _refuse(request: Request, status: int, reason: str) -> Response:
    return render(request, "refused.html", status, reason=words_of(request).text(reason))
