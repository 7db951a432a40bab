"""What agents and applicants do to an application under way: report milestones, bring materials, withdraw."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from casework.advancing import advance
from casework.casefile import Actor, open_by_number
from casework.entering import enter
from casework.entitlement import entitle
from rules.acts import applicant
from rules.catalog import ItemCode, NodeCode, is_milestone
from rules.engagement import Verb
from rules.network import Network


async def report_milestone(
    session: AsyncSession,
    number: str,
    milestone: str,
    *,
    happened_on: date | None = None,
    actor: Actor,
    now: datetime,
) -> None:
    """Report that a real-world milestone has been reached, and advance. Safe to repeat.

    Raises NotFoundError, NotAuthorisedError and what ``rules.acts.applicant.milestone_reported`` raises.
    """
    case = await open_by_number(session, number, actor=actor, now=now)
    await entitle(case, Verb.FILE, _around(case.snapshot.network, NodeCode(milestone)))
    if entries := applicant.milestone_reported(case.snapshot, NodeCode(milestone), actor.name, now, happened_on):
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
    own: bool = False,
) -> None:
    """Take in materials the applicant brings, and advance: waiting items open, corrections go to their departments.

    With ``own`` the applicant brings them in person, which no engagement has to cover.

    Safe to repeat, but for ``replace`` without the ``sha256`` that tells a document from itself: then each call is a
    new version. Raises NotFoundError, NotAuthorisedError, InvalidIntakeError, and ApplicationClosedError once the
    application is concluded.
    """
    case = await open_by_number(session, number, actor=actor, now=now)
    await entitle(case, Verb.SUPPLEMENT, needing(case.snapshot.network, names), by_request=own)
    if entries := applicant.materials_supplied(case.snapshot, names, actor.name, now, replace=replace, sha256=sha256):
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
    """Ask for an application back: departments are told to stop, and the withdrawal is confirmed (rules.withdrawal).

    Safe to repeat.
    Either the engagement gives the agent express authority to withdraw, or ``applicant_request`` names the request
    that the applicant has signed themselves, which the agent hands in. Raises NotFoundError, NotAuthorisedError, and
    ApplicationClosedError once the application is concluded.
    """
    case = await open_by_number(session, number, actor=actor, now=now)
    await entitle(case, Verb.WITHDRAW, by_request=applicant_request is not None)
    if entries := applicant.withdrawal_requested(case.snapshot, reason, now, applicant_request):
        enter(case, entries)
        await advance(case)


def needing(network: Network, names: Sequence[str]) -> list[ItemCode] | None:
    """Find the items that need any of these materials; None when it is not known which would."""
    wanted = set(names)
    return [item.code for item in network.items if any(m.name in wanted for m in item.materials)] or None


def _around(network: Network, milestone: NodeCode) -> list[ItemCode] | None:
    """Find the items that gate a milestone or wait for it; None for a milestone that no item has to do with."""
    if milestone not in network.milestones:
        return None
    neighbours = (*network.prerequisites(milestone), *(edge.after for edge in network.dependents(milestone)))
    return [ItemCode(node) for node in neighbours if not is_milestone(node)] or None
