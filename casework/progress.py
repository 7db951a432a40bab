"""What agents and applicants do to an application under way: report milestones, bring materials, withdraw."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from casework.advancing import advance
from casework.casefile import Actor, CaseFile, open_by_number
from casework.entering import enter
from rules.acts import applicant
from rules.catalog import ItemCode, NodeCode

_CORRECTIONS = text("""
SELECT DISTINCT ON (n.assignment_id) s.item, n.body FROM notices n JOIN assignments s ON s.id = n.assignment_id
 WHERE n.application_id = :id AND n.kind = 'correction' AND s.status = 'correction_required'
 ORDER BY n.assignment_id, n.created_at DESC
""")


async def report_milestone(session: AsyncSession, number: str, milestone: str, *, actor: Actor, now: datetime) -> None:
    """Report that a real-world milestone has been reached, and advance. Safe to repeat.

    Raises NotFoundError and what ``rules.acts.applicant.milestone_reported`` raises.
    """
    case = await open_by_number(session, number, actor=actor, now=now)
    if entries := applicant.milestone_reported(case.snapshot, NodeCode(milestone), actor.name):
        enter(case, entries)
        await advance(case)


async def supply_materials(
    session: AsyncSession, number: str, names: Sequence[str], *, actor: Actor, now: datetime
) -> None:
    """Take in materials the applicant brings, and advance: waiting items open, corrections go to their departments.

    Safe to repeat. Raises NotFoundError, and ApplicationClosedError once the application is concluded.
    """
    case = await open_by_number(session, number, actor=actor, now=now)
    corrections = await _corrections(case)
    if entries := applicant.materials_supplied(case.snapshot, names, actor.name, now, corrections):
        enter(case, entries)
        await advance(case)


async def request_withdrawal(session: AsyncSession, number: str, *, reason: str, actor: Actor, now: datetime) -> None:
    """Ask for an application back: departments are told to stop, and the withdrawal is confirmed (rules.withdrawal).

    Safe to repeat. Raises NotFoundError, and ApplicationClosedError once the application is concluded.
    """
    case = await open_by_number(session, number, actor=actor, now=now)
    if entries := applicant.withdrawal_requested(case.snapshot, reason, now):
        enter(case, entries)
        await advance(case)


async def _corrections(case: CaseFile) -> dict[ItemCode, Sequence[str]]:
    """Look up what the notices of the items now in correction have asked for."""
    rows = await case.session.execute(_CORRECTIONS, {"id": case.id})
    return {ItemCode(row.item): row.body["materials"] for row in rows}
