"""Places the boxes of a diagram: columns by the longest path, rows so that few arrows cross.

A question and what its answers lead to read from left to right. An arrow over several columns gets
a narrow gap in each column between, so that it passes beside the boxes and not behind them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

COLUMN_GAP = 90.0
ROW_GAP = 26.0
GAP_HEIGHT = 4.0  # of the place that an arrow takes in a column between
MARGIN = 24.0
SWEEPS = 6


@dataclass(frozen=True, slots=True)
class Point:
    """A point of the picture; y grows downwards."""

    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Arrow:
    """An arrow to place: its ends, and how far below the top of its source it starts."""

    source: str
    target: str
    starts_at: float


@dataclass(frozen=True, slots=True)
class Layout:
    """Where every box and arrow goes."""

    corners: Mapping[str, Point]  # the upper left corner of every box
    routes: Sequence[tuple[Point, ...]]  # the points of every arrow, in the order they were given
    width: float
    height: float


def lay_out(
    layers: Mapping[str, int],
    heights: Mapping[str, float],
    arrows: Sequence[Arrow],
    box_width: float,
) -> Layout:
    """Place boxes of one width; `layers` and `heights` name the same boxes."""
    columns, chains = _with_gaps(layers, arrows)
    sizes = {key: heights.get(key, GAP_HEIGHT) for column in columns for key in column}
    before = _neighbours_before(chains, arrows)
    tops = _stack(columns, sizes)
    for _ in range(SWEEPS):
        for column in columns[1:]:
            _pull(column, before, tops, sizes)
    highest = min(tops.values(), default=0.0)
    step = box_width + COLUMN_GAP
    left = {key: MARGIN + step * x for x, column in enumerate(columns) for key in column}
    corners = {key: Point(left[key], top - highest + MARGIN) for key, top in tops.items()}
    routes = [
        _route(arrow, chain, corners, sizes, box_width)
        for arrow, chain in zip(arrows, chains, strict=True)
    ]
    lowest = max((corners[key].y + sizes[key] for key in corners), default=0.0)
    return Layout(
        {key: corners[key] for key in layers},
        routes,
        MARGIN * 2 + max(step * len(columns) - COLUMN_GAP, 0),
        lowest + MARGIN,
    )


def _with_gaps(
    layers: Mapping[str, int], arrows: Sequence[Arrow]
) -> tuple[list[list[str]], list[list[str]]]:
    """Give the boxes and gaps of each column, and the gaps that each arrow passes."""
    columns: list[list[str]] = [[] for _ in range(max(layers.values(), default=-1) + 1)]
    for key, layer in layers.items():
        columns[layer].append(key)
    chains = []
    for number, arrow in enumerate(arrows):
        between = range(layers[arrow.source] + 1, layers[arrow.target])
        # No node's id holds a zero character: the reader of the files takes it out.
        chain = [f"\0{number} {layer}" for layer in between]
        for layer, key in zip(between, chain, strict=True):
            columns[layer].append(key)
        chains.append(chain)
    return columns, chains


def _neighbours_before(
    chains: Sequence[Sequence[str]], arrows: Sequence[Arrow]
) -> dict[str, list[tuple[str, float]]]:
    """Give for every box and gap what leads to it from the left, and how far down that starts."""
    before: dict[str, list[tuple[str, float]]] = {}
    for arrow, chain in zip(arrows, chains, strict=True):
        source, starts_at = arrow.source, arrow.starts_at
        for key in (*chain, arrow.target):
            before.setdefault(key, []).append((source, starts_at))
            source, starts_at = key, GAP_HEIGHT / 2
    return before


def _stack(columns: Sequence[Sequence[str]], sizes: Mapping[str, float]) -> dict[str, float]:
    tops: dict[str, float] = {}
    for column in columns:
        top = 0.0
        for key in column:
            tops[key] = top
            top += sizes[key] + ROW_GAP
    return tops


def _pull(
    column: list[str],
    before: Mapping[str, list[tuple[str, float]]],
    tops: dict[str, float],
    sizes: Mapping[str, float],
) -> None:
    """Bring a column's boxes to the height of what leads to them, without touching each other."""
    wanted = {}
    for key in column:
        starts = [tops[source] + down for source, down in before.get(key, ())]
        middle = sum(starts) / len(starts) if starts else tops[key] + sizes[key] / 2
        wanted[key] = middle - sizes[key] / 2
    column.sort(key=lambda key: wanted[key] + sizes[key] / 2)
    top = None
    for key in column:
        tops[key] = wanted[key] if top is None else max(wanted[key], top)
        top = tops[key] + sizes[key] + ROW_GAP
    # All were pushed down only; moving the column back by the mean keeps it level with the last.
    shift = sum(tops[key] - wanted[key] for key in column) / len(column) if column else 0.0
    for key in column:
        tops[key] -= shift


def _route(
    arrow: Arrow,
    chain: Sequence[str],
    corners: Mapping[str, Point],
    sizes: Mapping[str, float],
    box_width: float,
) -> tuple[Point, ...]:
    source, target = corners[arrow.source], corners[arrow.target]
    points = [Point(source.x + box_width, source.y + arrow.starts_at)]
    for key in chain:
        y = corners[key].y + GAP_HEIGHT / 2
        points += [Point(corners[key].x, y), Point(corners[key].x + box_width, y)]
    points.append(Point(target.x, target.y + sizes[arrow.target] / 2))
    return tuple(points)
