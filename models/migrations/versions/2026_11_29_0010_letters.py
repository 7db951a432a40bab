"""What people are told in the portal, and letters to them and to applicants."""

from collections.abc import Sequence

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    # A migration must not queue behind a long transaction and block everybody behind itself.
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "notification_preferences",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("language", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("digest", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("webhook", sa.Text(), nullable=True),
        sa.Column("daily_report", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.CheckConstraint("digest IN ('at_once', 'daily', 'never')", name=op.f("ck_notification_preferences_digest")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_notification_preferences_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_notification_preferences")),
    )
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
        "notification_cursors",
        sa.Column("application_id", sa.BigInteger(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_notification_cursors_application_id")
        ),
        sa.PrimaryKeyConstraint("application_id", name=op.f("pk_notification_cursors")),
    )
    op.create_table(
        "notifications",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.BigInteger(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("topic", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "topic IN ('assignment', 'reminder', 'material', 'withdrawal', 'signature', 'returned', 'correction', 'decision', 'hold', 'overdue', 'slow', 'undelivered', 'contradiction', 'concluded', 'objection', 'complaint', 'appointment')",
            name=op.f("ck_notifications_topic"),
        ),
        sa.ForeignKeyConstraint(["application_id"], ["applications.id"], name=op.f("fk_notifications_application_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_notifications_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notifications")),
        sa.UniqueConstraint(
            "person_id", "application_id", "serial", name=op.f("uq_notifications_person_id_application_id_serial")
        ),
    )
    op.create_index(op.f("ix_notifications_application_id"), "notifications", ["application_id"], unique=False)
    op.create_index("ix_notifications_person", "notifications", ["person_id", "id"], unique=False)
    op.create_index(
        "ix_notifications_unread",
        "notifications",
        ["person_id"],
        unique=False,
        postgresql_where=sa.text("read_at IS NULL"),
    )
    op.create_table(
        "letters",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("channel", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("notification_id", sa.BigInteger(), nullable=True),
        sa.Column("report_day", sa.Date(), nullable=True),
        sa.Column("notice_id", sa.Uuid(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("held_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("parked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("channel IN ('email', 'webhook', 'sms')", name=op.f("ck_letters_channel")),
        sa.CheckConstraint("num_nonnulls(notification_id, report_day, notice_id) = 1", name=op.f("ck_letters_about")),
        sa.CheckConstraint("num_nonnulls(person_id, notice_id) = 1", name=op.f("ck_letters_reader")),
        sa.ForeignKeyConstraint(["notice_id"], ["notices.id"], name=op.f("fk_letters_notice_id")),
        sa.ForeignKeyConstraint(["notification_id"], ["notifications.id"], name=op.f("fk_letters_notification_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_letters_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letters")),
        sa.UniqueConstraint("notice_id", "channel", name=op.f("uq_letters_notice_id_channel")),
        sa.UniqueConstraint("notification_id", "channel", name=op.f("uq_letters_notification_id_channel")),
        sa.UniqueConstraint("person_id", "report_day", "channel", name=op.f("uq_letters_person_id_report_day_channel")),
    )
    op.create_index(
        "ix_letters_due",
        "letters",
        ["due_at"],
        unique=False,
        postgresql_where=sa.text("sent_at IS NULL AND parked_at IS NULL"),
    )
    op.create_index(
        "ix_letters_parked", "letters", ["parked_at"], unique=False, postgresql_where=sa.text("parked_at IS NOT NULL")
    )


def downgrade() -> None:
    op.drop_table("letters")
    op.drop_table("notifications")
    op.drop_table("notification_cursors")
    op.drop_table("applicant_addresses")
    op.drop_table("notification_preferences")
