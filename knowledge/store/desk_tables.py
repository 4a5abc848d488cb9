"""Proposals, settings, hooks to other systems, requests already answered, spreadsheets brought."""

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, String, Table, Text

from knowledge.store.tables import metadata

# A change that waits beside the live entries. `drafts` is a JSON list, an entry each:
# {"kind", "id", "action", "values", "before"}. The area is the smallest that holds them all.
# `author` and `reviewer` are staff ids.
proposals = Table(
    "proposals",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("kind", String(24), nullable=False),  # of the entry that it is about first of all
    Column("entity_id", String(36), nullable=False, index=True),
    Column("action", String(8), nullable=False),  # create, update or hide
    Column("drafts", Text, nullable=False),
    Column("country", String(2)),
    Column("department", Text),
    Column("municipality", Text),
    Column("author", String(64), nullable=False, index=True),
    Column("why", Text),
    Column("at", String(24), nullable=False),
    Column("status", String(8), nullable=False),  # waiting, approved or rejected
    Column("reviewer", String(64)),
    Column("reviewed_at", String(24)),
    Column("reason", Text),
    Column("seen", Integer, nullable=False),  # the author has read what was decided
    Index("ix_proposals_waiting", "status", "country", "department", "municipality"),
)

# What administrators choose for everybody; a name that is not here has its default.
desk_settings = Table(
    "desk_settings",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("value", Text, nullable=False),
)

# Other systems that are told of changes. The key that signs is derived from the secret and `id`.
hooks = Table(
    "hooks",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("url", Text, nullable=False),
    Column("status", String(8), nullable=False),  # active, failing or ended
    Column("created_at", String(24), nullable=False),
    Column("last_success_at", String(24)),
    Column("last_failure_at", String(24)),
    Column("last_failure", Text),  # in words, never what the other system answered
    Column("given_up", Integer, nullable=False),  # changes that it was never told of
)

# One row a change that a hook has still to be told of; it goes when told, or after a day.
hook_deliveries = Table(
    "hook_deliveries",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("hook_id", ForeignKey("hooks.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("kind", String(24), nullable=False),
    Column("entity_id", String(36), nullable=False),
    Column("version", Integer, nullable=False),
    Column("action", String(8), nullable=False),
    Column("at", String(24), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due", String(24), nullable=False, index=True),
    sqlite_autoincrement=True,
)

# What was answered to a request with an Idempotency-Key; rows go after a day.
answered_requests = Table(
    "answered_requests",
    metadata,
    Column("member", String(64), primary_key=True),
    Column("key", String(200), primary_key=True),
    Column("request", String(64), nullable=False),  # SHA-256 of method, address and body
    Column("status", Integer, nullable=False),
    Column("headers", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("at", String(24), nullable=False, index=True),
)

# A spreadsheet between being brought and being written, its content and what is said of it sealed:
# nobody knows what a wrong file holds. Rows go after a day. A `note` stays longer and holds numbers
# alone: that lines were refused, and which.
NOTE = "note"  # the state of such a row
import_drafts = Table(
    "import_drafts",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("member", String(64), nullable=False, index=True),
    Column("at", String(24), nullable=False, index=True),
    Column("digest", String(64), nullable=False),  # SHA-256 of the file
    Column("lines", Integer, nullable=False),
    Column("state", String(8), nullable=False),  # reading, ready, writing, done, failed or note
    Column("attempt", Integer, nullable=False),  # so that work that was given up writes nothing
    Column("since", String(24), nullable=False),  # when the state began
    Column("content", LargeBinary, nullable=False),
    Column("outcome", LargeBinary),
)
