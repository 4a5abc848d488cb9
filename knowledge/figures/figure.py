"""One figure of a release, shown or hidden, as everybody may know it."""

from dataclasses import dataclass

from knowledge.figures.cells import Cell
from knowledge.figures.periods import Period

SHOWN = "shown"
SMALL = "small"  # under the threshold, zero included
KEPT = "kept"  # larger, and hidden because it would tell a small one
TABLE = "table"  # larger, and hidden with its whole table: choosing single ones took too much work

# The messages of a week are rounded up to five: a month less its weeks would else tell what
# happened in the day or two that it shares with another month. Months are exact, and so are people.
ROUNDED_TO = 5


@dataclass(frozen=True, slots=True)
class Figure:
    """How many people and messages a cell had in a period; None where that is hidden.

    `threshold` is how many people the cell needs; `hidden` is `shown`, `small`, `kept` or `table`.
    `epsilon` is that of the noise in the numbers of the release, None without noise.
    """

    period: Period
    cell: Cell
    threshold: int
    hidden: str
    people: int | None = None
    messages: int | None = None
    epsilon: float | None = None

    @property
    def people_text(self) -> str:
        """The people as a release writes them: a number, `<10`, `<20` or `*`."""
        return self._text(self.people)

    @property
    def messages_text(self) -> str:
        """The messages as a release writes them; `<10` says that the *people* were few."""
        return self._text(self.messages)

    def _text(self, value: int | None) -> str:
        if value is not None:
            return str(value)
        return f"<{self.threshold}" if self.hidden == SMALL else "*"


def named(cell: Cell) -> str:
    """Return a cell in words for a message: `topic=health, country=SV`, or `total`."""
    pairs = ((cell.by, cell.key), (cell.by2, cell.key2))
    return ", ".join(f"{by}={key}" for by, key in pairs if by) or "total"
