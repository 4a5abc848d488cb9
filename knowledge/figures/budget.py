"""The written budget of noise: what was spent on every release, and on every year."""

from collections import defaultdict

from sqlalchemy import Connection

from knowledge.figures import reading
from knowledge.figures.noise import CELLS, scale_of

NONE = "none"


def told(connection: Connection) -> str:
    """Return the budget as lines for a terminal.

    Budgets add up: one message is in one week and one month; somebody who writes all year is in
    every period of it. No epsilon bounds what releases without noise tell.
    """
    lines = ["period    unit   released    epsilon  cells  scale"]
    years: dict[int, list[float]] = defaultdict(list)
    without: dict[int, int] = defaultdict(int)
    for release in reading.releases(connection):
        period, epsilon = release.period, release.epsilon
        year = period.last_day.year
        begin = f"{period.name:<9} {period.unit.value:<6} {release.released}"
        if epsilon is None:
            without[year] += 1
            lines.append(f"{begin}  {NONE}")
        else:
            years[year].append(epsilon)
            scale = scale_of(epsilon, period.unit)
            lines.append(f"{begin}  {epsilon:<7g}  {CELLS[period.unit]:<5}  {scale:g}")
    for year in sorted({*years, *without}):
        spent = f"{year}: epsilon {sum(years[year]):g} in {len(years[year])} releases"
        lines.append(f"{spent}, {without[year]} without noise")
    return "\n".join(lines) + "\n"
