"""Create the tables, with records that cannot be changed."""

from collections.abc import Sequence

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0001"
down_revision: str | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

#: What was done, decided, filed and issued is never edited; a slip is put right by a row of its own.
_APPEND_ONLY = ("step_records", "decisions", "refusal_filings", "decision_corrections", "issued_documents")
_REFUSE_CHANGES = """
CREATE FUNCTION daiban_refuse_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$
"""


def upgrade() -> None:
    # A migration must not queue behind a long transaction and block everybody behind itself.
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "applicants",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("credit_code", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("contact", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_applicants")),
        sa.UniqueConstraint("credit_code", name=op.f("uq_applicants_credit_code")),
    )
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
        "applicant_classes",
        sa.Column("applicant_id", sa.BigInteger(), nullable=False),
        sa.Column("enterprise_class", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.CheckConstraint(
            "enterprise_class IN ('key_project', 'above_scale_industry', 'above_scale_trade')",
            name=op.f("ck_applicant_classes_enterprise_class"),
        ),
        sa.ForeignKeyConstraint(["applicant_id"], ["applicants.id"], name=op.f("fk_applicant_classes_applicant_id")),
        sa.PrimaryKeyConstraint("applicant_id", "enterprise_class", name=op.f("pk_applicant_classes")),
    )
    op.create_table(
        "applicant_versions",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("applicant_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("former_name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("changed_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["applicant_id"], ["applicants.id"], name=op.f("fk_applicant_versions_applicant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_applicant_versions")),
    )
    op.create_index(op.f("ix_applicant_versions_applicant_id"), "applicant_versions", ["applicant_id"], unique=False)
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
        sa.ForeignKeyConstraint(["department"], ["departments.code"], name=op.f("fk_people_department")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
        sa.UniqueConstraint("account", name=op.f("uq_people_account")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_people_token_sha256")),
    )
    op.create_index(op.f("ix_people_department"), "people", ["department"], unique=False)
    op.create_table(
        "intake_drafts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("journey", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_intake_drafts_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intake_drafts")),
    )
    op.create_index(op.f("ix_intake_drafts_person_id"), "intake_drafts", ["person_id"], unique=False)
    op.create_table(
        "projects",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("applicant_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("code", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.ForeignKeyConstraint(["applicant_id"], ["applicants.id"], name=op.f("fk_projects_applicant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_projects")),
        sa.UniqueConstraint("code", name=op.f("uq_projects_code")),
    )
    op.create_index(op.f("ix_projects_applicant_id"), "projects", ["applicant_id"], unique=False)
    op.create_table(
        "reapply_bans",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("applicant_id", sa.BigInteger(), nullable=False),
        sa.Column("item", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("misconduct", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("document_number", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.CheckConstraint("misconduct IN ('false_papers', 'deception')", name=op.f("ck_reapply_bans_misconduct")),
        sa.ForeignKeyConstraint(["applicant_id"], ["applicants.id"], name=op.f("fk_reapply_bans_applicant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reapply_bans")),
    )
    op.create_index("ix_reapply_bans_applicant_id", "reapply_bans", ["applicant_id"], unique=False)
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
        "applications",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("number", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("project_id", sa.BigInteger(), nullable=False),
        sa.Column("applicant_id", sa.BigInteger(), nullable=False),
        sa.Column("network", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("catalog_version", sa.Integer(), nullable=False),
        sa.Column("journey", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("answers", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("agent_id", sa.Integer(), nullable=False),
        sa.Column("backup_agent_id", sa.Integer(), nullable=True),
        sa.Column("steward_id", sa.Integer(), nullable=True),
        sa.Column("status", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("outcome", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("concluded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawal_requested_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_timer", sa.DateTime(timezone=True), nullable=True),
        sa.Column("delivery_channel", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("delivery_together", sa.Boolean(), nullable=False),
        sa.Column("delivery_address", sa.Text(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("objection_answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closing_refused", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("tracking_sha256", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("renewals", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("green", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("step_count", sa.Integer(), nullable=False),
        sa.Column("last_hash", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("launch_key", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("launch_digest", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("verdict", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("verdict_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("siblings", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("reapplies_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "delivery_channel IN ('online', 'window', 'post', 'agent')", name=op.f("ck_applications_delivery_channel")
        ),
        sa.CheckConstraint(
            "outcome IS NULL OR outcome IN ('granted', 'partly_granted', 'refused', 'withdrawn', 'lapsed')",
            name=op.f("ck_applications_outcome"),
        ),
        sa.CheckConstraint(
            "siblings IS NULL OR siblings IN ('continue', 'cancel')", name=op.f("ck_applications_siblings")
        ),
        sa.CheckConstraint(
            "status IN ('registered', 'in_approval', 'concluded', 'delivered', 'closed')",
            name=op.f("ck_applications_status"),
        ),
        sa.CheckConstraint(
            "verdict IS NULL OR verdict IN ('carried', 'rejected')", name=op.f("ck_applications_verdict")
        ),
        sa.ForeignKeyConstraint(["agent_id"], ["people.id"], name=op.f("fk_applications_agent_id")),
        sa.ForeignKeyConstraint(["applicant_id"], ["applicants.id"], name=op.f("fk_applications_applicant_id")),
        sa.ForeignKeyConstraint(["backup_agent_id"], ["people.id"], name=op.f("fk_applications_backup_agent_id")),
        sa.ForeignKeyConstraint(
            ["catalog_version"], ["catalog_versions.number"], name=op.f("fk_applications_catalog_version")
        ),
        sa.ForeignKeyConstraint(["network"], ["approval_networks.digest"], name=op.f("fk_applications_network")),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_applications_project_id")),
        sa.ForeignKeyConstraint(["reapplies_id"], ["applications.id"], name=op.f("fk_applications_reapplies_id")),
        sa.ForeignKeyConstraint(["steward_id"], ["people.id"], name=op.f("fk_applications_steward_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_applications")),
        sa.UniqueConstraint("launch_key", name=op.f("uq_applications_launch_key")),
        sa.UniqueConstraint("number", name=op.f("uq_applications_number")),
    )
    op.create_index(op.f("ix_applications_agent_id"), "applications", ["agent_id"], unique=False)
    op.create_index(op.f("ix_applications_applicant_id"), "applications", ["applicant_id"], unique=False)
    op.create_index(op.f("ix_applications_backup_agent_id"), "applications", ["backup_agent_id"], unique=False)
    op.create_index(op.f("ix_applications_steward_id"), "applications", ["steward_id"], unique=False)
    op.create_index(
        "ix_applications_due",
        "applications",
        ["next_timer"],
        unique=False,
        postgresql_where=sa.text("next_timer IS NOT NULL"),
    )
    op.create_index(
        "ix_applications_open", "applications", ["id"], unique=False, postgresql_where=sa.text("NOT complete")
    )
    op.create_index(op.f("ix_applications_project_id"), "applications", ["project_id"], unique=False)
    op.create_index(op.f("ix_applications_reapplies_id"), "applications", ["reapplies_id"], unique=False)
    op.create_index(
        "ix_applications_green", "applications", ["id"], unique=False, postgresql_where=sa.text("green IS NOT NULL")
    )
    op.create_index("ix_applications_registered", "applications", ["registered_at"], unique=False)
    op.create_index("ix_applications_status", "applications", ["status", "id"], unique=False)
    op.create_index("ix_applications_journey", "applications", ["journey", "id"], unique=False)
    op.create_table(
        "calendar_days",
        sa.Column("notice_id", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("works", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["notice_id"], ["calendar_notices.id"], name=op.f("fk_calendar_days_notice_id")),
        sa.PrimaryKeyConstraint("notice_id", "day", name=op.f("pk_calendar_days")),
    )
    op.create_table(
        "application_runs",
        sa.Column("application_id", sa.BigInteger(), nullable=False),
        sa.Column("flow_run_id", sa.Uuid(), nullable=True),
        sa.Column("incarnation", sa.Integer(), nullable=False),
        sa.Column("observed_seq", sa.Integer(), nullable=False),
        sa.Column("executor", sa.Integer(), nullable=True),
        sa.Column("artifact_id", sa.Uuid(), nullable=True),
        sa.Column("mirrored", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("emitted_steps", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_application_runs_application_id")
        ),
        sa.PrimaryKeyConstraint("application_id", name=op.f("pk_application_runs")),
        sa.UniqueConstraint("flow_run_id", name=op.f("uq_application_runs_flow_run_id")),
    )
    op.create_index("ix_application_runs_executor", "application_runs", ["executor"], unique=False)
    op.create_table(
        "application_words",
        sa.Column("application_id", sa.BigInteger(), nullable=False),
        sa.Column("grams", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_application_words_application_id")
        ),
        sa.PrimaryKeyConstraint("application_id", name=op.f("pk_application_words")),
    )
    op.create_index("ix_application_words_grams", "application_words", ["grams"], unique=False, postgresql_using="gin")
    op.create_table(
        "assignments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.BigInteger(), nullable=False),
        sa.Column("catalog_version", sa.Integer(), nullable=False),
        sa.Column("item", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("department", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("status", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("light", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("awaits", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("deemed_accepted", sa.Boolean(), nullable=False),
        sa.Column("asked", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("relied_on", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("handler", sa.Text(), nullable=True),
        sa.Column("receipt_number", sa.Text(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reused_from", sa.Uuid(), nullable=True),
        sa.Column("proposal", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("warned_for", sa.Date(), nullable=True),
        sa.Column("warned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("escalated", sa.Boolean(), nullable=False),
        sa.Column("rung", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("supervised_on", sa.Date(), nullable=True),
        sa.Column("answered", sa.Boolean(), nullable=False),
        sa.Column("promised_due", sa.Date(), nullable=True),
        sa.Column("legal_due", sa.Date(), nullable=True),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("calendar_edition", sa.Integer(), nullable=True),
        sa.Column("reminded", sa.Boolean(), nullable=False),
        sa.Column("superseded", sa.Boolean(), nullable=False),
        sa.Column("use_by", sa.Date(), nullable=True),
        sa.Column("use_extensions", sa.Integer(), nullable=False),
        sa.Column("green", sa.Boolean(), nullable=False),
        sa.Column("procedures", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("channel", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.CheckConstraint(
            "channel IS NULL OR channel IN ('inbox', 'push', 'poll')", name=op.f("ck_assignments_channel")
        ),
        sa.CheckConstraint("light IN ('green', 'yellow', 'red', 'black')", name=op.f("ck_assignments_light")),
        sa.CheckConstraint(
            "rung IS NULL OR rung IN ('order', 'yellow', 'red', 'referral', 'referred')",
            name=op.f("ck_assignments_rung"),
        ),
        sa.CheckConstraint(
            "status IN ('opened', 'received', 'correction_required', 'accepted', 'under_review', 'special_procedure', 'pending_cure', 'refusal_proposed', 'granted', 'partly_granted', 'deemed_approved', 'refused', 'not_accepted', 'not_required', 'returned', 'lapsed', 'revoked', 'blocked', 'cancelled', 'withdrawn')",
            name=op.f("ck_assignments_status"),
        ),
        sa.ForeignKeyConstraint(["application_id"], ["applications.id"], name=op.f("fk_assignments_application_id")),
        sa.ForeignKeyConstraint(
            ["catalog_version", "item"],
            ["approval_items.catalog_version", "approval_items.code"],
            name=op.f("fk_assignments_catalog_version_item"),
        ),
        sa.ForeignKeyConstraint(["department"], ["departments.code"], name=op.f("fk_assignments_department")),
        sa.ForeignKeyConstraint(["reused_from"], ["assignments.id"], name=op.f("fk_assignments_reused_from")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignments")),
        sa.UniqueConstraint("application_id", "item", "round", name=op.f("uq_assignments_application_id_item_round")),
    )
    op.create_index("ix_assignments_department_status", "assignments", ["department", "status"], unique=False)
    op.create_index(
        "ix_assignments_open",
        "assignments",
        ["department", "promised_due", "id"],
        unique=False,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index(
        "ix_assignments_green",
        "assignments",
        ["department", "promised_due", "id"],
        unique=False,
        postgresql_where=sa.text("ended_at IS NULL AND green"),
    )
    op.create_index(
        "ix_assignments_open_light",
        "assignments",
        ["department", "light", "promised_due", "id"],
        unique=False,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index(
        "ix_assignments_due",
        "assignments",
        ["promised_due", "id"],
        unique=False,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index(
        "ix_assignments_light",
        "assignments",
        ["light", "promised_due", "id"],
        unique=False,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index(
        "ix_assignments_proposed",
        "assignments",
        ["department", "opened_at"],
        unique=False,
        postgresql_where=sa.text("status = 'refusal_proposed'"),
    )
    op.create_index(
        "ix_assignments_ended",
        "assignments",
        ["department", "ended_at", "id"],
        unique=False,
        postgresql_where=sa.text("ended_at IS NOT NULL"),
    )
    op.create_index(
        "ix_assignments_ended_at",
        "assignments",
        ["ended_at", "id"],
        unique=False,
        postgresql_where=sa.text("ended_at IS NOT NULL"),
    )
    op.create_table(
        "commitments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.BigInteger(), nullable=False),
        sa.Column("item", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("status", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("materials", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("own_date", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("supplied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("orders", sa.Integer(), nullable=False),
        sa.Column("signer", sa.Text(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signature", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("text_version", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("credit_check", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("letter", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("document", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.CheckConstraint("kind IN ('tolerance', 'notified')", name=op.f("ck_commitments_kind")),
        sa.CheckConstraint(
            "status IN ('signed', 'cured', 'lapsed', 'broken', 'void')", name=op.f("ck_commitments_status")
        ),
        sa.ForeignKeyConstraint(["application_id"], ["applications.id"], name=op.f("fk_commitments_application_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commitments")),
    )
    op.create_index("ix_commitments_application_id", "commitments", ["application_id"], unique=False)
    op.create_table(
        "engagements",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("application_id", sa.BigInteger(), nullable=False),
        sa.Column("applicant_id", sa.BigInteger(), nullable=False),
        sa.Column("representative", sa.Text(), nullable=True),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("agent_id", sa.Integer(), nullable=False),
        sa.Column("deputy_id", sa.Integer(), nullable=True),
        sa.Column("items", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("stages", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("verbs", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("excluded", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_because", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("end_note", sa.Text(), nullable=True),
        sa.Column("suspended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("suspended_because", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("suspension_note", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "ended_because IS NULL OR ended_because IN ('revoked', 'expired', 'false_papers', 'fees_unpaid', 'conditions_unmet', 'project_cancelled', 'applicant_unresponsive', 'statutory')",
            name=op.f("ck_engagements_ended_because"),
        ),
        sa.CheckConstraint(
            "suspended_because IS NULL OR suspended_because IN ('revoked', 'expired', 'false_papers', 'fees_unpaid', 'conditions_unmet', 'project_cancelled', 'applicant_unresponsive', 'statutory')",
            name=op.f("ck_engagements_suspended_because"),
        ),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_because IS NULL)", name=op.f("ck_engagements_ended")),
        sa.CheckConstraint("valid_until >= valid_from", name=op.f("ck_engagements_valid_until")),
        sa.ForeignKeyConstraint(["agent_id"], ["people.id"], name=op.f("fk_engagements_agent_id")),
        sa.ForeignKeyConstraint(["applicant_id"], ["applicants.id"], name=op.f("fk_engagements_applicant_id")),
        sa.ForeignKeyConstraint(["application_id"], ["applications.id"], name=op.f("fk_engagements_application_id")),
        sa.ForeignKeyConstraint(["deputy_id"], ["people.id"], name=op.f("fk_engagements_deputy_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_engagements")),
    )
    op.create_index("ix_engagements_application_id", "engagements", ["application_id"], unique=False)
    op.create_index(
        "uq_engagements_current",
        "engagements",
        ["application_id"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "enquiries",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("application_id", sa.BigInteger(), nullable=True),
        sa.Column("asker", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first_id", sa.Integer(), nullable=False),
        sa.Column("responsible_id", sa.Integer(), nullable=False),
        sa.Column("offered_to_id", sa.Integer(), nullable=True),
        sa.Column("bounces", sa.Integer(), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolution", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["application_id"], ["applications.id"], name=op.f("fk_enquiries_application_id")),
        sa.ForeignKeyConstraint(["first_id"], ["people.id"], name=op.f("fk_enquiries_first_id")),
        sa.ForeignKeyConstraint(["offered_to_id"], ["people.id"], name=op.f("fk_enquiries_offered_to_id")),
        sa.ForeignKeyConstraint(["responsible_id"], ["people.id"], name=op.f("fk_enquiries_responsible_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enquiries")),
    )
    op.create_index(op.f("ix_enquiries_application_id"), "enquiries", ["application_id"], unique=False)
    op.create_index(op.f("ix_enquiries_offered_to_id"), "enquiries", ["offered_to_id"], unique=False)
    op.create_index(
        "ix_enquiries_alarming",
        "enquiries",
        ["id"],
        unique=False,
        postgresql_where=sa.text("resolved_at IS NULL AND bounces > 1"),
    )
    op.create_index(
        "ix_enquiries_open", "enquiries", ["id"], unique=False, postgresql_where=sa.text("resolved_at IS NULL")
    )
    op.create_index(op.f("ix_enquiries_responsible_id"), "enquiries", ["responsible_id"], unique=False)
    op.create_table(
        "joint_extensions",
        sa.Column("application_id", sa.BigInteger(), nullable=False),
        sa.Column("stage", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("approver", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_joint_extensions_application_id")
        ),
        sa.PrimaryKeyConstraint("application_id", "stage", name=op.f("pk_joint_extensions")),
    )
    op.create_table(
        "appointments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.BigInteger(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("department", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("item", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("purpose", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("status", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outside_hours", sa.Boolean(), nullable=False),
        sa.Column("visitor", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("requested_by", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "purpose IN ('consultation', 'in_person', 'delivery', 'on_site')", name=op.f("ck_appointments_purpose")
        ),
        sa.CheckConstraint(
            "status IN ('requested', 'confirmed', 'declined', 'cancelled', 'kept', 'missed')",
            name=op.f("ck_appointments_status"),
        ),
        sa.ForeignKeyConstraint(["application_id"], ["applications.id"], name=op.f("fk_appointments_application_id")),
        sa.ForeignKeyConstraint(["department"], ["departments.code"], name=op.f("fk_appointments_department")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointments")),
        sa.UniqueConstraint("application_id", "serial", name=op.f("uq_appointments_application_id_serial")),
    )
    op.create_index("ix_appointments_department", "appointments", ["department", "planned_at", "id"], unique=False)
    op.create_index("ix_appointments_planned_at", "appointments", ["planned_at", "id"], unique=False)
    op.create_table(
        "joint_sessions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.BigInteger(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("status", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("stage", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("lead", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("items", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("departments", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("held_items", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("agenda", sa.Text(), nullable=False),
        sa.Column("scheduled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attendance", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("minutes", sa.Text(), nullable=False),
        sa.Column("conclusions", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.CheckConstraint("kind IN ('review', 'inspection')", name=op.f("ck_joint_sessions_kind")),
        sa.CheckConstraint("status IN ('planned', 'held', 'cancelled')", name=op.f("ck_joint_sessions_status")),
        sa.ForeignKeyConstraint(["application_id"], ["applications.id"], name=op.f("fk_joint_sessions_application_id")),
        sa.ForeignKeyConstraint(["lead"], ["departments.code"], name=op.f("fk_joint_sessions_lead")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_joint_sessions")),
        sa.UniqueConstraint("application_id", "serial", name=op.f("uq_joint_sessions_application_id_serial")),
    )
    op.create_table(
        "materials",
        sa.Column("application_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("provided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("provided_by", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sha256", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.ForeignKeyConstraint(["application_id"], ["applications.id"], name=op.f("fk_materials_application_id")),
        sa.PrimaryKeyConstraint("application_id", "name", name=op.f("pk_materials")),
    )
    op.create_table(
        "milestones",
        sa.Column("application_id", sa.BigInteger(), nullable=False),
        sa.Column("code", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reached_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reported_by", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["application_id"], ["applications.id"], name=op.f("fk_milestones_application_id")),
        sa.PrimaryKeyConstraint("application_id", "code", name=op.f("pk_milestones")),
    )
    op.create_table(
        "outbox_messages",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("application_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("available_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.CheckConstraint("kind IN ('wake', 'mirror')", name=op.f("ck_outbox_messages_kind")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_outbox_messages_application_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_messages")),
        sa.UniqueConstraint("application_id", "kind", name=op.f("uq_outbox_messages_application_id_kind")),
    )
    op.create_index("ix_outbox_messages_kind_available_at", "outbox_messages", ["kind", "available_at"], unique=False)
    op.create_table(
        "step_records",
        sa.Column("application_id", sa.BigInteger(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("department", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("assignment_id", sa.Uuid(), nullable=True),
        sa.Column("item", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("before", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("after", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("details", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("previous_hash", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("hash", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(["application_id"], ["applications.id"], name=op.f("fk_step_records_application_id")),
        sa.PrimaryKeyConstraint("application_id", "serial", name=op.f("pk_step_records")),
    )
    op.create_index("ix_step_records_at", "step_records", ["at"], unique=False)
    op.create_table(
        "steward_alerts",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("application_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("subject", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("department", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("addressee_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acknowledged_by", sa.Text(), nullable=True),
        sa.Column("reply", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('silent', 'repeated_extension', 'stop_too_long', 'red_light', 'agent_late', 'agent_still_late')",
            name=op.f("ck_steward_alerts_kind"),
        ),
        sa.ForeignKeyConstraint(["addressee_id"], ["people.id"], name=op.f("fk_steward_alerts_addressee_id")),
        sa.ForeignKeyConstraint(["application_id"], ["applications.id"], name=op.f("fk_steward_alerts_application_id")),
        sa.ForeignKeyConstraint(["department"], ["departments.code"], name=op.f("fk_steward_alerts_department")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_steward_alerts")),
        sa.UniqueConstraint(
            "application_id", "kind", "subject", name=op.f("uq_steward_alerts_application_id_kind_subject")
        ),
    )
    op.create_index(
        "ix_steward_alerts_open",
        "steward_alerts",
        ["addressee_id"],
        unique=False,
        postgresql_where=sa.text("acknowledged_at IS NULL"),
    )
    op.create_table(
        "steward_watches",
        sa.Column("application_id", sa.BigInteger(), nullable=False),
        sa.Column("looked_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_steward_watches_application_id")
        ),
        sa.PrimaryKeyConstraint("application_id", name=op.f("pk_steward_watches")),
    )
    op.create_table(
        "assignment_mirrors",
        sa.Column("assignment_id", sa.Uuid(), nullable=False),
        sa.Column("flow_run_id", sa.Uuid(), nullable=False),
        sa.Column("shown", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignments.id"], name=op.f("fk_assignment_mirrors_assignment_id")
        ),
        sa.PrimaryKeyConstraint("assignment_id", "flow_run_id", name=op.f("pk_assignment_mirrors")),
    )
    op.create_table(
        "clock_events",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("application_id", sa.BigInteger(), nullable=False),
        sa.Column("assignment_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("days", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('received', 'accepted', 'correction_started', 'correction_ended', 'hold_started', 'hold_ended', 'extended', 'cure_started', 'cure_ended', 'stopped', 'correction_told', 'correction_reminded', 'window_passed')",
            name=op.f("ck_clock_events_kind"),
        ),
        sa.ForeignKeyConstraint(["application_id"], ["applications.id"], name=op.f("fk_clock_events_application_id")),
        sa.ForeignKeyConstraint(["assignment_id"], ["assignments.id"], name=op.f("fk_clock_events_assignment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clock_events")),
    )
    op.create_index("ix_clock_events_application_id", "clock_events", ["application_id"], unique=False)
    op.create_index("ix_clock_events_assignment_id", "clock_events", ["assignment_id"], unique=False)
    op.create_table(
        "credit_records",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("applicant_id", sa.BigInteger(), nullable=False),
        sa.Column("application_id", sa.BigInteger(), nullable=False),
        sa.Column("commitment_id", sa.Uuid(), nullable=False),
        sa.Column("item", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("repaired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("repaired_by", sa.Text(), nullable=True),
        sa.Column("repair_reason", sa.Text(), nullable=True),
        sa.CheckConstraint("kind IN ('cure_lapsed', 'commitment_broken')", name=op.f("ck_credit_records_kind")),
        sa.ForeignKeyConstraint(["applicant_id"], ["applicants.id"], name=op.f("fk_credit_records_applicant_id")),
        sa.ForeignKeyConstraint(["application_id"], ["applications.id"], name=op.f("fk_credit_records_application_id")),
        sa.ForeignKeyConstraint(["commitment_id"], ["commitments.id"], name=op.f("fk_credit_records_commitment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credit_records")),
        sa.UniqueConstraint("commitment_id", name=op.f("uq_credit_records_commitment_id")),
    )
    op.create_index(
        "ix_credit_records_standing",
        "credit_records",
        ["applicant_id"],
        unique=False,
        postgresql_where=sa.text("repaired_at IS NULL"),
    )
    op.create_table(
        "department_events",
        sa.Column("assignment_id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("department", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("digest", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.CheckConstraint(
            "kind IN ('accepted', 'claimed', 'correction_requested', 'hold_started', 'hold_ended', 'extension_requested', 'decided', 'note', 'not_accepted', 'not_required', 'refusal_approved', 'refusal_returned', 'transferred', 'decision_corrected', 'review_finished', 'cure_verified', 'breach_found', 'opinion_given', 'use_extended', 'hearing_told', 'hearing_requested', 'hearing_announced', 'hearing_held', 'officers_assigned', 'site_visited', 'revocation_opened', 'revocation_decided')",
            name=op.f("ck_department_events_kind"),
        ),
        sa.ForeignKeyConstraint(["assignment_id"], ["assignments.id"], name=op.f("fk_department_events_assignment_id")),
        sa.PrimaryKeyConstraint("assignment_id", "event_id", name=op.f("pk_department_events")),
    )
    op.create_table(
        "department_messages",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.BigInteger(), nullable=False),
        sa.Column("assignment_id", sa.Uuid(), nullable=False),
        sa.Column("department", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("body", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rejected_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("retry_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deferred_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("parked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("held_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("discarded_by", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('dispatched', 'cancelled', 'materials_added', 'prerequisites_met', 'reminded', 'silence_warned', 'supervised', 'opinion_asked', 'opinion_heard', 'reopened', 'deemed', 'invited', 'party_changed', 'appointment')",
            name=op.f("ck_department_messages_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_department_messages_application_id")
        ),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignments.id"], name=op.f("fk_department_messages_assignment_id")
        ),
        sa.ForeignKeyConstraint(["department"], ["departments.code"], name=op.f("fk_department_messages_department")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_department_messages")),
    )
    op.create_index("ix_department_messages_assignment_id", "department_messages", ["assignment_id"], unique=False)
    op.create_index(
        "ix_department_messages_unsent",
        "department_messages",
        ["application_id"],
        unique=False,
        postgresql_where=sa.text("sent_at IS NULL AND voided_at IS NULL"),
    )
    op.create_index(
        "ix_department_messages_stuck",
        "department_messages",
        ["department", "created_at"],
        unique=False,
        postgresql_where=sa.text(
            "sent_at IS NULL AND voided_at IS NULL AND (deferred_at IS NOT NULL OR retry_at IS NOT NULL OR parked_at IS NOT NULL)"
        ),
    )
    op.create_table(
        "department_endpoints",
        sa.Column("department", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("probe_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("probes", sa.Integer(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("succeeded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cursor", sa.Text(), nullable=True),
        sa.Column("polled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["department"], ["departments.code"], name=op.f("fk_department_endpoints_department")),
        sa.PrimaryKeyConstraint("department", name=op.f("pk_department_endpoints")),
    )
    op.create_table(
        "sending_permits",
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("department", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["department"], ["departments.code"], name=op.f("fk_sending_permits_department")),
        sa.ForeignKeyConstraint(["message_id"], ["department_messages.id"], name=op.f("fk_sending_permits_message_id")),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_sending_permits")),
    )
    op.create_index("ix_sending_permits_department", "sending_permits", ["department"], unique=False)
    op.create_table(
        "decision_conflicts",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("application_id", sa.BigInteger(), nullable=False),
        sa.Column("assignment_id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("department", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("claimed", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("recorded", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resolution", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolved_by", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "resolution IS NULL OR resolution IN ('stands', 'referred')", name=op.f("ck_decision_conflicts_resolution")
        ),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_decision_conflicts_application_id")
        ),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignments.id"], name=op.f("fk_decision_conflicts_assignment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision_conflicts")),
    )
    op.create_index("ix_decision_conflicts_assignment_id", "decision_conflicts", ["assignment_id"], unique=False)
    op.create_index(
        "ix_decision_conflicts_open",
        "decision_conflicts",
        ["id"],
        unique=False,
        postgresql_where=sa.text("resolved_at IS NULL"),
    )
    op.create_table(
        "enquiry_steps",
        sa.Column("enquiry_id", sa.BigInteger(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("to_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('offered', 'accepted', 'declined', 'resolved')", name=op.f("ck_enquiry_steps_kind")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_enquiry_steps_by_id")),
        sa.ForeignKeyConstraint(["enquiry_id"], ["enquiries.id"], name=op.f("fk_enquiry_steps_enquiry_id")),
        sa.ForeignKeyConstraint(["to_id"], ["people.id"], name=op.f("fk_enquiry_steps_to_id")),
        sa.PrimaryKeyConstraint("enquiry_id", "serial", name=op.f("pk_enquiry_steps")),
    )
    op.create_table(
        "issued_documents",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.BigInteger(), nullable=False),
        sa.Column("assignment_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("item", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("number", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("template_version", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sha256", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("check_code", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('receipt', 'correction_notice', 'acceptance', 'deemed_acceptance', 'not_accepted', 'not_required', 'deferred_material', 'deferral_commitment', 'notification_and_commitment', 'special_procedure', 'extension', 'refusal', 'grant', 'returned_papers', 'withdrawal', 'delivery_record', 'refusal_filing', 'overdue_explanation', 'handover_list', 'materials_missing', 'filed', 'filing_refused', 'service_done', 'service_refused', 'deemed_approval', 'opinion_request', 'hearing_rights', 'hearing_notice', 'engagement', 'engagement_suspended', 'engagement_ended', 'supervision_order', 'yellow_card', 'red_card', 'order_to_correct', 'revocation_opened', 'revocation', 'permit_lapsed', 'party_change')",
            name=op.f("ck_issued_documents_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_issued_documents_application_id")
        ),
        sa.ForeignKeyConstraint(["assignment_id"], ["assignments.id"], name=op.f("fk_issued_documents_assignment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issued_documents")),
        sa.UniqueConstraint("check_code", name=op.f("uq_issued_documents_check_code")),
        sa.UniqueConstraint("number", name=op.f("uq_issued_documents_number")),
    )
    op.create_index(op.f("ix_issued_documents_application_id"), "issued_documents", ["application_id"], unique=False)
    op.create_table(
        "notices",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.BigInteger(), nullable=False),
        sa.Column("assignment_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind IN ('materials_missing', 'correction', 'gate_opened', 'result', 'receipt', 'acceptance', 'not_accepted', 'not_required', 'deferred_materials', 'cure_reminder', 'correction_reminder', 'special_procedure', 'extension', 'refusal', 'grant', 'returned', 'withdrawn', 'transferred', 'overdue', 'deadline_moved', 'deemed', 'breach', 'decision_corrected', 'reopened', 'gate_closed', 'delivery', 'use_before', 'use_extended', 'lapsed', 'party_changed', 'hearing_rights', 'hearing_notice', 'revocation_opened', 'revocation_dropped', 'revoked')",
            name=op.f("ck_notices_kind"),
        ),
        sa.ForeignKeyConstraint(["application_id"], ["applications.id"], name=op.f("fk_notices_application_id")),
        sa.ForeignKeyConstraint(["assignment_id"], ["assignments.id"], name=op.f("fk_notices_assignment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
    )
    op.create_index("ix_notices_application_id", "notices", ["application_id"], unique=False)
    op.create_index(op.f("ix_notices_assignment_id"), "notices", ["assignment_id"], unique=False)
    op.create_index(
        "ix_notices_unsent", "notices", ["application_id"], unique=False, postgresql_where=sa.text("sent_at IS NULL")
    )
    op.create_table(
        "opinions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.BigInteger(), nullable=False),
        sa.Column("assignment_id", sa.Uuid(), nullable=False),
        sa.Column("item", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("department", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("status", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("answer", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("conditions", sa.Text(), nullable=True),
        sa.Column("document_number", sa.Text(), nullable=True),
        sa.Column("handler", sa.Text(), nullable=True),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lapsed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("warned", sa.Boolean(), nullable=False),
        sa.Column("deemed", sa.Boolean(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "answer IS NULL OR answer IN ('agree', 'agree_with_conditions', 'disagree', 'must_forward_up')",
            name=op.f("ck_opinions_answer"),
        ),
        sa.CheckConstraint(
            "status IN ('sent', 'signed_for', 'answered', 'lapsed', 'void')", name=op.f("ck_opinions_status")
        ),
        sa.ForeignKeyConstraint(["application_id"], ["applications.id"], name=op.f("fk_opinions_application_id")),
        sa.ForeignKeyConstraint(["assignment_id"], ["assignments.id"], name=op.f("fk_opinions_assignment_id")),
        sa.ForeignKeyConstraint(["department"], ["departments.code"], name=op.f("fk_opinions_department")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opinions")),
        sa.UniqueConstraint("assignment_id", "department", name=op.f("uq_opinions_assignment_id_department")),
    )
    op.create_index("ix_opinions_application_id", "opinions", ["application_id"], unique=False)
    op.create_index("ix_opinions_department_status", "opinions", ["department", "status"], unique=False)
    op.create_table(
        "opinion_events",
        sa.Column("opinion_id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("digest", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.CheckConstraint(
            "kind IN ('accepted', 'claimed', 'correction_requested', 'hold_started', 'hold_ended', 'extension_requested', 'decided', 'note', 'not_accepted', 'not_required', 'refusal_approved', 'refusal_returned', 'transferred', 'decision_corrected', 'review_finished', 'cure_verified', 'breach_found', 'opinion_given', 'use_extended', 'hearing_told', 'hearing_requested', 'hearing_announced', 'hearing_held', 'officers_assigned', 'site_visited', 'revocation_opened', 'revocation_decided')",
            name=op.f("ck_opinion_events_kind"),
        ),
        sa.ForeignKeyConstraint(["opinion_id"], ["opinions.id"], name=op.f("fk_opinion_events_opinion_id")),
        sa.PrimaryKeyConstraint("opinion_id", "event_id", name=op.f("pk_opinion_events")),
    )
    op.create_table(
        "refusal_filings",
        sa.Column("number", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("application_id", sa.BigInteger(), nullable=False),
        sa.Column("assignment_id", sa.Uuid(), nullable=False),
        sa.Column("department", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("legal_basis", sa.Text(), nullable=False),
        sa.Column("papers", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("handler", sa.Text(), nullable=False),
        sa.Column("approver", sa.Text(), nullable=False),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("notice_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('granted', 'granted_by_commitment', 'partly_granted', 'refused', 'not_accepted', 'not_required', 'deemed_approved', 'returned')",
            name=op.f("ck_refusal_filings_kind"),
        ),
        sa.CheckConstraint(
            "lower(regexp_replace(handler, '[[:space:]]', '', 'g')) <> lower(regexp_replace(approver, '[[:space:]]', '', 'g'))",
            name=op.f("ck_refusal_filings_two_people"),
        ),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_refusal_filings_application_id")
        ),
        sa.ForeignKeyConstraint(["assignment_id"], ["assignments.id"], name=op.f("fk_refusal_filings_assignment_id")),
        sa.ForeignKeyConstraint(["department"], ["departments.code"], name=op.f("fk_refusal_filings_department")),
        sa.ForeignKeyConstraint(["notice_id"], ["notices.id"], name=op.f("fk_refusal_filings_notice_id")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_refusal_filings")),
        sa.UniqueConstraint("assignment_id", name=op.f("uq_refusal_filings_assignment_id")),
        sa.UniqueConstraint("number", "assignment_id", name=op.f("uq_refusal_filings_number_assignment_id")),
    )
    op.create_index("ix_refusal_filings_application_id", "refusal_filings", ["application_id"], unique=False)
    op.create_index("ix_refusal_filings_filed_at", "refusal_filings", ["filed_at"], unique=False)
    op.create_index(
        "ix_refusal_filings_department", "refusal_filings", ["department", "filed_at", "number"], unique=False
    )
    op.create_table(
        "decisions",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("assignment_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("document_number", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("legal_basis", sa.Text(), nullable=True),
        sa.Column("handler", sa.Text(), nullable=True),
        sa.Column("on_behalf_of", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("filing", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.CheckConstraint(
            "filing IS NOT NULL OR kind NOT IN ('refused', 'not_accepted')", name=op.f("ck_decisions_filed")
        ),
        sa.CheckConstraint(
            "kind IN ('granted', 'granted_by_commitment', 'partly_granted', 'refused', 'not_accepted', 'not_required', 'deemed_approved', 'returned')",
            name=op.f("ck_decisions_kind"),
        ),
        sa.ForeignKeyConstraint(["assignment_id"], ["assignments.id"], name=op.f("fk_decisions_assignment_id")),
        sa.ForeignKeyConstraint(
            ["filing", "assignment_id"],
            ["refusal_filings.number", "refusal_filings.assignment_id"],
            name=op.f("fk_decisions_filing_assignment_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decisions")),
        sa.UniqueConstraint("assignment_id", name=op.f("uq_decisions_assignment_id")),
    )
    op.create_table(
        "decision_corrections",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("assignment_id", sa.Uuid(), nullable=False),
        sa.Column("detail", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("handler", sa.Text(), nullable=True),
        sa.Column("corrected_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "detail IN ('document_number', 'reason', 'legal_basis')", name=op.f("ck_decision_corrections_detail")
        ),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["decisions.assignment_id"], name=op.f("fk_decision_corrections_assignment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision_corrections")),
    )
    op.create_index("ix_decision_corrections_assignment_id", "decision_corrections", ["assignment_id"], unique=False)
    _create_files()
    op.create_table(
        "deliveries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.BigInteger(), nullable=False),
        sa.Column("assignment_id", sa.Uuid(), nullable=False),
        sa.Column("item", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("channel", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("status", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("prepared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("carrier", sa.Uuid(), nullable=True),
        sa.Column("evidence", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("escalated", sa.Boolean(), nullable=False),
        sa.CheckConstraint("channel IN ('online', 'window', 'post', 'agent')", name=op.f("ck_deliveries_channel")),
        sa.CheckConstraint(
            "status <> 'delivered' OR (ended_at IS NOT NULL AND evidence <> '{}')", name=op.f("ck_deliveries_evidence")
        ),
        sa.CheckConstraint("status IN ('prepared', 'sent', 'delivered', 'failed')", name=op.f("ck_deliveries_status")),
        sa.ForeignKeyConstraint(["application_id"], ["applications.id"], name=op.f("fk_deliveries_application_id")),
        sa.ForeignKeyConstraint(["assignment_id"], ["assignments.id"], name=op.f("fk_deliveries_assignment_id")),
        sa.ForeignKeyConstraint(["carrier"], ["notices.id"], name=op.f("fk_deliveries_carrier")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
        sa.UniqueConstraint("assignment_id", "attempt", name=op.f("uq_deliveries_assignment_id_attempt")),
    )
    op.create_index("ix_deliveries_application_id", "deliveries", ["application_id"], unique=False)
    op.create_table(
        "objections",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.BigInteger(), nullable=False),
        sa.Column("item", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("raised_by", sa.Text(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.Text(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('not_received', 'wrong_result', 'not_finished', 'other')", name=op.f("ck_objections_kind")
        ),
        sa.CheckConstraint("(answered_at IS NULL) = (answer IS NULL)", name=op.f("ck_objections_answer")),
        sa.ForeignKeyConstraint(["application_id"], ["applications.id"], name=op.f("fk_objections_application_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objections")),
    )
    op.create_index("ix_objections_application_id", "objections", ["application_id"], unique=False)
    op.create_index(
        "ix_objections_open",
        "objections",
        ["application_id"],
        unique=False,
        postgresql_where=sa.text("answered_at IS NULL"),
    )
    op.create_table(
        "complaints",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("application_id", sa.BigInteger(), nullable=True),
        sa.Column("item", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("department", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("subject", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("channel", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("external_number", sa.Text(), nullable=True),
        sa.Column("complainant", sa.Text(), nullable=False),
        sa.Column("contact", sa.Text(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("status", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reopened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("responsible", sa.Text(), nullable=True),
        sa.Column("answered_by", sa.Text(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("called_back_by", sa.Text(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "channel IN ('hotline', 'hall', 'portal', 'meeting', 'window')", name=op.f("ck_complaints_channel")
        ),
        sa.CheckConstraint("kind IN ('consultation', 'complaint', 'rectification')", name=op.f("ck_complaints_kind")),
        sa.CheckConstraint("status <> 'closed' OR called_back_by IS NOT NULL", name=op.f("ck_complaints_called_back")),
        sa.CheckConstraint(
            "status IN ('received', 'assigned', 'answered', 'called_back', 'closed', 'reopened')",
            name=op.f("ck_complaints_status"),
        ),
        sa.CheckConstraint(
            "subject IN ('dragging', 'false_completion', 'forced_completion', 'attitude', 'first_responder', 'one_time_notice', 'extortion', 'discipline', 'cannot_get_done', 'bad_rating', 'other')",
            name=op.f("ck_complaints_subject"),
        ),
        sa.ForeignKeyConstraint(["application_id"], ["applications.id"], name=op.f("fk_complaints_application_id")),
        sa.ForeignKeyConstraint(["department"], ["departments.code"], name=op.f("fk_complaints_department")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaints")),
    )
    op.create_index("ix_complaints_application_id", "complaints", ["application_id"], unique=False)
    op.create_index(
        "ix_complaints_open", "complaints", ["id"], unique=False, postgresql_where=sa.text("status <> 'closed'")
    )
    op.create_table(
        "complaint_steps",
        sa.Column("complaint_id", sa.BigInteger(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("details", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(["complaint_id"], ["complaints.id"], name=op.f("fk_complaint_steps_complaint_id")),
        sa.PrimaryKeyConstraint("complaint_id", "serial", name=op.f("pk_complaint_steps")),
    )
    op.create_table(
        "ratings",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("application_id", sa.BigInteger(), nullable=False),
        sa.Column("item", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("grade", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("rated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("complaint_id", sa.BigInteger(), nullable=True),
        sa.Column("set_aside_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("set_aside_by", sa.Text(), nullable=True),
        sa.Column("set_aside_because", sa.Text(), nullable=True),
        sa.CheckConstraint("grade IN ('very_good', 'good', 'fair', 'bad', 'very_bad')", name=op.f("ck_ratings_grade")),
        sa.CheckConstraint("(set_aside_at IS NULL) = (set_aside_because IS NULL)", name=op.f("ck_ratings_set_aside")),
        sa.ForeignKeyConstraint(["application_id"], ["applications.id"], name=op.f("fk_ratings_application_id")),
        sa.ForeignKeyConstraint(["complaint_id"], ["complaints.id"], name=op.f("fk_ratings_complaint_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ratings")),
        sa.UniqueConstraint("application_id", "item", name=op.f("uq_ratings_application_id_item")),
    )
    op.create_index("ix_ratings_grade", "ratings", ["grade", "id"], unique=False)
    _create_boards()
    op.execute(_REFUSE_CHANGES)
    for table in _APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION daiban_refuse_changes()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION daiban_refuse_changes()"
        )


def downgrade() -> None:
    for table in _APPEND_ONLY:
        op.execute(f"DROP TRIGGER {table}_append_only ON {table}")
        op.execute(f"DROP TRIGGER {table}_no_truncate ON {table}")
    op.execute("DROP FUNCTION daiban_refuse_changes")
    op.drop_table("intake_drafts")
    op.drop_table("kept_findings")
    op.drop_table("board_refreshes")
    op.drop_table("filing_review_steps")
    op.drop_table("board_ratings")
    op.drop_table("board_standings")
    op.drop_table("board_weeks")
    op.drop_table("assignment_figures")
    op.drop_table("ratings")
    op.drop_table("complaint_steps")
    op.drop_table("complaints")
    op.drop_table("file_accesses")
    op.drop_table("result_files")
    op.drop_table("material_files")
    op.drop_table("stored_files")
    op.drop_table("objections")
    op.drop_table("deliveries")
    op.drop_index("ix_decision_corrections_assignment_id", table_name="decision_corrections")
    op.drop_table("decision_corrections")
    op.drop_table("decisions")
    op.drop_index("ix_refusal_filings_department", table_name="refusal_filings")
    op.drop_index("ix_refusal_filings_filed_at", table_name="refusal_filings")
    op.drop_index("ix_refusal_filings_application_id", table_name="refusal_filings")
    op.drop_table("refusal_filings")
    op.drop_table("opinion_events")
    op.drop_index("ix_opinions_department_status", table_name="opinions")
    op.drop_index("ix_opinions_application_id", table_name="opinions")
    op.drop_table("opinions")
    op.drop_index("ix_notices_unsent", table_name="notices", postgresql_where=sa.text("sent_at IS NULL"))
    op.drop_index(op.f("ix_notices_assignment_id"), table_name="notices")
    op.drop_index("ix_notices_application_id", table_name="notices")
    op.drop_table("notices")
    op.drop_index(op.f("ix_issued_documents_application_id"), table_name="issued_documents")
    op.drop_table("issued_documents")
    op.drop_table("enquiry_steps")
    op.drop_index(
        "ix_decision_conflicts_open",
        table_name="decision_conflicts",
        postgresql_where=sa.text("resolved_at IS NULL"),
    )
    op.drop_index("ix_decision_conflicts_assignment_id", table_name="decision_conflicts")
    op.drop_table("decision_conflicts")
    op.drop_index("ix_sending_permits_department", table_name="sending_permits")
    op.drop_table("sending_permits")
    op.drop_table("department_endpoints")
    op.drop_index("ix_department_messages_stuck", table_name="department_messages")
    op.drop_index(
        "ix_department_messages_unsent",
        table_name="department_messages",
        postgresql_where=sa.text("sent_at IS NULL AND voided_at IS NULL"),
    )
    op.drop_index("ix_department_messages_assignment_id", table_name="department_messages")
    op.drop_table("department_messages")
    op.drop_table("department_events")
    op.drop_index(
        "ix_credit_records_standing", table_name="credit_records", postgresql_where=sa.text("repaired_at IS NULL")
    )
    op.drop_table("credit_records")
    op.drop_index("ix_clock_events_assignment_id", table_name="clock_events")
    op.drop_index("ix_clock_events_application_id", table_name="clock_events")
    op.drop_table("clock_events")
    op.drop_table("assignment_mirrors")
    op.drop_table("steward_watches")
    op.drop_index(
        "ix_steward_alerts_open", table_name="steward_alerts", postgresql_where=sa.text("acknowledged_at IS NULL")
    )
    op.drop_table("steward_alerts")
    op.drop_index("ix_step_records_at", table_name="step_records")
    op.drop_table("step_records")
    op.drop_index("ix_outbox_messages_kind_available_at", table_name="outbox_messages")
    op.drop_table("outbox_messages")
    op.drop_table("milestones")
    op.drop_table("materials")
    op.drop_table("joint_sessions")
    op.drop_index("ix_appointments_planned_at", table_name="appointments")
    op.drop_index("ix_appointments_department", table_name="appointments")
    op.drop_table("appointments")
    op.drop_table("joint_extensions")
    op.drop_index(op.f("ix_enquiries_responsible_id"), table_name="enquiries")
    op.drop_index("ix_enquiries_open", table_name="enquiries", postgresql_where=sa.text("resolved_at IS NULL"))
    op.drop_index(
        "ix_enquiries_alarming",
        table_name="enquiries",
        postgresql_where=sa.text("resolved_at IS NULL AND bounces > 1"),
    )
    op.drop_index(op.f("ix_enquiries_offered_to_id"), table_name="enquiries")
    op.drop_index(op.f("ix_enquiries_application_id"), table_name="enquiries")
    op.drop_table("enquiries")
    op.drop_index("uq_engagements_current", table_name="engagements", postgresql_where=sa.text("ended_at IS NULL"))
    op.drop_index("ix_engagements_application_id", table_name="engagements")
    op.drop_table("engagements")
    op.drop_index("ix_commitments_application_id", table_name="commitments")
    op.drop_table("commitments")
    op.drop_index("ix_assignments_department_status", table_name="assignments")
    op.drop_table("assignments")
    op.drop_index("ix_application_runs_executor", table_name="application_runs")
    op.drop_table("application_words")
    op.drop_table("application_runs")
    op.drop_table("calendar_days")
    op.drop_index("ix_applications_registered", table_name="applications")
    op.drop_index("ix_applications_green", table_name="applications", postgresql_where=sa.text("green IS NOT NULL"))
    op.drop_index(op.f("ix_applications_reapplies_id"), table_name="applications")
    op.drop_index(op.f("ix_applications_project_id"), table_name="applications")
    op.drop_index("ix_applications_open", table_name="applications", postgresql_where=sa.text("NOT complete"))
    op.drop_index("ix_applications_due", table_name="applications", postgresql_where=sa.text("next_timer IS NOT NULL"))
    op.drop_index(op.f("ix_applications_steward_id"), table_name="applications")
    op.drop_index(op.f("ix_applications_backup_agent_id"), table_name="applications")
    op.drop_index(op.f("ix_applications_applicant_id"), table_name="applications")
    op.drop_index(op.f("ix_applications_agent_id"), table_name="applications")
    op.drop_table("applications")
    op.drop_table("steward_duties")
    op.drop_table("posts")
    op.drop_table("calendar_notices")
    op.drop_table("approval_networks")
    op.drop_index(op.f("ix_absences_person_id"), table_name="absences")
    op.drop_index("ix_absences_last", table_name="absences")
    op.drop_table("absences")
    op.drop_index("ix_reapply_bans_applicant_id", table_name="reapply_bans")
    op.drop_table("reapply_bans")
    op.drop_index(op.f("ix_projects_applicant_id"), table_name="projects")
    op.drop_table("projects")
    op.drop_index(op.f("ix_people_department"), table_name="people")
    op.drop_table("people")
    op.drop_table("journeys")
    op.drop_index(op.f("ix_approval_items_department"), table_name="approval_items")
    op.drop_table("approval_items")
    op.drop_index(op.f("ix_applicant_versions_applicant_id"), table_name="applicant_versions")
    op.drop_table("applicant_versions")
    op.drop_table("applicant_classes")
    op.drop_table("number_series")
    op.drop_table("departments")
    op.drop_table("catalog_versions")
    op.drop_table("applicants")


def _create_files() -> None:
    op.create_table(
        "stored_files",
        sa.Column("sha256", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("media_type", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("finding", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "finding IN ('clean', 'infected', 'quarantined', 'unscanned')", name=op.f("ck_stored_files_finding")
        ),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_stored_files")),
    )
    op.create_table(
        "material_files",
        sa.Column("application_id", sa.BigInteger(), nullable=False),
        sa.Column("material", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sha256", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("brought_by", sa.Text(), nullable=False),
        sa.Column("brought_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["application_id"], ["applications.id"], name=op.f("fk_material_files_application_id")),
        sa.ForeignKeyConstraint(["sha256"], ["stored_files.sha256"], name=op.f("fk_material_files_sha256")),
        sa.PrimaryKeyConstraint("application_id", "material", "version", name=op.f("pk_material_files")),
    )
    op.create_index(op.f("ix_material_files_sha256"), "material_files", ["sha256"], unique=False)
    op.create_table(
        "result_files",
        sa.Column("assignment_id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("department", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["assignment_id"], ["assignments.id"], name=op.f("fk_result_files_assignment_id")),
        sa.ForeignKeyConstraint(["sha256"], ["stored_files.sha256"], name=op.f("fk_result_files_sha256")),
        sa.PrimaryKeyConstraint("assignment_id", "sha256", name=op.f("pk_result_files")),
    )
    op.create_table(
        "file_accesses",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("assignment_id", sa.Uuid(), nullable=True),
        sa.Column("actor", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["assignment_id"], ["assignments.id"], name=op.f("fk_file_accesses_assignment_id")),
        sa.ForeignKeyConstraint(["sha256"], ["stored_files.sha256"], name=op.f("fk_file_accesses_sha256")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_file_accesses")),
    )
    op.create_index(op.f("ix_file_accesses_assignment_id"), "file_accesses", ["assignment_id"], unique=False)
    op.create_index("ix_file_accesses_sha256", "file_accesses", ["sha256"], unique=False)


def _create_boards() -> None:
    op.create_table(
        "assignment_figures",
        sa.Column("assignment_id", sa.Uuid(), nullable=False),
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("department", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("journey", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("timed", sa.Boolean(), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("promised", sa.Integer(), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("applicant", sa.Integer(), nullable=False),
        sa.Column("center", sa.Integer(), nullable=False),
        sa.Column("stopped", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignments.id"], name=op.f("fk_assignment_figures_assignment_id")
        ),
        sa.PrimaryKeyConstraint("assignment_id", name=op.f("pk_assignment_figures")),
    )
    op.create_index("ix_assignment_figures_week", "assignment_figures", ["week"], unique=False)
    op.create_table(
        "board_weeks",
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("department", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("journey", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("ended", sa.Integer(), nullable=False),
        sa.Column("timed", sa.Integer(), nullable=False),
        sa.Column("late", sa.Integer(), nullable=False),
        sa.Column("promised", sa.Integer(), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("applicant", sa.Integer(), nullable=False),
        sa.Column("center", sa.Integer(), nullable=False),
        sa.Column("stopped", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("week", "department", "journey", name=op.f("pk_board_weeks")),
    )
    op.create_table(
        "board_standings",
        sa.Column("department", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("journey", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("open", sa.Integer(), nullable=False),
        sa.Column("due_today", sa.Integer(), nullable=False),
        sa.Column("yellow", sa.Integer(), nullable=False),
        sa.Column("red", sa.Integer(), nullable=False),
        sa.Column("black", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("department", "journey", name=op.f("pk_board_standings")),
    )
    op.create_table(
        "board_ratings",
        sa.Column("department", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("grade", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("department", "grade", name=op.f("pk_board_ratings")),
    )
    op.create_table(
        "filing_review_steps",
        sa.Column("filing", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('approved', 'sent_back', 'explained')", name=op.f("ck_filing_review_steps_kind")),
        sa.ForeignKeyConstraint(["filing"], ["refusal_filings.number"], name=op.f("fk_filing_review_steps_filing")),
        sa.PrimaryKeyConstraint("filing", "serial", name=op.f("pk_filing_review_steps")),
    )
    op.create_table(
        "board_refreshes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("counted_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("findings_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("id = 1", name=op.f("ck_board_refreshes_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_board_refreshes")),
    )
    op.create_table(
        "kept_findings",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("application_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("item", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("evidence", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.CheckConstraint(
            "kind IN ('refiled', 'stop_without_basis', 'stop_too_long', 'stop_at_the_end', 'returned_at_the_end', "
            "'bulk_closing', 'reported_late', 'not_received', 'closing_rejected')",
            name=op.f("ck_kept_findings_kind"),
        ),
        sa.ForeignKeyConstraint(["application_id"], ["applications.id"], name=op.f("fk_kept_findings_application_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_findings")),
    )
    op.create_index("uq_kept_findings_matter", "kept_findings", ["application_id", "kind", "item", "at"], unique=True)
    op.create_index("ix_kept_findings_at", "kept_findings", ["at", "id"], unique=False)
    op.create_index("ix_kept_findings_kind", "kept_findings", ["kind", "at", "id"], unique=False)
