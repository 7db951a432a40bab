"""Receipt, acceptance and the one-time notice (行政许可法 art. 32)."""

from datetime import datetime

from rules.acts.report import Report, stepped
from rules.clocks import ClockEvent, ClockEventKind
from rules.entries import Clocked, Entry, MaterialsAsked, NoticeQueued, Revised, Step
from rules.errors import NotAllowedNowError
from rules.identifiers import notice_id
from rules.snapshot import ApplicationSnapshot, AssignmentView
from rules.vocabulary import AssignmentStatus, NoticeKind


def received(view: AssignmentView, at: datetime, receipt_number: str | None = None) -> tuple[Entry, ...]:
    """Enter that the department has the assignment; its receipt clock starts (收到之日)."""
    after = AssignmentStatus.RECEIVED
    changes = {"status": after} if receipt_number is None else {"status": after, "receipt_number": receipt_number}
    return (
        Revised(view.item, changes),
        Clocked(view.item, ClockEvent(ClockEventKind.RECEIVED, at)),
        Step(
            "assignment.received",
            view.item,
            before=view.status,
            after=after,
            details={"receipt_number": receipt_number} if receipt_number else {},
        ),
    )


def accepted(
    _snapshot: ApplicationSnapshot, view: AssignmentView, report: Report, after: AssignmentStatus
) -> tuple[Entry, ...]:
    """Enter the acceptance (行政许可法 art. 32(5)); the decision clock starts."""
    return *accept(view, report.occurred_at), *stepped(view, "acceptance.granted", report, after)


def accept(view: AssignmentView, at: datetime) -> tuple[Entry, ...]:
    """Start the decision clock if it has not started, ending the applicant's time to correct."""
    if view.occurred(ClockEventKind.ACCEPTED):
        return ()
    acceptance = Clocked(view.item, ClockEvent(ClockEventKind.ACCEPTED, at))
    if view.status is not AssignmentStatus.CORRECTION_REQUIRED:
        return (acceptance,)
    return Clocked(view.item, ClockEvent(ClockEventKind.CORRECTION_ENDED, at)), acceptance


def claimed(
    _snapshot: ApplicationSnapshot, view: AssignmentView, report: Report, after: AssignmentStatus
) -> tuple[Entry, ...]:
    """Enter that a handler has taken the assignment up."""
    return stepped(view, "review.started", report, after)


def correction_requested(
    snapshot: ApplicationSnapshot, view: AssignmentView, report: Report, after: AssignmentStatus
) -> tuple[Entry, ...]:
    """Ask for corrections once (行政许可法 art. 32(4), 72(4)): a second notice is refused."""
    if view.occurred(ClockEventKind.CORRECTION_STARTED):
        message = "补正只能一次性告知，不得再次要求补正（行政许可法第三十二条、第七十二条）"
        raise NotAllowedNowError(message, assignment_status=view.status, act=report.act)
    missing = tuple(dict.fromkeys(report.details["missing"]))
    body = {"item": view.item, "materials": list(missing), "reason": report.details.get("reason", "")}
    notice = notice_id(snapshot.number, NoticeKind.CORRECTION, str(view.id))
    return (
        Clocked(view.item, ClockEvent(ClockEventKind.CORRECTION_STARTED, report.occurred_at)),
        MaterialsAsked(missing),
        NoticeQueued(notice, NoticeKind.CORRECTION, "一次性补正告知书", body, view.item),
        Step(f"notice.{NoticeKind.CORRECTION}", view.item, details=body),
        *stepped(view, "correction.noticed", report, after),
    )


def noted(
    _snapshot: ApplicationSnapshot, view: AssignmentView, report: Report, after: AssignmentStatus
) -> tuple[Entry, ...]:
    """Enter a remark that changes nothing."""
    return stepped(view, "note.received", report, after)
