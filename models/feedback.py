"""What people say of the office: complaints and consultations with their steps, and ratings (好差评)."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, UniqueConstraint
from sqlalchemy import text as sql
from sqlmodel import Field, SQLModel

from models.base import document, instant, one_of, text
from rules.complaints import ComplaintChannel, ComplaintKind, ComplaintStatus, ComplaintSubject
from rules.ratings import Grade


class Complaint(SQLModel, table=True):
    """A ticket (投诉、咨询件); not closed without the evidence of a call back, and never closing an application."""

    __tablename__ = "complaints"
    __table_args__ = (
        one_of("kind", ComplaintKind),
        one_of("subject", ComplaintSubject),
        one_of("channel", ComplaintChannel),
        one_of("status", ComplaintStatus),
        CheckConstraint("status <> 'closed' OR called_back_by IS NOT NULL", name="called_back"),
        Index("ix_complaints_application_id", "application_id"),
        Index("ix_complaints_open", "id", postgresql_where=sql("status <> 'closed'")),
    )

    id: int = Field(default=None, sa_column=Column(BigInteger, primary_key=True))
    application_id: int | None = Field(default=None, foreign_key="applications.id", sa_type=BigInteger)
    item: str | None = None
    department: str | None = Field(default=None, foreign_key="departments.code")
    kind: str
    subject: str
    channel: str
    #: Number of the ticket at 12345.
    external_number: str | None = text(nullable=True)
    complainant: str = text()
    contact: str | None = text(nullable=True)
    words: str = text()
    status: str
    received_at: datetime = instant()
    reopened_at: datetime | None = instant(nullable=True)
    responsible: str | None = text(nullable=True)
    answered_by: str | None = text(nullable=True)
    answer: str | None = text(nullable=True)
    called_back_by: str | None = text(nullable=True)
    closed_at: datetime | None = instant(nullable=True)


class ComplaintStep(SQLModel, table=True):
    """What happened to a ticket, in order."""

    __tablename__ = "complaint_steps"

    complaint_id: int = Field(primary_key=True, foreign_key="complaints.id", sa_type=BigInteger)
    serial: int = Field(primary_key=True)
    kind: str
    at: datetime = instant()
    by: str = text()
    words: str | None = text(nullable=True)
    details: dict[str, Any] = document()


class Rating(SQLModel, table=True):
    """The applicant's own word on an application, or on one item of it, once for each."""

    __tablename__ = "ratings"
    __table_args__ = (
        one_of("grade", Grade),
        UniqueConstraint("application_id", "item"),
        Index("ix_ratings_grade", "grade", "id"),
        CheckConstraint("(set_aside_at IS NULL) = (set_aside_because IS NULL)", name="set_aside"),
    )

    id: int = Field(default=None, sa_column=Column(BigInteger, primary_key=True))
    application_id: int = Field(foreign_key="applications.id", sa_type=BigInteger)
    #: Empty for the application as a whole.
    item: str
    grade: str
    words: str | None = text(nullable=True)
    rated_at: datetime = instant()
    #: Where it came from, to tell a window's own device.
    source: str | None = text(nullable=True)
    #: The ticket of a bad one.
    complaint_id: int | None = Field(default=None, foreign_key="complaints.id", sa_type=BigInteger)
    #: After an appeal: it does not count, and why.
    set_aside_at: datetime | None = instant(nullable=True)
    set_aside_by: str | None = text(nullable=True)
    set_aside_because: str | None = text(nullable=True)
