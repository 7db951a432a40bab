"""Applications whose next timer has come: each is advanced in a transaction of its own."""

from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from casework.advancing import advance
from casework.casefile import SYSTEM, open_by_id

_DUE = text("""
SELECT id FROM applications WHERE next_timer IS NOT NULL AND next_timer <= :now ORDER BY next_timer LIMIT :limit
""")


async def due(session: AsyncSession, *, now: datetime, limit: int) -> list[int]:
    """Applications whose next timer is at or before ``now``, the most overdue first."""
    return list((await session.execute(_DUE, {"now": now, "limit": limit})).scalars())


async def ring(session: AsyncSession, application_id: int, *, now: datetime) -> None:
    """Let the timers of one application take effect. Safe to repeat."""
    await advance(await open_by_id(session, application_id, actor=SYSTEM, now=now))
