"""People who look after the directory, their sessions and tokens.

A work address stands in `staff_members` alone; nothing else of a person is kept. What opens a door
(link, session, token, recovery code) is kept as a hash, the secret of a second factor sealed.
Instants are seconds since 1970 where a limit needs them; what people are only shown is a day or
an hour.
"""

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, LargeBinary, String, Table, Text

from knowledge.store.tables import metadata


def _of_member(*, nullable: bool = False) -> Column[str]:
    return Column(
        "member_id",
        String(36),
        ForeignKey("staff_members.id", ondelete="CASCADE"),
        nullable=nullable,
        index=True,
    )


# `folded` is the address as it is compared. Without a password somebody was invited and has not
# come yet. `second_factor` counts once it is confirmed; the one being set up waits beside it.
# `second_factor_step` is the last half minute whose code was used, so that none is used twice.
staff_members = Table(
    "staff_members",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("email", String(254), nullable=False),
    Column("folded", String(254), nullable=False, unique=True),
    Column("password", Text),
    Column("role", String(16), nullable=False),
    Column("country", String(2)),
    Column("department", Text),
    Column("municipality", Text),
    Column("language", String(35), nullable=False),
    Column("second_factor", LargeBinary),
    Column("second_factor_pending", LargeBinary),
    Column("second_factor_step", BigInteger, nullable=False),
    Column("disabled", Integer, nullable=False),
    Column("created", String(10), nullable=False),
)

staff_recovery_codes = Table(
    "staff_recovery_codes",
    metadata,
    Column(
        "member_id",
        String(36),
        ForeignKey("staff_members.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("hash", LargeBinary(16), primary_key=True),
)

# A link to set a password, used once. Without a member it makes the first administrator.
staff_links = Table(
    "staff_links",
    metadata,
    Column("hash", LargeBinary(32), primary_key=True),
    _of_member(nullable=True),
    Column("ends", BigInteger, nullable=False),
)

# `stage` is `code` between the password and the second factor, then `full`. `begun` is in whole
# hours since 1970.
staff_sessions = Table(
    "staff_sessions",
    metadata,
    Column("hash", LargeBinary(32), primary_key=True),
    _of_member(),
    Column("stage", String(8), nullable=False),
    Column("begun", Integer, nullable=False),
    Column("seen", BigInteger, nullable=False),
    Column("ends", BigInteger, nullable=False),
)

staff_tokens = Table(
    "staff_tokens",
    metadata,
    Column("id", String(36), primary_key=True),
    _of_member(),
    Column("hash", LargeBinary(32), nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("created", String(10), nullable=False),
    Column("ends", BigInteger, nullable=False),
    Column("used", String(10)),
)

# Failed attempts to sign in, by keyed hashes of address and network; gone a day after the last.
staff_attempts = Table(
    "staff_attempts",
    metadata,
    Column("key", LargeBinary(16), primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("until", BigInteger, nullable=False),
    Column("touched", BigInteger, nullable=False, index=True),
)

# From where a member has signed in before: there, other people's failures do not slow them.
staff_known_networks = Table(
    "staff_known_networks",
    metadata,
    Column("key", LargeBinary(16), primary_key=True),
    Column("touched", BigInteger, nullable=False, index=True),
)
