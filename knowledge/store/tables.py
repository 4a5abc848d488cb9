"""The tables of conversations, for SQLite and PostgreSQL alike; the directory has its own file.

Nothing here can be tied to a person: a chat is known by a keyed hash, what must be kept for a
while is sealed with a key that is not in the database, and message texts are never stored.
Changes go through a migration in `knowledge/store/migrations`.
"""

from sqlalchemy import Column, Integer, LargeBinary, MetaData, String, Table

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
# encrypted; a row goes when it is delivered, or after a day. `owner` is the process that sends it,
# where several share the database; all rows of a chat have one.
outbox = Table(
    "outbox",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("channel", String(16), nullable=False),
    Column("chat", LargeBinary(16), nullable=False, index=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("touched", Integer, nullable=False, index=True),
    Column("attempts", Integer, nullable=False, default=0),
    Column("owner", String(32)),
    sqlite_autoincrement=True,  # ids never come back, so that order is the order of the turns
)
