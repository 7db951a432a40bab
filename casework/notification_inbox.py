"""A person's own notifications in the portal, and how they want to be written to besides."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from rules.notifying import Digest, Topic

_LIST: Final = text("""
SELECT n.id, n.topic, n.created_at, n.read_at, a.number, p.name AS project, r.item, r.department, r.reason,
       r.assignment_id AS assignment
  FROM notifications n
  JOIN people me ON me.id = n.person_id
  JOIN applications a ON a.id = n.application_id
  JOIN projects p ON p.id = a.project_id
  JOIN step_records r ON r.application_id = n.application_id AND r.serial = n.serial
 WHERE me.account = :account AND n.id < :before AND (:all OR n.read_at IS NULL)
 ORDER BY n.id DESC LIMIT :limit
""")
_READ: Final = text("""
UPDATE notifications SET read_at = :now
 WHERE person_id = (SELECT id FROM people WHERE account = :account) AND read_at IS NULL AND id <= :upto
""")
_PREFERENCE: Final = text("""
SELECT f.language, f.digest, f.email, f.webhook, f.daily_report
  FROM notification_preferences f JOIN people p ON p.id = f.person_id
 WHERE p.account = :account
""")
_PREFER: Final = text("""
INSERT INTO notification_preferences (person_id, language, digest, email, webhook, daily_report)
SELECT id, :language, :digest, :email, :webhook, :daily_report FROM people WHERE account = :account
ON CONFLICT (person_id) DO UPDATE SET language = excluded.language, digest = excluded.digest, email = excluded.email,
       webhook = excluded.webhook, daily_report = excluded.daily_report
""")
_NEWEST: Final = 2**62


@dataclass(frozen=True, slots=True)
class NotificationLine:
    """A notification as its person sees it."""

    id: int
    topic: Topic
    created_at: datetime
    read_at: datetime | None
    number: str
    project: str
    item: str | None
    department: str | None
    reason: str | None
    assignment: UUID | None


@dataclass(frozen=True, slots=True)
class Preference:
    """How a person wants to be written to; no address of a channel means not by it."""

    language: str = "zh"
    digest: Digest = Digest.AT_ONCE
    email: str | None = None
    webhook: str | None = None
    #: Of the working day before, each morning; for those who watch over the office.
    daily_report: bool = False


async def notifications(
    session: AsyncSession, account: str, *, everything: bool, limit: int, before: int | None = None
) -> list[NotificationLine]:
    """List a person's notifications, the newest first; only those unread unless ``everything``."""
    given = {"account": account, "all": everything, "limit": limit, "before": before or _NEWEST}
    return [
        NotificationLine(**{**row, "topic": Topic(row["topic"])})
        for row in (await session.execute(_LIST, given)).mappings()
    ]


async def mark_read(session: AsyncSession, account: str, *, upto: int, now: datetime) -> None:
    """Note that a person has read everything up to a notification. Safe to repeat."""
    await session.execute(_READ, {"account": account, "upto": upto, "now": now})


async def preference(session: AsyncSession, account: str) -> Preference:
    """Return how a person wants to be written to."""
    row = (await session.execute(_PREFERENCE, {"account": account})).one_or_none()
    if row is None:
        return Preference()
    return Preference(row.language, Digest(row.digest), row.email, row.webhook, row.daily_report)


async def prefer(session: AsyncSession, account: str, wish: Preference) -> None:
    """Keep how a person wants to be written to."""
    given = {"language": wish.language, "digest": wish.digest.value, "email": wish.email, "webhook": wish.webhook}
    await session.execute(_PREFER, {"account": account, "daily_report": wish.daily_report, **given})
