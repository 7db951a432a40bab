"""What can no longer be granted and is closed, and how the items of an application become its outcome."""

from collections.abc import Iterator

from rules.catalog import NodeCode, RefusalPolicy
from rules.moves import BlockItem, CancelAssignment, InsideMove
from rules.planning.readiness import lost, lost_prerequisite
from rules.snapshot import ApplicationSnapshot
from rules.vocabulary import AssignmentStatus, Outcome


def stops(snapshot: ApplicationSnapshot) -> Iterator[InsideMove]:
    """Close what can no longer be granted: after a refusal of everything, or a lost prerequisite."""
    stop_all = stopped_as_a_whole(snapshot)
    for item in snapshot.network.items:
        view = snapshot.assignments.get(item.code)
        if view is not None and view.status.final:
            continue
        cause = stop_all or lost_prerequisite(snapshot, item.code)
        if cause is None:
            continue
        if view is None:
            yield BlockItem(item.code, item.department, NodeCode(cause))
        else:
            yield CancelAssignment(view.id, item.code, AssignmentStatus.CANCELLED, cause)


def stopped_as_a_whole(snapshot: ApplicationSnapshot) -> str | None:
    """Name the required item that stops all others under the policy STOP_ALL.

    That is one which can no longer be granted, whether refused itself or behind a refusal: which of the two comes
    first must not matter.
    """
    if snapshot.network.refusal_policy is not RefusalPolicy.STOP_ALL:
        return None
    gone = (item.code for item in snapshot.network.items if item.required and lost(snapshot, NodeCode(item.code)))
    return next(gone, None)


def joined(snapshot: ApplicationSnapshot) -> Outcome | None:
    """Join when every item has ended; only the set of grants and refusals counts, never their order or number."""
    views = [snapshot.assignments.get(item.code) for item in snapshot.network.items]
    if not all(view is not None and view.status.final for view in views):
        return None
    statuses = {view.item: view.status for view in views if view is not None}
    # A withdrawal that found everything decided has withdrawn nothing (the decisions were dated before it).
    if AssignmentStatus.WITHDRAWN in statuses.values():
        return Outcome.WITHDRAWN
    granted = {item for item, status in statuses.items() if status.favourable}
    required = {item.code for item in snapshot.network.items if item.required}
    if required <= granted:
        partly = any(statuses[item] is AssignmentStatus.PARTLY_GRANTED for item in required)
        return Outcome.PARTLY_GRANTED if partly else Outcome.GRANTED
    if not granted or stopped_as_a_whole(snapshot) is not None:
        return Outcome.REFUSED
    return Outcome.PARTLY_GRANTED
