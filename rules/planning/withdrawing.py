"""What becomes of each item once the applicant wants the application back."""

from collections.abc import Iterator
from datetime import datetime

from rules.catalog import NodeCode
from rules.moves import BlockItem, CancelAssignment, InsideMove
from rules.snapshot import ApplicationSnapshot
from rules.vocabulary import AssignmentStatus
from rules.withdrawal import CAUSE, ConfirmWithdrawal, confirmed_at


def withdrawals(snapshot: ApplicationSnapshot, now: datetime) -> Iterator[InsideMove]:
    """Close at once what nobody has begun, and the rest when its confirmation is due."""
    requested_at, due = snapshot.withdrawal_requested_at, confirmed_at(snapshot)
    if requested_at is None or due is None:
        return
    for item in snapshot.network.items:
        view = snapshot.assignments.get(item.code)
        if view is None:
            yield BlockItem(item.code, item.department, NodeCode(CAUSE))
        elif view.status is AssignmentStatus.OPENED:
            yield CancelAssignment(view.id, item.code, AssignmentStatus.WITHDRAWN, CAUSE)
        elif not view.status.final and now >= due:
            yield ConfirmWithdrawal(view.id, item.code, requested_at)


def timers(snapshot: ApplicationSnapshot) -> Iterator[datetime]:
    """Say when the confirmation of what departments have is due."""
    due = confirmed_at(snapshot)
    if due is not None and any(not view.status.final for view in snapshot.assignments.values()):
        yield due
