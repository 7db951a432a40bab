"""Notices to the applicant: published to their application, with the results they bring."""

from collections.abc import Sequence
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

_OWNERS = text("SELECT id, application_id, kind FROM notices WHERE id = ANY(:ids)")


async def deliver(session: AsyncSession, notices: Sequence[UUID], *, now: datetime) -> int:
    """Publish an application's notices in order; the results they carry are delivered by them (行政许可法 art. 44).

    Safe to repeat; returns how many this call delivered. Raises NotFoundError.
    """
    found = {row.id: row for row in await session.execute(_OWNERS, {"ids": list(notices)})}
    for notice in notices:
        if notice not in found:
            raise NotFoundError(f"没有找到告知 {notice}", wanted=str(notice))
    (application,) = {row.application_id for row in found.values()}
    case = await open_by_id(session, application, actor=SYSTEM, now=now)
    delivered = 0
    for notice in notices:
        if any(waiting.id == notice for waiting in case.snapshot.notices):
            enter(case, arrived(case.snapshot, notice, NoticeKind(found[notice].kind), now))
            delivered += 1
    if delivered:
        await advance(case, announce=False)
    return delivered
