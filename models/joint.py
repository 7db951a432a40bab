"""Joint handling: opinions of other departments on an item, and sessions that departments hold together."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Column, Index, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field, SQLModel

from models.base import document, instant, one_of, text
from rules.vocabulary import DepartmentAct, OpinionAnswer, OpinionStatus, SessionKind, SessionStatus


class Opinion(SQLModel, table=True):
    """What a department is asked to say, and says, of another department's item (征求意见)."""

    __tablename__ = "opinions"
    __table_args__ = (
        one_of("status", OpinionStatus),
        one_of("answer", OpinionAnswer, nullable=True),
        UniqueConstraint("assignment_id", "department"),
        Index("ix_opinions_application_id", "application_id"),
        Index("ix_opinions_department_status", "department", "status"),
    )

    id: UUID = Field(primary_key=True)
    application_id: int = Field(foreign_key="applications.id", sa_type=BigInteger)
    assignment_id: UUID = Field(foreign_key="assignments.id")
    item: str
    department: str = Field(foreign_key="departments.code")
    status: str
    answer: str | None = None
    reason: str | None = text(nullable=True)
    conditions: str | None = text(nullable=True)
    document_number: str | None = text(nullable=True)
    handler: str | None = text(nullable=True)
    #: Working days to answer, from the day the question arrived.
    days: int
    asked_at: datetime = instant()
    received_at: datetime | None = instant(nullable=True)
    answered_at: datetime | None = instant(nullable=True)
    lapsed_at: datetime | None = instant(nullable=True)
    warned: bool = False
    #: Silence counted as consent, by the published document ``basis``.
    deemed: bool = False
    basis: str | None = text(nullable=True)


class OpinionEvent(SQLModel, table=True):
    """An event a department reported of an opinion, with the answer it got: a duplicate is answered as the first."""

    __tablename__ = "opinion_events"
    __table_args__ = (one_of("kind", DepartmentAct),)

    opinion_id: UUID = Field(primary_key=True, foreign_key="opinions.id")
    event_id: str = Field(primary_key=True)
    kind: str
    digest: str
    occurred_at: datetime = instant()
    recorded_at: datetime = instant()
    answer: dict[str, Any] = document()


class JointSession(SQLModel, table=True):
    """One visit or one meeting of several departments on one application (联合踏勘、联合审查)."""

    __tablename__ = "joint_sessions"
    __table_args__ = (
        one_of("kind", SessionKind),
        one_of("status", SessionStatus),
        UniqueConstraint("application_id", "serial"),
    )

    id: UUID = Field(primary_key=True)
    application_id: int = Field(foreign_key="applications.id", sa_type=BigInteger)
    serial: int
    kind: str
    status: str
    stage: str
    lead: str = Field(foreign_key="departments.code")
    items: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    departments: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    #: Items whose clock stands still from the summons to the end of the visit.
    held_items: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    place: str = text("")
    agenda: str = text("")
    scheduled_at: datetime = instant()
    planned_at: datetime = instant()
    held_at: datetime | None = instant(nullable=True)
    cancelled_at: datetime | None = instant(nullable=True)
    #: Officers present, by department.
    attendance: dict[str, Any] = document()
    minutes: str = text("")
    #: What each department present concluded.
    conclusions: dict[str, Any] = document()
    reason: str | None = text(nullable=True)
