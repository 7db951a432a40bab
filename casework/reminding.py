"""Remind a department by hand (催办)."""

from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from casework.advancing import advance
from casework.casefile import Actor, open_by_number
from casework.entering import enter
from casework.entitlement import entitle
from rules.acts import reminding
from rules.catalog import ItemCode
from rules.engagement import Verb

_KNOWN = text("SELECT EXISTS (SELECT FROM department_messages WHERE id = :id)")


async def remind(
    session: AsyncSession, number: str, item: str, reason: str | None, *, actor: Actor, now: datetime
) -> bool:
    """Remind the department that has an item, once a day; tell whether it was not reminded today already.

    Safe to repeat. Locks the application row. Raises NotFoundError, NotAuthorisedError, and what
    ``rules.acts.reminding.reminded`` raises.
    """
    case = await open_by_number(session, number, actor=actor, now=now)
    case.snapshot.network.item(item)
    await entitle(case, Verb.FILE, [ItemCode(item)])
    view, entries = reminding.reminded(case.snapshot, ItemCode(item), reason, now)
    if await session.scalar(_KNOWN, {"id": reminding.reminder_id(view, now)}):
        return False
    enter(case, entries)
    await advance(case)
    return True
