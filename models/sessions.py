"""Who is signed in to the pages, which applicants look at their application, and who tried and failed."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Column, Index
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
    #: Of a provider (OIDC), which is told by it whose session to end; opens nothing here.
    id_token: str | None = text(nullable=True)


class TrackingVisit(SQLModel, table=True):
    """An applicant's browser: for number and code it opens that application, for an identity all of the applicant's."""

    __tablename__ = "tracking_visits"
    __table_args__ = (
        CheckConstraint("(application_id IS NULL) = (code_sha256 IS NULL)", name="code"),
        CheckConstraint("(application_id IS NULL) <> (applicant_id IS NULL)", name="one"),
    )

    token_sha256: str = Field(primary_key=True)
    application_id: int | None = Field(default=None, foreign_key="applications.id", index=True, sa_type=BigInteger)
    #: Of the code that was typed: when the application gets another one, the visit is over.
    code_sha256: str | None = None
    #: Who a provider (OIDC) has said it is, and what it said.
    applicant_id: int | None = Field(default=None, foreign_key="applicants.id", sa_type=BigInteger)
    id_token: str | None = text(nullable=True)
    form_token: str
    began_at: datetime = instant()
    seen_at: datetime = instant()


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
