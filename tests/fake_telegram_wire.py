"""Requests and answers of the fake Bot API server, as they travel."""

import json
from typing import Any

from aiohttp import web


async def read_parameters(request: web.BaseRequest) -> dict[str, Any]:
    body = await request.read()
    if not body:
        return {}
    if request.content_type == "application/json":
        value = json.loads(body)
        assert isinstance(value, dict)
        return value
    return {name: _value(str(text)) for name, text in (await request.post()).items()}


def _value(text: str) -> Any:
    """Read a form's value, which is JSON unless it is plain text."""
    if text[:1] in ("{", "[") or text.lstrip("-").isdigit() or text in ("true", "false"):
        try:
            return json.loads(text)
        except ValueError:
            return text
    return text


def json_answer(value: Any, status: int = 200) -> web.Response:
    return web.Response(
        body=json.dumps(value).encode(), status=status, content_type="application/json"
    )


def error_answer(status: int, description: str, retry_after: float | None = None) -> web.Response:
    answer: dict[str, Any] = {"ok": False, "error_code": status, "description": description}
    if retry_after is not None:
        answer["parameters"] = {"retry_after": retry_after}
    return json_answer(answer, status)
