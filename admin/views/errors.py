"""What staff see when a page cannot be shown: what happened, that nothing is lost, where to go."""

from fastapi import FastAPI, Request, Response
from fastapi.exception_handlers import (
    http_exception_handler,
    request_validation_exception_handler,
)
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse

from admin.views.render import render, words_of
from flows.marking import N_
from knowledge.directory.editing import EntryNotFound

PAGES = "/admin"


NOT_FOUND = N_("No encontramos esa página")
NOT_FOUND_TEXT = N_(
    "Puede ser que el servicio se haya unido con otro, o que no sea de su área. Búsquelo por su "
    "nombre."
)
NOT_UNDERSTOOD = N_("No entendimos lo que llegó")
NOT_UNDERSTOOD_TEXT = N_(
    "No se cambió nada. Vuelva a la página anterior, cárguela de nuevo y mande otra vez."
)
TROUBLE = N_("Algo falló de nuestro lado")
TROUBLE_TEXT = N_(
    "No se guardó nada de lo último. Inténtelo otra vez en unos minutos; si sigue igual, avise a "
    "quien administra Ventanilla."
)


def add_error_pages(app: FastAPI) -> None:
    """Give the staff's pages kind errors; all other addresses keep those that they have."""
    app.add_exception_handler(HTTPException, _show_http_error)
    app.add_exception_handler(EntryNotFound, _show_not_found)
    app.add_exception_handler(RequestValidationError, _show_not_understood)
    app.add_exception_handler(Exception, _show_trouble)


async def _show_http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - how Starlette calls handlers
    if not _is_page(request):
        return await http_exception_handler(request, error)
    if error.status_code == 404:
        return _page(request, 404, NOT_FOUND, NOT_FOUND_TEXT)
    response = _page(request, error.status_code, NOT_UNDERSTOOD, NOT_UNDERSTOOD_TEXT)
    response.headers.update(error.headers or {})
    return response


async def _show_not_found(request: Request, error: Exception) -> Response:
    if not _is_page(request):
        raise error
    return _page(request, 404, NOT_FOUND, NOT_FOUND_TEXT)


async def _show_not_understood(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - as above
    if not _is_page(request):
        return await request_validation_exception_handler(request, error)
    return _page(request, 422, NOT_UNDERSTOOD, NOT_UNDERSTOOD_TEXT)


async def _show_trouble(request: Request, _error: Exception) -> Response:
    if not _is_page(request):
        return PlainTextResponse("Internal Server Error", 500)
    return _page(request, 500, TROUBLE, TROUBLE_TEXT)


def _is_page(request: Request) -> bool:
    return request.url.path.startswith(PAGES)


def _page(request: Request, status: int, heading: str, text: str) -> Response:
    words = words_of(request)
    return render(request, "error.html", status, heading=words.text(heading), text=words.text(text))
