"""Write to applicants that there is news, by e-mail or text message, where they want it."""

from collections.abc import Sequence

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "applicant_addresses",
        sa.Column("application_id", sa.BigInteger(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("mobile", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("email IS NOT NULL OR mobile IS NOT NULL", name=op.f("ck_applicant_addresses_named")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_applicant_addresses_application_id")
        ),
        sa.PrimaryKeyConstraint("application_id", name=op.f("pk_applicant_addresses")),
    )
    op.create_table(
        "applicant_letters",
        sa.Column("notice_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("held_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("parked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("channel IN ('email', 'sms')", name=op.f("ck_applicant_letters_channel")),
        sa.ForeignKeyConstraint(["notice_id"], ["notices.id"], name=op.f("fk_applicant_letters_notice_id")),
        sa.PrimaryKeyConstraint("notice_id", "channel", name=op.f("pk_applicant_letters")),
    )
    op.create_index(
        "ix_applicant_letters_due", "applicant_letters", ["due_at"], unique=False,
        postgresql_where=sa.text("sent_at IS NULL AND parked_at IS NULL"),
    )  # fmt: skip
    op.create_index(
        "ix_applicant_letters_parked", "applicant_letters", ["parked_at"], unique=False,
        postgresql_where=sa.text("parked_at IS NOT NULL"),
    )  # fmt: skip


def downgrade() -> None:
    op.drop_table("applicant_letters")
    op.drop_table("applicant_addresses")
