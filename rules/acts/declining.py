"""Answers in place of acceptance: not competent here, or no permit needed (行政许可法 art. 32)."""

from typing import Any

from rules.acts.report import Report, stepped
from rules.clocks import ClockEvent, ClockEventKind
from rules.entries import Clocked, Decided, Entry, MessagesVoided, NoticeQueued, Revised
from rules.errors import ApproverRequiredError
from rules.identifiers import notice_id
from rules.snapshot import ApplicationSnapshot, AssignmentView
from rules.vocabulary import AssignmentStatus, DecisionKind, NoticeKind


def not_accepted(
    snapshot: ApplicationSnapshot, view: AssignmentView, report: Report, after: AssignmentStatus
) -> tuple[Entry, ...]:
    """Enter that the department is not competent, naming who is (不予受理, art. 32(2)); the item ends unfavourably.

    Raises ApproverRequiredError.
    """
    body = {"competent_agency": report.details["competent_agency"]}
    notice = (NoticeKind.NOT_ACCEPTED, "不予受理决定书", body)
    return _declined(snapshot, view, report, after, DecisionKind.NOT_ACCEPT, "acceptance.refused", notice)


def not_required(
    snapshot: ApplicationSnapshot, view: AssignmentView, report: Report, after: AssignmentStatus
) -> tuple[Entry, ...]:
    """Enter that no permit is needed (不受理, art. 32(1)); what depends on the item may go on.

    Raises ApproverRequiredError.
    """
    notice: tuple[NoticeKind, str, dict[str, Any]] = (NoticeKind.NOT_REQUIRED, "不受理告知书", {})
    return _declined(snapshot, view, report, after, DecisionKind.NOT_REQUIRED, "acceptance.not_required", notice)


def require_approver(report: Report) -> None:
    """Require that a second person has approved a negative answer (否定备案).

    Raises ApproverRequiredError without an approver, without a handler, and when they are the same person.
    """
    handler, approver = report.details.get("handler"), report.details.get("approver")
    if approver is None or handler is None:
        message = f"{report.act.zh}须写明经办人和审批人（否定备案）"
        raise ApproverRequiredError(message, act=report.act, handler=handler, approver=approver)
    if approver == handler:
        message = f"{report.act.zh}的审批人不得是经办人本人（否定备案）：{handler}"
        raise ApproverRequiredError(message, act=report.act, handler=handler, approver=approver)


def _declined(
    snapshot: ApplicationSnapshot,
    view: AssignmentView,
    report: Report,
    after: AssignmentStatus,
    kind: DecisionKind,
    step: str,
    notice: tuple[NoticeKind, str, dict[str, Any]],
) -> tuple[Entry, ...]:
    require_approver(report)
    what, title, particulars = notice
    details, item = report.details, snapshot.network.item(view.item)
    body = {
        "item": item.code,
        "item_name": item.name,
        "department": item.department_name,
        "document_number": details.get("document_number"),
        "reason": details["reason"],
        "legal_basis": details["legal_basis"],
        **particulars,
    }
    decision = Decided(
        view.item,
        kind,
        report.occurred_at,
        document_number=details.get("document_number"),
        reason=details["reason"],
        legal_basis=details["legal_basis"],
        handler=details["handler"],
    )
    return (
        Clocked(view.item, ClockEvent(ClockEventKind.STOPPED, report.occurred_at)),
        decision,
        Revised(view.item, {"awaits": ()}),
        MessagesVoided(view.item),
        NoticeQueued(notice_id(snapshot.number, what, str(view.id)), what, title, body, view.item),
        *stepped(view, step, report, after),
    )
