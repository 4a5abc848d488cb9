"""Proposals that wait for review, hooks to other systems, requests already answered."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "proposals",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("entity_id", sa.String(36), nullable=False),
        sa.Column("action", sa.String(8), nullable=False),
        sa.Column("drafts", sa.Text, nullable=False),
        sa.Column("country", sa.String(2)),
        sa.Column("department", sa.Text),
        sa.Column("municipality", sa.Text),
        sa.Column("author", sa.String(64), nullable=False),
        sa.Column("why", sa.Text),
        sa.Column("at", sa.String(24), nullable=False),
        sa.Column("status", sa.String(8), nullable=False),
        sa.Column("reviewer", sa.String(64)),
        sa.Column("reviewed_at", sa.String(24)),
        sa.Column("reason", sa.Text),
        sa.Column("seen", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_proposals"),
    )
    op.create_index("ix_proposals_entity_id", "proposals", ["entity_id"])
    op.create_index("ix_proposals_author", "proposals", ["author"])
    op.create_index(
        "ix_proposals_waiting", "proposals", ["status", "country", "department", "municipality"]
    )
    op.create_table(
        "desk_settings",
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_desk_settings"),
    )
    op.create_table(
        "hooks",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("status", sa.String(8), nullable=False),
        sa.Column("created_at", sa.String(24), nullable=False),
        sa.Column("last_success_at", sa.String(24)),
        sa.Column("last_failure_at", sa.String(24)),
        sa.Column("last_failure", sa.Text),
        sa.Column("given_up", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_hooks"),
    )
    op.create_table(
        "hook_deliveries",
        sa.Column("id", sa.Integer, nullable=False, autoincrement=True),
        sa.Column("hook_id", sa.String(36), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("entity_id", sa.String(36), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("action", sa.String(8), nullable=False),
        sa.Column("at", sa.String(24), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("due", sa.String(24), nullable=False),
        sa.ForeignKeyConstraint(
            ["hook_id"], ["hooks.id"], name="fk_hook_deliveries_hook_id_hooks", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_hook_deliveries"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_hook_deliveries_hook_id", "hook_deliveries", ["hook_id"])
    op.create_index("ix_hook_deliveries_due", "hook_deliveries", ["due"])
    op.create_table(
        "answered_requests",
        sa.Column("member", sa.String(64), nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("request", sa.String(64), nullable=False),
        sa.Column("status", sa.Integer, nullable=False),
        sa.Column("headers", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("at", sa.String(24), nullable=False),
        sa.PrimaryKeyConstraint("member", "key", name="pk_answered_requests"),
    )
    op.create_index("ix_answered_requests_at", "answered_requests", ["at"])


def downgrade() -> None:
    for table in (
        "answered_requests", "hook_deliveries", "hooks", "desk_settings", "proposals",
    ):  # fmt: skip
        op.drop_table(table)
