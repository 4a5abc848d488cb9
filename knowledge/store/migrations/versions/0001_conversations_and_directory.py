"""Sessions, handled updates, outbox; the directory as a plain list."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sessions",
        sa.Column("chat", sa.LargeBinary(16), nullable=False),
        sa.Column("state", sa.LargeBinary, nullable=False),
        sa.Column("touched", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("chat", name="pk_sessions"),
    )
    op.create_index("ix_sessions_touched", "sessions", ["touched"])
    op.create_table(
        "handled_updates",
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("update_id", sa.String(64), nullable=False),
        sa.Column("touched", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("channel", "update_id", name="pk_handled_updates"),
    )
    op.create_index("ix_handled_updates_touched", "handled_updates", ["touched"])
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer, autoincrement=True, nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("chat", sa.LargeBinary(16), nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("touched", sa.Integer, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_outbox_chat", "outbox", ["chat"])
    op.create_index("ix_outbox_touched", "outbox", ["touched"])
    op.create_table(
        "organizations",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_organizations"),
    )
    op.create_table(
        "locations",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("country", sa.String(2), nullable=False),
        sa.Column("department", sa.Text),
        sa.Column("municipality", sa.Text),
        sa.Column("address", sa.Text),
        sa.Column("latitude", sa.Float),
        sa.Column("longitude", sa.Float),
        sa.Column("confidential", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_locations"),
    )
    op.create_table(
        "services",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("slug", sa.String(120), nullable=False),
        sa.Column("organization_id", sa.String(36), nullable=False),
        sa.Column("location_id", sa.String(36), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("description", sa.Text),
        sa.Column("who", sa.Text),
        sa.Column("cost", sa.Text),
        sa.Column("alert", sa.Text),
        sa.Column("schedule", sa.Text),
        sa.Column("hours_note", sa.Text),
        sa.Column("english", sa.Text, nullable=False),
        sa.Column("phones", sa.Text, nullable=False),
        sa.Column("whatsapp", sa.Text),
        sa.Column("email", sa.Text),
        sa.Column("website", sa.Text),
        sa.Column("languages", sa.Text, nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("source", sa.Text),
        sa.Column("source_date", sa.String(10)),
        sa.Column("confidence", sa.String(8), nullable=False),
        sa.Column("assured_date", sa.String(10)),
        sa.PrimaryKeyConstraint("id", name="pk_services"),
        sa.UniqueConstraint("slug", name="uq_services_slug"),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name="fk_services_organization_id_organizations",
        ),
        sa.ForeignKeyConstraint(
            ["location_id"], ["locations.id"], name="fk_services_location_id_locations"
        ),
    )
    op.create_table(
        "service_taxonomy",
        sa.Column("taxonomy_term", sa.String(80), nullable=False),
        sa.Column("service_id", sa.String(36), nullable=False),
        sa.Column("rank", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("taxonomy_term", "service_id", name="pk_service_taxonomy"),
        sa.ForeignKeyConstraint(
            ["service_id"],
            ["services.id"],
            name="fk_service_taxonomy_service_id_services",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_service_taxonomy_service_id", "service_taxonomy", ["service_id"])


def downgrade() -> None:
    for table in (
        "service_taxonomy",
        "services",
        "locations",
        "organizations",
        "outbox",
        "handled_updates",
        "sessions",
    ):
        op.drop_table(table)
