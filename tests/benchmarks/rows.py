"""What a benchmark found, as data: printed for whoever watches, kept for `docs/performance.md`."""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

# `make bench` gives each benchmark a file for its rows, and says whether to be quick.
ROWS_FILE = "BENCH_ROWS"
QUICK = "BENCH_QUICK"


@dataclass(frozen=True, slots=True)
class Row:
    """One figure. `ratio` is the figure divided by `baseline`, which the same run measured.

    `baseline_name` says what of. `target` is words; `met` is None where nothing was promised.
    """

    name: str
    figure: float
    unit: str
    baseline_name: str = ""
    baseline: float | None = None
    target: str = ""
    met: bool | None = None
    note: str = ""

    @property
    def ratio(self) -> float | None:
        return self.figure / self.baseline if self.baseline else None


def tell(
    name: str,
    figure: float,
    unit: str,
    *,
    beside: tuple[str, float] | None = None,
    most: float | None = None,
    least: float | None = None,
    most_ratio: float | None = None,
    least_ratio: float | None = None,
    note: str = "",
) -> Row:
    """Print a row and keep it. The target is a limit on the figure, on the ratio, or on both."""
    baseline_name, baseline = beside or ("", None)
    ratio = figure / baseline if baseline else None
    limits = [
        (most, figure, f"under {most:g} {unit}" if most is not None else "", -1),
        (least, figure, f"at least {least:g} {unit}" if least is not None else "", 1),
        (most_ratio, ratio, f"at most {most_ratio:g} ×" if most_ratio is not None else "", -1),
        (least_ratio, ratio, f"at least {least_ratio:g} ×" if least_ratio is not None else "", 1),
    ]
    asked = [(limit, of, words, way) for limit, of, words, way in limits if limit is not None]
    met = all(of is not None and (of - limit) * way >= 0 for limit, of, _, way in asked)
    row = Row(
        name, figure, unit, baseline_name, baseline,
        ", ".join(words for _, _, words, _ in asked), met if asked else None, note,
    )  # fmt: skip
    print(in_words(row), flush=True)
    if path := os.environ.get(ROWS_FILE):
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(row), ensure_ascii=False) + "\n")
    return row


def in_words(row: Row) -> str:
    """Return a row as one line."""
    line = f"{row.name:58} {readable(row.figure):>9} {row.unit}"
    if row.ratio is not None:
        of = f"{row.baseline_name}, {readable(row.baseline or 0)} {row.unit}"
        line += f"  {readable(row.ratio)} × ({of})"
    if row.target:
        line += f"  target {row.target}: {'met' if row.met else 'NOT MET'}"
    return f"{line}  {row.note}".rstrip()


def readable(number: float) -> str:
    """Return a number with three digits that count, and no more."""
    if abs(number) >= 100:
        return f"{number:,.0f}"
    if abs(number) >= 10:
        return f"{number:.1f}"
    return f"{number:.2f}" if abs(number) >= 0.1 else f"{number:.3f}"


def read_rows(path: Path) -> list[Row]:
    """Return the rows that a benchmark left in a file."""
    if not path.exists():
        return []
    lines = path.read_text(encoding="utf-8").splitlines()
    return [Row(**json.loads(line)) for line in lines]


def quick() -> bool:
    """Whether this run should only show that everything works, with small sizes."""
    return os.environ.get(QUICK) == "1"


def sized(full: int, small: int) -> int:
    """Return one size for a full run and another for a quick one."""
    return small if quick() else full
