"""Counts without identity, sketches of distinct people, and what was released."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_PACKED = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "figure_totals",
        sa.Column("tally", _PACKED, autoincrement=False, nullable=False),
        sa.Column("messages", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("tally", name="pk_figure_totals"),
    )
    op.create_table(
        "figure_marks",
        sa.Column("mark", _PACKED, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("mark", name="pk_figure_marks"),
    )
    op.create_table(
        "figure_keys",
        sa.Column("period", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("period", name="pk_figure_keys"),
    )
    op.create_table(
        "figure_releases",
        sa.Column("unit", sa.String(5), nullable=False),
        sa.Column("period", sa.String(8), nullable=False),
        sa.Column("released", sa.String(10), nullable=False),
        sa.Column("last_day", sa.String(10), nullable=False),
        sa.PrimaryKeyConstraint("unit", "period", name="pk_figure_releases"),
    )
    op.create_index("ix_figure_releases_last_day", "figure_releases", ["last_day"])
    op.create_table(
        "figure_cells",
        sa.Column("unit", sa.String(5), nullable=False),
        sa.Column("period", sa.String(8), nullable=False),
        sa.Column("by", sa.String(16), nullable=False),
        sa.Column("by2", sa.String(16), nullable=False),
        sa.Column("key", sa.String(120), nullable=False),
        sa.Column("key2", sa.String(120), nullable=False),
        sa.Column("threshold", sa.Integer, nullable=False),
        sa.Column("hidden", sa.String(5), nullable=False),
        sa.Column("people", sa.Integer),
        sa.Column("messages", sa.Integer),
        sa.PrimaryKeyConstraint(
            "unit", "period", "by", "by2", "key", "key2", name="pk_figure_cells"
        ),
    )


def downgrade() -> None:
    op.drop_table("figure_cells")
    op.drop_index("ix_figure_releases_last_day", "figure_releases")
    op.drop_table("figure_releases")
    op.drop_table("figure_keys")
    op.drop_table("figure_marks")
    op.drop_table("figure_totals")
