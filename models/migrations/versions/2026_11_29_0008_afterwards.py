"""Deliveries, objections, complaints and ratings."""

from collections.abc import Sequence

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    # A migration must not queue behind a long transaction and block everybody behind itself.
    op.execute("SET LOCAL lock_timeout = '5s'")
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


def downgrade() -> None:
    op.drop_table("deliveries")
    op.drop_table("ratings")
    op.drop_table("complaint_steps")
    op.drop_table("objections")
    op.drop_table("complaints")
