"""Signing in, what people keep in the portal, and who changed what about the office."""

from collections.abc import Sequence

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op
from sqlalchemy.dialects import postgresql

from models.migrations.append_only import refuse_changes

revision: str = "0011"
down_revision: str | None = "0010"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    # A migration must not queue behind a long transaction and block everybody behind itself.
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "administrative_acts",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("details", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("source", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_administrative_acts")),
    )
    op.create_index("ix_administrative_acts_at", "administrative_acts", ["at"], unique=False)
    refuse_changes("administrative_acts")
    op.create_table(
        "sign_in_failures",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_failures")),
    )
    op.create_index("ix_sign_in_failures_account", "sign_in_failures", ["account", "at"], unique=False)
    op.create_index("ix_sign_in_failures_source", "sign_in_failures", ["source", "at"], unique=False)
    op.create_table(
        "drafts",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("proposed_by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("decided_by", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.CheckConstraint("kind IN ('catalog', 'calendar')", name=op.f("ck_drafts_kind")),
        sa.CheckConstraint(
            "outcome IS DISTINCT FROM 'published' OR decided_by <> proposed_by", name=op.f("ck_drafts_two_persons")
        ),
        sa.CheckConstraint("outcome IS NULL OR outcome IN ('published', 'rejected')", name=op.f("ck_drafts_outcome")),
        sa.ForeignKeyConstraint(["decided_by"], ["people.account"], name=op.f("fk_drafts_decided_by")),
        sa.ForeignKeyConstraint(["proposed_by"], ["people.account"], name=op.f("fk_drafts_proposed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drafts")),
    )
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
        "portal_sessions",
        sa.Column("token_sha256", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("form_token", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("id_token", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_portal_sessions_person_id")),
        sa.PrimaryKeyConstraint("token_sha256", name=op.f("pk_portal_sessions")),
    )
    op.create_index(op.f("ix_portal_sessions_person_id"), "portal_sessions", ["person_id"], unique=False)
    op.create_table(
        "saved_filters",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("asked", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_saved_filters_person_id")),
        sa.PrimaryKeyConstraint("person_id", "name", name=op.f("pk_saved_filters")),
    )
    op.create_table(
        "tracking_visits",
        sa.Column("token_sha256", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("application_id", sa.BigInteger(), nullable=True),
        sa.Column("code_sha256", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("applicant_id", sa.BigInteger(), nullable=True),
        sa.Column("id_token", sa.Text(), nullable=True),
        sa.Column("form_token", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(application_id IS NULL) <> (applicant_id IS NULL)", name=op.f("ck_tracking_visits_one")),
        sa.CheckConstraint("(application_id IS NULL) = (code_sha256 IS NULL)", name=op.f("ck_tracking_visits_code")),
        sa.ForeignKeyConstraint(["applicant_id"], ["applicants.id"], name=op.f("fk_tracking_visits_applicant_id")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_tracking_visits_application_id")
        ),
        sa.PrimaryKeyConstraint("token_sha256", name=op.f("pk_tracking_visits")),
    )
    op.create_index(op.f("ix_tracking_visits_application_id"), "tracking_visits", ["application_id"], unique=False)


def downgrade() -> None:
    op.drop_table("tracking_visits")
    op.drop_table("saved_filters")
    op.drop_table("portal_sessions")
    op.drop_table("intake_drafts")
    op.drop_table("drafts")
    op.drop_table("sign_in_failures")
    op.drop_table("administrative_acts")
