"""People of the office are written to of what they are told in the portal, all of it in one letter."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from casework.letters import Letter
from rules.notifying import ContactChannel, Topic

_LOAD: Final = text("""
SELECT l.id, l.channel, l.person_id, l.attempts, coalesce(l.held_since, :wall) AS held,
       coalesce(f.language, 'zh') AS language, CASE l.channel WHEN 'email' THEN f.email ELSE f.webhook END AS address,
       n.topic, n.created_at, a.number, p.name AS project, r.item
  FROM letters l
  JOIN notifications n ON n.id = l.notification_id
  JOIN applications a ON a.id = n.application_id
  JOIN projects p ON p.id = a.project_id
  JOIN step_records r ON r.application_id = n.application_id AND r.serial = n.serial
  LEFT JOIN notification_preferences f ON f.person_id = l.person_id
 WHERE l.id = ANY(:taken)
 ORDER BY l.person_id, l.channel, n.id
""")


@dataclass(frozen=True, slots=True)
class News:
    """One thing that a letter tells."""

    topic: Topic
    at: datetime
    number: str
    project: str
    item: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsLetter(Letter):
    """What one person of the office is to be told by one channel now."""

    news: tuple[News, ...]


async def load(session: AsyncSession, taken: Sequence[int], *, wall: datetime) -> list[NewsLetter]:
    """Make letters to people of what was taken, one for each person and channel."""
    loaded = (await session.execute(_LOAD, {"taken": list(taken), "wall": wall})).all()
    letters = []
    for (_, channel), group in groupby(loaded, key=lambda row: (row.person_id, row.channel)):
        owed = list(group)
        letters.append(
            NewsLetter(
                owed=tuple(row.id for row in owed),
                channel=ContactChannel(channel),
                address=owed[0].address,
                language=owed[0].language,
                attempts=max(row.attempts for row in owed),
                held_since=min(row.held for row in owed),
                news=tuple(News(Topic(row.topic), row.created_at, row.number, row.project, row.item) for row in owed),
            )
        )
    return letters
