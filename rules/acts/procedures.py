"""What stops or lengthens a decision clock: special procedures and the one extension (行政许可法 art. 42, 45)."""

from datetime import date, datetime
from typing import Any, Final

from rules.acts.report import Report, stepped
from rules.clocks import ClockEvent, ClockEventKind
from rules.effects import entered
from rules.entries import Clocked, Entry, NoticeQueued, Step
from rules.errors import InvalidEventError, NotAllowedNowError, RefusedOnRecordError
from rules.identifiers import notice_id
from rules.snapshot import ApplicationSnapshot, AssignmentView
from rules.terms import Approver, SpecialProcedure
from rules.vocabulary import AssignmentStatus, NoticeKind
from rules.workdays import local_date

#: Procedures that verify on the spot: at least two officers, by name (行政许可法 art. 34(3), 55(2)).
BY_TWO_OFFICERS: Final = frozenset({"inspection", "site_visit"})
_OFFICERS: Final = 2
#: The file is with the superior organ, which decides (行政许可法 art. 35, 43): its time is not the department's.
SUPERIOR_DECISION: Final = "superior_decision"


def hold_started(
    snapshot: ApplicationSnapshot, view: AssignmentView, report: Report, after: AssignmentStatus
) -> tuple[Entry, ...]:
    """Stop the clock for a special procedure on the item's list, and tell the applicant (行政许可法 art. 45).

    Raises NotAllowedNowError for a procedure not on the list, longer than its law allows, or too late;
    InvalidEventError for a site visit by fewer than two officers.
    """
    procedure = _listed(snapshot, view, report)
    days = report.details["days"]
    if procedure.max_days is not None and days > procedure.max_days:
        message = f"{procedure.name}最长 {procedure.max_days} 个工作日（{procedure.basis}）"
        raise _refused(message, view, report, allowed_days=procedure.max_days)
    _require_officers(procedure, report)
    due = snapshot.read_clock(view, report.occurred_at).legal_due
    if due is not None and local_date(report.occurred_at) >= due:
        message = f"特别程序须在法定时限 {due.isoformat()} 届满之前开始（行政许可法第四十五条）"
        raise _refused(message, view, report, legal_due=due.isoformat())
    reason = report.details.get("reason", "")
    event = ClockEvent(ClockEventKind.HOLD_STARTED, report.occurred_at, days, f"{procedure.kind} {reason}".strip())
    until = snapshot.calendar.add_working_days(event.on, days)
    body = {
        "item": view.item,
        "procedure": procedure.kind,
        "name": procedure.name,
        "basis": procedure.basis,
        "days": days,
        "from": event.on.isoformat(),
        "until": until.on.isoformat(),
        "provisional": until.provisional,
        "reason": reason,
    }
    title = f"特别程序告知书：{procedure.name} {days} 个工作日，不计入办理时限"
    return (
        Clocked(view.item, event),
        *_told(snapshot, view, NoticeKind.SPECIAL_PROCEDURE, title, body, event.at),
        *stepped(view, "special_procedure.opened", report, after),
    )


def _listed(snapshot: ApplicationSnapshot, view: AssignmentView, report: Report) -> SpecialProcedure:
    """Find the procedure in the item's list: time is left out only where a law says so, item by item (art. 45)."""
    kind, allowed = report.details["procedure"], snapshot.network.item(view.item).terms.procedures
    for procedure in allowed:
        if procedure.kind == kind:
            return procedure
    offered = "、".join(f"{each.kind}（{each.name}）" for each in allowed) or "无"
    message = f"本事项没有特别程序 {kind}，可用：{offered}（行政许可法第四十五条）"
    raise _refused(message, view, report, procedures=[each.kind for each in allowed])


def _require_officers(procedure: SpecialProcedure, report: Report) -> None:
    """Require the names of two officers; those of a joint visit are named when it is held, two of each department."""
    if "session" in report.details:
        return
    officers = sorted({name.strip() for name in report.details.get("officers", ())} - {""})
    if procedure.kind in BY_TWO_OFFICERS and len(officers) < _OFFICERS:
        message = f"{procedure.name}须有两名以上工作人员，请在 officers 中写明（行政许可法第三十四条、第五十五条）"
        raise InvalidEventError(message, officers=officers)


def hold_ended(
    _snapshot: ApplicationSnapshot, view: AssignmentView, report: Report, after: AssignmentStatus
) -> tuple[Entry, ...]:
    """Let the clock run again. Raises InvalidEventError for an end before the beginning."""
    starts = (event.at for event in view.clock if event.kind is ClockEventKind.HOLD_STARTED)
    started = max(starts, default=report.occurred_at)
    if report.occurred_at < started:
        # Sorted by time the end would come first, and the hold would stop the clock for good.
        message = f"特别程序的结束时间 {report.occurred_at.isoformat()} 早于开始时间 {started.isoformat()}"
        raise InvalidEventError(message, time=report.occurred_at.isoformat(), started=started.isoformat())
    event = ClockEvent(ClockEventKind.HOLD_ENDED, report.occurred_at)
    return Clocked(view.item, event), *stepped(view, "special_procedure.closed", report, after)


def extension_requested(
    snapshot: ApplicationSnapshot, view: AssignmentView, report: Report, after: AssignmentStatus
) -> tuple[Entry, ...]:
    """Extend the limit once and tell the applicant why (行政许可法 art. 42).

    Before it has passed, by no more than the item's law allows, approved by whom the law names. Raises
    RefusedOnRecordError otherwise.
    """
    days, level = report.details["days"], report.details.get("approver_level", Approver.AGENCY_HEAD)
    objection = _objection(snapshot, view, report, level)
    if objection is not None:
        message, details = objection
        attempt = {"occurred_at": report.occurred_at.isoformat(), **report.details, "approver_level": level}
        step = Step("extension.rejected", view.item, reason=message, details=attempt)
        raise RefusedOnRecordError(message, (step,), assignment_status=view.status, act=report.act, **details)
    event = ClockEvent(ClockEventKind.EXTENDED, report.occurred_at, days, report.details["reason"])
    extended = Clocked(view.item, event)
    longer = entered(snapshot, extended)
    clock = longer.read_clock(longer.assignments[view.item], report.occurred_at)
    body = {
        "item": view.item,
        "days": days,
        "reason": report.details["reason"],
        "approver": report.details["approver"],
        "approver_level": level,
        "promised_due": _iso(clock.promised_due),
        "legal_due": _iso(clock.legal_due),
        "provisional": clock.provisional,
    }
    title = f"延期通知书：延长 {days} 日"
    return (
        extended,
        *_told(snapshot, view, NoticeKind.EXTENSION, title, body, event.at),
        *stepped(view, "extension.granted", report, after),
    )


def _objection(
    snapshot: ApplicationSnapshot, view: AssignmentView, report: Report, level: str
) -> tuple[str, dict[str, Any]] | None:
    """Say why an extension is not allowed, and what is (行政许可法 art. 42)."""
    item = snapshot.network.item(view.item)
    allowed, approver = item.legal.extension, item.terms.extension_approver
    due = snapshot.read_clock(view, report.occurred_at).legal_due
    if due is not None and local_date(report.occurred_at) > due:
        return f"法定时限 {due.isoformat()} 已过，不能再延期（行政许可法第四十二条）", {"legal_due": due.isoformat()}
    if view.occurred(ClockEventKind.EXTENDED) or report.details["days"] > allowed:
        return f"延期只能一次，且不得超过 {allowed} 日（行政许可法第四十二条）", {"allowed_days": allowed}
    if level != approver:
        return f"延期须经{approver.zh}批准（行政许可法第四十二条）", {"extension_approver": approver.value}
    return None


def _told(
    snapshot: ApplicationSnapshot,
    view: AssignmentView,
    kind: NoticeKind,
    title: str,
    body: dict[str, Any],
    at: datetime,
) -> tuple[Entry, ...]:
    notice = notice_id(snapshot.number, kind, f"{view.id}/{at.isoformat()}")
    return NoticeQueued(notice, kind, title, body, view.item), Step(f"notice.{kind}", view.item, details=body)


def _refused(message: str, view: AssignmentView, report: Report, **details: object) -> NotAllowedNowError:
    return NotAllowedNowError(message, assignment_status=view.status, act=report.act, **details)


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
