"""What agents and applicants do to an application under way: report milestones, bring materials, withdraw."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from casework.advancing import advance
from casework.casefile import Actor, CaseFile, open_by_number
from casework.entering import enter
from casework.entitlement import entitle
from rules.acts import applicant
from rules.catalog import ItemCode, NodeCode, is_milestone
from rules.engagement import Verb
from rules.network import Network

_CORRECTIONS = text("""
SELECT DISTINCT ON (n.assignment_id) s.item, n.body FROM notices n JOIN assignments s ON s.id = n.assignment_id
 WHERE n.application_id = :id AND n.kind = 'correction' AND s.status = 'correction_required'
 ORDER BY n.assignment_id, n.created_at DESC
""")


async def report_milestone(session: AsyncSession, number: str, milestone: str, *, actor: Actor, now: datetime) -> None:
    """Report that a real-world milestone has been reached, and advance. Safe to repeat.

    Raises NotFoundError, NotAuthorisedError and what ``rules.acts.applicant.milestone_reported`` raises.
    """
    case = await open_by_number(session, number, actor=actor, now=now)
    await entitle(case, Verb.FILE, _around(case.snapshot.network, NodeCode(milestone)))
    if entries := applicant.milestone_reported(case.snapshot, NodeCode(milestone), actor.name):
        enter(case, entries)
        await advance(case)


async def supply_materials(
    session: AsyncSession, number: str, names: Sequence[str], *, actor: Actor, now: datetime
) -> None:
    """Take in materials the applicant brings, and advance: waiting items open, corrections go to their departments.

    Safe to repeat. Raises NotFoundError, NotAuthorisedError, and ApplicationClosedError once the application is
    concluded.
    """
    case = await open_by_number(session, number, actor=actor, now=now)
    await entitle(case, Verb.SUPPLEMENT, _needing(case.snapshot.network, names))
    corrections = await _corrections(case)
    if entries := applicant.materials_supplied(case.snapshot, names, actor.name, now, corrections):
        enter(case, entries)
        await advance(case)


async def request_withdrawal(
    session: AsyncSession,
    number: str,
    *,
    reason: str,
    applicant_request: str | None = None,
    actor: Actor,
    now: datetime,
) -> None:
    """Withdraw an application: every undecided assignment is stopped and its department told. Safe to repeat.

    Either the engagement gives the agent express authority to withdraw, or ``applicant_request`` names the request
    that the applicant has signed themselves, which the agent hands in. Raises NotFoundError, NotAuthorisedError, and
    ApplicationClosedError once the application is concluded.
    """
    case = await open_by_number(session, number, actor=actor, now=now)
    await entitle(case, Verb.WITHDRAW, by_request=applicant_request is not None)
    if entries := applicant.withdrawal_requested(case.snapshot, reason, applicant_request):
        enter(case, entries)
        await advance(case)


async def _corrections(case: CaseFile) -> dict[ItemCode, Sequence[str]]:
    """Look up what the notices of the items now in correction have asked for."""
    rows = await case.session.execute(_CORRECTIONS, {"id": case.id})
    return {ItemCode(row.item): row.body["materials"] for row in rows}


def _needing(network: Network, names: Sequence[str]) -> list[ItemCode] | None:
    """Find the items that need any of these materials; None when it is not known which would."""
    wanted = set(names)
    return [item.code for item in network.items if any(m.name in wanted for m in item.materials)] or None


def _around(network: Network, milestone: NodeCode) -> list[ItemCode] | None:
    """Find the items that gate a milestone or wait for it; None for a milestone that no item has to do with."""
    if milestone not in network.milestones:
        return None
    neighbours = (*network.prerequisites(milestone), *(edge.after for edge in network.dependents(milestone)))
    return [ItemCode(node) for node in neighbours if not is_milestone(node)] or None
