"""Notices to the applicant: published to their application, with the results they bring."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from casework.advancing import advance
from casework.casefile import SYSTEM, open_by_id
from casework.entering import enter
from rules.delivery.moves import arrived
from rules.errors import NotFoundError
from rules.vocabulary import NoticeKind

_OWNER = text("SELECT application_id, kind FROM notices WHERE id = :id")


async def deliver(session: AsyncSession, notice: UUID, *, now: datetime) -> bool:
    """Publish a notice to its applicant; the results it carries are delivered by it (行政许可法 art. 44).

    Safe to repeat; tells whether this call delivered it. Raises NotFoundError.
    """
    row = (await session.execute(_OWNER, {"id": notice})).one_or_none()
    if row is None:
        raise NotFoundError(f"没有找到告知 {notice}", wanted=str(notice))
    case = await open_by_id(session, row.application_id, actor=SYSTEM, now=now)
    if all(waiting.id != notice for waiting in case.snapshot.notices):
        return False
    enter(case, arrived(case.snapshot, notice, NoticeKind(row.kind), now))
    await advance(case, announce=False)
    return True
