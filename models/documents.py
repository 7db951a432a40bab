"""Issued documents (文书): what each says, fixed when it was issued."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger
from sqlmodel import Field, SQLModel

from models.base import document, instant, one_of, text
from rules.documents.kinds import DocumentKind


class IssuedDocument(SQLModel, table=True):
    """A numbered document; its PDF is printed from ``content`` whenever asked for. A trigger refuses changes."""

    __tablename__ = "issued_documents"
    __table_args__ = (one_of("kind", DocumentKind),)

    id: UUID = Field(primary_key=True)
    application_id: int = Field(foreign_key="applications.id", index=True, sa_type=BigInteger)
    assignment_id: UUID | None = Field(default=None, foreign_key="assignments.id")
    kind: str
    #: Code of the approval item; None when the whole application is meant. Serials count by kind and item.
    item: str | None = None
    number: str = Field(unique=True)
    title: str = text()
    content: dict[str, Any] = document()
    template_version: str
    issued_at: datetime = instant()
    #: Fingerprint of the content (canonical JSON), as the step record of the issue carries it.
    sha256: str
    check_code: str = Field(unique=True)
