"""Questions without an answer, scrubbed."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "questions",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("marks", sa.BigInteger, nullable=False),
        sa.Column("people", sa.Integer, nullable=False),
        sa.Column("first_day", sa.String(10), nullable=False),
        sa.Column("last_day", sa.String(10), nullable=False),
        sa.Column("article", sa.String(80)),
        sa.PrimaryKeyConstraint("id", name="pk_questions"),
    )
    op.create_index("ix_questions_state", "questions", ["state", "people"])
    op.create_table(
        "question_signs",
        sa.Column("question_id", sa.String(36), nullable=False),
        sa.Column("sign", sa.BigInteger, nullable=False),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["questions.id"],
            name="fk_question_signs_question_id_questions",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("question_id", "sign", name="pk_question_signs"),
    )
    op.create_index("ix_question_signs_sign", "question_signs", ["sign"])
    op.create_table(
        "question_wordings",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("question_id", sa.String(36), nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["questions.id"],
            name="fk_question_wordings_question_id_questions",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_question_wordings"),
    )
    op.create_index("ix_question_wordings_question_id", "question_wordings", ["question_id"])
    op.create_index("ix_question_wordings_day", "question_wordings", ["day"])


def downgrade() -> None:
    op.drop_table("question_wordings")
    op.drop_table("question_signs")
    op.drop_table("questions")
