"""What a department heard on another department's item reports: it has the question, it answers."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from rules.acts.report import Report
from rules.effects import entered
from rules.entries import Entry, OpinionRevised, Step
from rules.errors import AssignmentClosedError, InvalidEventError, NotAllowedNowError
from rules.joint_moves import found
from rules.opinions import given, heard, over
from rules.snapshot import ApplicationSnapshot, AssignmentView, OpinionView
from rules.vocabulary import DepartmentAct, OpinionAnswer, OpinionStatus


def arrived(opinion: OpinionView, at: datetime) -> tuple[Entry, ...]:
    """Enter that the department has been asked; its days to answer begin. Nothing when that is known."""
    if opinion.received_at is not None:
        return ()
    return (OpinionRevised(opinion.id, {"received_at": at}),)


def opinion_of(snapshot: ApplicationSnapshot, view: AssignmentView, department: str) -> OpinionView:
    """Return what a department was asked about an assignment."""
    return given(snapshot, view)[department]


def opined(snapshot: ApplicationSnapshot, opinion: UUID, report: Report) -> tuple[Entry, ...]:
    """Enter a department's report about the opinion it was asked for.

    Raises AssignmentClosedError once the item has ended, NotAllowedNowError for any other act or a second answer,
    InvalidEventError for an answer without what it needs.
    """
    view = found(snapshot, opinion)
    if over(snapshot, view):
        message = f"{view.item} 已办结，不再接收意见"
        raise AssignmentClosedError(message, assignment_status=snapshot.assignments[view.item].status)
    # Whoever reports has the question, even if its answer to our message never arrived.
    before = arrived(view, report.occurred_at)
    match report.act:
        case DepartmentAct.CLAIMED:
            return *before, *_signed_for(view, report)
        case DepartmentAct.OPINION_GIVEN:
            return *before, *_answered(snapshot, view, report)
        case _:
            raise NotAllowedNowError(f"征求意见不能{report.act.zh}", opinion_status=view.status, act=report.act)


def _signed_for(view: OpinionView, report: Report) -> tuple[Entry, ...]:
    # Order is tolerated: a department may say that it has the question after it has answered it.
    after = OpinionStatus.SIGNED_FOR if view.status is OpinionStatus.SENT else view.status
    changes = {"status": after} if after is not view.status else {}
    handler = report.details.get("handler")
    particulars = {"handler": handler} if handler else {}
    return OpinionRevised(view.id, changes, particulars), _step("opinion.signed_for", view, after, report)


def _answered(snapshot: ApplicationSnapshot, view: OpinionView, report: Report) -> tuple[Entry, ...]:
    _require_open(view, report)
    answer = OpinionAnswer(report.details["opinion"])
    _require_reasons(answer, report.details)
    after = OpinionStatus.ANSWERED
    particulars = {name: report.details.get(name) for name in ("reason", "conditions", "handler", "document_number")}
    changes = {"status": after, "answer": answer}
    revised = OpinionRevised(view.id, changes, {**particulars, "answered_at": report.occurred_at})
    told = heard(entered(snapshot, revised), view, particulars, report.occurred_at)
    return revised, told, _step("opinion.answered", view, answer, report)


def _require_open(view: OpinionView, report: Report) -> None:
    """Let an opinion be given once; after forwarding it up and after silence without consequence it still may be."""
    if view.deemed:
        message = "逾期未答复，已视为同意，不再接收意见"
    elif view.status is OpinionStatus.ANSWERED and view.answer is not OpinionAnswer.MUST_FORWARD_UP:
        message = "意见已答复，不得更改"
    else:
        return
    raise NotAllowedNowError(message, opinion_status=view.status, act=report.act)


def _require_reasons(answer: OpinionAnswer, details: Mapping[str, Any]) -> None:
    """Refuse a disagreement without reasons instead of counting it as consent, as one city does.

    The applicant is served by a reasoned answer, not by an assent nobody gave.
    """
    if answer is OpinionAnswer.DISAGREE and not details.get("reason"):
        raise InvalidEventError("不同意须说明理由（reason）", missing="reason")
    if answer is OpinionAnswer.AGREE_WITH_CONDITIONS and not details.get("conditions"):
        raise InvalidEventError("附条件同意须写明条件（conditions）", missing="conditions")


def _step(kind: str, view: OpinionView, after: str, report: Report) -> Step:
    details = {"department": view.department, "occurred_at": report.occurred_at.isoformat(), **report.details}
    return Step(kind, view.item, before=view.status, after=after, reason=report.details.get("reason"), details=details)
