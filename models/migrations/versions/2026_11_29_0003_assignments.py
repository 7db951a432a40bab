"""Assignments to departments, their clocks and decisions, and what applicants are told of them."""

from collections.abc import Sequence

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op
from sqlalchemy.dialects import postgresql

from models.migrations.append_only import create_refusal, drop_refusal, refuse_changes

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    # A migration must not queue behind a long transaction and block everybody behind itself.
    op.execute("SET LOCAL lock_timeout = '5s'")
    create_refusal()
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
            "status IN ('opened', 'received', 'correction_required', 'accepted', 'under_review', 'special_procedure', 'pending_cure', 'refusal_proposed', 'granted', 'partly_granted', 'deemed_approved', 'refused', 'not_accepted', 'not_required', 'returned', 'lapsed', 'revoked', 'struck_off', 'blocked', 'cancelled', 'withdrawn')",
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
        "ix_assignments_due",
        "assignments",
        ["promised_due", "id"],
        unique=False,
        postgresql_where=sa.text("ended_at IS NULL"),
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
    op.create_index(
        "ix_assignments_given_up",
        "assignments",
        ["application_id"],
        unique=False,
        postgresql_where=sa.text(
            "procedures #>> '{cancellation,ground}' = 'requested' "
            "AND procedures #> '{cancellation,struck_off_on}' IS NULL"
        ),
    )
    op.create_index(
        "ix_assignments_green",
        "assignments",
        ["department", "promised_due", "id"],
        unique=False,
        postgresql_where=sa.text("ended_at IS NULL AND green"),
    )
    op.create_index(
        "ix_assignments_light",
        "assignments",
        ["light", "promised_due", "id"],
        unique=False,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index(
        "ix_assignments_open",
        "assignments",
        ["department", "promised_due", "id"],
        unique=False,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index(
        "ix_assignments_open_light",
        "assignments",
        ["department", "light", "promised_due", "id"],
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
            "kind IN ('materials_missing', 'correction', 'gate_opened', 'result', 'receipt', 'acceptance', 'not_accepted', 'not_required', 'deferred_materials', 'cure_reminder', 'correction_reminder', 'special_procedure', 'extension', 'refusal', 'grant', 'returned', 'withdrawn', 'transferred', 'overdue', 'deadline_moved', 'deemed', 'breach', 'decision_corrected', 'reopened', 'gate_closed', 'delivery', 'use_before', 'use_extended', 'lapsed', 'party_changed', 'hearing_rights', 'hearing_notice', 'revocation_opened', 'revocation_dropped', 'revoked', 'cancellation_opened', 'cancellation_dropped', 'struck_off')",
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
    op.create_index(
        "ix_refusal_filings_department", "refusal_filings", ["department", "filed_at", "number"], unique=False
    )
    op.create_index("ix_refusal_filings_filed_at", "refusal_filings", ["filed_at"], unique=False)
    refuse_changes("refusal_filings")
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
    refuse_changes("decisions")
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
    refuse_changes("decision_corrections")


def downgrade() -> None:
    op.drop_table("decision_corrections")
    op.drop_table("filing_review_steps")
    op.drop_table("decisions")
    op.drop_table("refusal_filings")
    op.drop_table("notices")
    op.drop_table("clock_events")
    op.drop_table("assignments")
    op.drop_table("reapply_bans")
    drop_refusal()
