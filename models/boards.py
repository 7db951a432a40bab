"""What the boards show, counted beforehand: no page counts a table whose rows grow with the years."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Column, Index
from sqlmodel import Field, SQLModel

from models.base import document, instant, one_of
from rules.daily import DailyFigure
from rules.findings import FindingKind


class AssignmentFigure(SQLModel, table=True):
    """What an assignment that has ended counts for; derived from its clock, and written anew if it ends again."""

    __tablename__ = "assignment_figures"
    __table_args__ = (Index("ix_assignment_figures_week", "week"),)

    assignment_id: UUID = Field(primary_key=True, foreign_key="assignments.id")
    #: Monday of the week in which it ended.
    week: date
    department: str
    journey: str
    ended_at: datetime = instant()
    timed: bool
    late: bool
    #: Working days.
    promised: int
    used: int
    applicant: int
    center: int
    stopped: int


class BoardWeek(SQLModel, table=True):
    """The sums of a week's figures; the days are those of assignments with a clock."""

    __tablename__ = "board_weeks"

    week: date = Field(primary_key=True)
    department: str = Field(primary_key=True)
    journey: str = Field(primary_key=True)
    ended: int
    timed: int
    late: int
    promised: int
    used: int
    applicant: int
    center: int
    stopped: int


class BoardStanding(SQLModel, table=True):
    """What is open, as counted last; with an empty department the applications themselves, by their worst light."""

    __tablename__ = "board_standings"

    department: str = Field(primary_key=True)
    journey: str = Field(primary_key=True)
    open: int
    due_today: int
    yellow: int
    red: int
    black: int


class BoardDay(SQLModel, table=True):
    """A number of the daily report (日报); with an empty department of applications."""

    __tablename__ = "board_days"
    __table_args__ = (one_of("figure", DailyFigure),)

    day: date = Field(primary_key=True)
    department: str = Field(primary_key=True)
    figure: str = Field(primary_key=True)
    number: int


class BoardRating(SQLModel, table=True):
    """How often each grade was given and counts; an empty department is the rating of an application as a whole."""

    __tablename__ = "board_ratings"

    department: str = Field(primary_key=True)
    grade: str = Field(primary_key=True)
    number: int


class BoardRefresh(SQLModel, table=True):
    """When the boards were last counted, in office time; one row."""

    __tablename__ = "board_refreshes"
    __table_args__ = (CheckConstraint("id = 1", name="one"),)

    id: int = Field(primary_key=True)
    at: datetime = instant()
    #: What ended until then has its figures.
    counted_until: datetime | None = instant(nullable=True)
    findings_at: datetime | None = instant(nullable=True)


class KeptFinding(SQLModel, table=True):
    """A finding as it was found, once for each of what it is about."""

    __tablename__ = "kept_findings"
    __table_args__ = (
        one_of("kind", FindingKind),
        Index("uq_kept_findings_matter", "application_id", "kind", "item", "at", unique=True),
        Index("ix_kept_findings_at", "at", "id"),
        Index("ix_kept_findings_kind", "kind", "at", "id"),
    )

    id: int = Field(default=None, sa_column=Column(BigInteger, primary_key=True))
    application_id: int = Field(foreign_key="applications.id", sa_type=BigInteger)
    kind: str
    #: Empty where it is about no single item.
    item: str
    at: datetime = instant()
    evidence: dict[str, object] = document()
