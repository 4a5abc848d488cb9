"""What people say is wrong with an entry of the directory; never who said so."""

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, String, Table

from knowledge.store.directory_tables import service_at_locations
from knowledge.store.tables import metadata

# One row an entry and kind of trouble, until the office has checked it. `people` counts different
# people, 2 standing for more as well; `marks` tells them apart while that matters (see
# `knowledge.directory.reports`). `caution` is 1 once people are warned. Dates are whole days.
service_reports = Table(
    "service_reports",
    metadata,
    Column(
        "service_at_location_id",
        ForeignKey(service_at_locations.c.id, ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("kind", String(8), primary_key=True),
    Column("people", Integer, nullable=False),
    Column("marks", BigInteger, nullable=False),
    Column("caution", Integer, nullable=False),
    Column("first_day", String(10), nullable=False),
    Column("last_day", String(10), nullable=False),
)
