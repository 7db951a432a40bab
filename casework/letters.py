"""What is owed to people by e-mail or webhook: taken, sent, tried again, and kept when it cannot be sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from casework.messages import PARK_AFTER
from rules.notifying import ContactChannel, Topic
from rules.retrying import next_attempt

# What is being sent is not locked, only pushed into the future: it comes back by itself if the sender dies.
_TAKE: Final = text("""
UPDATE notification_deliveries d SET due_at = :lease_end, attempts = attempts + 1
  FROM (SELECT notification_id, channel FROM notification_deliveries
         WHERE sent_at IS NULL AND parked_at IS NULL AND due_at <= :wall
         ORDER BY due_at LIMIT :limit FOR UPDATE SKIP LOCKED) t
 WHERE d.notification_id = t.notification_id AND d.channel = t.channel
RETURNING d.notification_id, d.channel
""")
_LOAD: Final = text("""
SELECT d.notification_id, d.channel, n.person_id, n.topic, n.created_at, d.attempts,
       coalesce(d.held_since, :wall) AS held,
       coalesce(f.language, 'zh') AS language, CASE d.channel WHEN 'email' THEN f.email ELSE f.webhook END AS address,
       a.number, p.name AS project, r.item, r.reason
  FROM notification_deliveries d
  JOIN notifications n ON n.id = d.notification_id
  JOIN applications a ON a.id = n.application_id
  JOIN projects p ON p.id = a.project_id
  JOIN step_records r ON r.application_id = n.application_id AND r.serial = n.serial
  LEFT JOIN notification_preferences f ON f.person_id = n.person_id
 WHERE (d.notification_id, d.channel) IN (SELECT * FROM unnest(CAST(:ids AS bigint[]), CAST(:channels AS text[])))
 ORDER BY n.person_id, d.channel, n.id
""")
_SENT: Final = text("""
UPDATE notification_deliveries SET sent_at = :wall, last_error = NULL
 WHERE channel = :channel AND notification_id = ANY(:ids)
""")
_FAILED: Final = text("""
UPDATE notification_deliveries SET last_error = :error, held_since = coalesce(held_since, :wall),
       due_at = coalesce(CAST(:again AS timestamptz), due_at), parked_at = :parked
 WHERE channel = :channel AND notification_id = ANY(:ids)
""")
_AGAIN: Final = text("""
UPDATE notification_deliveries d SET parked_at = NULL, held_since = NULL, due_at = :wall
  FROM notifications n
 WHERE n.id = d.notification_id AND d.parked_at IS NOT NULL AND d.channel = :channel AND n.person_id = :person
""")
_REPORTS_AGAIN: Final = text("""
UPDATE report_deliveries SET parked_at = NULL, held_since = NULL, due_at = :wall
 WHERE parked_at IS NOT NULL AND channel = :channel AND person_id = :person
""")
_PARKED: Final = text("""
SELECT p.id AS person, p.account, p.name, d.channel, count(*) AS letters, min(d.parked_at) AS since,
       (array_agg(d.last_error ORDER BY d.parked_at DESC))[1] AS last_error
  FROM (SELECT n.person_id, d.channel, d.parked_at, d.last_error
          FROM notification_deliveries d JOIN notifications n ON n.id = d.notification_id WHERE d.parked_at IS NOT NULL
        UNION ALL SELECT person_id, channel, parked_at, last_error FROM report_deliveries WHERE parked_at IS NOT NULL) d
  JOIN people p ON p.id = d.person_id
 GROUP BY p.id, d.channel ORDER BY since
""")


@dataclass(frozen=True, slots=True)
class News:
    """One thing that a letter tells."""

    notification: int
    topic: Topic
    at: datetime
    number: str
    project: str
    item: str | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class Letter:
    """Everything that one person is owed by one channel now, free of the database."""

    channel: ContactChannel
    #: None: the person has taken it back meanwhile.
    address: str | None
    language: str
    news: tuple[News, ...]
    attempts: int
    held_since: datetime


@dataclass(frozen=True, slots=True)
class ParkedLetters:
    """What could not be written to a person by a channel."""

    person: int
    account: str
    name: str
    channel: ContactChannel
    letters: int
    since: datetime
    last_error: str


async def take(session: AsyncSession, *, limit: int, lease: timedelta, wall: datetime) -> list[Letter]:
    """Take what is due, one letter for each person and channel; what is not settled within ``lease`` comes back."""
    rows = (await session.execute(_TAKE, {"wall": wall, "lease_end": wall + lease, "limit": limit})).all()
    keys = {"ids": [row.notification_id for row in rows], "channels": [row.channel for row in rows]}
    loaded = (await session.execute(_LOAD, {**keys, "wall": wall})).all() if rows else []
    letters = []
    for (_, channel), group in groupby(loaded, key=lambda row: (row.person_id, row.channel)):
        owed = list(group)
        news = tuple(
            News(row.notification_id, Topic(row.topic), row.created_at, row.number, row.project, row.item, row.reason)
            for row in owed
        )
        attempts, held = max(row.attempts for row in owed), min(row.held for row in owed)
        letters.append(Letter(ContactChannel(channel), owed[0].address, owed[0].language, news, attempts, held))
    return letters


async def record_sent(session: AsyncSession, letter: Letter, *, wall: datetime) -> None:
    """Record that a letter is on its way. Safe to repeat."""
    await session.execute(_SENT, {"wall": wall, "channel": letter.channel.value, "ids": _ids(letter.news)})


async def record_failed(session: AsyncSession, letter: Letter, *, error: str, final: bool, wall: datetime) -> bool:
    """Record that a letter was not sent; tell whether it is parked: refused (``final``), or tried for long enough."""
    given = unsent(letter.attempts, letter.held_since, error=error, final=final, wall=wall)
    await session.execute(_FAILED, {**given, "channel": letter.channel.value, "ids": _ids(letter.news)})
    return given["parked"] is not None


def unsent(attempts: int, since: datetime, *, error: str, final: bool, wall: datetime) -> dict[str, Any]:
    """Say what is kept of a letter of any kind that was not sent: when it is tried again, or that it is parked."""
    again = None if final else next_attempt(attempts - 1, since, wall, at_most=PARK_AFTER)
    return {"error": error, "again": again, "parked": wall if again is None else None, "wall": wall}


async def parked(session: AsyncSession) -> list[ParkedLetters]:
    """List what could not be written to whom, daily reports included, the longest first."""
    return [
        ParkedLetters(**{**row, "channel": ContactChannel(row["channel"])})
        for row in (await session.execute(_PARKED)).mappings()
    ]


async def send_again(session: AsyncSession, person: int, channel: ContactChannel, *, wall: datetime) -> None:
    """Let what was parked for a person be tried again. Safe to repeat."""
    for statement in (_AGAIN, _REPORTS_AGAIN):
        await session.execute(statement, {"person": person, "channel": channel.value, "wall": wall})


def _ids(news: Sequence[News]) -> list[int]:
    return [each.notification for each in news]
