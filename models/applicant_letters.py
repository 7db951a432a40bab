"""Where applicants want to be written to, and what became of writing; the notice itself stands with the application."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index
from sqlalchemy import text as sql
from sqlmodel import Field, SQLModel

from models.base import instant, one_of, text
from rules.notifying import ApplicantChannel


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


class ApplicantLetter(SQLModel, table=True):
    """A notice of which the applicant is to be written by a channel. Instants are real time."""

    __tablename__ = "applicant_letters"
    __table_args__ = (
        one_of("channel", ApplicantChannel),
        Index("ix_applicant_letters_due", "due_at", postgresql_where=sql("sent_at IS NULL AND parked_at IS NULL")),
        Index("ix_applicant_letters_parked", "parked_at", postgresql_where=sql("parked_at IS NOT NULL")),
    )

    notice_id: UUID = Field(primary_key=True, foreign_key="notices.id")
    channel: str = Field(primary_key=True)
    due_at: datetime = instant()
    attempts: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    held_since: datetime | None = instant(nullable=True)
    last_error: str | None = text(nullable=True)
    sent_at: datetime | None = instant(nullable=True)
    #: Tried for as long as the schedule says, or refused: kept for a person.
    parked_at: datetime | None = instant(nullable=True)
