"""What people do to an application, and the entries it comes down to: the law of each act in one pure function."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from rules.acts import (
    acceptance,
    cancelling,
    commitments,
    deciding,
    declining,
    filing,
    hearings,
    inspecting,
    procedures,
    revoking,
    transferring,
    using,
)
from rules.acts.report import Report
from rules.catalog import ItemCode
from rules.effects import entered
from rules.entries import DispatchArrived, Entry
from rules.errors import RefusedOnRecordError
from rules.opinions import require_heard
from rules.receiving import DeemAccepted, deemed
from rules.snapshot import ApplicationSnapshot, AssignmentView
from rules.transitions import status_after
from rules.vocabulary import VOID_STATUSES, AssignmentStatus, DecisionKind, DepartmentAct
from rules.windows import deems_acceptance
from rules.withdrawal import require_dated_before

__all__ = ["Report", "reported"]

_Act = Callable[[ApplicationSnapshot, AssignmentView, Report, AssignmentStatus], tuple[Entry, ...]]

_ACTS: Final[Mapping[DepartmentAct, _Act]] = MappingProxyType(
    {
        DepartmentAct.ACCEPTED: acceptance.accepted,
        DepartmentAct.CLAIMED: acceptance.claimed,
        DepartmentAct.CORRECTION_REQUESTED: acceptance.correction_requested,
        DepartmentAct.HOLD_STARTED: procedures.hold_started,
        DepartmentAct.HOLD_ENDED: procedures.hold_ended,
        DepartmentAct.EXTENSION_REQUESTED: procedures.extension_requested,
        DepartmentAct.DECIDED: deciding.decided,
        DepartmentAct.NOTE: acceptance.noted,
        DepartmentAct.NOT_ACCEPTED: declining.not_accepted,
        DepartmentAct.NOT_REQUIRED: declining.not_required,
        DepartmentAct.REFUSAL_APPROVED: filing.approved,
        DepartmentAct.REFUSAL_RETURNED: filing.returned,
        DepartmentAct.TRANSFERRED: transferring.transferred,
        DepartmentAct.REVIEW_FINISHED: commitments.review_finished,
        DepartmentAct.CURE_VERIFIED: commitments.cure_verified,
        DepartmentAct.BREACH_FOUND: commitments.breach_found,
        DepartmentAct.USE_EXTENDED: using.extended,
        DepartmentAct.HEARING_TOLD: hearings.told,
        DepartmentAct.HEARING_REQUESTED: hearings.requested,
        DepartmentAct.HEARING_ANNOUNCED: hearings.announced,
        DepartmentAct.HEARING_HELD: hearings.held,
        DepartmentAct.OFFICERS_ASSIGNED: inspecting.assigned,
        DepartmentAct.SITE_VISITED: inspecting.visited,
        DepartmentAct.REVOCATION_OPENED: revoking.opened,
        DepartmentAct.REVOCATION_DECIDED: revoking.decided,
        DepartmentAct.CANCELLATION_OPENED: cancelling.opened,
        DepartmentAct.CANCELLATION_DECIDED: cancelling.decided,
    }
)


def reported(snapshot: ApplicationSnapshot, item: str, report: Report) -> tuple[Entry, ...]:
    """Say what a department's report enters in the case file of an assignment that has not ended.

    Time comes first: what silence did before the act is entered before it. Raises NotAllowedNowError,
    InvalidEventError, PrerequisitesOpenError, OpinionsAwaitedError, OpinionsOpposedError, FilingIncompleteError or
    WithdrawalPendingError when the law does not let it, and RefusedOnRecordError when the attempt itself must be kept.
    """
    view = snapshot.assignments[ItemCode(item)]
    if not view.status.favourable and view.status not in VOID_STATUSES:
        # A permit that was out does not come back with what is withdrawn of the rest: it is followed up as ever.
        require_dated_before(snapshot, report.occurred_at)
    after = status_after(view.status, report.act)
    before: tuple[Entry, ...] = ()
    if view.status is AssignmentStatus.OPENED:
        # Whoever reports on an assignment has it, even if its answer to our dispatch never arrived.
        before = (DispatchArrived(view.item), *acceptance.received(snapshot, view, report.occurred_at))
    elif deems_acceptance(snapshot, view, report.occurred_at):
        before = deemed(snapshot, DeemAccepted(view.id, view.item), report.occurred_at)
    if before:
        snapshot = entered(snapshot, *before)
        view = snapshot.assignments[ItemCode(item)]
        after = status_after(view.status, report.act)
    if report.act is DepartmentAct.DECIDED:
        kind = DecisionKind(report.details["decision"])
        require_heard(snapshot, view, kind, report.details.get("reason"), report.occurred_at)
    try:
        return *before, *_ACTS[report.act](snapshot, view, report, after)
    except RefusedOnRecordError as refusal:
        refusal.entries = (*before, *refusal.entries)
        raise
