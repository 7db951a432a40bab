"""Applicants and their applications."""

from collections.abc import Sequence

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


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
    op.create_index(
        "ix_applications_due",
        "applications",
        ["next_timer"],
        unique=False,
        postgresql_where=sa.text("next_timer IS NOT NULL"),
    )
    op.create_index(
        "ix_applications_green", "applications", ["id"], unique=False, postgresql_where=sa.text("green IS NOT NULL")
    )
    op.create_index("ix_applications_journey", "applications", ["journey", "id"], unique=False)
    op.create_index(
        "ix_applications_open", "applications", ["id"], unique=False, postgresql_where=sa.text("NOT complete")
    )
    op.create_index(op.f("ix_applications_project_id"), "applications", ["project_id"], unique=False)
    op.create_index(op.f("ix_applications_reapplies_id"), "applications", ["reapplies_id"], unique=False)
    op.create_index("ix_applications_registered", "applications", ["registered_at"], unique=False)
    op.create_index("ix_applications_status", "applications", ["status", "id"], unique=False)
    op.create_index(op.f("ix_applications_steward_id"), "applications", ["steward_id"], unique=False)
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


def downgrade() -> None:
    op.drop_table("milestones")
    op.drop_table("materials")
    op.drop_table("joint_extensions")
    op.drop_table("application_words")
    op.drop_table("application_runs")
    op.drop_table("applications")
    op.drop_table("projects")
    op.drop_table("applicant_versions")
    op.drop_table("applicant_classes")
    op.drop_table("applicants")
