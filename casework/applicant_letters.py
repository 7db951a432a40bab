"""Write to applicants that there is news: by e-mail or text message, where they want it; the notice stays in its place.

A letter serves no notice and delivers nothing: it says that a notice is there and how to look it up.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from casework.letters import Letter
from rules.notifying import ContactChannel

#: Real time from a notice to its letter, so that what is told within it goes in one.
_TOGETHER: Final = timedelta(minutes=2)
_ADDRESS: Final = text("""
SELECT d.email, d.mobile, d.language FROM applicant_addresses d JOIN applications a ON a.id = d.application_id
 WHERE a.number = :number
""")
_FORGET: Final = text("""
DELETE FROM applicant_addresses d USING applications a WHERE a.id = d.application_id AND a.number = :number
""")
_CHOOSE: Final = text("""
INSERT INTO applicant_addresses (application_id, email, mobile, language, told_at)
SELECT id, :email, :mobile, :language, :wall FROM applications WHERE number = :number
ON CONFLICT (application_id) DO UPDATE SET email = excluded.email, mobile = excluded.mobile,
       language = excluded.language, told_at = excluded.told_at
""")
_OWE: Final = text("""
INSERT INTO letters (notice_id, channel, due_at)
SELECT n.id, c.channel, :due
  FROM notices n JOIN applicant_addresses d ON d.application_id = n.application_id,
       LATERAL (VALUES ('email', d.email), ('sms', d.mobile)) AS c (channel, address)
 WHERE n.id = ANY(:notices) AND n.sent_at IS NOT NULL AND c.address IS NOT NULL
ON CONFLICT DO NOTHING
""")
_LOAD: Final = text("""
SELECT l.id, l.channel, l.attempts, coalesce(l.held_since, :wall) AS held, n.title, a.number, p.name AS project,
       CASE l.channel WHEN 'email' THEN d.email ELSE d.mobile END AS address, coalesce(d.language, 'zh') AS language
  FROM letters l
  JOIN notices n ON n.id = l.notice_id
  JOIN applications a ON a.id = n.application_id
  JOIN projects p ON p.id = a.project_id
  LEFT JOIN applicant_addresses d ON d.application_id = a.id
 WHERE l.id = ANY(:taken)
 ORDER BY a.number, l.channel, n.sent_at, n.created_at, n.id
""")
_PARKED: Final = text("""
SELECT a.number, p.name AS project, l.channel, count(*) AS letters, min(l.parked_at) AS since,
       (array_agg(l.last_error ORDER BY l.parked_at DESC))[1] AS last_error
  FROM letters l
  JOIN notices n ON n.id = l.notice_id
  JOIN applications a ON a.id = n.application_id
  JOIN projects p ON p.id = a.project_id
 WHERE l.parked_at IS NOT NULL GROUP BY a.id, p.id, l.channel ORDER BY since, a.id LIMIT :limit
""")
_AGAIN: Final = text("""
UPDATE letters l SET parked_at = NULL, held_since = NULL, due_at = :wall
  FROM notices n JOIN applications a ON a.id = n.application_id
 WHERE n.id = l.notice_id AND l.parked_at IS NOT NULL AND a.number = :number
""")


@dataclass(frozen=True, slots=True)
class Address:
    """Where an applicant is written to; None: not by this channel."""

    email: str | None = None
    mobile: str | None = None
    language: str = "zh"


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicantLetter(Letter):
    """All notices of an application that one channel is to tell its applicant of now."""

    number: str
    project: str
    titles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ParkedApplicantLetters:
    """What could not be written to the applicant of an application by a channel."""

    number: str
    project: str
    channel: ContactChannel
    letters: int
    since: datetime
    last_error: str


async def address_of(session: AsyncSession, number: str) -> Address:
    """Return where the applicant of an application is written to."""
    row = (await session.execute(_ADDRESS, {"number": number})).one_or_none()
    return Address() if row is None else Address(*row)


async def choose(session: AsyncSession, number: str, address: Address, *, wall: datetime) -> None:
    """Write to an applicant there from now on, and nowhere else; to an empty address not at all."""
    if address.email is None and address.mobile is None:
        await session.execute(_FORGET, {"number": number})
        return
    given = {"email": address.email, "mobile": address.mobile, "language": address.language}
    await session.execute(_CHOOSE, {"number": number, "wall": wall, **given})


async def owe(session: AsyncSession, notices: Sequence[UUID], *, wall: datetime) -> None:
    """Enter that the applicant is to be written of published notices. Safe to repeat."""
    await session.execute(_OWE, {"notices": list(notices), "due": wall + _TOGETHER})


async def load(session: AsyncSession, taken: Sequence[int], *, wall: datetime) -> list[ApplicantLetter]:
    """Make letters to applicants of what was taken, one for each application and channel."""
    loaded = (await session.execute(_LOAD, {"taken": list(taken), "wall": wall})).all()
    letters = []
    for (number, channel), group in groupby(loaded, key=lambda row: (row.number, row.channel)):
        owed = list(group)
        letters.append(
            ApplicantLetter(
                owed=tuple(row.id for row in owed),
                channel=ContactChannel(channel),
                address=owed[0].address,
                language=owed[0].language,
                attempts=max(row.attempts for row in owed),
                held_since=min(row.held for row in owed),
                number=number,
                project=owed[0].project,
                titles=tuple(row.title for row in owed),
            )
        )
    return letters


async def parked(session: AsyncSession, *, limit: int) -> list[ParkedApplicantLetters]:
    """List whose applicants could not be written to, the longest first."""
    return [
        ParkedApplicantLetters(**{**row, "channel": ContactChannel(row["channel"])})
        for row in (await session.execute(_PARKED, {"limit": limit})).mappings()
    ]


async def send_again(session: AsyncSession, number: str, *, wall: datetime) -> None:
    """Let what was parked for the applicant of an application be tried again. Safe to repeat."""
    await session.execute(_AGAIN, {"number": number, "wall": wall})
