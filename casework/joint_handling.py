"""The joint limit of a stage, extended by the head of the government."""

from datetime import datetime
from typing import Final, cast

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from casework.advancing import advance
from casework.casefile import Actor, open_by_number
from casework.entering import enter
from casework.snapshots import with_all_clocks
from rules.entries import Entry
from rules.errors import RefusedOnRecordError
from rules.joint import extend
from rules.terms import Approver

_TENURES: Final = text("SELECT item, opened_at, ended_at FROM assignments WHERE application_id = :id ORDER BY round")


async def extend_stage(
    session: AsyncSession,
    number: str,
    stage: str,
    *,
    days: int,
    approver: str,
    level: Approver,
    reason: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Extend the joint limit of a stage once (行政许可法 art. 42(2)). Locks the application row.

    Raises NotFoundError, and RefusedOnRecordError when the attempt has been entered: whoever catches it lets the
    transaction commit.
    """
    case = await open_by_number(session, number, actor=actor, now=now)
    rows = await session.execute(_TENURES, {"id": case.id})
    tenures = {row.item: (row.opened_at, row.ended_at) for row in rows}
    complete = await with_all_clocks(session, case.snapshot, case.id)
    try:
        entries = extend(complete, stage, tenures, days=days, approver=approver, level=level, reason=reason, now=now)
    except RefusedOnRecordError as refusal:
        enter(case, cast(tuple[Entry, ...], refusal.entries))
        await advance(case)
        raise
    enter(case, entries)
    await advance(case)
