"""Suspend proxy handling (代办中止) for one of a closed set of reasons, and let it go on."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from casework import engagements
from casework.advancing import advance
from casework.casefile import Actor, CaseFile, open_by_number
from casework.documents import issue_next
from models import Engagement
from rules.engagement import EngagementEnd, require_resumable, require_suspendable
from rules.errors import NotAllowedNowError
from rules.issuing import engagements as letters
from rules.workdays import local_date


async def suspend(
    session: AsyncSession,
    number: str,
    because: EngagementEnd,
    *,
    note: str,
    resumes_when: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Suspend an engagement: no agent acts until what is amiss has been put right; departments go on.

    ``note`` are the facts, ``resumes_when`` says what lets it go on. Locks the application row. Raises NotFoundError,
    and NotAllowedNowError for a reason that ends it or one that does not hold.
    """
    case = await open_by_number(session, number, actor=actor, now=now)
    today = local_date(now)
    require_suspendable(await engagements.newest(session, case.id, case.snapshot.network), because, today)
    told = issue_next(case, letters.suspended(case.snapshot, case.parties, because, note, resumes_when, today))
    await _change(case, suspended_at=now, suspended_because=because.value, suspension_note=resumes_when)
    details = {"because": because.value, "resumes_when": resumes_when, "documents": [told.step_details]}
    case.record("entrustment.suspended", reason=note, details=details)
    await advance(case)


async def resume(session: AsyncSession, number: str, *, note: str, actor: Actor, now: datetime) -> None:
    """Let a suspended engagement go on. Raises NotFoundError, and NotAllowedNowError for one that is not suspended."""
    case = await open_by_number(session, number, actor=actor, now=now)
    require_resumable(await engagements.newest(session, case.id, case.snapshot.network), local_date(now))
    await _change(case, suspended_at=None, suspended_because=None, suspension_note=None)
    case.record("entrustment.resumed", reason=note)
    await advance(case)


async def _change(case: CaseFile, **values: object) -> None:
    current = (col(Engagement.application_id) == case.id, col(Engagement.ended_at).is_(None))
    changed = await case.session.execute(
        update(Engagement).where(*current).values(values), execution_options={"synchronize_session": False}
    )
    if not changed.rowcount:  # type: ignore[attr-defined]
        raise NotAllowedNowError("该代办件没有登记过的委托", number=case.number)
