"""What people of the office are told of, and how they want to be written to besides."""

from datetime import datetime

from sqlalchemy import BigInteger, Column, Index, UniqueConstraint
from sqlalchemy import text as sql
from sqlmodel import Field, SQLModel

from models.base import instant, one_of, text
from rules.notifying import Digest, Topic


class Notification(SQLModel, table=True):
    """A person is told of a step; the step itself says what happened."""

    __tablename__ = "notifications"
    __table_args__ = (
        one_of("topic", Topic),
        UniqueConstraint("person_id", "application_id", "serial"),
        Index("ix_notifications_person", "person_id", "id"),
        Index("ix_notifications_unread", "person_id", postgresql_where=sql("read_at IS NULL")),
    )

    id: int = Field(default=None, sa_column=Column(BigInteger, primary_key=True))
    person_id: int = Field(foreign_key="people.id")
    application_id: int = Field(foreign_key="applications.id", sa_type=BigInteger, index=True)
    #: Of the step record.
    serial: int
    topic: str
    created_at: datetime = instant()
    read_at: datetime | None = instant(nullable=True)


class NotificationCursor(SQLModel, table=True):
    """Up to which step of an application people have been told."""

    __tablename__ = "notification_cursors"

    application_id: int = Field(primary_key=True, foreign_key="applications.id", sa_type=BigInteger)
    serial: int


class NotificationPreference(SQLModel, table=True):
    """How a person wants to be written to; without a row only the portal tells."""

    __tablename__ = "notification_preferences"
    __table_args__ = (one_of("digest", Digest),)

    person_id: int = Field(primary_key=True, foreign_key="people.id")
    language: str
    digest: str
    email: str | None = text(nullable=True)
    webhook: str | None = text(nullable=True)
    #: Whether who watches over the office is sent the daily report.
    daily_report: bool = Field(default=False, sa_column_kwargs={"server_default": sql("false")})
