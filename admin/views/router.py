"""All pages of the desk in one list; the order counts where one address holds another."""

import importlib
import importlib.util

from starlette.routing import BaseRoute

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


def page_routes() -> list[BaseRoute]:
    """Return the routes of every page that there is."""
    found: list[BaseRoute] = []
    for name in VIEWS:
        module = f"admin.views.{name}"
        if importlib.util.find_spec(module) is not None:
            found += importlib.import_module(module).router.routes
    return found
