"""The daily report is owed to those who watch over the office and want it: taken, sent, tried again, kept."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from casework import calendars
from casework.letters import unsent
from models import Role
from rules.notifying import ContactChannel, report_of

#: Whom reports are for; the head of a department gets that of the department.
WATCHERS: Final = frozenset({Role.MANAGER, Role.SUPERVISOR, Role.ADMINISTRATOR, Role.HEAD})
# Once for each day that was counted. Whoever asks for reports today is sent the latest one at once.
_OWE: Final = text("""
INSERT INTO report_deliveries (person_id, day, channel, due_at)
SELECT p.id, :day, c.channel, :wall
  FROM notification_preferences f
  JOIN people p ON p.id = f.person_id AND p.active AND p.roles && CAST(:watchers AS text[])
 CROSS JOIN LATERAL (VALUES ('email', f.email), ('webhook', f.webhook)) AS c (channel, address)
 WHERE f.daily_report AND c.address IS NOT NULL AND EXISTS (SELECT FROM board_days b WHERE b.day = :day)
ON CONFLICT DO NOTHING
""")
# What is being sent is not locked, only pushed into the future: it comes back by itself if the sender dies.
_TAKE: Final = text("""
UPDATE report_deliveries d SET due_at = :lease_end, attempts = d.attempts + 1
  FROM (SELECT person_id, day, channel FROM report_deliveries
         WHERE sent_at IS NULL AND parked_at IS NULL AND due_at <= :wall
         ORDER BY due_at LIMIT :limit FOR UPDATE SKIP LOCKED) t
  JOIN people p ON p.id = t.person_id
  LEFT JOIN notification_preferences f ON f.person_id = t.person_id
 WHERE d.person_id = t.person_id AND d.day = t.day AND d.channel = t.channel
RETURNING d.person_id, d.day, d.channel, d.attempts, coalesce(d.held_since, :wall) AS held,
          coalesce(f.language, 'zh') AS language,
          CASE d.channel WHEN 'email' THEN f.email ELSE f.webhook END AS address,
          CASE WHEN p.roles && CAST(:of_city AS text[]) THEN NULL ELSE p.department END AS department
""")
_SENT: Final = text("""
UPDATE report_deliveries SET sent_at = :wall, last_error = NULL
 WHERE person_id = :person AND day = :day AND channel = :channel
""")
_FAILED: Final = text("""
UPDATE report_deliveries SET last_error = :error, held_since = coalesce(held_since, :wall),
       due_at = coalesce(CAST(:again AS timestamptz), due_at), parked_at = :parked
 WHERE person_id = :person AND day = :day AND channel = :channel
""")


@dataclass(frozen=True, slots=True)
class ReportLetter:
    """The report of a day that one person is owed by one channel, free of the database."""

    person: int
    day: date
    channel: ContactChannel
    #: None: the person has taken it back meanwhile.
    address: str | None
    language: str
    #: Whose report it is; None: the city's.
    department: str | None
    attempts: int
    held_since: datetime


async def owe(session: AsyncSession, *, now: datetime, wall: datetime) -> None:
    """Enter who is to be sent the report of the working day before. Safe to repeat; ``wall`` is the real time."""
    if day := report_of(now, await calendars.current(session)):
        await session.execute(_OWE, {"day": day, "wall": wall, "watchers": sorted(WATCHERS)})


async def take(session: AsyncSession, *, limit: int, lease: timedelta, wall: datetime) -> list[ReportLetter]:
    """Take what is due; what is not settled within ``lease`` comes back."""
    given = {"wall": wall, "lease_end": wall + lease, "limit": limit, "of_city": sorted(WATCHERS - {Role.HEAD})}
    return [
        ReportLetter(
            row.person_id,
            row.day,
            ContactChannel(row.channel),
            row.address,
            row.language,
            row.department,
            row.attempts,
            row.held,
        )
        for row in await session.execute(_TAKE, given)
    ]


async def record_sent(session: AsyncSession, letter: ReportLetter, *, wall: datetime) -> None:
    """Record that a report is on its way. Safe to repeat."""
    await session.execute(_SENT, {"wall": wall, **_key(letter)})


async def record_failed(
    session: AsyncSession, letter: ReportLetter, *, error: str, final: bool, wall: datetime
) -> bool:
    """Record that a report was not sent; tell whether it is parked: refused (``final``), or tried for long enough."""
    given = unsent(letter.attempts, letter.held_since, error=error, final=final, wall=wall)
    await session.execute(_FAILED, {**given, **_key(letter)})
    return given["parked"] is not None


def _key(letter: ReportLetter) -> dict[str, object]:
    return {"person": letter.person, "day": letter.day, "channel": letter.channel.value}
