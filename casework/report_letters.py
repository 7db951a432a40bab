"""The daily report is owed to those who watch over the office and want it, once for each day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from casework import calendars
from casework.letters import Letter
from models import Role
from rules.notifying import ContactChannel, report_of

#: Whom reports are for; the head of a department gets that of the department.
WATCHERS: Final = frozenset({Role.MANAGER, Role.SUPERVISOR, Role.ADMINISTRATOR, Role.HEAD})
# Once for each day that was counted. Whoever asks for reports today is sent the latest one at once.
_OWE: Final = text("""
INSERT INTO letters (person_id, report_day, channel, due_at)
SELECT p.id, :day, c.channel, :wall
  FROM notification_preferences f
  JOIN people p ON p.id = f.person_id AND p.active AND p.roles && CAST(:watchers AS text[])
 CROSS JOIN LATERAL (VALUES ('email', f.email), ('webhook', f.webhook)) AS c (channel, address)
 WHERE f.daily_report AND c.address IS NOT NULL AND EXISTS (SELECT FROM board_days b WHERE b.day = :day)
ON CONFLICT DO NOTHING
""")
_LOAD: Final = text("""
SELECT l.id, l.report_day, l.channel, l.attempts, coalesce(l.held_since, :wall) AS held,
       coalesce(f.language, 'zh') AS language, CASE l.channel WHEN 'email' THEN f.email ELSE f.webhook END AS address,
       CASE WHEN p.roles && CAST(:of_city AS text[]) THEN NULL ELSE p.department END AS department
  FROM letters l
  JOIN people p ON p.id = l.person_id
  LEFT JOIN notification_preferences f ON f.person_id = l.person_id
 WHERE l.id = ANY(:taken) AND l.report_day IS NOT NULL
 ORDER BY l.id
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportLetter(Letter):
    """The report of a day that one person is owed by one channel."""

    day: date
    #: Whose report it is; None: the city's.
    department: str | None


async def owe(session: AsyncSession, *, now: datetime, wall: datetime) -> None:
    """Enter who is to be sent the report of the working day before. Safe to repeat; ``wall`` is the real time."""
    if day := report_of(now, await calendars.current(session)):
        await session.execute(_OWE, {"day": day, "wall": wall, "watchers": sorted(WATCHERS)})


async def load(session: AsyncSession, taken: Sequence[int], *, wall: datetime) -> list[ReportLetter]:
    """Make letters with reports of what was taken."""
    given = {"taken": list(taken), "wall": wall, "of_city": sorted(WATCHERS - {Role.HEAD})}
    return [
        ReportLetter(
            owed=(row.id,),
            channel=ContactChannel(row.channel),
            address=row.address,
            language=row.language,
            attempts=row.attempts,
            held_since=row.held,
            day=row.report_day,
            department=row.department,
        )
        for row in await session.execute(_LOAD, given)
    ]
