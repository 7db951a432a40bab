"""Who is signed in to the pages, and who tried to and failed."""

from datetime import datetime

from sqlalchemy import BigInteger, Column, Index
from sqlmodel import Field, SQLModel

from models.base import instant, text


class PortalSession(SQLModel, table=True):
    """A browser that a person has signed in with; only the digest of its cookie is stored."""

    __tablename__ = "portal_sessions"

    token_sha256: str = Field(primary_key=True)
    person_id: int = Field(foreign_key="people.id", index=True)
    #: Repeated by every form of the session's pages, so that no foreign page can send one (CSRF).
    form_token: str
    began_at: datetime = instant()
    seen_at: datetime = instant()
    source: str | None = text(nullable=True)


class SignInFailure(SQLModel, table=True):
    """An attempt to sign in that failed; whether an account or an address has to wait is computed from these."""

    __tablename__ = "sign_in_failures"
    __table_args__ = (
        Index("ix_sign_in_failures_account", "account", "at"),
        Index("ix_sign_in_failures_source", "source", "at"),
    )

    id: int = Field(default=None, sa_column=Column(BigInteger, primary_key=True))
    #: As it was typed, whether or not there is such an account.
    account: str = text()
    source: str | None = text(nullable=True)
    at: datetime = instant()
