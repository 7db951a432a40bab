"""What stops or lengthens a decision clock: special procedures and the one extension (行政许可法 art. 42, 45)."""

from rules.acts.report import Report, stepped
from rules.clocks import ClockEvent, ClockEventKind
from rules.entries import Clocked, Entry
from rules.errors import InvalidEventError, NotAllowedNowError
from rules.snapshot import ApplicationSnapshot, AssignmentView
from rules.vocabulary import AssignmentStatus
from rules.workdays import local_date


def hold_started(
    _snapshot: ApplicationSnapshot, view: AssignmentView, report: Report, after: AssignmentStatus
) -> tuple[Entry, ...]:
    """Stop the clock for a special procedure (行政许可法 art. 45)."""
    procedure = f"{report.details['procedure']} {report.details.get('reason', '')}".strip()
    event = ClockEvent(ClockEventKind.HOLD_STARTED, report.occurred_at, report.details["days"], procedure)
    return Clocked(view.item, event), *stepped(view, "special_procedure.opened", report, after)


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
    """Extend the limit once, before it has passed, by no more than the item's law allows (行政许可法 art. 42)."""
    allowed, days = snapshot.network.item(view.item).legal.extension, report.details["days"]
    due = snapshot.read_clock(view, report.occurred_at).legal_due
    if due is not None and local_date(report.occurred_at) > due:
        message = f"法定时限 {due.isoformat()} 已过，不能再延期（行政许可法第四十二条）"
        raise NotAllowedNowError(message, assignment_status=view.status, act=report.act, legal_due=due.isoformat())
    if view.occurred(ClockEventKind.EXTENDED) or days > allowed:
        message = f"延期只能一次，且不得超过 {allowed} 日（行政许可法第四十二条）"
        raise NotAllowedNowError(message, assignment_status=view.status, act=report.act, allowed_days=allowed)
    event = ClockEvent(ClockEventKind.EXTENDED, report.occurred_at, days, report.details["reason"])
    return Clocked(view.item, event), *stepped(view, "extension.granted", report, after)
