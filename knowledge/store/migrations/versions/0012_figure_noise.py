"""The noise of a release: its epsilon beside it."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("figure_releases", sa.Column("epsilon", sa.Float(), nullable=True))


def downgrade() -> None:
    op.drop_column("figure_releases", "epsilon")
