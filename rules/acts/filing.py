"""Negative decisions under a second pair of eyes (否定备案): proposed, approved or returned, filed and told."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from rules import withdrawal
from rules.acts.ending import ended
from rules.acts.report import Report, stepped
from rules.clocks import ClockEventKind
from rules.entries import Entry, Filed, NoticeQueued, Revised, Step
from rules.errors import FilingIncompleteError, NotAllowedNowError
from rules.identifiers import notice_id
from rules.numbers import filing_number
from rules.snapshot import ApplicationSnapshot, AssignmentView
from rules.vocabulary import AssignmentStatus, DecisionKind, NoticeKind

#: What an applicant can do against a decision, told with it (行政许可法 art. 38); from the day they know of it.
REMEDIES: Final = (
    {"remedy": "行政复议", "within": "60日", "law": "行政复议法第二十条"},
    {"remedy": "行政诉讼", "within": "6个月", "law": "行政诉讼法第四十六条"},
)


@dataclass(frozen=True, slots=True)
class _Course:
    """What a kind of negative decision makes of an assignment, and how the applicant is told."""

    status: AssignmentStatus
    notice: NoticeKind
    title: str
    step: str


_COURSES: Final[Mapping[DecisionKind, _Course]] = MappingProxyType(
    {
        DecisionKind.REFUSE: _Course(
            AssignmentStatus.REFUSED, NoticeKind.REFUSAL, "不予许可决定书", "decision.refused"
        ),
        DecisionKind.NOT_ACCEPT: _Course(
            AssignmentStatus.NOT_ACCEPTED, NoticeKind.NOT_ACCEPTED, "不予受理决定书", "acceptance.refused"
        ),
    }
)


def same_person(one: str, other: str) -> bool:
    """Tell whether two names are one person's, whatever their letter case, width of characters and spaces."""
    return _name(one) == _name(other)


def _name(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def negative(
    snapshot: ApplicationSnapshot, view: AssignmentView, report: Report, kind: DecisionKind
) -> tuple[Entry, ...]:
    """Enter a negative decision of a person: at once with its approver, else as a proposal that waits for one.

    ``report.details`` holds reason and legal_basis, and may hold handler (else the assignment's own), approver, facts,
    papers and document_number. The clock of a proposal goes on (local rules of 否定备案; 行政许可法 art. 38).
    Raises FilingIncompleteError when something lacks, or when handler and approver are the same person.
    """
    lacking = [name for name in ("reason", "legal_basis") if not report.details.get(name)]
    handler = report.details.get("handler") or view.handler
    if handler is None:
        lacking.append("handler")
    if lacking or handler is None:
        message = "否定决定须写明理由、法律依据和经办人（行政许可法第三十八条，否定备案）"
        raise FilingIncompleteError(message, missing=lacking)
    report = replace(report, details={**report.details, "handler": handler})
    approver = report.details.get("approver")
    if approver is None:
        return _proposed(view, report, kind)
    return _effective(snapshot, view, report, kind, handler, approver)


def approved(
    snapshot: ApplicationSnapshot, view: AssignmentView, report: Report, _after: AssignmentStatus
) -> tuple[Entry, ...]:
    """Let a proposed negative decision take effect, dated with its approval.

    Raises FilingIncompleteError when the approver is who proposed it, NotAllowedNowError when the application counts
    as accepted by now, so that it must be decided on its merits (行政许可法 art. 32(4)).
    """
    proposal = dict(view.proposal or {})
    kind = DecisionKind(proposal.pop("kind"))
    _require_later(view, report, proposal)
    if kind is DecisionKind.NOT_ACCEPT and view.occurred(ClockEventKind.ACCEPTED):
        message = "已受理（或视为受理），不得再作不予受理决定（行政许可法第三十二条）"
        raise NotAllowedNowError(message, assignment_status=view.status, act=report.act)
    for name in ("before", "proposed_at"):
        del proposal[name]
    decided = replace(report, details={**proposal, **report.details, "handler": proposal["handler"]})
    return _effective(snapshot, view, decided, kind, proposal["handler"], report.details["approver"])


def returned(
    _snapshot: ApplicationSnapshot, view: AssignmentView, report: Report, _after: AssignmentStatus
) -> tuple[Entry, ...]:
    """Send a proposed negative decision back: review goes on, in a clock that has never stopped."""
    proposal = view.proposal or {}
    _require_later(view, report, proposal)
    if same_person(proposal["handler"], report.details["approver"]):
        raise _same(proposal["handler"], report.details["approver"])
    reviewed = view.occurred(ClockEventKind.ACCEPTED)
    after = AssignmentStatus.UNDER_REVIEW if reviewed else AssignmentStatus(proposal["before"])
    return Revised(view.item, {"proposal": None}), *stepped(view, "refusal.returned", report, after)


def _require_later(view: AssignmentView, report: Report, proposal: Mapping[str, Any]) -> None:
    if report.occurred_at < datetime.fromisoformat(proposal["proposed_at"]):
        message = f"审批时间早于拟作否定决定的时间 {proposal['proposed_at']}"
        raise NotAllowedNowError(message, assignment_status=view.status, act=report.act)


def _proposed(view: AssignmentView, report: Report, kind: DecisionKind) -> tuple[Entry, ...]:
    after = AssignmentStatus.REFUSAL_PROPOSED
    # A second proposal replaces the first; what a return leads back to stays.
    before = view.proposal["before"] if view.proposal else view.status.value
    proposal = {
        **report.details,
        "kind": kind.value,
        "before": before,
        "proposed_at": report.occurred_at.isoformat(),
    }
    return Revised(view.item, {"proposal": proposal}), *stepped(view, "refusal.proposed", report, after)


def _effective(
    snapshot: ApplicationSnapshot,
    view: AssignmentView,
    report: Report,
    kind: DecisionKind,
    handler: str,
    approver: str,
) -> tuple[Entry, ...]:
    if same_person(handler, approver):
        raise _same(handler, approver)
    course, details = _COURSES[kind], report.details
    number = filing_number(snapshot.number, snapshot.filings + 1)
    notice = notice_id(snapshot.number, course.notice, number)
    papers = tuple(details.get("papers", ()))
    told = {name: details[name] for name in ("document_number", "competent") if details.get(name)}
    body = {
        "item": view.item,
        "filing": number,
        "reason": details["reason"],
        "legal_basis": details["legal_basis"],
        "papers": list(papers),
        "decided_at": report.occurred_at.isoformat(),
        "remedies": [dict(remedy) for remedy in REMEDIES],
        **told,
    }
    filed = Filed(
        view.item,
        number,
        kind,
        details.get("facts") or details["reason"],
        details["reason"],
        details["legal_basis"],
        papers,
        handler,
        approver,
        report.occurred_at,
        notice,
    )
    recorded = replace(report, details={**details, "approver": approver, "filing": number})
    return (
        NoticeQueued(notice, course.notice, course.title, body, view.item),
        filed,
        Step("denial.filed", view.item, reason=details["reason"], details={"filing": number, "kind": kind.value}),
        *ended(view, recorded, kind, course.status, course.step, filing=number),
        *withdrawal.not_of(snapshot, view.item, report.occurred_at),
    )


def _same(handler: str, approver: str) -> FilingIncompleteError:
    message = f"否定决定的审批人须为经办人以外的另一人：{approver}"
    return FilingIncompleteError(message, handler=handler, approver=approver)
