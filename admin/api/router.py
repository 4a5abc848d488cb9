"""Everything under `/api`: one router an idea, and a clear word at every other address."""

from fastapi import APIRouter, Depends, Request, Response
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

from admin import forms
from admin.api.account import account_router
from admin.api.cards import cards_router
from admin.api.entries import entries_router
from admin.api.figures import figures_router
from admin.api.guide import guide_router
from admin.api.office_merging import office_merging_router
from admin.api.operations import operations_router
from admin.api.people import people_router
from admin.api.problems import ApiProblem, ApiRoute
from admin.api.questions import questions_router
from admin.api.reports import reports_router
from admin.api.reviews import reviews_router
from admin.api.settings import settings_router
from admin.api.statistics import statistics_router
from admin.api.transfers import transfers_router

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"]


def api_routes() -> list[BaseRoute]:
    """Return the routes of the API and of its guide."""
    parts = [
        operations_router(),  # first: some of its addresses look like those of entries
        office_merging_router(),
        cards_router(),
        entries_router(),
        reviews_router(),
        reports_router(),
        transfers_router(),
        settings_router(),
        statistics_router(),
        figures_router(),
        questions_router(),
        people_router(),
        account_router(),
    ]
    routes = [route for part in parts for route in part.routes]
    known = [(r.path_regex, r.methods) for r in routes if isinstance(r, APIRoute)]
    rest = APIRouter(route_class=ApiRoute, dependencies=[Depends(forms.guard)])

    @rest.api_route("/api/{rest:path}", methods=METHODS, include_in_schema=False)
    def nothing(request: Request, rest: str) -> Response:  # noqa: ARG001 - part of the address
        """Say that there is nothing here, or nothing that is asked for like this."""
        found = [methods for path, methods in known if methods and path.match(request.url.path)]
        allowed = {method for methods in found for method in methods}
        if allowed:
            told = ", ".join(sorted(allowed))
            raise ApiProblem(
                405, "MethodNotAllowed", f"This address takes {told}.", headers={"Allow": told}
            )
        raise ApiProblem(404, "NotFound", "There is nothing here. See /api/docs.")

    return [*routes, *guide_router().routes, *rest.routes]
