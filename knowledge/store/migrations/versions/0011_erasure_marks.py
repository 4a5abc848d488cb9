"""What people erased, so that an older backup does not bring it back."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "erasure_marks",
        sa.Column("mark", sa.LargeBinary(32), nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.PrimaryKeyConstraint("mark", name="pk_erasure_marks"),
    )
    op.create_index("ix_erasure_marks_day", "erasure_marks", ["day"])


def downgrade() -> None:
    op.drop_table("erasure_marks")
