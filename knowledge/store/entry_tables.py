"""Tables that hold something of every kind of entry of the directory: its words in other languages,
and its history.
"""

from sqlalchemy import Column, Integer, String, Table, Text, UniqueConstraint

from knowledge.store.tables import metadata

# Other languages than Spanish. `link_entity` is organization, service, location or
# service_at_location, as in HSDS attributes, or phone or taxonomy_term; `field` is a column of it.
texts = Table(
    "texts",
    metadata,
    Column("link_entity", String(24), primary_key=True),
    Column("link_id", String(36), primary_key=True),
    Column("field", String(32), primary_key=True),
    Column("language", String(16), primary_key=True),
    Column("text", Text, nullable=False),
)

# HSDS `metadata`: one row a change of an entry. `changes` is a JSON list of
# {"field", "before", "after"}. `who` is a staff id, never a name or an address.
revisions = Table(
    "revisions",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("entity", String(24), nullable=False),
    Column("entity_id", String(36), nullable=False),
    Column("number", Integer, nullable=False),
    Column("action", String(8), nullable=False),  # create, update, hide or restore
    Column("at", String(24), nullable=False),
    Column("who", String(64), nullable=False),
    Column("why", Text),
    Column("changes", Text, nullable=False),
    UniqueConstraint("entity", "entity_id", "number", name="uq_revisions_entity"),
)
