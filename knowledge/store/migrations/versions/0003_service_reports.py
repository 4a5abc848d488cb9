"""What people say is wrong with an entry of the directory."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "service_reports",
        sa.Column("service_at_location_id", sa.String(36), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("people", sa.Integer, nullable=False),
        sa.Column("marks", sa.BigInteger, nullable=False),
        sa.Column("caution", sa.Integer, nullable=False),
        sa.Column("first_day", sa.String(10), nullable=False),
        sa.Column("last_day", sa.String(10), nullable=False),
        sa.ForeignKeyConstraint(
            ["service_at_location_id"],
            ["service_at_locations.id"],
            name="fk_service_reports_service_at_location_id_service_at_locations",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("service_at_location_id", "kind", name="pk_service_reports"),
    )
    # Very few entries are confidential: they are found without reading the many that are not.
    op.create_index("ix_locations_confidential", "locations", ["confidential", "country"])


def downgrade() -> None:
    op.drop_index("ix_locations_confidential", "locations")
    op.drop_table("service_reports")
