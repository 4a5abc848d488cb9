"""The web chat: a page that works without a script, and `POST /chat` for everything else.

A conversation is known by a random token alone: in a cookie of the session for forms, in the
page's memory for the script. No address, browser or text is kept or logged.
"""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import APIRouter, FastAPI, Request
from sqlalchemy.exc import SQLAlchemyError
from starlette.background import BackgroundTask
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from bot import metrics
from bot.channels import web_requests as requests
from bot.channels.web_assets import PREFIX, Assets
from bot.channels.web_description import DESCRIPTION
from bot.channels.web_headers import SecurityHeaders
from bot.channels.web_languages import preferred
from bot.channels.web_pages import NEUTRAL_PAGE, Pages
from bot.channels.web_requests import ChatRequest, ProblemError, Translate
from bot.chat import Inbound, Receipt
from bot.limits import Limits, Ruling
from bot.logs import place
from bot.messages import Kind, Location, Message, OutgoingMessage
from bot.worker import Worker
from knowledge.store.database import StoreError

log = structlog.get_logger(__name__)

CHANNEL = "web"
COOKIE = "ventanilla"
RETRY_SECONDS = "30"
OTHER_METHODS = ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"]


@dataclass(frozen=True, slots=True)
class _Trouble:
    """A turn that failed: why, and what can be said all the same."""

    problem: ProblemError
    messages: tuple[OutgoingMessage, ...]
    retry_after: str = RETRY_SECONDS


class WebChat:
    """The handlers of the web chat."""

    def __init__(self, worker: Worker, limits: Limits, *, secure_cookies: bool = False) -> None:
        self._worker = worker
        self._limits = limits
        self._chat = worker.chat
        self._content = worker.chat.content
        self._secure = secure_cookies
        self.assets = Assets()
        self._pages = Pages(self._content, self.assets)

    async def show(self, request: Request) -> Response:
        """`GET /`: the first screen. Writes nothing, sets no cookie."""
        asked = request.query_params.get("lang")
        language = self._language(request, asked)
        response = self._page(language, self._first_screen(language))
        old = requests.known_shape(request.cookies.get(COOKIE))
        if old and asked:  # another language begins another conversation
            self._drop_cookie(response)
            response.background = BackgroundTask(self._end, old)
        return response

    async def post_form(self, request: Request) -> Response:
        """`POST /`: one message from the form of the page; answers with the page."""
        form: dict[str, str] = {}
        language = self._language(request, None)
        try:
            form = await requests.read_form(request)
            language = self._language(request, form.get("lang"))
            text = requests.check_length(form.get("text", ""))
        except ProblemError as problem:
            return self._page(
                language,
                self._first_screen(language),
                status=problem.status,
                problem=problem.detail(self._translate(language)),
                draft=form.get("text", ""),
                posted=True,
            )
        option = form.get("option")
        message = _message(language, text=text, option=option)
        token = requests.known_shape(request.cookies.get(COOKIE)) or requests.new_token()
        said = self._pages.label(language, option) if option else text
        result = await self._take(token, message, welcomed=True, request=request)
        if isinstance(result, _Trouble):
            response = self._page(
                language,
                result.messages,
                status=result.problem.status,
                said=said,
                problem=result.problem.detail(self._translate(language)),
                draft=text,
                posted=True,
            )
            response.headers["Retry-After"] = result.retry_after
        else:
            response = self._page(
                _language_of(result, language), result.messages, said=said, posted=True
            )
        if isinstance(result, Receipt) and result.turn is not None and result.turn.ending:
            self._drop_cookie(response)
        else:
            self._set_cookie(response, request, token)
        return response

    async def post_json(self, request: Request) -> Response:
        """Answer one message of a conversation."""
        try:
            body = await requests.read_json(request)
        except ProblemError as problem:
            return problem.response(self._translate(self._language(request, problem.language)))
        language = self._language(request, body.lang)
        message = _read_message(body, language)
        token = requests.known_shape(body.conversation) or requests.new_token()
        # Our own page has shown the first screen, announces what is urgent, and clears itself.
        own_page = "page" in request.query_params
        result = await self._take(token, message, welcomed=own_page, request=request)
        if isinstance(result, _Trouble):
            return result.problem.response(
                self._translate(language),
                {"Retry-After": result.retry_after},
                conversation=token,
                messages=_as_json(result.messages, own_page=own_page),
            )
        turn = result.turn
        answer: dict[str, Any] = {
            "conversation": token,
            "lang": _language_of(result, language),
            "messages": _as_json(result.messages, own_page=own_page),
            "article": turn.article if turn else None,
            "crisis": turn.crisis if turn else None,
            "concern": turn.concern if turn else False,
        }
        if own_page:
            answer["ended"] = bool(turn and turn.ending)
        return JSONResponse(answer)

    async def refuse_method(self, request: Request) -> Response:
        """Any other method on `/chat`."""
        problem = ProblemError(HTTPStatus.METHOD_NOT_ALLOWED, requests.WRONG_METHOD)
        translate = self._translate(self._language(request, None))
        return problem.response(translate, {"Allow": "POST"})

    async def leave(self, request: Request) -> Response:
        """`GET /salir`: away at once to a neutral page; the conversation ends behind."""
        response = RedirectResponse(NEUTRAL_PAGE, HTTPStatus.SEE_OTHER)
        token = requests.known_shape(request.cookies.get(COOKIE))
        if token:
            response.background = BackgroundTask(self._end, token)
        self._drop_cookie(response)
        return response

    async def end(self, request: Request) -> Response:
        """`POST /salir`: what the script sends while the page is being left."""
        try:
            form = await requests.read_form(request)
        except ProblemError as problem:
            return problem.response(self._translate(self._language(request, None)))
        token = requests.known_shape(form.get("conversation"))
        if token:
            await self._end(token)
        response = Response(status_code=HTTPStatus.NO_CONTENT)
        self._drop_cookie(response)
        return response

    async def static(self, request: Request) -> Response:
        """`GET /static/…`: the stylesheet, the script, the icon."""
        return self.assets.answer(request, request.path_params["name"])

    def _judge(self, request: Request, token: str, message: Message) -> Receipt | _Trouble | None:
        """Return what a message over the limits is answered without a turn; None within them."""
        chat = self._chat.vault.pseudonym(CHANNEL, token)
        decision = self._limits.judge(message, self._content, chat, requests.address(request))
        if decision.ruling is Ruling.TURN:
            return None
        metrics.LIMITED.labels(decision.ruling.value).inc()
        if decision.ruling is Ruling.HELP:
            return Receipt(self._chat.without_database(message))
        return _Trouble(requests.too_many(), (), str(decision.seconds))

    async def _take(
        self, token: str, message: Message, *, welcomed: bool, request: Request | None = None
    ) -> Receipt | _Trouble:
        if request is not None and (judged := self._judge(request, token, message)):
            return judged
        try:
            with metrics.turn(CHANNEL):
                return await self._worker.take(Inbound(CHANNEL, token, message, welcomed=welcomed))
        except (SQLAlchemyError, StoreError) as error:
            log.error("web_turn_without_database", error=type(error).__name__)
            problem = ProblemError(HTTPStatus.SERVICE_UNAVAILABLE, requests.NO_DATABASE)
        except Exception as error:  # noqa: BLE001 - a person in danger gets the number all the same
            log.error("web_turn_failed", error=type(error).__name__, at=place(error))
            problem = ProblemError(HTTPStatus.INTERNAL_SERVER_ERROR, requests.OUR_FAULT)
        return _Trouble(problem, self._chat.without_database(message))

    async def _end(self, token: str) -> None:
        await self._take(token, Message(Kind.OPTION, option="w:exit"), welcomed=True)

    def _first_screen(self, language: str) -> tuple[OutgoingMessage, ...]:
        return self._chat.preview(_message(language, option="w:start"))

    def _page(
        self,
        language: str,
        messages: tuple[OutgoingMessage, ...],
        *,
        status: HTTPStatus = HTTPStatus.OK,
        said: str = "",
        problem: str = "",
        draft: str = "",
        posted: bool = False,
    ) -> HTMLResponse:
        page = self._pages.render(
            language, messages, said=said, problem=problem, draft=draft, posted=posted
        )
        headers = {"Content-Language": language, "Vary": "Accept-Language, Cookie"}
        return HTMLResponse(page, status, headers)

    def _language(self, request: Request, asked: str | None) -> str:
        return preferred(asked, request.headers.get("accept-language"), self._content.languages)

    def _translate(self, language: str) -> Translate:
        def translate(spanish: str, **params: object) -> str:
            return self._content.text(language, spanish, **params)

        return translate

    def _set_cookie(self, response: Response, request: Request, token: str) -> None:
        secure = self._secure or request.url.scheme == "https"
        response.set_cookie(COOKIE, token, httponly=True, samesite="strict", secure=secure)

    def _drop_cookie(self, response: Response) -> None:
        response.delete_cookie(COOKIE, httponly=True, samesite="strict", secure=self._secure)


def install(
    app: FastAPI, worker: Worker, limits: Limits | None = None, *, secure_cookies: bool = False
) -> None:
    """Add the web chat to an application, with the headers that every page of it must have."""
    app.include_router(make_router(worker, limits, secure_cookies=secure_cookies))
    app.add_middleware(SecurityHeaders)


def make_router(
    worker: Worker, limits: Limits | None = None, *, secure_cookies: bool = False
) -> APIRouter:
    """Return the routes of the web chat, static files included.

    `secure_cookies` is for a public address with https behind a proxy that does not say so.
    """
    web = WebChat(worker, limits or Limits.off(), secure_cookies=secure_cookies)
    router = APIRouter()
    hidden: dict[str, Any] = {"include_in_schema": False}
    router.add_api_route("/", web.show, methods=["GET", "HEAD"], **hidden)
    router.add_api_route("/", web.post_form, methods=["POST"], **hidden)
    router.add_api_route("/chat", web.post_json, methods=["POST"], **DESCRIPTION)
    router.add_api_route("/chat", web.refuse_method, methods=OTHER_METHODS, **hidden)
    router.add_api_route("/salir", web.leave, methods=["GET", "HEAD"], **hidden)
    router.add_api_route("/salir", web.end, methods=["POST"], **hidden)
    router.add_api_route(PREFIX + "{name}", web.static, methods=["GET", "HEAD"], **hidden)
    return router


def _read_message(body: ChatRequest, language: str) -> Message:
    """Return what a request says; of several things, an option counts before text and place."""
    text = body.text or ""
    if body.option:
        return _message(language, option=body.option, country=body.country)
    if body.location is not None and not text.strip():
        place = Location(body.location.latitude, body.location.longitude)
        return Message(Kind.LOCATION, location=place, language=language, country=body.country)
    return _message(language, text=text, country=body.country)


def _message(
    language: str, *, text: str = "", option: str | None = None, country: str | None = None
) -> Message:
    if option:
        return Message(Kind.OPTION, option=option, language=language, country=country)
    return Message(Kind.TEXT, text, language=language, country=country)


def _as_json(messages: tuple[OutgoingMessage, ...], *, own_page: bool) -> list[dict[str, Any]]:
    if own_page:
        return [message.as_json() | {"urgent": message.urgent} for message in messages]
    return [message.as_json() for message in messages]


def _language_of(receipt: Receipt, otherwise: str) -> str:
    return receipt.turn.session.language if receipt.turn else otherwise
