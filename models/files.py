"""Files by content: materials the applicant brought, results the departments made, and who fetched them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Column, Index
from sqlmodel import Field, SQLModel

from kit.scanning import Finding
from models.base import instant, one_of, text


class StoredFile(SQLModel, table=True):
    """A content that is kept, once however often it was brought; the bytes are in the store."""

    __tablename__ = "stored_files"
    __table_args__ = (one_of("finding", Finding),)

    sha256: str = Field(primary_key=True)
    size: int = Field(sa_type=BigInteger)
    media_type: str
    finding: str
    stored_at: datetime = instant()


class MaterialFile(SQLModel, table=True):
    """The content of one version of a material."""

    __tablename__ = "material_files"

    application_id: int = Field(primary_key=True, foreign_key="applications.id", sa_type=BigInteger)
    material: str = Field(primary_key=True)
    version: int = Field(primary_key=True)
    sha256: str = Field(foreign_key="stored_files.sha256", index=True)
    #: As whoever brought it called it.
    file_name: str = text()
    brought_by: str = text()
    brought_at: datetime = instant()


class ResultFile(SQLModel, table=True):
    """A document that a department made of its decision."""

    __tablename__ = "result_files"

    assignment_id: UUID = Field(primary_key=True, foreign_key="assignments.id")
    sha256: str = Field(primary_key=True, foreign_key="stored_files.sha256")
    department: str
    file_name: str = text()
    received_at: datetime = instant()
    #: The decision that it belongs to has been reported.
    decided: bool = False


class FileAccess(SQLModel, table=True):
    """Somebody has fetched a file."""

    __tablename__ = "file_accesses"
    __table_args__ = (Index("ix_file_accesses_sha256", "sha256"),)

    id: int = Field(default=None, sa_column=Column(BigInteger, primary_key=True))
    sha256: str = Field(foreign_key="stored_files.sha256")
    assignment_id: UUID | None = Field(default=None, foreign_key="assignments.id", index=True)
    #: A person's account, or ``department/`` and its code.
    actor: str
    source: str | None = text(nullable=True)
    at: datetime = instant()
