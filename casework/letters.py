"""Letters that are owed, of whatever kind: taken, sent, tried again, and kept when they cannot be sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from casework.messages import PARK_AFTER
from rules.notifying import ContactChannel
from rules.retrying import next_attempt

# What is being sent is not locked, only pushed into the future: it comes back by itself if the sender dies.
_TAKE: Final = text("""
UPDATE letters l SET due_at = :lease_end, attempts = attempts + 1
  FROM (SELECT id FROM letters WHERE sent_at IS NULL AND parked_at IS NULL AND due_at <= :wall
         ORDER BY due_at LIMIT :limit FOR UPDATE SKIP LOCKED) t
 WHERE l.id = t.id
RETURNING l.id
""")
_SENT: Final = text("UPDATE letters SET sent_at = :wall, last_error = NULL WHERE id = ANY(:owed)")
_FAILED: Final = text("""
UPDATE letters SET last_error = :error, held_since = coalesce(held_since, :wall),
       due_at = coalesce(CAST(:again AS timestamptz), due_at), parked_at = :parked
 WHERE id = ANY(:owed)
""")
_PARKED: Final = text("""
SELECT p.id AS person, p.account, p.name, l.channel, count(*) AS letters, min(l.parked_at) AS since,
       (array_agg(l.last_error ORDER BY l.parked_at DESC))[1] AS last_error
  FROM letters l JOIN people p ON p.id = l.person_id
 WHERE l.parked_at IS NOT NULL
 GROUP BY p.id, l.channel ORDER BY since
""")
_AGAIN: Final = text("""
UPDATE letters SET parked_at = NULL, held_since = NULL, due_at = :wall
 WHERE parked_at IS NOT NULL AND channel = :channel AND person_id = :person
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What one reader is owed by one channel now, free of the database; each kind says more."""

    #: The rows that it answers.
    owed: tuple[int, ...]
    channel: ContactChannel
    #: None: the reader has taken it back meanwhile.
    address: str | None
    language: str
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


async def take(session: AsyncSession, *, limit: int, lease: timedelta, wall: datetime) -> Sequence[int]:
    """Take what is due, to be loaded by each kind; what is not settled within ``lease`` comes back."""
    given = {"wall": wall, "lease_end": wall + lease, "limit": limit}
    return (await session.scalars(_TAKE, given)).all()


async def record_sent(session: AsyncSession, letter: Letter, *, wall: datetime) -> None:
    """Record that a letter is on its way. Safe to repeat."""
    await session.execute(_SENT, {"wall": wall, "owed": list(letter.owed)})


async def record_failed(session: AsyncSession, letter: Letter, *, error: str, final: bool, wall: datetime) -> bool:
    """Record that a letter was not sent; tell whether it is parked: refused (``final``), or tried for long enough."""
    again = None if final else next_attempt(letter.attempts - 1, letter.held_since, wall, at_most=PARK_AFTER)
    kept = {"error": error, "again": again, "parked": wall if again is None else None, "wall": wall}
    await session.execute(_FAILED, {**kept, "owed": list(letter.owed)})
    return again is None


async def parked(session: AsyncSession) -> list[ParkedLetters]:
    """List what could not be written to whom of the office, the longest first."""
    return [
        ParkedLetters(**{**row, "channel": ContactChannel(row["channel"])})
        for row in (await session.execute(_PARKED)).mappings()
    ]


async def send_again(session: AsyncSession, person: int, channel: ContactChannel, *, wall: datetime) -> None:
    """Let what was parked for a person be tried again. Safe to repeat."""
    await session.execute(_AGAIN, {"person": person, "channel": channel.value, "wall": wall})
