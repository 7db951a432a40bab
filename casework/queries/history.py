"""The recorded steps of an application, as an inspector reads them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from rules.errors import NotFoundError

_ID = text("SELECT id FROM applications WHERE number = :number")
_STEPS = text("""
SELECT serial, at, kind, actor, department, assignment_id, item, before, after, reason, source, details, previous_hash,
       hash
  FROM step_records WHERE application_id = :id AND serial > :after ORDER BY serial LIMIT :limit
""")


@dataclass(frozen=True, slots=True)
class Step:
    """Who did what, when, from where, and the hashes that chain it to the step before."""

    serial: int
    at: datetime
    kind: str
    actor: str
    department: str | None
    assignment: UUID | None
    item: str | None
    before: str | None
    after: str | None
    reason: str | None
    source: str | None
    details: dict[str, Any]
    previous_hash: str
    hash: str


async def steps(session: AsyncSession, number: str, *, after: int = 0, limit: int) -> list[Step]:
    """Return up to ``limit`` steps that follow the serial ``after``, in order. Raises NotFoundError."""
    application = await session.scalar(_ID, {"number": number})
    if application is None:
        raise NotFoundError(f"没有找到 {number}", wanted=number)
    rows = await session.execute(_STEPS, {"id": application, "after": after, "limit": limit})
    return [Step(*row) for row in rows]
