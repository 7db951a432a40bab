"""What agents and applicants do to an application under way: report milestones, bring materials, withdraw."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from casework.advancing import advance
from casework.casefile import Actor, open_by_number
from casework.entering import enter
from rules.acts import applicant
from rules.catalog import NodeCode


async def report_milestone(session: AsyncSession, number: str, milestone: str, *, actor: Actor, now: datetime) -> None:
    """Report that a real-world milestone has been reached, and advance. Safe to repeat.

    Raises NotFoundError and what ``rules.acts.applicant.milestone_reported`` raises.
    """
    case = await open_by_number(session, number, actor=actor, now=now)
    if entries := applicant.milestone_reported(case.snapshot, NodeCode(milestone), actor.name):
        enter(case, entries)
        await advance(case)


async def supply_materials(
    session: AsyncSession,
    number: str,
    names: Sequence[str],
    *,
    actor: Actor,
    now: datetime,
    replace: bool = False,
    sha256: Mapping[str, str] | None = None,
) -> None:
    """Take in materials the applicant brings, and advance: waiting items open, corrections go to their departments.

    Safe to repeat, but for ``replace`` without the ``sha256`` that tells a document from itself: then each call is a
    new version. Raises NotFoundError, InvalidIntakeError, and ApplicationClosedError once the application is
    concluded.
    """
    case = await open_by_number(session, number, actor=actor, now=now)
    if entries := applicant.materials_supplied(case.snapshot, names, actor.name, now, replace=replace, sha256=sha256):
        enter(case, entries)
        await advance(case)


async def request_withdrawal(session: AsyncSession, number: str, *, reason: str, actor: Actor, now: datetime) -> None:
    """Withdraw an application: every undecided assignment is stopped and its department told. Safe to repeat.

    Raises NotFoundError, and ApplicationClosedError once the application is concluded.
    """
    case = await open_by_number(session, number, actor=actor, now=now)
    if entries := applicant.withdrawal_requested(case.snapshot, reason):
        enter(case, entries)
        await advance(case)
