"""What the API description says of `POST /chat`; the request itself is in `web_requests.py`."""

from typing import Any

from pydantic import BaseModel

from bot.channels.web_requests import ChatRequest


class ChatOption(BaseModel):
    """Something the person can choose: its `id` comes back as `option`."""

    id: str
    label: str


class ChatMessage(BaseModel):
    """One message of the assistant; `services` and `sources` repeat its text as data."""

    text: str
    options: list[ChatOption]
    services: list[dict[str, Any]]
    sources: list[dict[str, Any]]


class ChatReply(BaseModel):
    """The answer to one message.

    `crisis` names a danger that the reply opens with help for, `concern` is true where a line only
    asks about danger.
    """

    conversation: str
    lang: str
    messages: list[ChatMessage]
    article: str | None
    crisis: str | None
    concern: bool


class ChatProblem(BaseModel):
    """RFC 9457; `messages` is what the assistant can say all the same, such as help in danger."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[dict[str, str]] | None = None
    conversation: str | None = None
    messages: list[ChatMessage] | None = None


def request_schema() -> dict[str, Any]:
    """Return the JSON schema of `ChatRequest` in one piece, for the API description."""
    schema = ChatRequest.model_json_schema()
    location = schema.pop("$defs")["ChatLocation"]
    schema["properties"]["location"]["anyOf"][0] = location
    return schema


_PROBLEM: dict[str, Any] = {"model": ChatProblem, "content": {"application/problem+json": {}}}

# The body is read by hand, to be refused in plain words, so FastAPI is told what it is.
DESCRIPTION: dict[str, Any] = {
    "operation_id": "chat",
    "tags": ["chat"],
    "response_model": ChatReply,
    "responses": dict.fromkeys((400, 408, 413, 415, 422, 429, 500, 503), _PROBLEM),
    "openapi_extra": {
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": request_schema()}},
        }
    },
}
