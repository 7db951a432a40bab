"""Receipt, acceptance and the one-time notice (行政许可法 art. 32)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from rules import supervision
from rules.acts.report import Report, stepped
from rules.clocks import ClockEvent, ClockEventKind
from rules.effects import entered
from rules.entries import Clocked, Entry, MaterialsAsked, NoticeQueued, Revised, Step
from rules.errors import RefusedOnRecordError
from rules.identifiers import notice_id
from rules.materials import unlisted
from rules.receiving import acceptance_notice, receipt_notice
from rules.snapshot import ApplicationSnapshot, AssignmentView
from rules.terms import ReceiptSilence
from rules.vocabulary import AssignmentStatus, NoticeKind
from rules.windows import happened, passed, window
from rules.workdays import local_date

ONCE: Final = "行政许可法第三十二条第一款第四项、第七十二条第四项"


def received(
    snapshot: ApplicationSnapshot, view: AssignmentView, at: datetime, receipt_number: str | None = None
) -> tuple[Entry, ...]:
    """Enter that the department has the assignment (收到之日): its receipt clock starts, a receipt is due."""
    after = AssignmentStatus.RECEIVED
    changes = {"status": after} if receipt_number is None else {"status": after, "receipt_number": receipt_number}
    arrived: tuple[Entry, ...] = (
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
    return *arrived, *receipt_notice(entered(snapshot, *arrived), view.item, at)


def accepted(
    snapshot: ApplicationSnapshot, view: AssignmentView, report: Report, after: AssignmentStatus
) -> tuple[Entry, ...]:
    """Enter the acceptance (行政许可法 art. 32(5)); the decision clock starts and the applicant is told in writing."""
    acceptance = accept(view, report.occurred_at)
    told = acceptance_notice(entered(snapshot, *acceptance), view.item, report.occurred_at) if acceptance else ()
    return *acceptance, *told, *stepped(view, "acceptance.granted", report, after)


def accept(view: AssignmentView, at: datetime) -> tuple[Entry, ...]:
    """Start the decision clock if it has not started, ending the applicant's time to correct.

    Without a paper of its own: what is decided on the spot is not accepted first (行政许可法 art. 34(2)).
    """
    if view.occurred(ClockEventKind.ACCEPTED):
        return ()
    acceptance = Clocked(view.item, ClockEvent(ClockEventKind.ACCEPTED, at))
    if view.status is not AssignmentStatus.CORRECTION_REQUIRED:
        return (acceptance,)
    return Clocked(view.item, ClockEvent(ClockEventKind.CORRECTION_ENDED, at)), acceptance


def corrected(snapshot: ApplicationSnapshot, view: AssignmentView, at: datetime) -> tuple[Entry, ...]:
    """Enter that everything the notice listed has been brought: accepted as of that day.

    Art. 32(5) leaves no choice: who supplies all corrections asked for must be accepted (应当受理), so nobody has to
    look first, and the date of acceptance is that of the complete set, not of a department's leisure. What turns out
    to be faulty may be asked for again while the clock runs, or is a reason to refuse.
    """
    after = AssignmentStatus.ACCEPTED
    acceptance = (*accept(view, at), Revised(view.item, {"status": after}))
    reason = "补正材料已全部提交（行政许可法第三十二条第一款第五项）"
    details = {"materials": list(view.asked)}
    return (
        *acceptance,
        Step("correction.supplied", view.item, before=view.status, after=after, reason=reason, details=details),
        *acceptance_notice(entered(snapshot, *acceptance), view.item, at),
    )


def claimed(
    _snapshot: ApplicationSnapshot, view: AssignmentView, report: Report, after: AssignmentStatus
) -> tuple[Entry, ...]:
    """Enter that a handler has taken the assignment up."""
    return stepped(view, "review.started", report, after)


def correction_requested(
    snapshot: ApplicationSnapshot, view: AssignmentView, report: Report, after: AssignmentStatus
) -> tuple[Entry, ...]:
    """Ask for everything that is missing, once and in time (行政许可法 art. 32(4), 72(4)).

    The applicant is told by the planner, in one notice with what other departments ask for. What the published list
    does not have is found for supervision to look at. Raises
    RefusedOnRecordError for a request after acceptance or after the window, and for a second one with new defects.
    """
    missing = tuple(dict.fromkeys(report.details["missing"]))
    if view.asked:
        return _repeated(snapshot, view, report, missing)
    if view.occurred(ClockEventKind.ACCEPTED) or passed(snapshot, view, report.occurred_at):
        raise _too_late(snapshot, view, report)
    if extra := unlisted(snapshot.network.item(view.item), missing):
        # Told to supervision and not refused: departments name a missing page or seal of what is listed as they like.
        report = replace(report, details={**report.details, "unlisted": extra})
    reason = report.details.get("reason", "")
    event = ClockEvent(ClockEventKind.CORRECTION_STARTED, report.occurred_at, reason=reason)
    return (
        Clocked(view.item, event),
        Revised(view.item, {"asked": missing}),
        MaterialsAsked(missing),
        *stepped(view, "correction.noticed", report, after),
    )


def _repeated(
    snapshot: ApplicationSnapshot, view: AssignmentView, report: Report, missing: Sequence[str]
) -> tuple[Entry, ...]:
    """List defects of the first notice again that are still not cured; no clock and no status changes by it."""
    if new := [name for name in missing if name not in view.asked]:
        message = f"补正须一次性告知，不得再提出新的补正内容：{'、'.join(new)}（{ONCE}）"
        raise violation(view, report, message, new=new, listed=list(view.asked))
    again = stepped(view, "correction.repeated", report, view.status)
    if not view.occurred(ClockEventKind.CORRECTION_TOLD):
        return again
    body = {"item": view.item, "materials": list(missing), "reason": report.details.get("reason", "")}
    serial = f"{view.id}/{report.occurred_at.isoformat()}"
    notice = notice_id(snapshot.number, NoticeKind.CORRECTION, serial)
    return (
        MaterialsAsked(tuple(missing)),
        NoticeQueued(notice, NoticeKind.CORRECTION, "补正材料仍不符合要求", body, view.item),
        *again,
    )


def _too_late(snapshot: ApplicationSnapshot, view: AssignmentView, report: Report) -> RefusedOnRecordError:
    correction = snapshot.network.item(view.item).terms.correction
    details: dict[str, object] = {"legal_basis": correction.source}
    accepted_at, last = happened(view, ClockEventKind.ACCEPTED), window(snapshot, view)
    if last is not None:
        details["window_ended_on"] = last.on.isoformat()
    if accepted_at is not None:
        details |= {"accepted_on": local_date(accepted_at).isoformat(), "deemed_accepted": view.deemed_accepted}
    if view.deemed_accepted:
        message = (
            f"逾期未告知补正，自收到之日 {details['accepted_on']} 起视为受理，不得再要求补正（{correction.source}）"
        )
    elif accepted_at is not None:
        message = f"已于 {details['accepted_on']} 受理，不得再要求补正（{ONCE}）"
    else:
        told = "" if correction.silence is ReceiptSilence.ESCALATE else "，视为受理"
        ended_on = details.get("window_ended_on", "")
        message = f"告知补正的期限 {ended_on} 已过{told}，不得再要求补正（{correction.source}）"
    return violation(view, report, message, **details)


def violation(view: AssignmentView, report: Report, message: str, **details: object) -> RefusedOnRecordError:
    """Build the refusal of an act that the law punishes (行政许可法 art. 72), with the step that keeps the attempt."""
    attempt = {"act": report.act, "occurred_at": report.occurred_at.isoformat(), **report.details, **details}
    step = Step(
        "violation.attempted", view.item, before=view.status, after=view.status, reason=message, details=attempt
    )
    return RefusedOnRecordError(message, (step,), assignment_status=view.status, act=report.act, **details)


def noted(
    _snapshot: ApplicationSnapshot, view: AssignmentView, report: Report, after: AssignmentStatus
) -> tuple[Entry, ...]:
    """Enter a remark; one that answers an order of supervision gains its department a few days, all others nothing."""
    if report.details.get("answers") == "supervision":
        words, handler = report.details["text"], report.details.get("handler")
        return supervision.answered(view, words, handler, report.occurred_at)
    return stepped(view, "note.received", report, after)
