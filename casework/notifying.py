"""Tell people of the office what has happened: read from the step records, so that nothing is told that is not true."""

from datetime import datetime
from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from casework import outbox
from casework.outbox import Owed
from models import OutboxKind
from rules.notifying import TELLINGS, Audience, ContactChannel, Digest, due_at

_NEWS: Final = text("""
SELECT r.serial, r.kind, r.at FROM step_records r
 WHERE r.application_id = :id AND r.kind = ANY(:kinds)
   AND r.serial > coalesce((SELECT c.serial FROM notification_cursors c WHERE c.application_id = :id), 0)
 ORDER BY r.serial
""")
_TOLD: Final = text("""
INSERT INTO notification_cursors (application_id, serial) VALUES (:id, :serial)
ON CONFLICT (application_id) DO UPDATE SET serial = greatest(notification_cursors.serial, excluded.serial)
""")
# One statement a step: who has this part in it, is still here, and did not do it. A department's step is told to the
# handler who has the assignment, and to all of the department's handlers while nobody has it.
_TELL: Final = text("""
INSERT INTO notifications (person_id, application_id, serial, topic, created_at)
SELECT p.id, r.application_id, r.serial, :topic, :now
  FROM step_records r
  JOIN applications a ON a.id = r.application_id
  LEFT JOIN assignments s ON s.id = r.assignment_id
  JOIN people p ON p.active AND p.account <> r.actor AND (
    ('agents' = ANY(:audiences) AND p.id IN (a.agent_id, a.backup_agent_id))
    OR ('steward' = ANY(:audiences) AND p.id = a.steward_id)
    OR ('managers' = ANY(:audiences) AND 'manager' = ANY(p.roles))
    OR ('heads' = ANY(:audiences) AND 'head' = ANY(p.roles) AND p.department = s.department)
    OR ('handlers' = ANY(:audiences) AND 'handler' = ANY(p.roles) AND p.department = s.department
        AND (p.account = s.handler OR NOT EXISTS (SELECT FROM people h WHERE h.account = s.handler AND h.active))))
 WHERE r.application_id = :id AND r.serial = :serial
ON CONFLICT (person_id, application_id, serial) DO NOTHING
RETURNING id, person_id
""")
_PREFERENCES: Final = text("""
SELECT person_id, digest, email IS NOT NULL AS email, webhook IS NOT NULL AS webhook
  FROM notification_preferences WHERE person_id = ANY(:people) AND digest <> 'never'
""")
_OWE: Final = text("""
INSERT INTO notification_deliveries (notification_id, channel, due_at) VALUES (:notification, :channel, :due)
ON CONFLICT DO NOTHING
""")


async def take_news(session: AsyncSession, *, limit: int, lease_seconds: float) -> list[Owed]:
    """Take applications with steps that nobody has been told of."""
    return await outbox.take(session, OutboxKind.NOTIFY, limit=limit, lease_seconds=lease_seconds)


async def tell(session: AsyncSession, owed: Owed, *, wall: datetime) -> int:
    """Tell everybody concerned of an application's news; return how many were told. Safe to repeat.

    ``wall`` is the real time, by which people are written to.
    """
    given = {"id": owed.application_id, "kinds": list(TELLINGS)}
    told = 0
    for step in (await session.execute(_NEWS, given)).all():
        telling = TELLINGS[step.kind]
        audiences = [each.value for each in Audience if each in telling.audiences]
        named = {"id": owed.application_id, "serial": step.serial, "topic": telling.topic.value, "now": step.at}
        rows = (await session.execute(_TELL, {**named, "audiences": audiences})).all()
        told += len(rows)
        await _owe(session, {row.person_id: row.id for row in rows}, wall)
        await session.execute(_TOLD, {"id": owed.application_id, "serial": step.serial})
    await outbox.finish(session, owed)
    return told


async def _owe(session: AsyncSession, notifications: dict[int, int], wall: datetime) -> None:
    """Enter what each person is to be written, by the channels they have named."""
    if not notifications:
        return
    rows = (await session.execute(_PREFERENCES, {"people": list(notifications)})).all()
    owed = [
        {
            "notification": notifications[row.person_id],
            "channel": channel.value,
            "due": due_at(Digest(row.digest), wall),
        }
        for row in rows
        for channel, wanted in ((ContactChannel.EMAIL, row.email), (ContactChannel.WEBHOOK, row.webhook))
        if wanted
    ]
    if owed:
        await session.execute(_OWE, owed)
