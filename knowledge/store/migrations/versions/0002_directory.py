"""The directory as HSDS has it, with languages and revisions; the shipped one is loaded anew."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

OLD = ("service_taxonomy", "services", "locations", "organizations")


def upgrade() -> None:
    # Nobody could edit the plain list of 0001, so it held the shipped directory and nothing else.
    for table in OLD:
        op.drop_table(table)
    op.create_table(
        "locations",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("country", sa.String(2), nullable=False),
        sa.Column("department", sa.Text),
        sa.Column("municipality", sa.Text),
        sa.Column("location_type", sa.String(8), nullable=False),
        sa.Column("name", sa.Text),
        sa.Column("description", sa.Text),
        sa.Column("transportation", sa.Text),
        sa.Column("url", sa.Text),
        sa.Column("latitude", sa.Float),
        sa.Column("longitude", sa.Float),
        sa.Column("place_latitude", sa.Float),
        sa.Column("place_longitude", sa.Float),
        sa.Column("confidential", sa.Integer, nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("last_modified", sa.String(24), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_locations"),
    )
    op.create_index("ix_locations_area", "locations", ["country", "department", "municipality"])
    op.create_index("ix_locations_place_point", "locations", ["place_latitude", "place_longitude"])
    op.create_index("ix_locations_point", "locations", ["latitude", "longitude"])
    op.create_table(
        "organizations",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("country", sa.String(2), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("alternate_name", sa.Text),
        sa.Column("description", sa.Text),
        sa.Column("email", sa.Text),
        sa.Column("website", sa.Text),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("last_modified", sa.String(24), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_organizations"),
    )
    op.create_index("ix_organizations_country_name", "organizations", ["country", "name"])
    op.create_table(
        "revisions",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("entity", sa.String(24), nullable=False),
        sa.Column("entity_id", sa.String(36), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("action", sa.String(8), nullable=False),
        sa.Column("at", sa.String(24), nullable=False),
        sa.Column("who", sa.String(64), nullable=False),
        sa.Column("why", sa.Text),
        sa.Column("changes", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_revisions"),
        sa.UniqueConstraint("entity", "entity_id", "number", name="uq_revisions_entity"),
    )
    op.create_table(
        "taxonomies",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("uri", sa.Text),
        sa.Column("version", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_taxonomies"),
    )
    op.create_table(
        "texts",
        sa.Column("link_entity", sa.String(24), nullable=False),
        sa.Column("link_id", sa.String(36), nullable=False),
        sa.Column("field", sa.String(32), nullable=False),
        sa.Column("language", sa.String(16), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("link_entity", "link_id", "field", "language", name="pk_texts"),
    )
    op.create_table(
        "accessibility",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("location_id", sa.String(36)),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("details", sa.Text),
        sa.Column("url", sa.Text),
        sa.ForeignKeyConstraint(
            ["location_id"],
            ["locations.id"],
            name="fk_accessibility_location_id_locations",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_accessibility"),
    )
    op.create_index("ix_accessibility_location_id", "accessibility", ["location_id"])
    op.create_table(
        "addresses",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("location_id", sa.String(36)),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("address_1", sa.Text, nullable=False),
        sa.Column("address_2", sa.Text),
        sa.Column("city", sa.Text),
        sa.Column("region", sa.Text),
        sa.Column("state_province", sa.Text),
        sa.Column("postal_code", sa.Text),
        sa.Column("country", sa.String(2), nullable=False),
        sa.Column("address_type", sa.String(8), nullable=False),
        sa.ForeignKeyConstraint(
            ["location_id"],
            ["locations.id"],
            name="fk_addresses_location_id_locations",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_addresses"),
    )
    op.create_index("ix_addresses_location_id", "addresses", ["location_id"])
    op.create_table(
        "services",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("organization_id", sa.String(36), nullable=False),
        sa.Column("country", sa.String(2), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("alternate_name", sa.Text),
        sa.Column("description", sa.Text),
        sa.Column("url", sa.Text),
        sa.Column("email", sa.Text),
        sa.Column("application_process", sa.Text),
        sa.Column("fees_description", sa.Text),
        sa.Column("eligibility_description", sa.Text),
        sa.Column("minimum_age", sa.Integer),
        sa.Column("maximum_age", sa.Integer),
        sa.Column("alert", sa.Text),
        sa.Column("assured_date", sa.String(10)),
        sa.Column("source_url", sa.Text),
        sa.Column("source_date", sa.String(10)),
        sa.Column("confidence", sa.String(8), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("last_modified", sa.String(24), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name="fk_services_organization_id_organizations",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_services"),
    )
    op.create_index("ix_services_country_status", "services", ["country", "status"])
    op.create_index("ix_services_last_modified", "services", ["last_modified"])
    op.create_index("ix_services_organization_id", "services", ["organization_id"])
    op.create_table(
        "taxonomy_terms",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("taxonomy_id", sa.String(36), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("code", sa.String(80), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("parent_id", sa.String(36)),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["taxonomy_terms.id"], name="fk_taxonomy_terms_parent_id_taxonomy_terms"
        ),
        sa.ForeignKeyConstraint(
            ["taxonomy_id"], ["taxonomies.id"], name="fk_taxonomy_terms_taxonomy_id_taxonomies"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_taxonomy_terms"),
        sa.UniqueConstraint("code", name="uq_taxonomy_terms_code"),
    )
    op.create_table(
        "attributes",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("service_id", sa.String(36), nullable=False),
        sa.Column("taxonomy_term_id", sa.String(36), nullable=False),
        sa.Column("rank", sa.Integer, nullable=False),
        sa.Column("country", sa.String(2), nullable=False),
        sa.ForeignKeyConstraint(
            ["service_id"],
            ["services.id"],
            name="fk_attributes_service_id_services",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["taxonomy_term_id"],
            ["taxonomy_terms.id"],
            name="fk_attributes_taxonomy_term_id_taxonomy_terms",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_attributes"),
        sa.UniqueConstraint("service_id", "taxonomy_term_id", name="uq_attributes_pair"),
    )
    op.create_index(
        "ix_attributes_term", "attributes", ["taxonomy_term_id", "country", "service_id"]
    )
    op.create_table(
        "cost_options",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("service_id", sa.String(36)),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("valid_from", sa.String(10)),
        sa.Column("valid_to", sa.String(10)),
        sa.Column("option", sa.Text),
        sa.Column("currency", sa.String(3)),
        sa.Column("amount", sa.Float),
        sa.Column("amount_description", sa.Text),
        sa.ForeignKeyConstraint(
            ["service_id"],
            ["services.id"],
            name="fk_cost_options_service_id_services",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_cost_options"),
    )
    op.create_index("ix_cost_options_service_id", "cost_options", ["service_id"])
    op.create_table(
        "languages",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("service_id", sa.String(36)),
        sa.Column("location_id", sa.String(36)),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("code", sa.String(16)),
        sa.Column("name", sa.Text),
        sa.Column("note", sa.Text),
        sa.ForeignKeyConstraint(
            ["location_id"],
            ["locations.id"],
            name="fk_languages_location_id_locations",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["service_id"],
            ["services.id"],
            name="fk_languages_service_id_services",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_languages"),
    )
    op.create_index("ix_languages_location_id", "languages", ["location_id"])
    op.create_index("ix_languages_service_id", "languages", ["service_id"])
    op.create_table(
        "required_documents",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("service_id", sa.String(36)),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("uri", sa.Text),
        sa.ForeignKeyConstraint(
            ["service_id"],
            ["services.id"],
            name="fk_required_documents_service_id_services",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_required_documents"),
    )
    op.create_index("ix_required_documents_service_id", "required_documents", ["service_id"])
    op.create_table(
        "service_at_locations",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("slug", sa.String(120)),
        sa.Column("service_id", sa.String(36), nullable=False),
        sa.Column("location_id", sa.String(36), nullable=False),
        sa.Column("description", sa.Text),
        sa.Column("hours_note", sa.Text),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("last_modified", sa.String(24), nullable=False),
        sa.ForeignKeyConstraint(
            ["location_id"], ["locations.id"], name="fk_service_at_locations_location_id_locations"
        ),
        sa.ForeignKeyConstraint(
            ["service_id"], ["services.id"], name="fk_service_at_locations_service_id_services"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_service_at_locations"),
        sa.UniqueConstraint("service_id", "location_id", name="uq_service_at_locations_pair"),
        sa.UniqueConstraint("slug", name="uq_service_at_locations_slug"),
    )
    op.create_index(
        "ix_service_at_locations_location", "service_at_locations", ["location_id", "service_id"]
    )
    op.create_table(
        "contacts",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("organization_id", sa.String(36)),
        sa.Column("service_id", sa.String(36)),
        sa.Column("location_id", sa.String(36)),
        sa.Column("service_at_location_id", sa.String(36)),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("name", sa.Text),
        sa.Column("title", sa.Text),
        sa.Column("department", sa.Text),
        sa.Column("email", sa.Text),
        sa.ForeignKeyConstraint(
            ["location_id"],
            ["locations.id"],
            name="fk_contacts_location_id_locations",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name="fk_contacts_organization_id_organizations",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["service_at_location_id"],
            ["service_at_locations.id"],
            name="fk_contacts_service_at_location_id_service_at_locations",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["service_id"],
            ["services.id"],
            name="fk_contacts_service_id_services",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_contacts"),
    )
    op.create_index("ix_contacts_location_id", "contacts", ["location_id"])
    op.create_index("ix_contacts_organization_id", "contacts", ["organization_id"])
    op.create_index("ix_contacts_service_at_location_id", "contacts", ["service_at_location_id"])
    op.create_index("ix_contacts_service_id", "contacts", ["service_id"])
    op.create_table(
        "schedules",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("service_id", sa.String(36)),
        sa.Column("location_id", sa.String(36)),
        sa.Column("service_at_location_id", sa.String(36)),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("freq", sa.String(8), nullable=False),
        sa.Column("interval", sa.Integer),
        sa.Column("byday", sa.Text),
        sa.Column("bymonthday", sa.Text),
        sa.Column("dtstart", sa.String(10)),
        sa.Column("until", sa.String(10)),
        sa.Column("opens_at", sa.String(5)),
        sa.Column("closes_at", sa.String(5)),
        sa.Column("valid_from", sa.String(10)),
        sa.Column("valid_to", sa.String(10)),
        sa.Column("exception", sa.Integer, nullable=False),
        sa.Column("description", sa.Text),
        sa.ForeignKeyConstraint(
            ["location_id"],
            ["locations.id"],
            name="fk_schedules_location_id_locations",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["service_at_location_id"],
            ["service_at_locations.id"],
            name="fk_schedules_service_at_location_id_service_at_locations",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["service_id"],
            ["services.id"],
            name="fk_schedules_service_id_services",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_schedules"),
    )
    op.create_index("ix_schedules_location_id", "schedules", ["location_id"])
    op.create_index("ix_schedules_service_at_location_id", "schedules", ["service_at_location_id"])
    op.create_index("ix_schedules_service_id", "schedules", ["service_id"])
    op.create_table(
        "service_areas",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("service_id", sa.String(36)),
        sa.Column("service_at_location_id", sa.String(36)),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("name", sa.Text),
        sa.Column("description", sa.Text),
        sa.Column("extent", sa.Text),
        sa.Column("extent_type", sa.String(8)),
        sa.Column("uri", sa.Text),
        sa.ForeignKeyConstraint(
            ["service_at_location_id"],
            ["service_at_locations.id"],
            name="fk_service_areas_service_at_location_id_service_at_locations",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["service_id"],
            ["services.id"],
            name="fk_service_areas_service_id_services",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_service_areas"),
    )
    op.create_index(
        "ix_service_areas_service_at_location_id", "service_areas", ["service_at_location_id"]
    )
    op.create_index("ix_service_areas_service_id", "service_areas", ["service_id"])
    op.create_table(
        "phones",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("organization_id", sa.String(36)),
        sa.Column("service_id", sa.String(36)),
        sa.Column("location_id", sa.String(36)),
        sa.Column("service_at_location_id", sa.String(36)),
        sa.Column("contact_id", sa.String(36)),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("extension", sa.Integer),
        sa.Column("type", sa.String(16), nullable=False),
        sa.Column("description", sa.Text),
        sa.Column("e164", sa.String(20)),
        sa.Column("country", sa.String(2)),
        sa.ForeignKeyConstraint(
            ["contact_id"],
            ["contacts.id"],
            name="fk_phones_contact_id_contacts",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["location_id"],
            ["locations.id"],
            name="fk_phones_location_id_locations",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name="fk_phones_organization_id_organizations",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["service_at_location_id"],
            ["service_at_locations.id"],
            name="fk_phones_service_at_location_id_service_at_locations",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["service_id"],
            ["services.id"],
            name="fk_phones_service_id_services",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_phones"),
    )
    op.create_index("ix_phones_contact_id", "phones", ["contact_id"])
    op.create_index("ix_phones_location_id", "phones", ["location_id"])
    op.create_index("ix_phones_organization_id", "phones", ["organization_id"])
    op.create_index("ix_phones_service_at_location_id", "phones", ["service_at_location_id"])
    op.create_index("ix_phones_service_id", "phones", ["service_id"])


def downgrade() -> None:
    raise NotImplementedError("Restore the backup that was made before the upgrade.")
