"""`GET /privacy`: the privacy notice at an address of its own, for people and for reviewers."""

from itertools import groupby
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response

from bot.channels.web_assets import Assets
from bot.channels.web_languages import preferred
from bot.channels.web_pages import page_environment
from bot.content import Content
from bot.notice import make_notice
from bot.options import LANGUAGE_NAMES

ADDRESS = "/privacy"


def make_router(content: Content) -> APIRouter:
    """Return the route of the notice; needs no database and writes nothing."""
    template = page_environment(Assets()).get_template("privacy.html")

    def draw(language: str) -> str:
        def translate(spanish: str, **params: object) -> str:
            return content.text(language, spanish, **params)

        notice = make_notice(language, content.terms)
        parts = [(kind, tuple(some)) for kind, some in groupby(notice, lambda block: block.kind)]
        others = [
            (code, LANGUAGE_NAMES.get(code, code)) for code in content.languages if code != language
        ]
        return template.render(
            _=translate,
            language=language,
            other_languages=others,
            parts=parts,
        )

    drawn = {language: draw(language) for language in content.languages}

    async def show(request: Request) -> Response:
        asked = request.query_params.get("lang")
        language = preferred(asked, request.headers.get("accept-language"), content.languages)
        headers = {"Content-Language": language, "Vary": "Accept-Language"}
        return HTMLResponse(drawn[language], headers=headers)

    router = APIRouter()
    hidden: dict[str, Any] = {"include_in_schema": False}
    router.add_api_route(ADDRESS, show, methods=["GET", "HEAD"], **hidden)
    return router
