"""All pages of the desk in one router; the order counts where one address holds another."""

import importlib
import importlib.util

from fastapi import APIRouter

# A page with a fixed address comes before one that takes any id in its place.
VIEWS = (
    "assets",
    "signing_in",
    "account",
    "people",
    "tokens",
    "settings",
    "today",
    "entry_list",
    "importing",
    "proposals",
    "merging",
    "new_entry",
    "schedule",
    "history",
    "entry",
    "figures",
    "questions",
)


def pages_router() -> APIRouter:
    """Return the routes of every page that there is."""
    pages = APIRouter(include_in_schema=False)
    for name in VIEWS:
        module = f"admin.views.{name}"
        if importlib.util.find_spec(module) is not None:
            pages.include_router(importlib.import_module(module).router)
    return pages
