"""Notices to the applicant: published to their application, completing it when the result is delivered."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from casework.advancing import advance
from casework.casefile import SYSTEM, CaseFile, open_by_id
from casework.entering import enter
from rules.catalog import ItemCode
from rules.delivery import Result, may_close
from rules.entries import StatusSet, Step
from rules.errors import ClosureRefusedError, NotFoundError
from rules.vocabulary import ApplicationStatus, DecisionKind, NoticeKind

_OWNER = text("SELECT application_id, kind FROM notices WHERE id = :id")
_RESULTS = text("""
SELECT s.item, d.kind, d.filing, coalesce(c.after, d.document_number) AS document_number
  FROM assignments s JOIN decisions d ON d.assignment_id = coalesce(s.reused_from, s.id)
  LEFT JOIN LATERAL (SELECT after FROM decision_corrections
                      WHERE assignment_id = d.assignment_id AND detail = 'document_number'
                      ORDER BY id DESC LIMIT 1) c ON true
 WHERE s.application_id = :id ORDER BY s.round
""")
_SENT = text("UPDATE notices SET sent_at = :now WHERE id = :id AND sent_at IS NULL")


async def deliver(session: AsyncSession, notice: UUID, *, now: datetime) -> bool:
    """Publish a notice to its applicant; the result's delivery completes the application (行政许可法 art. 44).

    Safe to repeat; tells whether this call delivered it. Raises ClosureRefusedError for a result that is none.
    """
    row = (await session.execute(_OWNER, {"id": notice})).one_or_none()
    if row is None:
        raise NotFoundError(f"没有找到告知 {notice}", wanted=str(notice))
    case = await open_by_id(session, row.application_id, actor=SYSTEM, now=now)
    if all(waiting.id != notice for waiting in case.snapshot.notices):
        return False
    if NoticeKind(row.kind) is NoticeKind.RESULT:
        await _require_closable(case)
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


async def _require_closable(case: CaseFile) -> None:
    rows = await case.session.execute(_RESULTS, {"id": case.id})
    results = {ItemCode(row.item): Result(DecisionKind(row.kind), row.document_number, row.filing) for row in rows}
    if reasons := may_close(case.snapshot, results):
        raise ClosureRefusedError(f"{case.number} 尚不能办结：{'；'.join(reasons)}", reasons=reasons)
