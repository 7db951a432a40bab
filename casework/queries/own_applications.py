"""The applications of one applicant, as they look at them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from rules.vocabulary import ApplicationStatus, Outcome

_OWN: Final = text("""
SELECT a.number, p.name AS project, a.status, a.outcome, a.registered_at
  FROM applications a JOIN projects p ON p.id = a.project_id
 WHERE a.applicant_id = :applicant ORDER BY a.id DESC LIMIT :limit
""")


@dataclass(frozen=True, slots=True)
class OwnApplication:
    """One application of theirs."""

    number: str
    project: str
    status: ApplicationStatus
    outcome: Outcome | None
    registered_at: datetime


async def own_applications(session: AsyncSession, applicant: int, *, limit: int) -> list[OwnApplication]:
    """List up to ``limit``, newest first."""
    rows = await session.execute(_OWN, {"applicant": applicant, "limit": limit})
    return [
        OwnApplication(
            row.number,
            row.project,
            ApplicationStatus(row.status),
            Outcome(row.outcome) if row.outcome else None,
            row.registered_at,
        )
        for row in rows
    ]
