"""A year of the city's calendar: its working days, and the documents they rest on."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from casework import calendars
from rules.workdays import Calendar, Notice

_DOCUMENTS = text("""
SELECT document_number, year, loaded_by, approved_by, loaded_at FROM calendar_notices n
 WHERE EXISTS (SELECT FROM calendar_days d WHERE d.notice_id = n.id AND d.day BETWEEN :first AND :last) ORDER BY id
""")
_REASONS = text("""
SELECT d.day, d.reason, n.document_number FROM calendar_days d JOIN calendar_notices n ON n.id = d.notice_id
 WHERE d.day BETWEEN :first AND :last ORDER BY n.year IS NULL, n.id
""")


@dataclass(frozen=True, slots=True)
class CalendarDocumentLine:
    """A document about working days, loaded by one person and approved by another."""

    document_number: str
    #: None for a local decision.
    year: int | None
    loaded_by: str
    approved_by: str
    loaded_at: datetime


@dataclass(frozen=True, slots=True)
class ExceptionalDay:
    """A weekday that is not worked, or a weekend day that is; ``document_number`` says by what."""

    day: date
    works: bool
    reason: str
    document_number: str


@dataclass(frozen=True, slots=True)
class CalendarYear:
    """One year; ``provisional`` while the State Council's notice for it is not known."""

    year: int
    provisional: bool
    working_days: int
    #: From January to December.
    by_month: tuple[int, ...]
    exceptions: tuple[ExceptionalDay, ...]
    documents: tuple[CalendarDocumentLine, ...]


async def calendar_year(session: AsyncSession, year: int) -> CalendarYear:
    """Show a year of the city's calendar as it is known now."""
    calendar = await calendars.current(session)
    span = {"first": date(year, 1, 1), "last": date(year, 12, 31)}
    reasons = {row.day: (row.reason, row.document_number) for row in await session.execute(_REASONS, span)}
    documents = tuple(CalendarDocumentLine(*row) for row in await session.execute(_DOCUMENTS, span))
    months = [date(year, month, 1) for month in range(1, 13)] + [date(year + 1, 1, 1)]
    before = [month - timedelta(days=1) for month in months]
    by_month = tuple(calendar.count_working_days(after, until) for after, until in pairwise(before))
    notice = next((notice for notice in calendar.notices if notice.year == year), None)
    return CalendarYear(
        year=year,
        provisional=notice is None,
        working_days=sum(by_month),
        by_month=by_month,
        exceptions=tuple(_exceptions(calendar, notice, span["first"], span["last"], reasons)),
        documents=documents,
    )


def _exceptions(
    calendar: Calendar, notice: Notice | None, first: date, last: date, reasons: dict[date, tuple[str, str]]
) -> list[ExceptionalDay]:
    found = []
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        day = date.fromordinal(ordinal)
        works = calendar.is_working_day(day)
        if works == (day.weekday() < 5):
            continue
        unnamed = "法定节假日（暂定）" if notice is None else "调休上班" if works else "放假"
        reason, document = reasons.get(day, (unnamed, notice.source if notice else ""))
        found.append(ExceptionalDay(day, works, reason, document))
    return found
