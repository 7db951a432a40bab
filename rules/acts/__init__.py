"""What people do to an application, and the entries it comes down to: the law of each act in one pure function."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from rules.acts import acceptance, deciding, filing, procedures, transferring
from rules.acts.report import Report
from rules.catalog import ItemCode
from rules.entries import DispatchArrived, Entry, entered
from rules.snapshot import ApplicationSnapshot, AssignmentView
from rules.transitions import status_after
from rules.vocabulary import AssignmentStatus, DepartmentAct
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
        DepartmentAct.REFUSAL_APPROVED: filing.approved,
        DepartmentAct.REFUSAL_RETURNED: filing.returned,
        DepartmentAct.TRANSFERRED: transferring.transferred,
    }
)


def reported(snapshot: ApplicationSnapshot, item: str, report: Report) -> tuple[Entry, ...]:
    """Say what a department's report enters in the case file of an assignment that has not ended.

    Raises NotAllowedNowError, InvalidEventError, PrerequisitesOpenError, FilingIncompleteError and
    WithdrawalPendingError when the law does not let it.
    """
    require_dated_before(snapshot, report.occurred_at)
    view = snapshot.assignments[ItemCode(item)]
    after = status_after(view.status, report.act)
    before: tuple[Entry, ...] = ()
    if view.status is AssignmentStatus.OPENED:
        # Whoever reports on an assignment has it, even if its answer to our dispatch never arrived.
        before = (DispatchArrived(view.item), *acceptance.received(view, report.occurred_at))
        snapshot = entered(snapshot, *before)
        view = snapshot.assignments[ItemCode(item)]
    return *before, *_ACTS[report.act](snapshot, view, report, after)
