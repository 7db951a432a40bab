"""Joint reviews and joint inspections: summon the departments once, record what came of it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from casework.advancing import advance
from casework.casefile import Actor, CaseFile, open_by_number
from casework.entering import enter
from rules.acts import sessions
from rules.acts.sessions import Proceedings, Summons
from rules.entries import Entry
from rules.errors import ForbiddenError, NotFoundError
from rules.joint_session import SessionView
from rules.vocabulary import SessionKind, SessionStatus

_NEXT = text("SELECT coalesce(max(serial), 0) + 1 FROM joint_sessions WHERE application_id = :id")
_ONE = text("""
SELECT id, serial, kind, status, stage, lead, items, departments, held_items, scheduled_at, planned_at, place, agenda
  FROM joint_sessions WHERE application_id = :id AND serial = :serial
""")


async def schedule(
    session: AsyncSession, number: str, summons: Summons, *, by: str | None = None, actor: Actor, now: datetime
) -> int:
    """Summon the departments to a joint session; return its serial within the application.

    ``by`` is the department that acts, which must lead the stage; None for an agent. Raises NotFoundError,
    ForbiddenError, InvalidSessionError, ApplicationClosedError.
    """
    case = await open_by_number(session, number, actor=actor, now=now)
    lead = next((stage.lead for stage in case.snapshot.network.stages if stage.code == summons.stage), None)
    _require_lead(by, lead)
    serial = int((await session.execute(_NEXT, {"id": case.id})).scalar_one())
    enter(case, sessions.scheduled(case.snapshot, serial, summons, now))
    await advance(case)
    return serial


async def hold(
    session: AsyncSession,
    number: str,
    serial: int,
    proceedings: Proceedings,
    *,
    by: str | None = None,
    actor: Actor,
    now: datetime,
) -> None:
    """Record a session that was held. Raises as ``schedule`` does, NotAllowedNowError for one that is over."""

    def entries(case: CaseFile, view: SessionView) -> tuple[Entry, ...]:
        return sessions.held(case.snapshot, view, proceedings, now)

    await _act(session, number, serial, entries, by=by, actor=actor, now=now)


async def cancel(
    session: AsyncSession,
    number: str,
    serial: int,
    reason: str,
    *,
    by: str | None = None,
    actor: Actor,
    now: datetime,
) -> None:
    """Call a session off. Raises as ``hold`` does."""

    def entries(case: CaseFile, view: SessionView) -> tuple[Entry, ...]:
        return sessions.cancelled(case.snapshot, view, reason, now)

    await _act(session, number, serial, entries, by=by, actor=actor, now=now)


async def _act(
    session: AsyncSession,
    number: str,
    serial: int,
    entries: Callable[[CaseFile, SessionView], tuple[Entry, ...]],
    *,
    by: str | None,
    actor: Actor,
    now: datetime,
) -> None:
    case = await open_by_number(session, number, actor=actor, now=now)
    row = (await session.execute(_ONE, {"id": case.id, "serial": serial})).mappings().one_or_none()
    if row is None:
        raise NotFoundError(f"{number} 没有第 {serial} 次联合审查（踏勘）", wanted=serial)
    view = _view(dict(row))
    _require_lead(by, view.lead)
    enter(case, entries(case, view))
    await advance(case)


def _require_lead(by: str | None, lead: str | None) -> None:
    if by is not None and by != lead:
        raise ForbiddenError(f"{by} 不是该阶段的牵头部门", lead=lead)


def _view(row: dict[str, Any]) -> SessionView:
    lists = {name: tuple(row[name]) for name in ("items", "departments", "held_items")}
    words = {"kind": SessionKind(row["kind"]), "status": SessionStatus(row["status"]), "id": UUID(str(row["id"]))}
    return SessionView(**{**row, **lists, **words})
