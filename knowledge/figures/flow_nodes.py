"""Where people give up: the figures of one flow in one released period, node by node."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from flows.definition import Flow, Question
from knowledge.figures import reading
from knowledge.figures.cells import Cell
from knowledge.figures.figure import Figure
from knowledge.figures.periods import Period

TABLES = ("flow", "node", "answered", "left", "outcome")


@dataclass(frozen=True, slots=True)
class Stop:
    """A node with how many came, answered and left; what cannot be told is None."""

    node: str
    text: str  # Spanish, to be translated
    is_question: bool
    came: Figure | None
    answered: Figure | None
    left: Figure | None

    @property
    def share(self) -> float | None:
        """The part of those who came that left here, when both are shown."""
        came = self.came.people if self.came else None
        left = self.left.people if self.left else None
        if not came or left is None:
            return None
        return min(1.0, left / came)  # noise can make a part larger than its whole


def figures_of(connection: Connection, period: Period, flow: Flow) -> dict[Cell, Figure]:
    """Return the figures of a flow and its nodes; they are of all countries together.

    Raises `FiguresError` for a period that is not released.
    """
    return {
        figure.cell: figure
        for by in TABLES
        for figure in reading.cells(connection, period.unit, period.name, by)
        if figure.cell.key.split("/")[0] == flow.id
    }


def stops(flow: Flow, known: Mapping[Cell, Figure]) -> list[Stop]:
    """Return the nodes of a flow, in its own order, with what is known of each."""
    found = []
    for node in flow.nodes.values():
        asks = isinstance(node, Question)
        key = f"{flow.id}/{node.id}"
        found.append(
            Stop(
                node.id,
                node.text,
                asks,
                known.get(Cell("node" if asks else "outcome", key)),
                known.get(Cell("answered", key)),
                known.get(Cell("left", key)),
            )
        )
    return found
