"""Assignments under supervision: how far it has gone, and by when who is asked to reply."""

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from casework import calendars
from casework.catalogs import newest
from rules.supervision import reply_by_from
from rules.vocabulary import Rung

_UNDER: Final = text("""
SELECT s.id, a.number, s.item, s.department, s.legal_due, s.rung, s.supervised_on, s.answered,
       coalesce(r.details ->> 'to', (
         SELECT p.value ->> 'addressee' FROM step_records o, jsonb_array_elements(o.details -> 'documents') p
          WHERE o.assignment_id = s.id AND o.kind LIKE 'escalated.%' AND p.value ? 'addressee'
          ORDER BY o.serial DESC LIMIT 1)) AS addressee
  FROM assignments s JOIN applications a ON a.id = s.application_id
  LEFT JOIN step_records r ON r.assignment_id = s.id AND r.kind = 'supervision.referred'
 WHERE s.rung IS NOT NULL AND s.ended_at IS NULL ORDER BY s.supervised_on, a.number, s.item LIMIT :limit
""")


@dataclass(frozen=True, slots=True)
class Supervised:
    """An overdue assignment about which orders have been made; ``addressee`` is whom the last was sent to."""

    assignment: UUID
    number: str
    item: str
    department: str
    legal_due: date | None
    rung: Rung
    supervised_on: date
    answered: bool
    #: None once people have to act, or have acted.
    reply_by: date | None
    provisional: bool
    addressee: str | None


async def supervised(session: AsyncSession, *, limit: int) -> list[Supervised]:
    """List them, the longest without movement first."""
    _, catalog = await newest(session)
    calendar = await calendars.current(session)
    found = []
    for row in await session.execute(_UNDER, {"limit": limit}):
        rung = Rung(row.rung)
        last = reply_by_from(rung, row.supervised_on, catalog.policies, calendar)
        found.append(
            Supervised(
                assignment=row.id,
                number=row.number,
                item=row.item,
                department=row.department,
                legal_due=row.legal_due,
                rung=rung,
                supervised_on=row.supervised_on,
                answered=row.answered,
                reply_by=last.on if last else None,
                provisional=bool(last and last.provisional),
                addressee=row.addressee,
            )
        )
    return found
