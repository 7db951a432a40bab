"""Refusal filings, corrections of decisions and bars on applying again: what is written once and never changed."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field, SQLModel

from models.base import instant, one_of, text
from rules.filing_review import FilingReview
from rules.reapplication import Misconduct
from rules.vocabulary import DecisionKind


class RefusalFiling(SQLModel, table=True):
    """A negative decision as it was filed (否定备案): who decided, who approved, why, how the applicant was told."""

    __tablename__ = "refusal_filings"
    __table_args__ = (
        one_of("kind", DecisionKind),
        # The same rule as rules.acts.filing.same_person, so that no other way into the table avoids it.
        CheckConstraint(
            "lower(regexp_replace(handler, '[[:space:]]', '', 'g'))"
            " <> lower(regexp_replace(approver, '[[:space:]]', '', 'g'))",
            name="two_people",
        ),
        UniqueConstraint("number", "assignment_id"),
        Index("ix_refusal_filings_application_id", "application_id"),
        Index("ix_refusal_filings_filed_at", "filed_at"),
        Index("ix_refusal_filings_department", "department", "filed_at", "number"),
    )

    number: str = Field(primary_key=True)
    application_id: int = Field(foreign_key="applications.id", sa_type=BigInteger)
    assignment_id: UUID = Field(foreign_key="assignments.id", unique=True)
    #: Of the assignment, so that a department's filings are read from an index.
    department: str = Field(foreign_key="departments.code")
    kind: str
    facts: str = text()
    reason: str = text()
    legal_basis: str = text()
    papers: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    handler: str = text()
    approver: str = text()
    filed_at: datetime = instant()
    notice_id: UUID = Field(foreign_key="notices.id")


class FilingReviewStep(SQLModel, table=True):
    """What was said of a filing afterwards, in order (备案审查)."""

    __tablename__ = "filing_review_steps"
    __table_args__ = (one_of("kind", FilingReview),)

    filing: str = Field(primary_key=True, foreign_key="refusal_filings.number")
    serial: int = Field(primary_key=True)
    kind: str
    by: str = text()
    reason: str | None = text(nullable=True)
    at: datetime = instant()


class DecisionCorrection(SQLModel, table=True):
    """A detail of a decision that was wrong, and what it should have said (更正)."""

    __tablename__ = "decision_corrections"
    __table_args__ = (
        CheckConstraint("detail IN ('document_number', 'reason', 'legal_basis')", name="detail"),
        Index("ix_decision_corrections_assignment_id", "assignment_id"),
    )

    id: int = Field(default=None, sa_column=Column(BigInteger, primary_key=True))
    assignment_id: UUID = Field(foreign_key="decisions.assignment_id")
    detail: str
    before: str | None = text(nullable=True)
    after: str = text()
    reason: str = text()
    handler: str | None = text(nullable=True)
    corrected_at: datetime = instant()
    recorded_at: datetime = instant()
    source: str = text()


class ReapplyBan(SQLModel, table=True):
    """An applicant may not apply for an item again up to and including a day (行政许可法 art. 78, 79)."""

    __tablename__ = "reapply_bans"
    __table_args__ = (
        one_of("misconduct", Misconduct),
        Index("ix_reapply_bans_applicant_id", "applicant_id"),
    )

    id: int = Field(default=None, sa_column=Column(BigInteger, primary_key=True))
    applicant_id: int = Field(foreign_key="applicants.id", sa_type=BigInteger)
    item: str
    misconduct: str
    decided_on: date
    until: date
    document_number: str = text()
    reason: str = text()
    recorded_at: datetime = instant()
    recorded_by: str = text()
