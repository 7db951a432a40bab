"""Let an application go first (绿色通道), and in its turn again."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from casework.advancing import advance
from casework.casefile import Actor, CaseFile, open_by_number
from casework.entering import enter
from casework.entitlement import entitle
from rules.acts import priority
from rules.engagement import Verb
from rules.snapshot import GreenChannel


async def open_green_channel(
    session: AsyncSession, number: str, *, authority: str, document: str, reason: str, actor: Actor, now: datetime
) -> None:
    """Put an application first in its departments' queues, by whose decision and why. Locks the application row.

    Raises NotFoundError, NotAuthorisedError, ApplicationClosedError, NotAllowedNowError where it goes first already.
    """
    case = await _of_agent(session, number, actor, now)
    enter(case, priority.opened(case.snapshot, GreenChannel(authority, document, reason, now), now))
    await advance(case)


async def end_green_channel(session: AsyncSession, number: str, *, reason: str, actor: Actor, now: datetime) -> None:
    """Let an application go in its turn again. Raises NotFoundError, NotAuthorisedError, NotAllowedNowError."""
    case = await _of_agent(session, number, actor, now)
    enter(case, priority.ended(case.snapshot, reason))
    await advance(case)


async def _of_agent(session: AsyncSession, number: str, actor: Actor, now: datetime) -> CaseFile:
    case = await open_by_number(session, number, actor=actor, now=now)
    await entitle(case, Verb.FILE, [item.code for item in case.snapshot.network.items])
    return case
