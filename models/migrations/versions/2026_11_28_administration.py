"""Keep who changed what about the office, and what one person proposes for another to publish."""

from collections.abc import Sequence

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0004"
down_revision: str | None = "0003"
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
        sa.Column("details", postgresql.JSONB(), nullable=False),
        sa.Column("source", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_administrative_acts")),
    )
    op.create_index("ix_administrative_acts_at", "administrative_acts", ["at"], unique=False)
    op.execute(
        "CREATE TRIGGER administrative_acts_append_only BEFORE UPDATE OR DELETE ON administrative_acts"
        " FOR EACH ROW EXECUTE FUNCTION daiban_refuse_changes()"
    )
    op.execute(
        "CREATE TRIGGER administrative_acts_no_truncate BEFORE TRUNCATE ON administrative_acts"
        " FOR EACH STATEMENT EXECUTE FUNCTION daiban_refuse_changes()"
    )
    op.create_table(
        "drafts",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("content", postgresql.JSONB(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("proposed_by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("decided_by", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.CheckConstraint("kind IN ('catalog', 'calendar')", name=op.f("ck_drafts_kind")),
        sa.CheckConstraint("outcome IS NULL OR outcome IN ('published', 'rejected')", name=op.f("ck_drafts_outcome")),
        sa.CheckConstraint(
            "outcome IS DISTINCT FROM 'published' OR decided_by <> proposed_by", name=op.f("ck_drafts_two_persons")
        ),
        sa.ForeignKeyConstraint(["decided_by"], ["people.account"], name=op.f("fk_drafts_decided_by")),
        sa.ForeignKeyConstraint(["proposed_by"], ["people.account"], name=op.f("fk_drafts_proposed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drafts")),
    )


def downgrade() -> None:
    op.drop_table("drafts")
    op.execute("DROP TRIGGER administrative_acts_append_only ON administrative_acts")
    op.execute("DROP TRIGGER administrative_acts_no_truncate ON administrative_acts")
    op.drop_table("administrative_acts")
