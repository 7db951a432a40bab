"""Applications whose next timer has come: each is advanced in a transaction of its own."""

from datetime import UTC, datetime
from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from casework.advancing import advance
from casework.casefile import SYSTEM, open_by_id

_DUE = text("""
SELECT next_timer, id FROM applications
 WHERE next_timer <= :now AND (next_timer, id) > (:timer, :id) ORDER BY next_timer, id LIMIT :limit
""")
#: Before the first of a sweep.
BEGINNING: Final = (datetime.min.replace(tzinfo=UTC), 0)


async def due(
    session: AsyncSession, *, now: datetime, after: tuple[datetime, int] = BEGINNING, limit: int
) -> list[tuple[datetime, int]]:
    """A page of applications whose next timer is at or before ``now``, the most overdue first, as (timer, id)."""
    rows = await session.execute(_DUE, {"now": now, "timer": after[0], "id": after[1], "limit": limit})
    return [(row.next_timer, row.id) for row in rows]


async def ring(session: AsyncSession, application_id: int, *, now: datetime) -> None:
    """Let the timers of one application take effect. Safe to repeat."""
    case = await open_by_id(session, application_id, actor=SYSTEM, now=now)
    await advance(case)
