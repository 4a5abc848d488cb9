"""What a page says once about what has just been done, with the way to undo it.

It travels to the next page in a sealed cookie: nobody else can put words on a page of ours.
"""

import base64
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Literal

from fastapi import Request, Response

from admin.desk import Desk
from knowledge.store.sealing import SealError

COOKIE = "ventanilla_flash"
PATH = "/admin"
SECONDS = 60
_BOUND_TO = b"desk flash"


@dataclass(frozen=True, slots=True)
class Undo:
    """The form behind «Deshacer»: where it is sent and its hidden fields."""

    action: str
    fields: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True)
class Flash:
    """One sentence, already in the member's language."""

    text: str
    undo: Undo | None = None
    kind: Literal["done", "trouble"] = "done"


def say(request: Request, response: Response, flash: Flash) -> None:
    """Have the next page of this browser say something."""
    desk: Desk = request.app.state.desk
    sealed = desk.vault.seal(json.dumps(asdict(flash)).encode(), _BOUND_TO)
    response.set_cookie(
        COOKIE,
        base64.urlsafe_b64encode(sealed).decode(),
        max_age=SECONDS,
        path=PATH,
        secure=desk.is_secure,
        httponly=True,
        samesite="strict",
    )


def heard(request: Request) -> Flash | None:
    """Return what this page has to say, if anything that we wrote."""
    kept = request.cookies.get(COOKIE)
    if not kept:
        return None
    desk: Desk = request.app.state.desk
    try:
        values = json.loads(desk.vault.unseal(base64.urlsafe_b64decode(kept), _BOUND_TO))
    except (SealError, ValueError):
        return None
    undo = values["undo"]
    return Flash(
        values["text"],
        Undo(undo["action"], [(name, value) for name, value in undo["fields"]]) if undo else None,
        values["kind"],
    )


def forget(response: Response) -> None:
    """What was said is not said again."""
    response.delete_cookie(COOKIE, path=PATH)
