"""What people do to an application, and the entries it comes down to: the law of each act in one pure function."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from rules.acts import acceptance, commitments, deciding, procedures
from rules.acts.report import Report
from rules.catalog import ItemCode
from rules.entries import DispatchArrived, Entry, entered
from rules.snapshot import ApplicationSnapshot, AssignmentView
from rules.transitions import status_after
from rules.vocabulary import AssignmentStatus, DepartmentAct

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
        DepartmentAct.REVIEW_FINISHED: commitments.review_finished,
        DepartmentAct.CURE_VERIFIED: commitments.cure_verified,
        DepartmentAct.BREACH_FOUND: commitments.breach_found,
    }
)


def reported(snapshot: ApplicationSnapshot, item: str, report: Report) -> tuple[Entry, ...]:
    """Say what a department's report enters in the case file of an assignment that has not ended.

    Raises NotAllowedNowError, InvalidEventError, PrerequisitesOpenError when the law does not let it.
    """
    view = snapshot.assignments[ItemCode(item)]
    after = status_after(view.status, report.act)
    before: tuple[Entry, ...] = ()
    if view.status is AssignmentStatus.OPENED:
        # Whoever reports on an assignment has it, even if its answer to our dispatch never arrived.
        before = (DispatchArrived(view.item), *acceptance.received(view, report.occurred_at))
        snapshot = entered(snapshot, *before)
        view = snapshot.assignments[ItemCode(item)]
    return *before, *_ACTS[report.act](snapshot, view, report, after)
