"""Messages to and from the systems of departments."""

from collections.abc import Sequence

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    # A migration must not queue behind a long transaction and block everybody behind itself.
    op.execute("SET LOCAL lock_timeout = '5s'")
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
            "kind IN ('accepted', 'claimed', 'correction_requested', 'hold_started', 'hold_ended', 'extension_requested', 'decided', 'note', 'not_accepted', 'not_required', 'refusal_approved', 'refusal_returned', 'transferred', 'decision_corrected', 'review_finished', 'cure_verified', 'breach_found', 'opinion_given', 'use_extended', 'hearing_told', 'hearing_requested', 'hearing_announced', 'hearing_held', 'officers_assigned', 'site_visited', 'revocation_opened', 'revocation_decided', 'cancellation_opened', 'cancellation_decided')",
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
        "ix_department_messages_stuck",
        "department_messages",
        ["department", "created_at"],
        unique=False,
        postgresql_where=sa.text(
            "sent_at IS NULL AND voided_at IS NULL AND (deferred_at IS NOT NULL OR retry_at IS NOT NULL OR parked_at IS NOT NULL)"
        ),
    )
    op.create_index(
        "ix_department_messages_unsent",
        "department_messages",
        ["application_id"],
        unique=False,
        postgresql_where=sa.text("sent_at IS NULL AND voided_at IS NULL"),
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


def downgrade() -> None:
    op.drop_table("sending_permits")
    op.drop_table("department_messages")
    op.drop_table("department_events")
    op.drop_table("decision_conflicts")
    op.drop_table("department_endpoints")
