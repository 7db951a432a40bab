"""What can no longer be granted and is closed, and how the items of an application become its outcome."""

from collections.abc import Iterator

from rules.catalog import NodeCode, RefusalPolicy
from rules.joining import Verdict, counted
from rules.joint_moves import SettleJoin
from rules.moves import BlockItem, CancelAssignment, InsideMove
from rules.planning import siblings
from rules.planning.readiness import lost, lost_prerequisite
from rules.snapshot import ApplicationSnapshot
from rules.terms import JoinPolicy
from rules.vocabulary import AssignmentStatus, Outcome


def settlings(snapshot: ApplicationSnapshot) -> Iterator[InsideMove]:
    """Enter the verdict of the required items when it is certain before all of them have ended."""
    if not snapshot.withdrawal_requested and siblings.news(snapshot):
        yield SettleJoin(siblings.verdict(snapshot))


def stops(snapshot: ApplicationSnapshot) -> Iterator[InsideMove]:
    """Close what can no longer be granted: after a refusal of everything, a lost prerequisite, or because the matter is
    settled without it.
    """
    stop_all = stopped_as_a_whole(snapshot)
    settled = siblings.stopped(snapshot)
    for item in snapshot.network.items:
        view = snapshot.assignments.get(item.code)
        if view is not None and view.status.final:
            continue
        cause = stop_all or lost_prerequisite(snapshot, item.code)
        if cause is None and item.code in settled:
            cause = siblings.SETTLED
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
    """Join when every item has ended; only the set of grants and refusals counts, never their order or number.

    GRANTED: the journey's policy is carried by the required items. Otherwise PARTLY_GRANTED when anything was granted,
    which stays valid; REFUSED when nothing was, when the refusal stopped everything (STOP_ALL), or when those the
    matter hangs on (VETO, LEAD) have refused it.
    """
    views = [snapshot.assignments.get(item.code) for item in snapshot.network.items]
    if not all(view is not None and view.status.final for view in views):
        return None
    statuses = {view.item: view.status for view in views if view is not None}
    # A withdrawal that found everything decided has withdrawn nothing (the decisions were dated before it).
    if AssignmentStatus.WITHDRAWN in statuses.values():
        return Outcome.WITHDRAWN
    granted = {item for item, status in statuses.items() if status.favourable}
    votes, _ = siblings.ballot(snapshot)
    if counted(snapshot.network.join, votes) is Verdict.CARRIED:
        required = (item.code for item in snapshot.network.items if item.required)
        partly = any(statuses[item] is AssignmentStatus.PARTLY_GRANTED for item in required)
        return Outcome.PARTLY_GRANTED if partly else Outcome.GRANTED
    hangs_on_some = snapshot.network.join.policy in (JoinPolicy.VETO, JoinPolicy.LEAD)
    if not granted or hangs_on_some or stopped_as_a_whole(snapshot) is not None:
        return Outcome.REFUSED
    return Outcome.PARTLY_GRANTED
