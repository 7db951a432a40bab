"""Bars on applying again, recorded by a manager from the decision of the department (行政许可法 art. 78, 79)."""

from datetime import date, datetime

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from casework.casefile import Actor
from casework.catalogs import newest
from models import Applicant, ReapplyBan
from rules.catalog import ItemCode
from rules.errors import NotFoundError
from rules.reapplication import Ban, Misconduct, ban_until


async def of(session: AsyncSession, applicant: int) -> tuple[Ban, ...]:
    """Return every bar of an applicant, past ones too."""
    columns = (col(ReapplyBan.item), col(ReapplyBan.misconduct), col(ReapplyBan.until))
    rows = await session.execute(select(*columns).where(col(ReapplyBan.applicant_id) == applicant))
    return tuple(Ban(ItemCode(row.item), Misconduct(row.misconduct), row.until) for row in rows)


async def bar(
    session: AsyncSession,
    credit_code: str,
    item: str,
    misconduct: Misconduct,
    *,
    decided_on: date,
    document_number: str,
    reason: str,
    actor: Actor,
    now: datetime,
) -> Ban:
    """Record that an applicant may not apply for a safety-related item again, and until when.

    Which items concern public safety, health or property is for the deciding department to say. Raises NotFoundError
    for an applicant or an item nobody knows.
    """
    applicant = await session.scalar(select(col(Applicant.id)).where(col(Applicant.credit_code) == credit_code))
    if applicant is None:
        raise NotFoundError("没有这个申请人", wanted=credit_code)
    _, catalog = await newest(session)
    if item not in catalog.items:
        raise NotFoundError(f"事项清单中没有事项 {item}", wanted=item)
    ban = Ban(ItemCode(item), misconduct, ban_until(misconduct, decided_on))
    row = {
        "applicant_id": applicant,
        "item": item,
        "misconduct": misconduct,
        "decided_on": decided_on,
        "until": ban.until,
        "document_number": document_number,
        "reason": reason,
        "recorded_at": now,
        "recorded_by": actor.name,
    }
    await session.execute(insert(ReapplyBan), row)
    return ban
