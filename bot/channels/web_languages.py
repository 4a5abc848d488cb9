"""Which language a browser asks for."""

from collections.abc import Sequence

MAX_HEADER_CHARS = 500


def preferred(asked: str | None, accept_language: str | None, languages: Sequence[str]) -> str:
    """Return the first of `languages` that is asked for by name, or by the browser's header.

    The first of `languages` is for everybody else.
    """
    for tag in (asked or "", *_by_weight(accept_language or "")):
        base = tag.strip().replace("_", "-").split("-")[0].lower()
        if base in languages:
            return base
    return languages[0]


def _by_weight(header: str) -> list[str]:
    weighted = []
    for position, part in enumerate(header[:MAX_HEADER_CHARS].split(",")):
        tag, _, parameter = part.partition(";")
        name, _, value = parameter.strip().partition("=")
        try:
            weight = float(value) if name.strip() == "q" else 1.0
        except ValueError:
            weight = 0.0
        if weight > 0:
            weighted.append((-weight, position, tag))
    return [tag for _, _, tag in sorted(weighted)]
