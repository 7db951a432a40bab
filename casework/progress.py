"""What agents and applicants do to an application under way: report milestones, bring materials, withdraw."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from casework.advancing import advance, queue_message
from casework.casefile import Actor, CaseFile, open_by_number
from models import ClockEvent, Material
from rules.catalog import NodeCode
from rules.clocks import ClockEvent as ClockFact
from rules.clocks import ClockEventKind
from rules.errors import ApplicationClosedError, MilestoneNotOpenError, NotFoundError
from rules.moves import message_id
from rules.snapshot import AssignmentView, MessageView
from rules.vocabulary import ApplicationStatus, AssignmentStatus, MessageKind

_REACHED = text("""
UPDATE milestones SET reached_at = :now, reported_by = :by WHERE application_id = :id AND code = :code
""")
_CORRECTIONS = text("""
SELECT DISTINCT ON (assignment_id) assignment_id, body FROM notices
 WHERE application_id = :id AND kind = 'correction' ORDER BY assignment_id, created_at DESC
""")


async def report_milestone(session: AsyncSession, number: str, milestone: str, *, actor: Actor, now: datetime) -> None:
    """Report that a real-world milestone has been reached, and advance. Safe to repeat.

    Raises NotFoundError for a milestone the application does not have, MilestoneNotOpenError when something that
    gates it is not granted (环境影响评价法 art. 25: no construction before).
    """
    case = await open_by_number(session, number, actor=actor, now=now)
    code = NodeCode(milestone)
    if code not in case.snapshot.network.milestones:
        raise NotFoundError(f"{number} 没有里程碑 {milestone}", wanted=milestone)
    if code in case.snapshot.milestones_reached:
        return
    _require_open(case)
    if code not in case.snapshot.milestones_opened:
        raise MilestoneNotOpenError(f"{milestone} 的前置手续未齐，不得进行", milestone=milestone)
    await session.execute(_REACHED, {"now": now, "by": actor.name, "id": case.id, "code": code})
    case.snapshot = replace(case.snapshot, milestones_reached=case.snapshot.milestones_reached | {code})
    case.record("milestone.reached", item=code)
    await advance(case)


async def supply_materials(
    session: AsyncSession, number: str, names: Sequence[str], *, actor: Actor, now: datetime
) -> None:
    """Take in materials the applicant brings, and advance: waiting items open, corrections go to their departments.

    Safe to repeat. Raises ApplicationClosedError once the application is concluded.
    """
    case = await open_by_number(session, number, actor=actor, now=now)
    _require_open(case)
    new = [name for name in dict.fromkeys(names) if name not in case.snapshot.materials_provided]
    if not new:
        return
    for name in new:
        case.add(Material, application_id=case.id, name=name, provided_at=now, provided_by=actor.name)
        case.record("material.received", details={"name": name})
    provided = case.snapshot.materials_provided | frozenset(new)
    case.snapshot = replace(
        case.snapshot, materials_provided=provided, materials_asked=case.snapshot.materials_asked - provided
    )
    await _answer_corrections(case)
    await advance(case)


async def request_withdrawal(session: AsyncSession, number: str, *, reason: str, actor: Actor, now: datetime) -> None:
    """Withdraw an application: every undecided assignment is stopped and its department told. Safe to repeat.

    Raises ApplicationClosedError once the application is concluded: a granted permit is not withdrawn but cancelled.
    """
    case = await open_by_number(session, number, actor=actor, now=now)
    if case.snapshot.withdrawal_requested:
        return
    _require_open(case)
    case.snapshot = replace(case.snapshot, withdrawal_requested=True)
    case.application_changes["withdrawal_requested_at"] = now
    case.record("withdrawal.requested", reason=reason)
    await advance(case)


def _require_open(case: CaseFile) -> None:
    if case.snapshot.status in (ApplicationStatus.CONCLUDED, ApplicationStatus.DELIVERED):
        message = f"{case.number} {case.snapshot.status.zh}"
        raise ApplicationClosedError(message, application_status=case.snapshot.status)


async def _answer_corrections(case: CaseFile) -> None:
    """Resume the assignments whose whole list of missing materials has now been brought (行政许可法 art. 32(5))."""
    waiting = {v.id: v for v in case.snapshot.assignments.values() if v.status is AssignmentStatus.CORRECTION_REQUIRED}
    if not waiting:
        return
    for row in await case.session.execute(_CORRECTIONS, {"id": case.id}):
        view = waiting.get(row.assignment_id)
        if view is not None and set(row.body["materials"]) <= case.snapshot.materials_provided:
            _resume(case, view, row.body)


def _resume(case: CaseFile, view: AssignmentView, notice: dict[str, Any]) -> None:
    case.change(view.id, status=AssignmentStatus.RECEIVED)
    case.add(
        ClockEvent,
        application_id=case.id,
        assignment_id=view.id,
        kind=ClockEventKind.CORRECTION_ENDED,
        at=case.now,
        reason="",
    )
    materials = [{"name": name, "provided": True} for name in notice["materials"]]
    queue_message(case, view.id, view.department, MessageKind.MATERIALS_ADDED, body={"materials": materials})
    case.record(
        "correction.supplied",
        assignment=view.id,
        department=view.department,
        item=view.item,
        before=view.status,
        after=AssignmentStatus.RECEIVED,
        details={"materials": notice["materials"]},
    )
    resumed = replace(
        view,
        status=AssignmentStatus.RECEIVED,
        clock=(*view.clock, ClockFact(ClockEventKind.CORRECTION_ENDED, case.now)),
    )
    message = MessageView(
        message_id(view.id, MessageKind.MATERIALS_ADDED), view.id, MessageKind.MATERIALS_ADDED, view.department
    )
    case.snapshot = replace(
        case.snapshot,
        assignments={**case.snapshot.assignments, view.item: resumed},
        messages=(*case.snapshot.messages, message),
    )
