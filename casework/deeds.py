"""Who did what: the steps of all applications and the acts about the office itself, searched together."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

# Each side by its own index on the instant, and only as far back as the page needs.
_SEARCH: Final = text("""
(SELECT r.at, r.actor, r.kind, a.number AS subject, r.item, r.department, r.reason, r.source, true AS step
   FROM step_records r JOIN applications a ON a.id = r.application_id
  WHERE r.at < :before AND r.at >= :since
    AND (CAST(:actor AS text) IS NULL OR r.actor = :actor) AND (CAST(:kind AS text) IS NULL OR r.kind = :kind)
    AND (CAST(:subject AS text) IS NULL OR a.number = :subject)
  ORDER BY r.at DESC LIMIT :limit)
UNION ALL
(SELECT c.at, c.actor, c.kind, c.subject, NULL, NULL, nullif(c.details::text, '{}'), c.source, false
   FROM administrative_acts c
  WHERE c.at < :before AND c.at >= :since
    AND (CAST(:actor AS text) IS NULL OR c.actor = :actor) AND (CAST(:kind AS text) IS NULL OR c.kind = :kind)
    AND (CAST(:subject AS text) IS NULL OR c.subject = :subject)
  ORDER BY c.at DESC LIMIT :limit)
ORDER BY at DESC LIMIT :limit
""")


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that somebody did; ``subject`` is an application's number, or what was changed about the office."""

    at: datetime
    actor: str
    kind: str
    subject: str
    item: str | None
    department: str | None
    reason: str | None
    source: str | None
    #: Of an application; otherwise about the office.
    step: bool


async def search(
    session: AsyncSession,
    *,
    since: datetime,
    before: datetime,
    limit: int,
    actor: str | None = None,
    kind: str | None = None,
    subject: str | None = None,
) -> list[Deed]:
    """Find what was done within a time, the newest first."""
    given: dict[str, Any] = {"since": since, "before": before, "limit": limit}
    given |= {"actor": actor, "kind": kind, "subject": subject}
    return [Deed(**row) for row in (await session.execute(_SEARCH, given)).mappings()]
