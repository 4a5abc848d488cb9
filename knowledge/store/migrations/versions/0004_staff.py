"""People who look after the directory, their sessions and tokens."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TABLES = (
    "staff_known_networks",
    "staff_attempts",
    "staff_tokens",
    "staff_sessions",
    "staff_links",
    "staff_recovery_codes",
    "staff_members",
)


def _of_member(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["member_id"],
        ["staff_members.id"],
        name=f"fk_{table}_member_id_staff_members",
        ondelete="CASCADE",
    )


def upgrade() -> None:
    op.create_table(
        "staff_members",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("folded", sa.String(254), nullable=False),
        sa.Column("password", sa.Text),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("country", sa.String(2)),
        sa.Column("department", sa.Text),
        sa.Column("municipality", sa.Text),
        sa.Column("language", sa.String(35), nullable=False),
        sa.Column("second_factor", sa.LargeBinary),
        sa.Column("second_factor_pending", sa.LargeBinary),
        sa.Column("second_factor_step", sa.BigInteger, nullable=False),
        sa.Column("disabled", sa.Integer, nullable=False),
        sa.Column("created", sa.String(10), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_staff_members"),
        sa.UniqueConstraint("folded", name="uq_staff_members_folded"),
    )
    op.create_table(
        "staff_recovery_codes",
        sa.Column("member_id", sa.String(36), nullable=False),
        sa.Column("hash", sa.LargeBinary(16), nullable=False),
        _of_member("staff_recovery_codes"),
        sa.PrimaryKeyConstraint("member_id", "hash", name="pk_staff_recovery_codes"),
    )
    op.create_table(
        "staff_links",
        sa.Column("hash", sa.LargeBinary(32), nullable=False),
        sa.Column("member_id", sa.String(36)),
        sa.Column("ends", sa.BigInteger, nullable=False),
        _of_member("staff_links"),
        sa.PrimaryKeyConstraint("hash", name="pk_staff_links"),
    )
    op.create_index("ix_staff_links_member_id", "staff_links", ["member_id"])
    op.create_table(
        "staff_sessions",
        sa.Column("hash", sa.LargeBinary(32), nullable=False),
        sa.Column("member_id", sa.String(36), nullable=False),
        sa.Column("stage", sa.String(8), nullable=False),
        sa.Column("begun", sa.Integer, nullable=False),
        sa.Column("seen", sa.BigInteger, nullable=False),
        sa.Column("ends", sa.BigInteger, nullable=False),
        _of_member("staff_sessions"),
        sa.PrimaryKeyConstraint("hash", name="pk_staff_sessions"),
    )
    op.create_index("ix_staff_sessions_member_id", "staff_sessions", ["member_id"])
    op.create_table(
        "staff_tokens",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("member_id", sa.String(36), nullable=False),
        sa.Column("hash", sa.LargeBinary(32), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("created", sa.String(10), nullable=False),
        sa.Column("ends", sa.BigInteger, nullable=False),
        sa.Column("used", sa.String(10)),
        _of_member("staff_tokens"),
        sa.PrimaryKeyConstraint("id", name="pk_staff_tokens"),
        sa.UniqueConstraint("hash", name="uq_staff_tokens_hash"),
    )
    op.create_index("ix_staff_tokens_member_id", "staff_tokens", ["member_id"])
    op.create_table(
        "staff_attempts",
        sa.Column("key", sa.LargeBinary(16), nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("until", sa.BigInteger, nullable=False),
        sa.Column("touched", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_staff_attempts"),
    )
    op.create_index("ix_staff_attempts_touched", "staff_attempts", ["touched"])
    op.create_table(
        "staff_known_networks",
        sa.Column("key", sa.LargeBinary(16), nullable=False),
        sa.Column("touched", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_staff_known_networks"),
    )
    op.create_index("ix_staff_known_networks_touched", "staff_known_networks", ["touched"])


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
