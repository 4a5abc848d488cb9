"""Questions without an answer: scrubbed and sealed wordings in groups, never who asked."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, LargeBinary, String, Table

from knowledge.store.tables import metadata

# A group of questions that are alike. `marks` tells different people apart without an id (see
# `knowledge.questions.keeping`); `people` is the most that were told apart; `size` is how many
# signs the group has. Days are whole ones.
questions = Table(
    "questions",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("language", String(8), nullable=False),
    Column("state", String(8), nullable=False),  # new, answered or ignored
    Column("size", Integer, nullable=False),
    Column("marks", BigInteger, nullable=False),
    Column("people", Integer, nullable=False),
    Column("first_day", String(10), nullable=False),
    Column("last_day", String(10), nullable=False),
    Column("article", String(80)),  # what it was answered with, if that is known
    Index("ix_questions_state", "state", "people"),
)

# Keyed hashes of the words of a group: alike questions are found by them, and nothing can be read.
question_signs = Table(
    "question_signs",
    metadata,
    Column("question_id", ForeignKey("questions.id", ondelete="CASCADE"), primary_key=True),
    Column("sign", BigInteger, primary_key=True),
    Index("ix_question_signs_sign", "sign"),
)

# How it was asked, a few times, scrubbed and sealed with the group's id.
question_wordings = Table(
    "question_wordings",
    metadata,
    Column("id", String(36), primary_key=True),
    Column(
        "question_id", ForeignKey("questions.id", ondelete="CASCADE"), nullable=False, index=True
    ),
    Column("day", String(10), nullable=False, index=True),
    Column("sealed", LargeBinary, nullable=False),
)
