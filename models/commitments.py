"""Commitments of applicants (容缺受理, 告知承诺), and the record of those that were not kept."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Column, Index, Text
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field, SQLModel

from models.base import document, instant, one_of, text
from rules.vocabulary import BreachKind, CommitmentKind, CommitmentStatus


class Commitment(SQLModel, table=True):
    """A letter an applicant has signed: which materials, in what form, by when, and what follows if not."""

    __tablename__ = "commitments"
    __table_args__ = (
        one_of("kind", CommitmentKind),
        one_of("status", CommitmentStatus),
        Index("ix_commitments_application_id", "application_id"),
    )

    id: UUID = Field(primary_key=True)
    application_id: int = Field(foreign_key="applications.id", sa_type=BigInteger)
    item: str
    kind: str
    status: str
    materials: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    form: str = text()
    own_date: date | None = None
    #: The last day of what is awaited now; None before it runs.
    due_on: date | None = None
    reminded_at: datetime | None = instant(nullable=True)
    supplied_at: datetime | None = instant(nullable=True)
    orders: int = 0
    signer: str = text()
    signed_at: datetime = instant()
    #: SHA-256 of ``letter``, the canonical JSON of what was signed.
    signature: str
    text_version: str
    credit_check: dict[str, Any] = document()
    letter: dict[str, Any] = document()
    ended_at: datetime | None = instant(nullable=True)
    #: Number of the letter as an issued document.
    document: str


class CreditRecord(SQLModel, table=True):
    """A commitment that was not kept; it bars its applicant for a while, until it is repaired."""

    __tablename__ = "credit_records"
    __table_args__ = (
        one_of("kind", BreachKind),
        Index("ix_credit_records_standing", "applicant_id", postgresql_where=sql("repaired_at IS NULL")),
    )

    id: int = Field(default=None, sa_column=Column(BigInteger, primary_key=True))
    applicant_id: int = Field(foreign_key="applicants.id", sa_type=BigInteger)
    application_id: int = Field(foreign_key="applications.id", sa_type=BigInteger)
    #: One breach ends a commitment, so there is one record of it at most.
    commitment_id: UUID = Field(foreign_key="commitments.id", unique=True)
    item: str
    kind: str
    at: datetime = instant()
    repaired_at: datetime | None = instant(nullable=True)
    repaired_by: str | None = text(nullable=True)
    repair_reason: str | None = text(nullable=True)
