"""Ratings (好差评): the applicant's own word; a bad one becomes a ticket that must be called back and put right."""

from datetime import datetime
from typing import Final

from sqlalchemy import insert, text
from sqlalchemy.ext.asyncio import AsyncSession

from casework import complaints
from casework.advancing import advance
from casework.casefile import Actor, open_by_number
from casework.complaints import Grievance
from models import Rating
from rules.catalog import ItemCode
from rules.complaints import ComplaintChannel, ComplaintKind, ComplaintSubject
from rules.errors import NotAllowedNowError, NotFoundError
from rules.ratings import Grade, bad, require_ratable

_RATED: Final = text("SELECT EXISTS (SELECT FROM ratings WHERE application_id = :id AND item = :item)")
_SET_ASIDE: Final = text("""
UPDATE ratings SET set_aside_at = :now, set_aside_by = :by, set_aside_because = :reason
 WHERE application_id = :id AND item = :item AND set_aside_at IS NULL RETURNING id
""")


async def rate(
    session: AsyncSession,
    number: str,
    grade: Grade,
    *,
    item: str | None = None,
    words: str | None = None,
    actor: Actor,
    now: datetime,
) -> None:
    """Record what the applicant thinks of an application, or of one item; the one caller is the applicant's own door.

    Raises NotFoundError, and NotAllowedNowError before the end and for a second rating of the same.
    """
    case = await open_by_number(session, number, actor=actor, now=now)
    view = None
    if item is not None:
        case.snapshot.network.item(item)
        view = case.snapshot.assignments.get(ItemCode(item))
    require_ratable(case.snapshot.status, view.status if view else None)
    if await session.scalar(_RATED, {"id": case.id, "item": item or ""}):
        raise NotAllowedNowError("已经评价过，每件事项评价一次", number=number)
    ticket = None
    if bad(grade):
        said = Grievance(
            subject=ComplaintSubject.BAD_RATING,
            channel=ComplaintChannel.PORTAL,
            kind=ComplaintKind.RECTIFICATION,
            complainant=actor.name,
            words=words or grade.zh,
            number=number,
            item=item,
            department=view.department if view else None,
        )
        ticket = await complaints.receive(session, said, actor=actor, now=now)
    row = {"application_id": case.id, "item": item or "", "grade": grade.value, "words": words, "rated_at": now}
    await session.execute(insert(Rating), {**row, "source": actor.source, "complaint_id": ticket})
    case = await open_by_number(session, number, actor=actor, now=now)
    case.record("rating.given", item=item, details={"grade": grade.value})
    await advance(case)


async def set_aside(
    session: AsyncSession, number: str, item: str | None, reason: str, *, actor: Actor, now: datetime
) -> None:
    """Grant an appeal against a rating that was given maliciously: it stays on file and does not count.

    Raises NotFoundError where there is none, or none that counts.
    """
    case = await open_by_number(session, number, actor=actor, now=now)
    given = {"id": case.id, "item": item or "", "now": now, "by": actor.name, "reason": reason}
    if (await session.scalar(_SET_ASIDE, given)) is None:
        raise NotFoundError(f"{number} 没有有效的评价", wanted=number)
    case.record("rating.set_aside", item=item, reason=reason)
    await advance(case)
