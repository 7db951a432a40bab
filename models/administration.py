"""What is changed about the office itself: who did it, and what one person proposes and another publishes."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Column, Index
from sqlmodel import Field, SQLModel

from models.base import document, instant, one_of, text
from rules.publishing import DraftKind, DraftOutcome


class AdministrativeAct(SQLModel, table=True):
    """Somebody changed something about the office; a trigger refuses UPDATE and DELETE."""

    __tablename__ = "administrative_acts"
    __table_args__ = (Index("ix_administrative_acts_at", "at"),)

    id: int = Field(default=None, sa_column=Column(BigInteger, primary_key=True))
    at: datetime = instant()
    kind: str
    actor: str = text()
    #: What was changed: an account, a department, a draft.
    subject: str = text()
    details: dict[str, Any] = document()
    source: str | None = text(nullable=True)


class Draft(SQLModel, table=True):
    """A catalog or documents about working days that one person has proposed and another decides on."""

    __tablename__ = "drafts"
    __table_args__ = (
        one_of("kind", DraftKind),
        one_of("outcome", DraftOutcome, nullable=True),
        CheckConstraint("outcome IS DISTINCT FROM 'published' OR decided_by <> proposed_by", name="two_persons"),
    )

    id: int = Field(default=None, sa_column=Column(BigInteger, primary_key=True))
    kind: str
    content: dict[str, Any] = document()
    note: str = text("")
    proposed_by: str = Field(foreign_key="people.account")
    proposed_at: datetime = instant()
    outcome: str | None = None
    decided_by: str | None = Field(default=None, foreign_key="people.account")
    decided_at: datetime | None = instant(nullable=True)
    #: The catalog version that it became.
    version: int | None = None
