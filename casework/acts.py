"""What each act of a department writes into the case file."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from casework.advancing import queue_notice
from casework.casefile import CaseFile
from models import ClockEvent, Decision, Material
from rules.clocks import ClockEvent as ClockFact
from rules.clocks import ClockEventKind, reading
from rules.errors import InvalidEventError, NotAllowedNowError, PrerequisitesOpenError
from rules.moves import notice_id
from rules.snapshot import AssignmentView, NoticeView
from rules.vocabulary import AssignmentStatus, DecisionKind, DepartmentAct, NoticeKind
from rules.workdays import local_date

if TYPE_CHECKING:
    from casework.department_events import Event


def _fact(
    case: CaseFile,
    view: AssignmentView,
    kind: ClockEventKind,
    at: datetime,
    *,
    days: int | None = None,
    reason: str = "",
) -> AssignmentView:
    case.add(ClockEvent, application_id=case.id, assignment_id=view.id, kind=kind, at=at, days=days, reason=reason)
    return replace(view, clock=(*view.clock, ClockFact(kind, at, days, reason)))


def _step(case: CaseFile, view: AssignmentView, kind: str, event: "Event", after: AssignmentStatus) -> AssignmentView:
    case.record(
        kind,
        assignment=view.id,
        department=view.department,
        item=view.item,
        before=view.status,
        after=after,
        reason=event.details.get("reason"),
        details={"occurred_at": event.occurred_at.isoformat(), **event.details},
    )
    changes: dict[str, Any] = {"status": after} if after is not view.status else {}
    if handler := event.details.get("handler"):
        changes["handler"] = handler
    if changes:
        case.change(view.id, **changes)
    return replace(view, status=after)


def _occurred(view: AssignmentView, kind: ClockEventKind) -> bool:
    return any(fact.kind is kind for fact in view.clock)


def _accepted(case: CaseFile, view: AssignmentView, event: "Event", after: AssignmentStatus) -> AssignmentView:
    view = _accept(case, view, event.occurred_at)
    return _step(case, view, "acceptance.granted", event, after)


def _accept(case: CaseFile, view: AssignmentView, at: datetime) -> AssignmentView:
    if _occurred(view, ClockEventKind.ACCEPTED):
        return view
    if view.status is AssignmentStatus.CORRECTION_REQUIRED:
        view = _fact(case, view, ClockEventKind.CORRECTION_ENDED, at)
    return _fact(case, view, ClockEventKind.ACCEPTED, at)


def _claimed(case: CaseFile, view: AssignmentView, event: "Event", after: AssignmentStatus) -> AssignmentView:
    return _step(case, view, "review.started", event, after)


def _correction(case: CaseFile, view: AssignmentView, event: "Event", after: AssignmentStatus) -> AssignmentView:
    """Ask for corrections once (行政许可法 art. 32(4), 72(4)): a second notice is refused."""
    if _occurred(view, ClockEventKind.CORRECTION_STARTED):
        message = "补正只能一次性告知，不得再次要求补正（行政许可法第三十二条、第七十二条）"
        raise NotAllowedNowError(message, assignment_status=view.status, act=event.act)
    missing = list(dict.fromkeys(event.details["missing"]))
    view = _fact(case, view, ClockEventKind.CORRECTION_STARTED, event.occurred_at)
    for name in missing:
        case.add(Material, application_id=case.id, name=name, asked_at=case.now)
    notice = notice_id(case.number, NoticeKind.CORRECTION, str(view.id))
    body = {"item": view.item, "materials": missing, "reason": event.details.get("reason", "")}
    queue_notice(case, notice, NoticeKind.CORRECTION, "一次性补正告知书", body, assignment=view.id)
    case.snapshot = replace(
        case.snapshot,
        # What the applicant had brought and must bring again does not count as brought any more.
        materials_provided=case.snapshot.materials_provided - frozenset(missing),
        materials_asked=case.snapshot.materials_asked | frozenset(missing),
        notices=(*case.snapshot.notices, NoticeView(notice, NoticeKind.CORRECTION)),
    )
    return _step(case, view, "correction.noticed", event, after)


def _hold_started(case: CaseFile, view: AssignmentView, event: "Event", after: AssignmentStatus) -> AssignmentView:
    procedure = f"{event.details['procedure']} {event.details.get('reason', '')}".strip()
    days = event.details["days"]
    view = _fact(case, view, ClockEventKind.HOLD_STARTED, event.occurred_at, days=days, reason=procedure)
    return _step(case, view, "special_procedure.opened", event, after)


def _hold_ended(case: CaseFile, view: AssignmentView, event: "Event", after: AssignmentStatus) -> AssignmentView:
    started = max((f.at for f in view.clock if f.kind is ClockEventKind.HOLD_STARTED), default=event.occurred_at)
    if event.occurred_at < started:
        # Sorted by time the end would come first, and the hold would stop the clock for good.
        message = f"特别程序的结束时间 {event.occurred_at.isoformat()} 早于开始时间 {started.isoformat()}"
        raise InvalidEventError(message, time=event.occurred_at.isoformat(), started=started.isoformat())
    view = _fact(case, view, ClockEventKind.HOLD_ENDED, event.occurred_at)
    return _step(case, view, "special_procedure.closed", event, after)


def _extension(case: CaseFile, view: AssignmentView, event: "Event", after: AssignmentStatus) -> AssignmentView:
    """Extend the limit once, before it has passed, by no more than the item's law allows (行政许可法 art. 42)."""
    item = case.snapshot.network.item(view.item)
    allowed, days = item.legal.extension, event.details["days"]
    due = reading(item.legal, item.promised, view.clock, event.occurred_at).legal_due
    if due is not None and local_date(event.occurred_at) > due:
        message = f"法定时限 {due.isoformat()} 已过，不能再延期（行政许可法第四十二条）"
        raise NotAllowedNowError(message, assignment_status=view.status, act=event.act, legal_due=due.isoformat())
    if _occurred(view, ClockEventKind.EXTENDED) or days > allowed:
        message = f"延期只能一次，且不得超过 {allowed} 日（行政许可法第四十二条）"
        raise NotAllowedNowError(message, assignment_status=view.status, act=event.act, allowed_days=allowed)
    reason = event.details["reason"]
    view = _fact(case, view, ClockEventKind.EXTENDED, event.occurred_at, days=days, reason=reason)
    return _step(case, view, "extension.granted", event, after)


def _decided(case: CaseFile, view: AssignmentView, event: "Event", _after: AssignmentStatus) -> AssignmentView:
    """Enter the one final decision; a grant must wait for the items it awaits (typed edge H)."""
    kind = DecisionKind(event.details["decision"])
    if kind is DecisionKind.GRANT and view.awaits:
        message = f"前置事项尚未办结：{'、'.join(view.awaits)}"
        raise PrerequisitesOpenError(message, awaits=list(view.awaits))
    view = _accept(case, view, event.occurred_at)
    view = _fact(case, view, ClockEventKind.STOPPED, event.occurred_at)
    case.add(
        Decision,
        assignment_id=view.id,
        kind=kind,
        document_number=event.details.get("document_number"),
        reason=event.details.get("reason"),
        legal_basis=event.details.get("legal_basis"),
        handler=event.details.get("handler"),
        decided_at=event.occurred_at,
        recorded_at=case.now,
        source=case.actor.name,
    )
    case.change(view.id, awaits=[], ended_at=case.now)
    case.void_messages.add(view.id)
    case.snapshot = replace(case.snapshot, messages=tuple(m for m in case.snapshot.messages if m.assignment != view.id))
    after = AssignmentStatus.GRANTED if kind is DecisionKind.GRANT else AssignmentStatus.REFUSED
    return _step(case, replace(view, awaits=()), f"decision.{kind}", event, after)


def _note(case: CaseFile, view: AssignmentView, event: "Event", after: AssignmentStatus) -> AssignmentView:
    return _step(case, view, "note.received", event, after)


Act = Callable[[CaseFile, AssignmentView, "Event", AssignmentStatus], AssignmentView]

ACTS: Final[Mapping[DepartmentAct, Act]] = MappingProxyType(
    {
        DepartmentAct.ACCEPTED: _accepted,
        DepartmentAct.CLAIMED: _claimed,
        DepartmentAct.CORRECTION_REQUESTED: _correction,
        DepartmentAct.HOLD_STARTED: _hold_started,
        DepartmentAct.HOLD_ENDED: _hold_ended,
        DepartmentAct.EXTENSION_REQUESTED: _extension,
        DepartmentAct.DECIDED: _decided,
        DepartmentAct.NOTE: _note,
    }
)
