"""Counts without identity, sketches of distinct people, and what was released.

The first three tables are raw: they fill while people write, hold numbers alone and are emptied by
`knowledge.figures`. The last two are what a coordinator may see, and never change.
"""

from sqlalchemy import BigInteger, Column, Float, Integer, LargeBinary, String, Table
from sqlalchemy.dialects import sqlite

from knowledge.store.tables import metadata

# SQLite keeps rows in the order of an INTEGER key: rows then do not tell in which order they came.
_PACKED = BigInteger().with_variant(sqlite.INTEGER(), "sqlite")

# Messages of a cell in a part of a week (see `knowledge.figures.packing` for the key). Each writing
# thread has a row of its own, so that no chat waits for another's.
figure_totals = Table(
    "figure_totals",
    metadata,
    Column("tally", _PACKED, primary_key=True, autoincrement=False),
    Column("messages", Integer, nullable=False),
)

# Marks of the sketches: period, cell, and what a keyed hash of the person falls on.
figure_marks = Table(
    "figure_marks",
    metadata,
    Column("mark", _PACKED, primary_key=True, autoincrement=False),
)

# The random key of a period, sealed; the row goes when the period is released, and with it the
# only way from a person to a mark.
figure_keys = Table(
    "figure_keys",
    metadata,
    Column("period", Integer, primary_key=True, autoincrement=False),
    Column("sealed", LargeBinary, nullable=False),
)

# Periods that were released: `unit` is week or month, `period` its name (2026-W48, 2026-11).
# `epsilon` is that of the noise in its numbers, empty without noise.
figure_releases = Table(
    "figure_releases",
    metadata,
    Column("unit", String(5), primary_key=True),
    Column("period", String(8), primary_key=True),
    Column("released", String(10), nullable=False),
    Column("last_day", String(10), nullable=False, index=True),
    Column("epsilon", Float),
)

# The cells of a release. `people` and `messages` are empty in a hidden cell; `hidden` is then
# `small` (under `threshold` people, zero included), `kept` (larger, hidden to protect another) or
# `table` (hidden with its whole table).
figure_cells = Table(
    "figure_cells",
    metadata,
    Column("unit", String(5), primary_key=True),
    Column("period", String(8), primary_key=True),
    Column("by", String(16), primary_key=True),
    Column("by2", String(16), primary_key=True),
    Column("key", String(120), primary_key=True),
    Column("key2", String(120), primary_key=True),
    Column("threshold", Integer, nullable=False),
    Column("hidden", String(5), nullable=False),
    Column("people", Integer),
    Column("messages", Integer),
)
