"""Enter what the rules say in a case file: in its snapshot, and in the rows that will be written."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from casework.casefile import CaseFile
from models import (
    Assignment,
    ClockEvent,
    Decision,
    DepartmentMessage,
    JointExtension,
    Material,
    Milestone,
    Notice,
)
from rules.clocks import Light
from rules.entries import (
    Assigned,
    Clocked,
    Decided,
    DispatchArrived,
    Entry,
    JointExtended,
    MaterialReceived,
    MaterialsAsked,
    MessageQueued,
    MessagesVoided,
    MilestoneOpened,
    MilestoneReached,
    NoticeQueued,
    Revised,
    StatusSet,
    Step,
    WithdrawalRequested,
    entered,
)
from rules.identifiers import message_id
from rules.vocabulary import ApplicationStatus


def enter(case: CaseFile, entries: tuple[Entry, ...]) -> None:
    """Enter everything in order; what is written is what the snapshot then shows."""
    for entry in entries:
        case.snapshot = entered(case.snapshot, entry)
        _KEEP[type(entry)](case, entry)


def _assigned(case: CaseFile, entry: Assigned) -> None:
    view = entry.view
    case.add(
        Assignment,
        id=view.id,
        application_id=case.id,
        catalog_version=case.catalog_version,
        item=view.item,
        department=view.department,
        round=view.round,
        status=view.status,
        light=Light.GREEN,
        provisional=False,
        reminded=False,
        awaits=list(view.awaits),
        opened_at=case.now,
        ended_at=case.now if view.status.final else None,
    )


def _revised(case: CaseFile, entry: Revised) -> None:
    view = case.snapshot.assignments[entry.item]
    changes = {name: list(value) if isinstance(value, tuple) else value for name, value in entry.changes.items()}
    if "status" in changes:
        changes["ended_at"] = case.now if view.status.final else None
    case.change(view.id, **changes)


def _clocked(case: CaseFile, entry: Clocked) -> None:
    event = entry.event
    case.add(
        ClockEvent,
        application_id=case.id,
        assignment_id=case.snapshot.assignments[entry.item].id,
        kind=event.kind,
        at=event.at,
        days=event.days,
        reason=event.reason,
    )


def _decided(case: CaseFile, entry: Decided) -> None:
    case.add(
        Decision,
        assignment_id=case.snapshot.assignments[entry.item].id,
        kind=entry.kind,
        document_number=entry.document_number,
        reason=entry.reason,
        legal_basis=entry.legal_basis,
        handler=entry.handler,
        decided_at=entry.decided_at,
        recorded_at=case.now,
        source=case.actor.name,
    )


def _message_queued(case: CaseFile, entry: MessageQueued) -> None:
    view = case.snapshot.assignments[entry.item]
    case.message_count += 1
    case.add(
        DepartmentMessage,
        id=message_id(view.id, entry.kind, entry.serial),
        application_id=case.id,
        assignment_id=view.id,
        department=view.department,
        kind=entry.kind,
        serial=(case.revision + 1) * 1000 + case.message_count,
        body=dict(entry.body),
        created_at=case.now,
    )


def _dispatch_arrived(case: CaseFile, entry: DispatchArrived) -> None:
    case.arrived.add(case.snapshot.assignments[entry.item].id)


def _messages_voided(case: CaseFile, entry: MessagesVoided) -> None:
    view = case.snapshot.assignments[entry.item]
    case.void_messages.add(view.id)


def _notice_queued(case: CaseFile, entry: NoticeQueued) -> None:
    case.add(
        Notice,
        id=entry.id,
        application_id=case.id,
        assignment_id=case.snapshot.assignments[entry.item].id if entry.item else None,
        kind=entry.kind,
        title=entry.title,
        body=dict(entry.body),
        created_at=case.now,
    )


def _materials_asked(case: CaseFile, entry: MaterialsAsked) -> None:
    for name in entry.names:
        case.add(Material, application_id=case.id, name=name, asked_at=case.now)


def _material_received(case: CaseFile, entry: MaterialReceived) -> None:
    case.add(Material, application_id=case.id, name=entry.name, provided_at=case.now, provided_by=entry.by)


def _milestone_opened(case: CaseFile, entry: MilestoneOpened) -> None:
    case.add(Milestone, application_id=case.id, code=entry.code, opened_at=case.now)


def _milestone_reached(case: CaseFile, entry: MilestoneReached) -> None:
    case.milestones_reached[entry.code] = entry.by


def _status_set(case: CaseFile, entry: StatusSet) -> None:
    case.application_changes["status"] = entry.status
    if entry.outcome is not None:
        case.application_changes["outcome"] = entry.outcome
    if entry.status is ApplicationStatus.CONCLUDED:
        case.application_changes["concluded_at"] = case.now
    elif entry.status is ApplicationStatus.DELIVERED:
        case.application_changes["delivered_at"] = case.now


def _withdrawal_requested(case: CaseFile, _entry: WithdrawalRequested) -> None:
    case.application_changes["withdrawal_requested_at"] = case.now


def _step(case: CaseFile, entry: Step) -> None:
    view = case.snapshot.assignments.get(entry.item) if entry.item else None  # type: ignore[call-overload]
    case.record(
        entry.kind,
        assignment=view.id if view else None,
        department=view.department if view else None,
        item=entry.item,
        before=entry.before,
        after=entry.after,
        reason=entry.reason,
        details=entry.details,
    )


def _joint_extended(case: CaseFile, entry: JointExtended) -> None:
    case.add(
        JointExtension,
        application_id=case.id,
        stage=entry.stage,
        days=entry.days,
        approver=entry.approver,
        reason=entry.reason,
        at=case.now,
    )


_KEEP: Final[Mapping[type, Callable[[CaseFile, Any], None]]] = MappingProxyType(
    {
        Assigned: _assigned,
        Revised: _revised,
        Clocked: _clocked,
        Decided: _decided,
        MessageQueued: _message_queued,
        DispatchArrived: _dispatch_arrived,
        MessagesVoided: _messages_voided,
        NoticeQueued: _notice_queued,
        MaterialsAsked: _materials_asked,
        MaterialReceived: _material_received,
        MilestoneOpened: _milestone_opened,
        MilestoneReached: _milestone_reached,
        StatusSet: _status_set,
        WithdrawalRequested: _withdrawal_requested,
        Step: _step,
        JointExtended: _joint_extended,
    }
)
