"""What has been published about working days beyond what is built in; rows here are never changed."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, Column, Date
from sqlmodel import Field, SQLModel

from models.base import instant, text


class CalendarNotice(SQLModel, table=True):
    """A document about working days: the State Council's notice for a year, or a local decision (日历文件)."""

    __tablename__ = "calendar_notices"
    __table_args__ = (CheckConstraint("approved_by <> loaded_by", name="two_persons"),)

    id: int = Field(default=None, sa_column=Column(BigInteger, primary_key=True))
    document_number: str = Field(unique=True)
    #: The year a notice of the State Council is about; None for a local decision.
    year: int | None = None
    loaded_by: str = Field(foreign_key="people.account")
    #: Somebody else than who loaded it.
    approved_by: str = Field(foreign_key="people.account")
    loaded_at: datetime = instant()
    #: Names the content of the calendar with this document and all before it.
    digest: str = text()


class CalendarDay(SQLModel, table=True):
    """A day whose kind a document decides."""

    __tablename__ = "calendar_days"

    notice_id: int = Field(primary_key=True, foreign_key="calendar_notices.id", sa_type=BigInteger)
    day: date = Field(sa_column=Column(Date, primary_key=True))
    works: bool
    reason: str = text()
