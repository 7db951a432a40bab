"""Opinions, joint sessions and appointments."""

from collections.abc import Sequence

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    # A migration must not queue behind a long transaction and block everybody behind itself.
    op.execute("SET LOCAL lock_timeout = '5s'")
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
            "kind IN ('accepted', 'claimed', 'correction_requested', 'hold_started', 'hold_ended', 'extension_requested', 'decided', 'note', 'not_accepted', 'not_required', 'refusal_approved', 'refusal_returned', 'transferred', 'decision_corrected', 'review_finished', 'cure_verified', 'breach_found', 'opinion_given', 'use_extended', 'hearing_told', 'hearing_requested', 'hearing_announced', 'hearing_held', 'officers_assigned', 'site_visited', 'revocation_opened', 'revocation_decided', 'cancellation_opened', 'cancellation_decided')",
            name=op.f("ck_opinion_events_kind"),
        ),
        sa.ForeignKeyConstraint(["opinion_id"], ["opinions.id"], name=op.f("fk_opinion_events_opinion_id")),
        sa.PrimaryKeyConstraint("opinion_id", "event_id", name=op.f("pk_opinion_events")),
    )


def downgrade() -> None:
    op.drop_table("opinion_events")
    op.drop_table("opinions")
    op.drop_table("joint_sessions")
    op.drop_table("appointments")
