"""The office: its catalog, its calendar and its people."""

from collections.abc import Sequence

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0001"
down_revision: str | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    # A migration must not queue behind a long transaction and block everybody behind itself.
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "catalog_versions",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("digest", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("city", sa.Text(), nullable=False),
        sa.Column("division", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("document", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_catalog_versions")),
        sa.UniqueConstraint("digest", name=op.f("uq_catalog_versions_digest")),
    )
    op.create_table(
        "departments",
        sa.Column("code", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("relation", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("hall", sa.Text(), nullable=True),
        sa.Column("channel", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("endpoint", sa.Text(), nullable=True),
        sa.CheckConstraint("channel IN ('inbox', 'push', 'poll')", name=op.f("ck_departments_channel")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_departments")),
    )
    op.create_table(
        "number_series",
        sa.Column("prefix", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("day", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("prefix", "day", name=op.f("pk_number_series")),
    )
    op.create_table(
        "approval_items",
        sa.Column("catalog_version", sa.Integer(), nullable=False),
        sa.Column("code", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("department", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("document", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.CheckConstraint(
            "kind IN ('immediate', 'promise', 'filing', 'milestone')", name=op.f("ck_approval_items_kind")
        ),
        sa.ForeignKeyConstraint(
            ["catalog_version"], ["catalog_versions.number"], name=op.f("fk_approval_items_catalog_version")
        ),
        sa.ForeignKeyConstraint(["department"], ["departments.code"], name=op.f("fk_approval_items_department")),
        sa.PrimaryKeyConstraint("catalog_version", "code", name=op.f("pk_approval_items")),
    )
    op.create_index(op.f("ix_approval_items_department"), "approval_items", ["department"], unique=False)
    op.create_table(
        "journeys",
        sa.Column("catalog_version", sa.Integer(), nullable=False),
        sa.Column("code", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("refusal_policy", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("document", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.CheckConstraint(
            "refusal_policy IN ('stop_dependents', 'stop_all')", name=op.f("ck_journeys_refusal_policy")
        ),
        sa.ForeignKeyConstraint(
            ["catalog_version"], ["catalog_versions.number"], name=op.f("fk_journeys_catalog_version")
        ),
        sa.PrimaryKeyConstraint("catalog_version", "code", name=op.f("pk_journeys")),
    )
    op.create_table(
        "people",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("roles", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("department", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("token_sha256", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["department"], ["departments.code"], name=op.f("fk_people_department")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
        sa.UniqueConstraint("account", name=op.f("uq_people_account")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_people_token_sha256")),
    )
    op.create_index(op.f("ix_people_department"), "people", ["department"], unique=False)
    op.create_table(
        "absences",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=True),
        sa.Column("returned_on", sa.Date(), nullable=True),
        sa.Column("items", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("applications", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("backup_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.CheckConstraint("last >= first", name=op.f("ck_absences_last")),
        sa.ForeignKeyConstraint(["backup_id"], ["people.id"], name=op.f("fk_absences_backup_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_absences_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absences")),
    )
    op.create_index("ix_absences_last", "absences", ["last"], unique=False)
    op.create_index(op.f("ix_absences_person_id"), "absences", ["person_id"], unique=False)
    op.create_table(
        "approval_networks",
        sa.Column("digest", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("catalog_version", sa.Integer(), nullable=False),
        sa.Column("journey", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("document", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["catalog_version", "journey"],
            ["journeys.catalog_version", "journeys.code"],
            name=op.f("fk_approval_networks_catalog_version_journey"),
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_approval_networks")),
    )
    op.create_table(
        "calendar_notices",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("document_number", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("loaded_by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("approved_by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.CheckConstraint("approved_by <> loaded_by", name=op.f("ck_calendar_notices_two_persons")),
        sa.ForeignKeyConstraint(["approved_by"], ["people.account"], name=op.f("fk_calendar_notices_approved_by")),
        sa.ForeignKeyConstraint(["loaded_by"], ["people.account"], name=op.f("fk_calendar_notices_loaded_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_notices")),
        sa.UniqueConstraint("document_number", name=op.f("uq_calendar_notices_document_number")),
    )
    op.create_table(
        "posts",
        sa.Column("department", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("item", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("principal_id", sa.Integer(), nullable=False),
        sa.Column("backup_id", sa.Integer(), nullable=True),
        sa.Column("manager_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("backup_id <> principal_id", name=op.f("ck_posts_backup")),
        sa.ForeignKeyConstraint(["backup_id"], ["people.id"], name=op.f("fk_posts_backup_id")),
        sa.ForeignKeyConstraint(["department"], ["departments.code"], name=op.f("fk_posts_department")),
        sa.ForeignKeyConstraint(["manager_id"], ["people.id"], name=op.f("fk_posts_manager_id")),
        sa.ForeignKeyConstraint(["principal_id"], ["people.id"], name=op.f("fk_posts_principal_id")),
        sa.PrimaryKeyConstraint("department", "item", name=op.f("pk_posts")),
    )
    op.create_table(
        "steward_duties",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("enterprise_class", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.CheckConstraint(
            "enterprise_class IN ('key_project', 'above_scale_industry', 'above_scale_trade')",
            name=op.f("ck_steward_duties_enterprise_class"),
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_steward_duties_person_id")),
        sa.PrimaryKeyConstraint("person_id", "enterprise_class", name=op.f("pk_steward_duties")),
    )
    op.create_table(
        "calendar_days",
        sa.Column("notice_id", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("works", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["notice_id"], ["calendar_notices.id"], name=op.f("fk_calendar_days_notice_id")),
        sa.PrimaryKeyConstraint("notice_id", "day", name=op.f("pk_calendar_days")),
    )


def downgrade() -> None:
    op.drop_table("calendar_days")
    op.drop_table("steward_duties")
    op.drop_table("posts")
    op.drop_table("calendar_notices")
    op.drop_table("approval_networks")
    op.drop_table("absences")
    op.drop_table("people")
    op.drop_table("journeys")
    op.drop_table("approval_items")
    op.drop_table("number_series")
    op.drop_table("departments")
    op.drop_table("catalog_versions")
