"""Work shared by several processes: leases, turns that failed, which code fits the schema."""

from sqlalchemy import BigInteger, Column, Double, Integer, String, Table

from knowledge.store.tables import metadata

# Who may do what only one process may do, until when by the database's clock (seconds since 1970).
# `fence` grows with every change of hands, so that a holder who was away can be told from the one
# of today. A job that rests until its next run is a lease without an owner.
leases = Table(
    "leases",
    metadata,
    Column("name", String(80), primary_key=True),
    Column("owner", String(32), nullable=False),
    Column("fence", BigInteger, nullable=False),
    Column("expires", Double, nullable=False),
)

# How often a turn failed or was not ended, by the channel's running number; nothing of what was
# written. Rows of turns that were set aside stay two days.
turn_tries = Table(
    "turn_tries",
    metadata,
    Column("channel", String(16), primary_key=True),
    Column("update_id", String(64), primary_key=True),
    Column("tries", Integer, nullable=False),
    Column("touched", Integer, nullable=False, index=True),
)

# One row: the revision of the oldest program that can work with this schema.
schema_floor = Table(
    "schema_floor",
    metadata,
    Column("oldest", String(16), primary_key=True),
)
