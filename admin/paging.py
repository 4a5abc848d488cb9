"""Pages of a list as HSDS has them, and ids and instants as addresses carry them."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID


def page_of(contents: Sequence[Any], total: int, page: int, per_page: int) -> dict[str, Any]:
    """Return a page as HSDS has it."""
    pages = max(-(-total // per_page), 1)
    return {
        "total_items": total,
        "total_pages": pages,
        "page_number": page,
        "size": len(contents),
        "first_page": page == 1,
        "last_page": page >= pages,
        "empty": not contents,
        "contents": list(contents),
    }


def as_id(text: str) -> str | None:
    """Return an id as the tables hold it; None when it is no UUID."""
    try:
        return str(UUID(text))
    except ValueError:
        return None


def read_instant(text: str) -> str:
    """Return an instant as the tables hold it; raises `ValueError` for what is none."""
    # "+" of an offset arrives as a space when it is not escaped.
    at = datetime.fromisoformat(text.strip().replace(" ", "+"))
    try:
        at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except OverflowError as error:  # the first and the last day there are
        raise ValueError(text) from error
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03}Z"
