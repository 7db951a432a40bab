"""Answers in place of acceptance: not competent here, or no permit needed (行政许可法 art. 32)."""

from dataclasses import replace

from rules.acts.ending import ended
from rules.acts.filing import negative, same_person
from rules.acts.report import Report
from rules.entries import Entry, NoticeQueued
from rules.errors import FilingIncompleteError
from rules.identifiers import notice_id
from rules.snapshot import ApplicationSnapshot, AssignmentView
from rules.vocabulary import AssignmentStatus, DecisionKind, NoticeKind


def not_accepted(
    snapshot: ApplicationSnapshot, view: AssignmentView, report: Report, _after: AssignmentStatus
) -> tuple[Entry, ...]:
    """Enter that the department is not competent, naming who is (不予受理, art. 32(2)); the item ends unfavourably.

    A negative answer: filed, and approved by a second person before it takes effect. Raises FilingIncompleteError.
    """
    named = replace(report, details={**report.details, "competent": report.details["competent_agency"]})
    return negative(snapshot, view, named, DecisionKind.NOT_ACCEPT)


def not_required(
    snapshot: ApplicationSnapshot, view: AssignmentView, report: Report, after: AssignmentStatus
) -> tuple[Entry, ...]:
    """Enter that no permit is needed (不受理, art. 32(1)); what depends on the item may go on.

    Raises FilingIncompleteError without a second person's approval.
    """
    _require_approver(report)
    details, item = report.details, snapshot.network.item(view.item)
    body = {
        "item": item.code,
        "item_name": item.name,
        "department": item.department_name,
        "document_number": details.get("document_number"),
        "reason": details["reason"],
        "legal_basis": details["legal_basis"],
    }
    notice = notice_id(snapshot.number, NoticeKind.NOT_REQUIRED, str(view.id))
    return (
        NoticeQueued(notice, NoticeKind.NOT_REQUIRED, "不受理告知书", body, view.item),
        *ended(view, report, DecisionKind.NOT_REQUIRED, after, "acceptance.not_required"),
    )


def _require_approver(report: Report) -> None:
    """Require that a second person has approved that no permit is needed, as of any answer but a grant (否定备案)."""
    handler, approver = report.details.get("handler"), report.details.get("approver")
    if approver is None or handler is None or same_person(handler, approver):
        message = f"{report.act.zh}须写明经办人和另一名审批人（否定备案）"
        raise FilingIncompleteError(message, act=report.act, handler=handler, approver=approver)
