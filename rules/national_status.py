"""The status of an item in the national data exchange of construction approvals (工程建设项目审批管理系统), by code.

The codes are those in use by running systems; the standard itself has not been read. 14 (撤回, 行政许可法 art. 8) has
no procedure here and never comes up.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from rules.clocks import ClockEvent, ClockEventKind
from rules.commitments.tolerance import open_commitments
from rules.snapshot import ApplicationSnapshot, AssignmentView
from rules.terms import ToleranceMode
from rules.vocabulary import AssignmentStatus, CommitmentKind, Word


class NationalStatus(Word):
    """A status as other systems are told of it; its value is the code."""

    RECEIVED = "1", "已接件"
    WITHDRAWN = "2", "已撤件"
    ACCEPTED = "3", "已受理"
    NOT_REQUIRED = "4", "不受理"
    NOT_ACCEPTED = "5", "不予受理"
    CORRECTION_STARTED = "6", "补正（开始）"
    CORRECTION_ENDED = "7", "补正（结束）"
    UNDER_REVIEW = "8", "部门开始办理"
    HOLD_STARTED = "9", "特别程序（开始）"
    HOLD_ENDED = "10", "特别程序（结束）"
    GRANTED = "11", "办结（通过）"
    GRANTED_WITH_DEFERRAL = "12", "办结（容缺通过）"
    REFUSED = "13", "办结（不通过）"
    RECALLED = "14", "撤回"
    REVOKED = "15", "撤销"
    WITHDRAWAL_REQUESTED = "16", "撤件待确认"


_PLAIN: Final[Mapping[AssignmentStatus, NationalStatus]] = MappingProxyType(
    {
        AssignmentStatus.RECEIVED: NationalStatus.RECEIVED,
        AssignmentStatus.CORRECTION_REQUIRED: NationalStatus.CORRECTION_STARTED,
        AssignmentStatus.ACCEPTED: NationalStatus.ACCEPTED,
        AssignmentStatus.UNDER_REVIEW: NationalStatus.UNDER_REVIEW,
        AssignmentStatus.SPECIAL_PROCEDURE: NationalStatus.HOLD_STARTED,
        AssignmentStatus.PENDING_CURE: NationalStatus.UNDER_REVIEW,
        AssignmentStatus.REFUSAL_PROPOSED: NationalStatus.UNDER_REVIEW,
        AssignmentStatus.GRANTED: NationalStatus.GRANTED,
        AssignmentStatus.PARTLY_GRANTED: NationalStatus.GRANTED,
        AssignmentStatus.DEEMED_APPROVED: NationalStatus.GRANTED,
        AssignmentStatus.NOT_REQUIRED: NationalStatus.NOT_REQUIRED,
        AssignmentStatus.NOT_ACCEPTED: NationalStatus.NOT_ACCEPTED,
        AssignmentStatus.REFUSED: NationalStatus.REFUSED,
        # Papers given back end the matter without a permit; the exchange has no word of its own for them.
        AssignmentStatus.RETURNED: NationalStatus.REFUSED,
        AssignmentStatus.WITHDRAWN: NationalStatus.WITHDRAWN,
        AssignmentStatus.CANCELLED: NationalStatus.WITHDRAWN,
        AssignmentStatus.LAPSED: NationalStatus.GRANTED,
        AssignmentStatus.REVOKED: NationalStatus.REVOKED,
        # The exchange tells how an item ended, which being struck off (注销) does not change.
        AssignmentStatus.STRUCK_OFF: NationalStatus.GRANTED,
    }
)


def national_status(snapshot: ApplicationSnapshot, view: AssignmentView | None) -> NationalStatus | None:
    """Return the status that other systems are told; None while the item is at no department.

    Ends of corrections and of special procedures are events there: they show until the next thing happens.
    """
    if view is None or view.status not in _PLAIN:
        return None
    if snapshot.withdrawal_requested and not view.status.final:
        return NationalStatus.WITHDRAWAL_REQUESTED
    if view.status is AssignmentStatus.GRANTED and _deferred(snapshot, view):
        return NationalStatus.GRANTED_WITH_DEFERRAL
    latest = max(view.clock, key=_when, default=None)
    if view.status is AssignmentStatus.UNDER_REVIEW and latest is not None and latest.kind is ClockEventKind.HOLD_ENDED:
        return NationalStatus.HOLD_ENDED
    if view.status is AssignmentStatus.ACCEPTED and view.occurred(ClockEventKind.CORRECTION_ENDED):
        return NationalStatus.CORRECTION_ENDED
    return _PLAIN[view.status]


def _when(event: ClockEvent) -> float:
    return event.at.timestamp()


def _deferred(snapshot: ApplicationSnapshot, view: AssignmentView) -> bool:
    """Tell whether an item was granted before its deferred materials came (先发证后补齐)."""
    tolerance = snapshot.network.item(view.item).terms.tolerance
    if tolerance is None or tolerance.mode is not ToleranceMode.ISSUE_THEN_CURE:
        return False
    return any(each.kind is CommitmentKind.TOLERANCE for each in open_commitments(snapshot, view.item))
