"""What an applicant has to say in a procedure: that they want a hearing (听证), or why a permit should stay
(申辩), or that they want it no longer (注销)."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from casework.advancing import advance
from casework.casefile import Actor, CaseFile, open_by_number
from casework.department_events import publish_at_once
from casework.entering import enter
from casework.entitlement import entitle
from rules.acts import cancelling, hearings, speaking
from rules.catalog import ItemCode
from rules.engagement import Verb
from rules.entries import Entry
from rules.errors import NotFoundError
from rules.snapshot import AssignmentView


async def request_hearing(
    session: AsyncSession, number: str, item: str, *, by: str, actor: Actor, now: datetime
) -> None:
    """Hand in that somebody who was told of the right wants a hearing; the department must organise it.

    The request is theirs, so no engagement has to cover it. Locks the application row. Raises NotFoundError, and
    NotAllowedNowError untold, too late, or again.
    """

    def entries(case: CaseFile, view: AssignmentView) -> tuple[Entry, ...]:
        return hearings.applied_for(case.snapshot, view, by, now)

    await _hand_in(session, number, item, entries, actor, now)


async def state_case(
    session: AsyncSession, number: str, item: str, *, statement: str, by: str, actor: Actor, now: datetime
) -> None:
    """Hand in what the holder of a permit has to say against its revocation, or against its being struck off.

    Raises as ``request_hearing`` does.
    """

    def entries(_case: CaseFile, view: AssignmentView) -> tuple[Entry, ...]:
        return speaking.stated(view, statement, by, now)

    await _hand_in(session, number, item, entries, actor, now)


async def request_cancellation(
    session: AsyncSession,
    number: str,
    item: str,
    *,
    reason: str,
    by: str,
    applicant_request: str | None = None,
    actor: Actor,
    now: datetime,
) -> None:
    """Hand in that the holder of a permit wants it struck off (注销); the department decides.

    As with withdrawing, a right is given up: either the engagement gives the agent express authority to withdraw, or
    ``applicant_request`` names the request that the holder has signed. Raises NotAuthorisedError and as
    ``request_hearing`` does.
    """

    def entries(_case: CaseFile, view: AssignmentView) -> tuple[Entry, ...]:
        return cancelling.requested(view, reason, by, now, applicant_request)

    await _hand_in(session, number, item, entries, actor, now, Verb.WITHDRAW, own=applicant_request is not None)


async def _hand_in(
    session: AsyncSession,
    number: str,
    item: str,
    entries: Callable[[CaseFile, AssignmentView], tuple[Entry, ...]],
    actor: Actor,
    now: datetime,
    verb: Verb = Verb.FILE,
    *,
    own: bool = True,
) -> None:
    case = await open_by_number(session, number, actor=actor, now=now)
    view = case.snapshot.assignments.get(ItemCode(item))
    if view is None:
        raise NotFoundError(f"{number} 的事项 {item} 尚未申报", item=item)
    await entitle(case, verb, [view.item], by_request=own)
    enter(case, entries(case, view))
    if case.complete:
        publish_at_once(case)
    await advance(case)
