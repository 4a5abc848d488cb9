"""Work shared by several processes: leases, owners of deliveries, turns that failed."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "leases",
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("owner", sa.String(32), nullable=False),
        sa.Column("fence", sa.BigInteger, nullable=False),
        sa.Column("expires", sa.Double, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_leases"),
    )
    op.create_table(
        "turn_tries",
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("update_id", sa.String(64), nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("touched", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("channel", "update_id", name="pk_turn_tries"),
    )
    op.create_index("ix_turn_tries_touched", "turn_tries", ["touched"])
    op.create_table(
        "schema_floor",
        sa.Column("oldest", sa.String(16), nullable=False),
        sa.PrimaryKeyConstraint("oldest", name="pk_schema_floor"),
    )
    op.add_column("outbox", sa.Column("owner", sa.String(32)))


def downgrade() -> None:
    op.drop_column("outbox", "owner")
    op.drop_table("schema_floor")
    op.drop_table("turn_tries")
    op.drop_table("leases")
