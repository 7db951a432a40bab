"""Engagements, enquiries, stewards and commitments."""

from collections.abc import Sequence

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    # A migration must not queue behind a long transaction and block everybody behind itself.
    op.execute("SET LOCAL lock_timeout = '5s'")
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
    op.create_index(
        "ix_enquiries_alarming",
        "enquiries",
        ["id"],
        unique=False,
        postgresql_where=sa.text("resolved_at IS NULL AND bounces > 1"),
    )
    op.create_index(op.f("ix_enquiries_application_id"), "enquiries", ["application_id"], unique=False)
    op.create_index(op.f("ix_enquiries_offered_to_id"), "enquiries", ["offered_to_id"], unique=False)
    op.create_index(
        "ix_enquiries_open", "enquiries", ["id"], unique=False, postgresql_where=sa.text("resolved_at IS NULL")
    )
    op.create_index(op.f("ix_enquiries_responsible_id"), "enquiries", ["responsible_id"], unique=False)
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
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
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
    )
    op.create_index(
        "ix_steward_alerts_open",
        "steward_alerts",
        ["addressee_id"],
        unique=False,
        postgresql_where=sa.text("acknowledged_at IS NULL"),
    )
    op.create_index(
        "uq_steward_alerts_lasting",
        "steward_alerts",
        ["application_id", "kind", "subject"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
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


def downgrade() -> None:
    op.drop_table("enquiry_steps")
    op.drop_table("credit_records")
    op.drop_table("steward_watches")
    op.drop_table("steward_alerts")
    op.drop_table("enquiries")
    op.drop_table("engagements")
    op.drop_table("commitments")
