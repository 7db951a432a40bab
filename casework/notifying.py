"""Tell people of the office what has happened: read from the step records, so that nothing is told that is not true."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from casework import outbox
from casework.outbox import Owed
from models import OutboxKind
from rules.notifying import TELLINGS, Audience, ContactChannel, Digest, Telling, due_at

_NEWS: Final = text("""
SELECT r.serial, r.kind FROM step_records r
 WHERE r.application_id = :id AND r.kind = ANY(:kinds)
   AND r.serial > coalesce((SELECT c.serial FROM notification_cursors c WHERE c.application_id = :id), 0)
 ORDER BY r.serial
""")
_TOLD: Final = text("""
INSERT INTO notification_cursors (application_id, serial) VALUES (:id, :serial)
ON CONFLICT (application_id) DO UPDATE SET serial = greatest(notification_cursors.serial, excluded.serial)
""")
# Who has a part in a step, is still here, and did not do it. A department's step is told to the handler who has the
# assignment, and to all of the department's handlers while nobody has it; a step of no assignment, as an appointment
# may be, names its department itself.
_TELL: Final = text("""
INSERT INTO notifications (person_id, application_id, serial, topic, created_at)
SELECT p.id, r.application_id, r.serial, t.topic, r.at
  FROM jsonb_to_recordset(CAST(:tellings AS jsonb)) AS t(serial int, topic text, audiences text[])
  JOIN step_records r ON r.application_id = :id AND r.serial = t.serial
  JOIN applications a ON a.id = r.application_id
  LEFT JOIN assignments s ON s.id = r.assignment_id
  LEFT JOIN departments d ON d.code = coalesce(s.department, r.details->>'department')
  JOIN people p ON p.active AND p.account <> r.actor AND (
    ('agents' = ANY(t.audiences) AND p.id IN (a.agent_id, a.backup_agent_id))
    OR ('steward' = ANY(t.audiences) AND p.id = a.steward_id)
    OR ('managers' = ANY(t.audiences) AND 'manager' = ANY(p.roles))
    OR ('heads' = ANY(t.audiences) AND 'head' = ANY(p.roles) AND p.department = d.code)
    OR ('handlers' = ANY(t.audiences) AND 'handler' = ANY(p.roles) AND p.department = d.code
        AND (p.account = s.handler OR NOT EXISTS (SELECT FROM people h WHERE h.account = s.handler AND h.active))))
 ORDER BY r.serial, p.id
ON CONFLICT (person_id, application_id, serial) DO NOTHING
RETURNING id, person_id
""")
_PREFERENCES: Final = text("""
SELECT person_id, digest, email IS NOT NULL AS email, webhook IS NOT NULL AS webhook
  FROM notification_preferences WHERE person_id = ANY(:people) AND digest <> 'never'
""")
_OWE: Final = text("""
INSERT INTO letters (person_id, notification_id, channel, due_at) VALUES (:person, :notification, :channel, :due)
ON CONFLICT DO NOTHING
""")


async def take_news(session: AsyncSession, *, limit: int, lease_seconds: float) -> list[Owed]:
    """Take applications with steps that nobody has been told of."""
    return await outbox.take(session, OutboxKind.NOTIFY, limit=limit, lease_seconds=lease_seconds)


async def tell(session: AsyncSession, owed: Owed, *, wall: datetime) -> int:
    """Tell everybody concerned of an application's news; return how many were told. Safe to repeat.

    ``wall`` is the real time, by which people are written to.
    """
    news = (await session.execute(_NEWS, {"id": owed.application_id, "kinds": list(TELLINGS)})).all()
    told = []
    if news:
        tellings = [_telling(step.serial, TELLINGS[step.kind]) for step in news]
        given = {"id": owed.application_id, "tellings": orjson.dumps(tellings).decode()}
        told = [(row.id, row.person_id) for row in await session.execute(_TELL, given)]
        await _owe(session, told, wall)
        await session.execute(_TOLD, {"id": owed.application_id, "serial": news[-1].serial})
    await outbox.finish(session, owed)
    return len(told)


def _telling(serial: int, telling: Telling) -> dict[str, Any]:
    audiences = [each.value for each in Audience if each in telling.audiences]
    return {"serial": serial, "topic": telling.topic.value, "audiences": audiences}


async def _owe(session: AsyncSession, told: Sequence[tuple[int, int]], wall: datetime) -> None:
    """Enter what each person is to be written of each notification, by the channels they have named."""
    if not told:
        return
    people = {person for _, person in told}
    wishes = {row.person_id: row for row in await session.execute(_PREFERENCES, {"people": sorted(people)})}
    owed = [
        {
            "person": person,
            "notification": notification,
            "channel": channel.value,
            "due": due_at(Digest(wish.digest), wall),
        }
        for notification, person in told
        if (wish := wishes.get(person))
        for channel, wanted in ((ContactChannel.EMAIL, wish.email), (ContactChannel.WEBHOOK, wish.webhook))
        if wanted
    ]
    if owed:
        await session.execute(_OWE, owed)
