"""Tell people of the office what has happened: in the portal, and by e-mail or webhook where they want it."""

from collections.abc import Sequence

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_TOPICS = (
    "assignment", "reminder", "material", "withdrawal", "signature", "returned", "correction", "decision", "hold",
    "overdue", "slow", "undelivered", "contradiction", "concluded", "objection", "complaint", "appointment",
)  # fmt: skip


def upgrade() -> None:
    # A migration must not queue behind a long transaction and block everybody behind itself.
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_constraint(op.f("ck_outbox_messages_kind"), "outbox_messages")
    op.create_check_constraint(
        op.f("ck_outbox_messages_kind"), "outbox_messages", _one_of("kind", "wake", "mirror", "notify")
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
        sa.CheckConstraint(_one_of("topic", *_TOPICS), name=op.f("ck_notifications_topic")),
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
        "ix_notifications_unread", "notifications", ["person_id"], unique=False,
        postgresql_where=sa.text("read_at IS NULL"),
    )  # fmt: skip
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
        "notification_preferences",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("language", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("digest", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("webhook", sa.Text(), nullable=True),
        sa.Column("daily_report", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.CheckConstraint(
            _one_of("digest", "at_once", "daily", "never"), name=op.f("ck_notification_preferences_digest")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_notification_preferences_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_notification_preferences")),
    )
    op.create_table(
        "notification_deliveries",
        sa.Column("notification_id", sa.BigInteger(), nullable=False),
        sa.Column("channel", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("held_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("parked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(_one_of("channel", "email", "webhook"), name=op.f("ck_notification_deliveries_channel")),
        sa.ForeignKeyConstraint(
            ["notification_id"], ["notifications.id"], name=op.f("fk_notification_deliveries_notification_id")
        ),
        sa.PrimaryKeyConstraint("notification_id", "channel", name=op.f("pk_notification_deliveries")),
    )
    op.create_index(
        "ix_notification_deliveries_due", "notification_deliveries", ["due_at"], unique=False,
        postgresql_where=sa.text("sent_at IS NULL AND parked_at IS NULL"),
    )  # fmt: skip
    op.create_index(
        "ix_notification_deliveries_parked", "notification_deliveries", ["parked_at"], unique=False,
        postgresql_where=sa.text("parked_at IS NOT NULL"),
    )  # fmt: skip
    op.create_table(
        "report_deliveries",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("channel", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("held_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("parked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(_one_of("channel", "email", "webhook"), name=op.f("ck_report_deliveries_channel")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_report_deliveries_person_id")),
        sa.PrimaryKeyConstraint("person_id", "day", "channel", name=op.f("pk_report_deliveries")),
    )
    op.create_index(
        "ix_report_deliveries_due", "report_deliveries", ["due_at"], unique=False,
        postgresql_where=sa.text("sent_at IS NULL AND parked_at IS NULL"),
    )  # fmt: skip


def downgrade() -> None:
    for table in (
        "report_deliveries",
        "notification_deliveries",
        "notification_preferences",
        "notification_cursors",
        "notifications",
    ):
        op.drop_table(table)
    op.execute("DELETE FROM outbox_messages WHERE kind = 'notify'")
    op.drop_constraint(op.f("ck_outbox_messages_kind"), "outbox_messages")
    op.create_check_constraint(op.f("ck_outbox_messages_kind"), "outbox_messages", _one_of("kind", "wake", "mirror"))


def _one_of(column: str, *words: str) -> str:
    return f"{column} IN ({', '.join(repr(word) for word in words)})"
