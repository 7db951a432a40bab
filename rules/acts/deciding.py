"""The one final decision of a department on an assignment (行政许可法 art. 34, 38)."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final

from rules import withdrawal
from rules.acts import filing, hearings, inspecting
from rules.acts.acceptance import accept
from rules.acts.commitments import require_commitment
from rules.acts.ending import ended
from rules.acts.report import Report
from rules.clocks import ClockEvent, ClockEventKind
from rules.entries import Clocked, Entry, NoticeQueued, Step
from rules.errors import InvalidEventError, PrerequisitesOpenError
from rules.identifiers import notice_id
from rules.network import NetworkItem
from rules.priority import require_in_turn
from rules.snapshot import ApplicationSnapshot, AssignmentView
from rules.vocabulary import AssignmentStatus, DecisionKind, NoticeKind
from rules.workdays import local_date

_GRANTS: Final[Mapping[DecisionKind, AssignmentStatus]] = MappingProxyType(
    {
        DecisionKind.GRANT: AssignmentStatus.GRANTED,
        DecisionKind.GRANT_BY_COMMITMENT: AssignmentStatus.GRANTED,
        DecisionKind.PARTLY_GRANT: AssignmentStatus.PARTLY_GRANTED,
    }
)


def decided(
    snapshot: ApplicationSnapshot, view: AssignmentView, report: Report, _after: AssignmentStatus
) -> tuple[Entry, ...]:
    """Enter the decision: there is none without acceptance, which is entered first where nobody has reported it.

    Raises PrerequisitesOpenError for a grant before the items it awaits (typed edge H), InvalidEventError for what a
    kind of decision lacks or a date before acceptance, NotAllowedNowError before a hearing or out of turn, and what
    ``filing.negative`` raises.
    """
    kind = DecisionKind(report.details["decision"])
    _require_dated(view, report)
    kept = withdrawal.not_of(snapshot, view.item, report.occurred_at)
    if kind is DecisionKind.NOT_REQUIRED:
        return *_not_required(snapshot, view, report), *kept
    if (record := hearings.require_over(view, report.occurred_at)) is not None:
        report = replace(report, details={**report.details, "hearing_record": record})
    inspecting.require_visited(snapshot, view, kind)
    acceptance = _accepted(view, report)
    if kind is DecisionKind.REFUSE:
        return *acceptance, *_resumed(view, report), *filing.negative(snapshot, view, report, kind)
    item = snapshot.network.item(view.item)
    _require_grantable(item, view, report, kind)
    require_commitment(snapshot, view, kind)
    return *acceptance, *_resumed(view, report), *_granted(snapshot, view, report, kind), *kept


def _require_dated(view: AssignmentView, report: Report) -> None:
    """Refuse a decision of a civil date before that of receipt or acceptance: none is made before (art. 34, 42)."""
    for event in view.clock:
        known = event.kind in (ClockEventKind.RECEIVED, ClockEventKind.ACCEPTED)
        if known and local_date(report.occurred_at) < event.on:
            message = f"决定日期早于收件或受理日期 {event.on.isoformat()}"
            raise InvalidEventError(message, time=report.occurred_at.isoformat(), begun=event.at.isoformat())


def _require_grantable(item: NetworkItem, view: AssignmentView, report: Report, kind: DecisionKind) -> None:
    if view.awaits:
        message = f"前置事项尚未办结：{'、'.join(view.awaits)}"
        raise PrerequisitesOpenError(message, awaits=list(view.awaits))
    if kind is DecisionKind.GRANT_BY_COMMITMENT and not item.terms.by_commitment:
        message = f"{item.name}不在告知承诺制事项清单内（国办发〔2020〕42号）"
        raise InvalidEventError(message, item=item.code)
    if item.result and not report.details.get("document_number"):
        # No false completion: a result that nobody can name is none.
        message = f"准予决定须写明结果文书（{item.result}）的编号"
        raise InvalidEventError(message, missing=["document_number"])
    if kind is DecisionKind.PARTLY_GRANT:
        _require_reasons(report)
    require_in_turn(item.terms, report.details.get("ahead", 0), report.details.get("reason"))


def _require_reasons(report: Report) -> None:
    if missing := [name for name in ("reason", "legal_basis") if not report.details.get(name)]:
        raise InvalidEventError("须说明理由并写明法律依据（行政许可法第三十八条）", missing=missing)


def _accepted(view: AssignmentView, report: Report) -> tuple[Entry, ...]:
    """Enter the acceptance that a decision implies, as a step of its own (行政许可法 art. 32(5), 34)."""
    if view.occurred(ClockEventKind.ACCEPTED):
        return ()
    implied = Step(
        "acceptance.implied",
        view.item,
        before=view.status,
        after=AssignmentStatus.ACCEPTED,
        reason="部门已作出决定，视同已受理",
        details={"occurred_at": report.occurred_at.isoformat(), "law": "行政许可法第三十二条、第三十四条"},
    )
    return *accept(view, report.occurred_at), implied


def _resumed(view: AssignmentView, report: Report) -> tuple[Entry, ...]:
    """End a special procedure that is still open: its result is there, or nobody would decide."""
    starts = [event.at for event in view.clock if event.kind is ClockEventKind.HOLD_STARTED]
    ends = [event for event in view.clock if event.kind is ClockEventKind.HOLD_ENDED]
    if len(starts) <= len(ends):
        return ()
    at = max(report.occurred_at, *starts)
    return Clocked(view.item, ClockEvent(ClockEventKind.HOLD_ENDED, at)), Step("special_procedure.closed", view.item)


def _granted(
    snapshot: ApplicationSnapshot, view: AssignmentView, report: Report, kind: DecisionKind
) -> tuple[Entry, ...]:
    notice: tuple[Entry, ...] = ()
    if kind is DecisionKind.PARTLY_GRANT:
        # What is not granted is a refusal to its reader, who must know why and what to do (行政许可法 art. 38).
        remedies = {"remedies": [dict(remedy) for remedy in filing.REMEDIES]}
        notice = _told(snapshot, view, report, NoticeKind.GRANT, "准予许可决定书（部分准予）", remedies)
    return (*notice, *ended(view, report, kind, _GRANTS[kind], f"decision.{kind}"))


def _not_required(snapshot: ApplicationSnapshot, view: AssignmentView, report: Report) -> tuple[Entry, ...]:
    """Enter that no permit is needed (行政许可法 art. 32(1)): nothing was accepted, and nothing stands in the way."""
    _require_reasons(report)
    notice = _told(snapshot, view, report, NoticeKind.NOT_REQUIRED, "无需取得行政许可告知书", {})
    kind = DecisionKind.NOT_REQUIRED
    return (*notice, *ended(view, report, kind, AssignmentStatus.NOT_REQUIRED, f"decision.{kind}"))


def _told(
    snapshot: ApplicationSnapshot,
    view: AssignmentView,
    report: Report,
    kind: NoticeKind,
    title: str,
    more: Mapping[str, Any],
) -> tuple[Entry, ...]:
    said = {
        name: report.details[name] for name in ("document_number", "reason", "legal_basis") if report.details.get(name)
    }
    body = {"item": view.item, **said, "decided_at": report.occurred_at.isoformat(), **more}
    return (NoticeQueued(notice_id(snapshot.number, kind, str(view.id)), kind, title, body, view.item),)
