"""Routers of the API whose routes are complete as they stand.

Including a router in another makes each of its routes anew, with the models of its parameters: for
ours twice, 8 MB. So a route has its whole address and all that is asked before its handler from
the first, and the application takes it as it is.
"""

from collections.abc import Sequence
from enum import Enum

from fastapi import APIRouter, Depends
from fastapi.security import APIKeyCookie, HTTPBearer

from admin import forms
from admin.api.problems import ApiRoute
from admin.doors import COOKIE

PREFIX = "/api/v1"
# The guard comes first, so that no handler acts on a form of somebody else's making. The ways in
# tell OpenAPI how to come in; who it is, and may do what, is asked by the doors.
_FIRST = [
    Depends(forms.guard),
    Depends(HTTPBearer(
        scheme_name="token", auto_error=False,
        description="A token from «ventanilla tokens add» or from the page of your account.",
    )),
    Depends(APIKeyCookie(
        name=COOKIE, scheme_name="session", auto_error=False,
        description="The session of the pages; writes then need their X-CSRF-Token.",
    )),
]  # fmt: skip


def api_part(prefix: str = "", tags: Sequence[str | Enum] = ()) -> APIRouter:
    """Return a router for addresses under `/api/v1` and `prefix`."""
    return APIRouter(
        prefix=PREFIX + prefix, tags=list(tags), route_class=ApiRoute, dependencies=_FIRST
    )
