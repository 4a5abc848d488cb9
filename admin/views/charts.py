"""Charts drawn by the server: small SVG without style, script or scale.

Lengths are shares of the width and letters keep their size, so that a chart is as legible on a
telephone as on a desk. Colours come from the page's style sheet, by class. A table with the same
numbers always stands beneath; the picture is for the eye and says in one sentence what it shows.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

LABEL_LINE = 22
BAR = 14
BEFORE = 6
GAP = 14
COLUMN_HEIGHT = 120
COLUMN_LABEL = 22
MOST_LABELS = 6
FEWEST_COLUMNS = 6  # room for so many, so that two are not as wide as the page


@dataclass(frozen=True, slots=True)
class Bar:
    """A value with its name; None is hidden, and `text` says how. `before` is the period before."""

    label: str
    text: str
    value: int | None
    before: int | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a whole, drawn in the colour of a class."""

    kind: str
    value: int


def bars(name: str, title: str, description: str, rows: Sequence[Bar]) -> Markup:
    """Draw values beneath each other, each with a thin bar of the period before."""
    longest = max((v for row in rows for v in (row.value, row.before) if v), default=1)
    compared = any(row.before is not None for row in rows)
    step = LABEL_LINE + BAR + (BEFORE + 2 if compared else 0) + GAP
    parts = []
    for number, row in enumerate(rows):
        top = number * step
        parts.append(_text(0, top + 16, row.label))
        parts.append(_text("100%", top + 16, row.text, "number", "end"))
        parts.append(_rect("ground", 0, top + LABEL_LINE, 1, BAR))
        if row.value is not None:
            parts.append(_rect("now", 0, top + LABEL_LINE, row.value / longest, BAR))
        if row.before is not None:
            below = top + LABEL_LINE + BAR + 2
            parts.append(_rect("then", 0, below, row.before / longest, BEFORE))
    return _svg(name, title, description, step * len(rows) - GAP + 2, parts)


def columns(name: str, title: str, description: str, rows: Sequence[Bar]) -> Markup:
    """Draw values beside each other, as time goes; a hidden one is an empty frame."""
    highest = max((row.value for row in rows if row.value), default=1)
    width = 1 / max(len(rows), FEWEST_COLUMNS)
    every = -(-len(rows) // MOST_LABELS)
    parts = []
    for number, row in enumerate(rows):
        left, middle = number * width, f"{(number + 0.5) * width:.2%}"
        height = COLUMN_HEIGHT * (row.value or 0) / highest
        top = LABEL_LINE + COLUMN_HEIGHT - height
        if row.value is None:
            low = LABEL_LINE + COLUMN_HEIGHT - BAR
            parts.append(_rect("frame", left + width * 0.15, low, width * 0.7, BAR))
            top = low
        else:
            parts.append(_rect("now", left + width * 0.15, top, width * 0.7, height))
        if (len(rows) - 1 - number) % every == 0:
            parts.append(_text(middle, top - 5, row.text, "number", "middle"))
            bottom = LABEL_LINE + COLUMN_HEIGHT + COLUMN_LABEL - 6
            parts.append(_text(middle, bottom, row.label, "label", "middle"))
    return _svg(name, title, description, LABEL_LINE + COLUMN_HEIGHT + COLUMN_LABEL, parts)


def stacked(
    name: str, title: str, description: str, rows: Sequence[tuple[str, str, Sequence[Part]]]
) -> Markup:
    """Draw wholes with their parts: each row is a name, a text and its parts."""
    step = LABEL_LINE + BAR + GAP
    drawn = []
    for number, (label, text, found) in enumerate(rows):
        top = number * step
        drawn.append(_text(0, top + 16, label))
        drawn.append(_text("100%", top + 16, text, "number", "end"))
        whole = sum(part.value for part in found) or 1
        left = 0.0
        for part in found:
            if part.value:
                drawn.append(_rect(part.kind, left, top + LABEL_LINE, part.value / whole, BAR))
                left += part.value / whole
    return _svg(name, title, description, step * len(rows) - GAP + 2, drawn)


def _svg(name: str, title: str, description: str, height: float, parts: Iterable[Markup]) -> Markup:
    return Markup(
        '<svg class="chart" width="100%" height="{height}" role="img" '
        'aria-labelledby="{name}-title {name}-desc">\n'
        '<title id="{name}-title">{title}</title>\n'
        '<desc id="{name}-desc">{desc}</desc>\n{parts}</svg>'
    ).format(
        height=max(round(height), 1), name=name, title=title, desc=description,
        parts=Markup("\n").join([*parts, Markup("")]),
    )  # fmt: skip


def _rect(kind: str, left: float, top: float, width: float, height: float) -> Markup:
    return Markup('<rect class="{}" x="{:.2%}" y="{:.1f}" width="{:.2%}" height="{:.1f}"/>').format(
        kind, left, top, width, height
    )


def _text(x: int | str, y: float, text: str, kind: str = "label", anchor: str = "start") -> Markup:
    return Markup('<text class="{}" x="{}" y="{:.1f}" text-anchor="{}">{}</text>').format(
        kind, x, y, anchor, text
    )
