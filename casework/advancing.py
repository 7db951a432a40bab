"""Advance an application: apply every consequence that is due inside, and hand the rest to the flow.

This is the one way an application moves. Whoever has changed a case file (a department's decision, a milestone, a
timer, the flow itself) ends with ``advance`` in the same transaction, so the legal state is never late.
"""

from collections.abc import Callable
from types import MappingProxyType
from typing import Any, Final

from casework import outbox, writing
from casework.casefile import CaseFile
from models import Assignment, ClockEvent, DepartmentMessage, Material, Milestone, Notice
from rules.clocks import ClockEventKind, Light, reading
from rules.moves import (
    AskMaterials,
    BeginApproval,
    BlockItem,
    CancelAssignment,
    Conclude,
    OpenAssignment,
    OpenGate,
    ReleaseDecision,
    ShowLight,
    applied,
    assignment_id,
    message_id,
    notice_id,
    notice_of_materials,
    reminds,
)
from rules.planner import Plan, plan
from rules.vocabulary import ApplicationStatus, AssignmentStatus, MessageKind, NoticeKind


async def advance(case: CaseFile, *, announce: bool = True) -> Plan:
    """Apply the inside moves that are due, write the case file, and announce what is left to do outside.

    ``announce`` is False for the application's own flow and its tasks: the flow looks again after each of them, so it
    needs no waking.
    """
    while (current := plan(case.snapshot, case.now)).inside:
        for move in current.inside:
            _PERSIST[type(move)](case, move)
            case.snapshot = applied(case.snapshot, move)
    changed = bool(case.rows or case.assignment_changes or case.application_changes)
    complete = current.outcome is not None
    wake = announce and bool(current.outside or (complete and not case.complete))
    if changed or wake:
        # A wake-up needs a revision of its own even when only time has passed: the flow has seen the last one.
        case.revision += 1
    case.application_changes.update(next_timer=current.next_timer, complete=complete)
    await writing.write(case)
    if wake:
        await outbox.enqueue_wake(case.session, case.id, case.revision)
    if changed:
        await outbox.enqueue_mirror(case.session, case.id, case.revision)
    return current


def _persist_begin(case: CaseFile, _move: BeginApproval) -> None:
    case.application_changes["status"] = ApplicationStatus.IN_APPROVAL
    case.record("approval.begun", before=case.snapshot.status, after=ApplicationStatus.IN_APPROVAL)


def _persist_open(case: CaseFile, move: OpenAssignment) -> None:
    id_ = assignment_id(case.number, move.item, 1)
    _add_assignment(case, id_, move.item, move.department, AssignmentStatus.OPENED, move.awaits)
    queue_message(case, id_, move.department, MessageKind.DISPATCHED)
    case.record(
        "assignment.opened",
        assignment=id_,
        department=move.department,
        item=move.item,
        after=AssignmentStatus.OPENED,
        details={"awaits": list(move.awaits)} if move.awaits else None,
    )


def _persist_block(case: CaseFile, move: BlockItem) -> None:
    id_ = assignment_id(case.number, move.item, 1)
    _add_assignment(case, id_, move.item, move.department, AssignmentStatus.BLOCKED, (), ended=True)
    case.record(
        "assignment.blocked",
        assignment=id_,
        department=move.department,
        item=move.item,
        after=AssignmentStatus.BLOCKED,
        reason=move.because,
    )


def _add_assignment(
    case: CaseFile, id_: Any, item: str, department: str, status: str, awaits: tuple[str, ...], *, ended: bool = False
) -> None:
    case.add(
        Assignment,
        id=id_,
        application_id=case.id,
        catalog_version=case.catalog_version,
        item=item,
        department=department,
        round=1,
        status=status,
        light=Light.GREEN,
        awaits=list(awaits),
        opened_at=case.now,
        ended_at=case.now if ended else None,
    )


def _persist_cancel(case: CaseFile, move: CancelAssignment) -> None:
    view = case.snapshot.assignments[move.item]
    case.change(view.id, status=move.becomes, awaits=[], ended_at=case.now)
    case.add(
        ClockEvent,
        application_id=case.id,
        assignment_id=view.id,
        kind=ClockEventKind.STOPPED,
        at=case.now,
        reason=move.because,
    )
    case.void_messages.add(view.id)
    queue_message(case, view.id, view.department, MessageKind.CANCELLED, body={"reason": move.because})
    case.record(
        f"assignment.{move.becomes}",
        assignment=view.id,
        department=view.department,
        item=move.item,
        before=view.status,
        after=move.becomes,
        reason=move.because,
    )


def _persist_release(case: CaseFile, move: ReleaseDecision) -> None:
    view = case.snapshot.assignments[move.item]
    case.change(view.id, awaits=[])
    queue_message(case, view.id, view.department, MessageKind.PREREQUISITES_MET, body={"awaits": []})
    case.record(
        "prerequisites.met",
        assignment=view.id,
        department=view.department,
        item=move.item,
        details={"items": list(view.awaits)},
    )


def _persist_ask(case: CaseFile, move: AskMaterials) -> None:
    for name in move.materials:
        case.add(Material, application_id=case.id, name=name, asked_at=case.now)
    queue_notice(
        case,
        notice_of_materials(case.number, move.materials),
        NoticeKind.MATERIALS_MISSING,
        "请一次性补齐下列材料",
        {"materials": list(move.materials)},
    )


def _persist_gate(case: CaseFile, move: OpenGate) -> None:
    case.add(Milestone, application_id=case.id, code=move.milestone, opened_at=case.now)
    queue_notice(
        case,
        notice_id(case.number, NoticeKind.GATE_OPENED, move.milestone),
        NoticeKind.GATE_OPENED,
        GATE_TITLES.get(move.milestone, f"{move.milestone} 的前置手续已齐"),
        {"milestone": move.milestone},
    )
    case.record("gate.opened", item=move.milestone)


GATE_TITLES: Final = MappingProxyType(
    {
        "#START": "开工前置手续已齐，可以开工",
        "#DONE": "项目已开工，完工后请代办员报告",
        "#OPER": "投产（开业）前置手续已齐，可以投产（开业）",
    }
)


def _persist_light(case: CaseFile, move: ShowLight) -> None:
    view = case.snapshot.assignments[move.item]
    case.change(view.id, light=move.light)
    shown = applied(case.snapshot, move).assignments[move.item]
    if reminds(shown):
        item = case.snapshot.network.item(move.item)
        due = reading(item.legal, item.promised, view.clock, case.now).promised_due
        body = {"light": move.light, **({"due_on": due.isoformat()} if due else {})}
        queue_message(case, view.id, view.department, MessageKind.REMINDED, serial=move.serial, body=body)
    case.record(
        f"light.{move.light}",
        assignment=view.id,
        department=view.department,
        item=move.item,
        before=view.light,
        after=move.light,
    )


def _persist_conclude(case: CaseFile, move: Conclude) -> None:
    case.application_changes.update(status=ApplicationStatus.CONCLUDED, outcome=move.outcome, concluded_at=case.now)
    views = case.snapshot.assignments.values()
    results = {view.item: view.status.value for view in views}
    queue_notice(
        case,
        notice_id(case.number, NoticeKind.RESULT, ""),
        NoticeKind.RESULT,
        f"申请已办结：{move.outcome.zh}",
        {"outcome": move.outcome, "results": results},
    )
    case.record(
        "application.concluded",
        before=case.snapshot.status,
        after=move.outcome,
        details={"results": results},
    )


def queue_message(
    case: CaseFile,
    assignment: Any,
    department: str,
    kind: MessageKind,
    *,
    serial: str = "",
    body: dict[str, Any] | None = None,
) -> None:
    """Queue a message to a department; the flow delivers it."""
    case.message_count += 1
    case.add(
        DepartmentMessage,
        id=message_id(assignment, kind, serial),
        application_id=case.id,
        assignment_id=assignment,
        department=department,
        kind=kind,
        serial=(case.revision + 1) * 1000 + case.message_count,
        body=body or {},
        created_at=case.now,
    )


def queue_notice(
    case: CaseFile, id_: Any, kind: NoticeKind, title: str, body: dict[str, Any], *, assignment: Any = None
) -> None:
    """Queue a notice to the applicant; the flow delivers it."""
    case.add(
        Notice,
        id=id_,
        application_id=case.id,
        assignment_id=assignment,
        kind=kind,
        title=title,
        body=body,
        created_at=case.now,
    )
    case.record(f"notice.{kind}", assignment=assignment, details=body)


_PERSIST: Final[MappingProxyType[type[Any], Callable[[CaseFile, Any], None]]] = MappingProxyType(
    {
        BeginApproval: _persist_begin,
        OpenAssignment: _persist_open,
        BlockItem: _persist_block,
        CancelAssignment: _persist_cancel,
        ReleaseDecision: _persist_release,
        AskMaterials: _persist_ask,
        OpenGate: _persist_gate,
        ShowLight: _persist_light,
        Conclude: _persist_conclude,
    }
)
