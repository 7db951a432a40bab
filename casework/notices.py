"""Notices to the applicant: published to their application, completing it when the result is delivered."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from casework.advancing import advance
from casework.casefile import SYSTEM, open_by_id
from casework.entering import enter
from rules.entries import StatusSet, Step
from rules.errors import NotFoundError
from rules.vocabulary import ApplicationStatus, NoticeKind

_OWNER = text("SELECT application_id, kind FROM notices WHERE id = :id")
_SENT = text("UPDATE notices SET sent_at = :now WHERE id = :id AND sent_at IS NULL")


async def deliver(session: AsyncSession, notice: UUID, *, now: datetime) -> bool:
    """Publish a notice to its applicant; the result's delivery completes the application (行政许可法 art. 44).

    Safe to repeat; tells whether this call delivered it.
    """
    row = (await session.execute(_OWNER, {"id": notice})).one_or_none()
    if row is None:
        raise NotFoundError(f"没有找到告知 {notice}", wanted=str(notice))
    case = await open_by_id(session, row.application_id, actor=SYSTEM, now=now)
    if all(waiting.id != notice for waiting in case.snapshot.notices):
        return False
    await session.execute(_SENT, {"id": notice, "now": now})
    notices = tuple(waiting for waiting in case.snapshot.notices if waiting.id != notice)
    case.snapshot = replace(case.snapshot, notices=notices)
    if NoticeKind(row.kind) is NoticeKind.RESULT:
        after = ApplicationStatus.DELIVERED
        enter(case, (StatusSet(after), Step("delivery.completed", before=case.snapshot.status, after=after)))
    else:
        case.record("notice.delivered", details={"kind": row.kind})
    await advance(case, announce=False)
    return True
