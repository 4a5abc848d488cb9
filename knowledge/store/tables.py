"""The tables, for SQLite and PostgreSQL alike.

Nothing here can be tied to a person: a chat is known by a keyed hash, what must be kept for a
while is sealed with a key that is not in the database, and message texts are never stored.
Changes go through a migration in `knowledge/store/migrations`.
"""

from sqlalchemy import (
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# Where a conversation stands. `chat` is HMAC-SHA-256 of channel and user id; `state` is sealed
# JSON; `touched` is in whole hours since 1970, so that a row does not tell when somebody wrote.
sessions = Table(
    "sessions",
    metadata,
    Column("chat", LargeBinary(16), primary_key=True),
    Column("state", LargeBinary, nullable=False),
    Column("touched", Integer, nullable=False, index=True),
)

# Updates already turned into replies, so that one delivered twice changes nothing. The id is the
# channel's running number; rows go after two days.
handled_updates = Table(
    "handled_updates",
    metadata,
    Column("channel", String(16), primary_key=True),
    Column("update_id", String(64), primary_key=True),
    Column("touched", Integer, nullable=False, index=True),
)

# Replies that are decided and not yet delivered. `sealed` holds address and message together,
# encrypted; a row goes when it is delivered, or after a day.
outbox = Table(
    "outbox",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("channel", String(16), nullable=False),
    Column("chat", LargeBinary(16), nullable=False, index=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("touched", Integer, nullable=False, index=True),
    Column("attempts", Integer, nullable=False, default=0),
    sqlite_autoincrement=True,  # ids never come back, so that order is the order of the turns
)

# The directory, in the words of the Human Services Data Specification.
organizations = Table(
    "organizations",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("name", Text, nullable=False),
)

locations = Table(
    "locations",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("country", String(2), nullable=False),
    Column("department", Text),
    Column("municipality", Text),
    Column("address", Text),
    Column("latitude", Float),
    Column("longitude", Float),
    Column("confidential", Integer, nullable=False, default=0),
)

services = Table(
    "services",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("slug", String(120), nullable=False, unique=True),
    Column("organization_id", ForeignKey("organizations.id"), nullable=False),
    Column("location_id", ForeignKey("locations.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("description", Text),
    Column("who", Text),
    Column("cost", Text),
    Column("alert", Text),
    Column("schedule", Text),
    Column("hours_note", Text),
    Column("english", Text, nullable=False, default="{}"),  # JSON: column → English text
    Column("phones", Text, nullable=False, default="[]"),  # JSON list of {number, note}
    Column("whatsapp", Text),
    Column("email", Text),
    Column("website", Text),
    Column("languages", Text, nullable=False, default="es"),
    Column("status", String(16), nullable=False),
    Column("source", Text),
    Column("source_date", String(10)),
    Column("confidence", String(8), nullable=False),
    Column("assured_date", String(10)),
)

service_taxonomy = Table(
    "service_taxonomy",
    metadata,
    Column("taxonomy_term", String(80), primary_key=True),
    Column("service_id", ForeignKey("services.id", ondelete="CASCADE"), primary_key=True),
    Column("rank", Integer, nullable=False),  # 0: what the service is for first of all
    Index("ix_service_taxonomy_service_id", "service_id"),
)
