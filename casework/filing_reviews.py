"""Review refusal filings (否定备案审查): approved, sent back to the department, explained by it."""

from datetime import datetime
from typing import Final

from sqlalchemy import insert, text
from sqlalchemy.ext.asyncio import AsyncSession

from casework.advancing import advance
from casework.casefile import Actor, open_by_id
from models import FilingReviewStep
from rules.errors import NotFoundError
from rules.filing_review import FilingReview, require_reviewable

_FILING: Final = text("""
SELECT f.application_id, f.assignment_id, s.item, s.department, f.handler, f.approver,
       (SELECT name FROM people WHERE account = :account) AS name
  FROM refusal_filings f JOIN assignments s ON s.id = f.assignment_id
 WHERE f.number = :number AND (CAST(:department AS text) IS NULL OR s.department = :department)
""")
_LAST: Final = text("SELECT kind, serial FROM filing_review_steps WHERE filing = :number ORDER BY serial DESC LIMIT 1")


async def review(
    session: AsyncSession,
    number: str,
    kind: FilingReview,
    *,
    reason: str | None,
    department: str | None = None,
    actor: Actor,
    now: datetime,
) -> None:
    """Enter a step of a filing's review; ``department`` is the only one somebody may speak for. Locks the application.

    Raises NotFoundError, also for another department's filing, and NotAllowedNowError.
    """
    given = {"number": number, "department": department, "account": actor.name}
    filing = (await session.execute(_FILING, given)).one_or_none()
    if filing is None:
        raise NotFoundError(f"没有找到否定备案 {number}", wanted=number)
    case = await open_by_id(session, filing.application_id, actor=actor, now=now)
    last = (await session.execute(_LAST, {"number": number})).one_or_none()
    people = (filing.handler, filing.approver)
    for by in (actor.name, filing.name or actor.name):
        require_reviewable(FilingReview(last.kind) if last else None, kind, by, people)
    serial = last.serial + 1 if last else 1
    row = {"filing": number, "serial": serial, "kind": kind.value, "by": actor.name, "reason": reason, "at": now}
    await session.execute(insert(FilingReviewStep), row)
    case.record(
        f"filing.{kind.value}",
        assignment=filing.assignment_id,
        department=filing.department,
        item=filing.item,
        reason=reason,
        details={"filing": number},
    )
    await advance(case)
