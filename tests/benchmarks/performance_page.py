"""Writes `docs/performance.md`: the machine, ratios first, absolute figures, targets met or not."""

from collections.abc import Mapping, Sequence

from rows import Row, readable

INTRODUCTION = """\
# Performance

Written by `make bench ARGS=--write`; do not edit by hand. What counts is the **ratio**: each figure
beside a baseline that the same run measured on the same machine. Absolute figures are only as good
as the machine was quiet, and other machines have others.
"""
QUICK_RUN = "\n**A quick run with small sizes**: it shows that everything works, and little else.\n"


def performance_page(
    machine: Mapping[str, str],
    results: Mapping[str, Sequence[Row]],
    failed: Sequence[str],
    *,
    seconds: float,
    quick: bool,
) -> str:
    """Return the page for the rows of each benchmark; `failed` are those that ended in an error."""
    rows = [row for some in results.values() for row in some]
    asked = [row for row in rows if row.met is not None]
    missed = [row for row in asked if not row.met]
    parts = [INTRODUCTION + (QUICK_RUN if quick else ""), "## The machine\n"]
    parts.append(_table(("what", "which"), list(machine.items())))
    parts.append(f"All of it took {seconds / 60:.0f} minutes.\n")
    parts.append(f"## Targets: {len(asked) - len(missed)} of {len(asked)} met\n")
    if missed:
        parts.append("Not met:\n")
        parts.append(
            _table(
                ("what", "figure", "ratio", "target"),
                [(row.name, _figure(row), _ratio(row), row.target) for row in missed],
            )
        )
    parts += [f"`{name}` ended in an error; its figures may be missing.\n" for name in failed]
    parts.append("## Ratios\n")
    parts.append(
        _table(
            ("benchmark", "what", "ratio", "of what", "target", "met"),
            [
                (name, row.name, _ratio(row), row.baseline_name, row.target, _met(row))
                for name, some in results.items()
                for row in some
                if row.ratio is not None
            ],
        )
    )
    parts.append("## Absolute figures\n")
    for name, some in results.items():
        parts.append(f"### {name}\n")
        parts.append(
            _table(
                ("what", "figure", "baseline", "target", "met", "note"),
                [
                    (row.name, _figure(row), _baseline(row), row.target, _met(row), row.note)
                    for row in some
                ],
            )
        )
    return "\n".join(parts)


def _figure(row: Row) -> str:
    return f"{readable(row.figure)} {row.unit}"


def _baseline(row: Row) -> str:
    if row.baseline is None:
        return ""
    return f"{readable(row.baseline)} {row.unit} ({row.baseline_name})"


def _ratio(row: Row) -> str:
    return f"{readable(row.ratio)} ×" if row.ratio is not None else ""


def _met(row: Row) -> str:
    return "" if row.met is None else "yes" if row.met else "**no**"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    told = ["| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines]
    return "\n".join(told) + "\n"
