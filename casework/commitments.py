"""Commitments of applicants: signed, looked up; and the credit record of those that were not kept."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from casework.advancing import advance
from casework.casefile import Actor, CaseFile, open_by_id, open_by_number
from casework.entering import enter
from casework.entitlement import entitle
from rules.acts.commitments import Promise, Standing, committed
from rules.engagement import Verb
from rules.errors import NotFoundError
from rules.workdays import local_date

_STANDING = text("""
SELECT t.name, t.credit_code, max(c.at) AS breached_at
  FROM applicants t LEFT JOIN credit_records c ON c.applicant_id = t.id AND c.repaired_at IS NULL
 WHERE t.id = :applicant GROUP BY t.id
""")
_RECORD = text("SELECT application_id, commitment_id, item, kind FROM credit_records WHERE id = :id")
_REPAIR = text("""
UPDATE credit_records SET repaired_at = :now, repaired_by = :by, repair_reason = :reason
 WHERE id = :id AND repaired_at IS NULL RETURNING id
""")


async def take(session: AsyncSession, number: str, promise: Promise, *, actor: Actor, now: datetime) -> None:
    """Take in a commitment the applicant has signed, and advance: the item opens. Safe to repeat.

    Locks the application row. Raises NotFoundError, NotAuthorisedError and what ``rules.acts.commitments.committed``
    raises.
    """
    case = await open_by_number(session, number, actor=actor, now=now)
    # The applicant signs in their own name; the agent hands the letter in.
    await entitle(case, Verb.COMMIT, by_request=True)
    if await sign(case, (promise,)):
        await advance(case)


async def sign(case: CaseFile, promises: Sequence[Promise]) -> bool:
    """Enter commitments in an open case file; tell whether one of them was new."""
    if not promises:
        return False
    standing = await _standing(case)
    new = False
    for promise in promises:
        if entries := committed(case.snapshot, promise, standing, case.now):
            enter(case, entries)
            new = True
    return new


async def repair(session: AsyncSession, record: int, *, reason: str, actor: Actor, now: datetime) -> None:
    """Enter that a breach has been made good: it bars its applicant no longer (信用修复). Safe to repeat.

    Raises NotFoundError.
    """
    row = (await session.execute(_RECORD, {"id": record})).one_or_none()
    if row is None:
        raise NotFoundError(f"没有找到信用记录 {record}", wanted=str(record))
    case = await open_by_id(session, row.application_id, actor=actor, now=now)
    given = {"id": record, "now": now, "by": actor.name, "reason": reason}
    if (await session.scalar(_REPAIR, given)) is None:
        return
    details = {"record": record, "commitment": str(row.commitment_id), "kind": row.kind}
    case.record("credit.repaired", item=row.item, reason=reason, details=details)
    await advance(case)


async def _standing(case: CaseFile) -> Standing:
    row = (await case.session.execute(_STANDING, {"applicant": case.applicant_id})).one()
    return Standing(row.name, row.credit_code, local_date(row.breached_at) if row.breached_at else None)
