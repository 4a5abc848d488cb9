"""Marks of what people erased, so that an older backup does not bring it back."""

from sqlalchemy import Column, LargeBinary, String, Table

from knowledge.store.tables import metadata

# One row a chat that was erased or closed: a hash of its pseudonym with a key of its own, so that
# only who has both the secret and the number of a chat can ask for it, and the whole day (UTC).
erasure_marks = Table(
    "erasure_marks",
    metadata,
    Column("mark", LargeBinary(32), primary_key=True),
    Column("day", String(10), nullable=False, index=True),
)
