"""What the web chat accepts: bodies read with a limit, checked, and refused in plain words."""

import json
import re
import secrets
import unicodedata
from collections.abc import Callable
from http import HTTPStatus
from typing import Annotated, Any, Literal
from urllib.parse import parse_qsl

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse

from bot import phrases
from bot.messages import MAX_MESSAGE_CHARS
from bot.phrases import N_

MAX_BODY_BYTES = 64 * 1024
MAX_FORM_FIELDS = 20
TOKEN_BYTES = 32
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")  # what token_urlsafe(32) makes

NOT_JSON_TYPE = N_("Mande la petición como application/json.")
NOT_FORM_TYPE = N_("Mande el formulario de esta página.")
NOT_UTF8 = N_("El texto no llegó en UTF-8. Mándelo otra vez en UTF-8.")
NOT_JSON = N_("La petición no es JSON, o llegó cortada. Mándela otra vez.")
NOT_A_FORM = N_("El formulario no llegó completo. Mándelo otra vez.")
TOO_LARGE = N_("La petición es muy grande. El límite es de 64 kB.")
TEXT_TOO_LONG = N_("Su mensaje es muy largo. Escriba lo principal en 4096 letras o menos.")
WRONG_FIELDS = N_("Estos datos no se entienden: {fields}.")
WRONG_METHOD = N_("Aquí solo se puede mandar mensajes, con POST.")
NO_DATABASE = N_("Ahora mismo no podemos seguir la conversación. Inténtelo en unos minutos.")
OUR_FAULT = N_("Algo falló de nuestro lado. Inténtelo en unos minutos.")

Translate = Callable[..., str]


class ProblemError(Exception):
    """A request that cannot be served: a status and a Spanish sentence that says why."""

    def __init__(
        self,
        status: HTTPStatus,
        sentence: str,
        errors: list[dict[str, str]] | None = None,
        language: str | None = None,
    ) -> None:
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence
        self.errors = errors or []
        self.language = language  # the one that the refused request asked for, if it could be read

    def detail(self, translate: Translate) -> str:
        """Return the sentence in the language of `translate`."""
        fields = ", ".join(error["field"] for error in self.errors)
        return translate(self.sentence, fields=fields)

    def response(
        self, translate: Translate, headers: dict[str, str] | None = None, **more: Any
    ) -> JSONResponse:
        """Return the answer as RFC 9457 asks, with whatever else the caller has to say."""
        body: dict[str, Any] = {
            "type": "about:blank",
            "title": self.status.phrase,
            "status": self.status.value,
            "detail": self.detail(translate),
        }
        if self.errors:
            body["errors"] = self.errors
        return JSONResponse(
            body | more, self.status.value, headers, media_type="application/problem+json"
        )


class ChatLocation(BaseModel):
    """Where the person is, in degrees; used for one answer and never kept."""

    model_config = ConfigDict(strict=True)

    latitude: Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
    longitude: Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]


class ChatRequest(BaseModel):
    """One message to the assistant; `conversation` comes from the answer before, null at first.

    `lang` and `country` count while the conversation does not know better.
    """

    model_config = ConfigDict(strict=True)

    conversation: str | None = None
    text: Annotated[str, Field(max_length=MAX_MESSAGE_CHARS)] | None = None
    option: str | None = None
    location: ChatLocation | None = None
    lang: str | None = None
    country: Literal["SV", "GT", "HN", "MX"] | None = None


def new_token() -> str:
    """Return the secret that is all a conversation is known by."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def address(request: Request) -> str:
    """Return where a request came from, as far as it is known."""
    return request.client.host if request.client else ""


def too_many() -> ProblemError:
    """Return the refusal of one message too many."""
    return ProblemError(HTTPStatus.TOO_MANY_REQUESTS, phrases.TOO_MANY)


def known_shape(token: str | None) -> str | None:
    """Return a token that may be one of ours, else None."""
    return token if token and _TOKEN.fullmatch(token) else None


async def read_json(request: Request) -> ChatRequest:
    """Read and check the body of `POST /chat`; raises `ProblemError`."""
    if _content_type(request) != "application/json":
        raise ProblemError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, NOT_JSON_TYPE)
    body = _utf8(await _limited_body(request))
    try:
        value = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ProblemError(HTTPStatus.BAD_REQUEST, NOT_JSON) from error
    if isinstance(value, dict):
        value = {
            name: without_controls(field) if isinstance(field, str) else field
            for name, field in value.items()
        }
    try:
        return ChatRequest.model_validate(value)
    except ValidationError as error:
        language = value.get("lang") if isinstance(value, dict) else None
        raise _wrong_fields(error, language if isinstance(language, str) else None) from error


async def read_form(request: Request) -> dict[str, str]:
    """Read the fields of a form of our page; raises `ProblemError`."""
    if _content_type(request) != "application/x-www-form-urlencoded":
        raise ProblemError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, NOT_FORM_TYPE)
    body = _utf8(await _limited_body(request))
    try:
        fields = parse_qsl(body, errors="strict", max_num_fields=MAX_FORM_FIELDS)
    except UnicodeDecodeError as error:
        raise ProblemError(HTTPStatus.BAD_REQUEST, NOT_UTF8) from error
    except ValueError as error:
        raise ProblemError(HTTPStatus.BAD_REQUEST, NOT_A_FORM) from error
    return {name: without_controls(field) for name, field in fields}


def check_length(text: str) -> str:
    """Return a text that is short enough; raises `ProblemError`."""
    if len(text) > MAX_MESSAGE_CHARS:
        raise ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, TEXT_TOO_LONG)
    return text


def without_controls(text: str) -> str:
    """Return `text` without what no keyboard types: NUL, control characters, half characters."""
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs"))


def _content_type(request: Request) -> str:
    return request.headers.get("content-type", "").split(";")[0].strip().lower()


async def _limited_body(request: Request) -> bytes:
    # A length may be missing or a lie: what counts is what arrives, and reading stops at the limit.
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise ProblemError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, TOO_LARGE)
    return bytes(body)


def _utf8(body: bytes) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ProblemError(HTTPStatus.BAD_REQUEST, NOT_UTF8) from error


def _wrong_fields(error: ValidationError, language: str | None) -> ProblemError:
    # Not pydantic's own list: it repeats what was sent, and that may be a person's words.
    found = error.errors(include_input=False, include_context=False, include_url=False)
    errors = [
        {"field": ".".join(str(part) for part in e["loc"]) or "body", "reason": e["msg"]}
        for e in found
    ]
    only_long = [e["type"] for e in found] == ["string_too_long"]
    sentence = TEXT_TOO_LONG if only_long else WRONG_FIELDS
    return ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, sentence, errors, language)
