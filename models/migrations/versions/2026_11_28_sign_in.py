"""Let people sign in to the pages: passwords, sessions, attempts that failed, and filters that they keep."""

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
    op.add_column("people", sa.Column("password_hash", sa.Text(), nullable=True))
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
        "tracking_visits",
        sa.Column("token_sha256", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("application_id", sa.BigInteger(), nullable=True),
        sa.Column("code_sha256", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("applicant_id", sa.BigInteger(), nullable=True),
        sa.Column("id_token", sa.Text(), nullable=True),
        sa.Column("form_token", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(application_id IS NULL) = (code_sha256 IS NULL)", name=op.f("ck_tracking_visits_code")),
        sa.CheckConstraint("(application_id IS NULL) <> (applicant_id IS NULL)", name=op.f("ck_tracking_visits_one")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_tracking_visits_application_id")
        ),
        sa.ForeignKeyConstraint(["applicant_id"], ["applicants.id"], name=op.f("fk_tracking_visits_applicant_id")),
        sa.PrimaryKeyConstraint("token_sha256", name=op.f("pk_tracking_visits")),
    )
    op.create_index(op.f("ix_tracking_visits_application_id"), "tracking_visits", ["application_id"], unique=False)
    op.create_table(
        "saved_filters",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("asked", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_saved_filters_person_id")),
        sa.PrimaryKeyConstraint("person_id", "name", name=op.f("pk_saved_filters")),
    )


def downgrade() -> None:
    op.drop_table("saved_filters")
    op.drop_table("tracking_visits")
    op.drop_table("sign_in_failures")
    op.drop_table("portal_sessions")
    op.drop_column("people", "password_hash")
