"""Bring results to the applicant by window, post or agent, and record what shows it (送达)."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from casework.advancing import advance
from casework.casefile import Actor, open_by_number
from casework.entering import enter
from casework.entitlement import entitle
from rules.acts import handing
from rules.catalog import ItemCode
from rules.delivery.record import DeliveryChannel
from rules.engagement import Verb
from rules.entries import Entry
from rules.snapshot import ApplicationSnapshot


async def send(
    session: AsyncSession, number: str, item: str, evidence: Mapping[str, Any], *, actor: Actor, now: datetime
) -> None:
    """Record that a result has been posted or given to the agent. Raises as ``rules.acts.handing.sent``, NotFoundError,
    NotAuthorisedError.
    """
    await _hand(session, number, item, actor, now, lambda snapshot: handing.sent(snapshot, ItemCode(item), evidence))


async def deliver(
    session: AsyncSession, number: str, item: str, evidence: Mapping[str, Any], *, actor: Actor, now: datetime
) -> None:
    """Record that a result has arrived, with its evidence. Raises as ``rules.acts.handing.delivered``."""
    await _hand(
        session, number, item, actor, now, lambda snapshot: handing.delivered(snapshot, ItemCode(item), evidence, now)
    )


async def fail(session: AsyncSession, number: str, item: str, reason: str, *, actor: Actor, now: datetime) -> None:
    """Record that a result came back: it is still owed. Raises as ``rules.acts.handing.failed``."""
    await _hand(
        session, number, item, actor, now, lambda snapshot: handing.failed(snapshot, ItemCode(item), reason, now)
    )


async def retry(
    session: AsyncSession,
    number: str,
    item: str,
    channel: DeliveryChannel,
    address: str | None,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Begin another attempt. Raises as ``rules.acts.handing.again``."""
    await _hand(
        session,
        number,
        item,
        actor,
        now,
        lambda snapshot: handing.again(snapshot, ItemCode(item), channel, address, now),
    )


async def _hand(
    session: AsyncSession,
    number: str,
    item: str,
    actor: Actor,
    now: datetime,
    act: Callable[[ApplicationSnapshot], tuple[Entry, ...]],
) -> None:
    case = await open_by_number(session, number, actor=actor, now=now)
    case.snapshot.network.item(item)
    await entitle(case, Verb.RECEIVE_DOCUMENTS, [ItemCode(item)])
    enter(case, act(case.snapshot))
    await advance(case)
