"""Where applicants want to be written to, and every letter that is owed: to whom, of what, and what became of it."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, UniqueConstraint
from sqlalchemy import text as sql
from sqlmodel import Field, SQLModel

from models.base import instant, one_of, text
from rules.notifying import ContactChannel


class ApplicantAddress(SQLModel, table=True):
    """Where the applicant of one application is told that there is news; without a row it must be looked up."""

    __tablename__ = "applicant_addresses"
    __table_args__ = (CheckConstraint("email IS NOT NULL OR mobile IS NOT NULL", name="named"),)

    application_id: int = Field(primary_key=True, foreign_key="applications.id", sa_type=BigInteger)
    email: str | None = text(nullable=True)
    mobile: str | None = text(nullable=True)
    #: ``zh`` or ``en``.
    language: str = text()
    told_at: datetime = instant()


class LetterRow(SQLModel, table=True):
    """What somebody is owed by a channel: a person a notification or the report of a day, an applicant a notice.

    Instants are real time.
    """

    __tablename__ = "letters"
    __table_args__ = (
        one_of("channel", ContactChannel),
        CheckConstraint("num_nonnulls(notification_id, report_day, notice_id) = 1", name="about"),
        CheckConstraint("num_nonnulls(person_id, notice_id) = 1", name="reader"),
        UniqueConstraint("notification_id", "channel"),
        UniqueConstraint("person_id", "report_day", "channel"),
        UniqueConstraint("notice_id", "channel"),
        Index("ix_letters_due", "due_at", postgresql_where=sql("sent_at IS NULL AND parked_at IS NULL")),
        Index("ix_letters_parked", "parked_at", postgresql_where=sql("parked_at IS NOT NULL")),
    )

    id: int = Field(default=None, sa_column=Column(BigInteger, primary_key=True))
    channel: str
    person_id: int | None = Field(default=None, foreign_key="people.id")
    notification_id: int | None = Field(default=None, foreign_key="notifications.id", sa_type=BigInteger)
    report_day: date | None = None
    notice_id: UUID | None = Field(default=None, foreign_key="notices.id")
    due_at: datetime = instant()
    attempts: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    held_since: datetime | None = instant(nullable=True)
    last_error: str | None = text(nullable=True)
    sent_at: datetime | None = instant(nullable=True)
    #: Tried for as long as the schedule says, or refused: kept for a person.
    parked_at: datetime | None = instant(nullable=True)
