"""The guide at `/api/docs`: one page without scripts, made from the OpenAPI description itself."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from admin.desk import Desk
from admin.doors import desk
from admin.views.assets import static
from admin.views.parts import page_part

METHODS = ("get", "post", "patch", "delete")


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that the API does, with a way to try it."""

    method: str
    path: str
    summary: str
    parameters: tuple[str, ...]
    statuses: tuple[str, ...]
    curl: str


def guide_router() -> APIRouter:
    """Return the route of the guide; it is open, there is nothing of anybody's in it."""
    router = page_part()

    @router.get("/api/docs")
    def guide(request: Request) -> Response:
        """Show how the API is used."""
        described: dict[str, Any] = request.app.openapi()
        base = _base(request, desk(request))
        page = _template().render(
            base=base, groups=_groups(described, base), css=static("desk.css"),
        )  # fmt: skip
        headers = {
            "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; "
            "frame-ancestors 'none'; base-uri 'none'",
            "Cache-Control": "no-cache",
        }
        return HTMLResponse(page, headers=headers)

    return router


def _base(request: Request, parts: Desk) -> str:
    return (parts.public_url or str(request.base_url)).rstrip("/")


@cache
def _template() -> Template:
    folder = Path(__file__).parent
    environment = Environment(
        loader=FileSystemLoader(folder), autoescape=True, undefined=StrictUndefined
    )
    return environment.get_template("guide.html")


def _groups(described: Mapping[str, Any], base: str) -> dict[str, list[Operation]]:
    """Return the operations under `/api/v1` by their tag, in the order of the description."""
    groups: dict[str, list[Operation]] = {}
    for path, methods in described["paths"].items():
        for method in METHODS:
            if path.startswith("/api/v1/") and method in methods:
                told = methods[method]
                tag = told.get("tags", ["others"])[0]
                groups.setdefault(tag, []).append(_operation(described, base, path, method, told))
    return groups


def _operation(
    described: Mapping[str, Any], base: str, path: str, method: str, told: Mapping[str, Any]
) -> Operation:
    summary = told.get("summary", "")
    # FastAPI makes a summary of the function's name where a docstring says it better.
    said = told.get("description", "").split("\n")[0]
    names = [p["name"] for p in told.get("parameters", ()) if p["in"] in ("query", "header")]
    return Operation(
        method.upper(), path, said or summary, tuple(names), tuple(told["responses"]),
        _curl(described, base, path, method, told, names),
    )  # fmt: skip


def _curl(
    described: Mapping[str, Any],
    base: str,
    path: str,
    method: str,
    told: Mapping[str, Any],
    names: list[str],
) -> str:
    shown = path.replace("{entry_id}", "$ID").replace("{number}", "2")
    for name in _IDS:
        shown = shown.replace(name, "$ID")
    asked = [(p["name"], _value(p["schema"])) for p in told.get("parameters", ())
             if p["in"] == "query" and p.get("required")]  # fmt: skip
    shown += f"?{urlencode(asked, quote_via=quote)}" if asked else ""
    lines = [f'curl -H "Authorization: Bearer $TOKEN" "{base}{shown}"']
    if method != "get":
        lines[0] = lines[0].replace("curl ", f"curl -X {method.upper()} ", 1)
    if "If-Match" in names:
        lines.append("  -H 'If-Match: \"3\"'")
    content = told.get("requestBody", {}).get("content", {})
    if "text/csv" in content:
        lines.append("  -F file=@offices.csv")
    elif "application/json" in content:
        lines.append("  -H 'Content-Type: application/json'")
        lines.append(f"  -d '{json.dumps(_example(described, content), ensure_ascii=False)}'")
    return " \\\n".join(lines)


def _value(schema: Mapping[str, Any]) -> str:
    """Return something that a parameter takes."""
    return str([*schema.get("examples", ()), *schema.get("enum", ()), ""][0])


def _example(described: Mapping[str, Any], content: Mapping[str, Any]) -> Any:
    """Return the example of a body, or what its schema gives as examples of its fields."""
    told = content["application/json"]
    if examples := told.get("examples"):
        return next(iter(examples.values()))["value"]
    name = told["schema"].get("$ref", "").rpartition("/")[2]
    fields = described["components"]["schemas"].get(name, {}).get("properties", {})
    found = {key: field["examples"][0] for key, field in fields.items() if "examples" in field}
    return found or _CHANGES.get(name, {"alert": "Cerrado el viernes"})


_IDS = (
    "{proposal_id}", "{hook_id}", "{question_id}", "{person_id}", "{token_id}", "{import_id}",
)  # fmt: skip
_CHANGES = {
    "Ids": {"ids": ["11a54b8e-66b5-4e68-8a9f-6f7f0d8b6a01"]},
    "OrganizationChange": {"website": "https://www.rnpn.gob.sv/"},
    "LocationChange": {"latitude": 13.5086, "longitude": -88.8681},
    "ServiceAtLocationChange": {
        "schedules": [{"byday": "MO,TU,WE,TH,FR", "opens_at": "08:00", "closes_at": "16:00"}]
    },
}
