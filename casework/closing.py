"""Confirm the receipt of everything (签收), object, answer, and close (结案)."""

from datetime import datetime
from typing import cast
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from casework.advancing import advance
from casework.casefile import Actor, CaseFile, open_by_number
from casework.entering import enter
from casework.entitlement import entitle
from rules.acts import confirming
from rules.catalog import ItemCode
from rules.delivery.record import ObjectionKind
from rules.engagement import Verb
from rules.entries import Entry
from rules.errors import RefusedOnRecordError

_RAISED = text("SELECT count(*) FROM objections WHERE application_id = :id")


async def confirm(
    session: AsyncSession, number: str, *, receipt: str | None = None, actor: Actor, now: datetime
) -> None:
    """Record that the applicant has everything; it closes at once unless something else is open. Safe to repeat.

    An agent hands in the ``receipt`` that the applicant has signed; without one it is the applicant's own word. Raises
    NotFoundError, NotAuthorisedError, NotAllowedNowError before everything is delivered.
    """
    case = await open_by_number(session, number, actor=actor, now=now)
    if receipt is not None:
        await entitle(case, Verb.SIGN_FOR_RECEIPT, by_request=True)
    enter(case, confirming.confirmed(case.snapshot, now, receipt))
    await advance(case)


async def object_to(
    session: AsyncSession,
    number: str,
    kind: ObjectionKind,
    reason: str,
    item: str | None = None,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Record an objection: what was delivered or closed is open again. Raises NotFoundError, NotAllowedNowError."""
    case = await open_by_number(session, number, actor=actor, now=now)
    serial = int(await session.scalar(_RAISED, {"id": case.id}) or 0) + 1
    about = ItemCode(item) if item else None
    enter(case, confirming.objected(case.snapshot, kind, reason, about, actor.name, now, serial))
    await advance(case)


async def answer(
    session: AsyncSession, number: str, objection: UUID, words: str, *, actor: Actor, now: datetime
) -> None:
    """Answer an objection; the applicant may object again. Raises NotFoundError."""
    case = await open_by_number(session, number, actor=actor, now=now)
    enter(case, confirming.answered(case.snapshot, objection, words, actor.name, now))
    await advance(case)


async def close(session: AsyncSession, number: str, *, actor: Actor, now: datetime) -> None:
    """Close an application. Safe to repeat.

    Raises NotFoundError, and ClosureRefusedError after entering the attempt: whoever catches it lets the transaction
    commit.
    """
    case = await open_by_number(session, number, actor=actor, now=now)
    try:
        enter(case, confirming.closing_requested(case.snapshot, now))
    except RefusedOnRecordError as refusal:
        await _keep(case, cast(tuple[Entry, ...], refusal.entries))
        raise
    await advance(case)


async def _keep(case: CaseFile, entries: tuple[Entry, ...]) -> None:
    enter(case, entries)
    await advance(case)
