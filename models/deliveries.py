"""What comes after the decision: deliveries with their evidence, and the applicant's objections."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint
from sqlalchemy import text as sql
from sqlmodel import Field, SQLModel

from models.base import document, instant, one_of, text
from rules.delivery.record import DeliveryChannel, DeliveryStatus, ObjectionKind


class Delivery(SQLModel, table=True):
    """One attempt to deliver the result of an assignment (送达); ``evidence`` is what shows that it arrived."""

    __tablename__ = "deliveries"
    __table_args__ = (
        one_of("channel", DeliveryChannel),
        one_of("status", DeliveryStatus),
        UniqueConstraint("assignment_id", "attempt"),
        CheckConstraint("status <> 'delivered' OR (ended_at IS NOT NULL AND evidence <> '{}')", name="evidence"),
        Index("ix_deliveries_application_id", "application_id"),
    )

    id: UUID = Field(primary_key=True)
    application_id: int = Field(foreign_key="applications.id", sa_type=BigInteger)
    assignment_id: UUID = Field(foreign_key="assignments.id")
    item: str
    attempt: int
    channel: str
    address: str | None = text(nullable=True)
    status: str
    #: The time to deliver counts from this day.
    decided_on: date
    prepared_at: datetime = instant()
    #: The notice that brings it online.
    carrier: UUID | None = Field(default=None, foreign_key="notices.id")
    evidence: dict[str, Any] = document()
    ended_at: datetime | None = instant(nullable=True)
    #: Supervision has been told that its time is over.
    escalated: bool = False


class Objection(SQLModel, table=True):
    """What the applicant says against a delivery or a closing, and what they were answered."""

    __tablename__ = "objections"
    __table_args__ = (
        one_of("kind", ObjectionKind),
        CheckConstraint("(answered_at IS NULL) = (answer IS NULL)", name="answer"),
        Index("ix_objections_application_id", "application_id"),
        Index("ix_objections_open", "application_id", postgresql_where=sql("answered_at IS NULL")),
    )

    id: UUID = Field(primary_key=True)
    application_id: int = Field(foreign_key="applications.id", sa_type=BigInteger)
    item: str | None = None
    kind: str
    reason: str = text()
    raised_by: str = text()
    raised_at: datetime = instant()
    answered_at: datetime | None = instant(nullable=True)
    answered_by: str | None = text(nullable=True)
    answer: str | None = text(nullable=True)
