"""What can no longer be granted and is closed, and how the items of an application become its outcome."""

from collections.abc import Iterator

from rules.catalog import ItemCode, NodeCode, RefusalPolicy
from rules.frozen import once
from rules.joining import Verdict, counted
from rules.joint_moves import SettleJoin
from rules.moves import BlockItem, CancelAssignment, InsideMove
from rules.planning import siblings
from rules.planning.readiness import lost, lost_prerequisite
from rules.progress import Progress
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
    if not stopping(snapshot):
        return
    hopeless, settled = once(snapshot.progress, _hopeless), siblings.stopped(snapshot)
    for item in snapshot.network.items:
        cause = hopeless.get(item.code) or (siblings.SETTLED if item.code in settled else None)
        if cause is None:
            continue
        view = snapshot.assignments.get(item.code)
        if view is None:
            yield BlockItem(item.code, item.department, NodeCode(cause))
        else:
            yield CancelAssignment(view.id, item.code, AssignmentStatus.CANCELLED, cause)


def stopping(snapshot: ApplicationSnapshot) -> bool:
    """Tell whether anything is to be closed so."""
    return bool(once(snapshot.progress, _hopeless)) or bool(siblings.stopped(snapshot))


def _hopeless(progress: Progress) -> dict[ItemCode, str]:
    """Say of each open item that can no longer be granted what it lost."""
    if progress.nothing_lost:
        return {}
    stop_all = stopped_as_a_whole(progress)
    open_ = [item.code for item in progress.network.items if not progress.ended(item.code)]
    causes = {code: stop_all or lost_prerequisite(progress, code) for code in open_}
    return {code: cause for code, cause in causes.items() if cause is not None}


def stopped_as_a_whole(progress: Progress) -> str | None:
    """Name the required item that stops all others under the policy STOP_ALL.

    That is one which can no longer be granted, whether refused itself or behind a refusal: which of the two comes
    first must not matter.
    """
    if progress.network.refusal_policy is not RefusalPolicy.STOP_ALL:
        return None
    gone = (item.code for item in progress.network.items if item.required and lost(progress, NodeCode(item.code)))
    return next(gone, None)


def joined(snapshot: ApplicationSnapshot) -> Outcome | None:
    """Join when every item has ended; only the set of grants and refusals counts, never their order or number.

    GRANTED: the journey's policy is carried by the required items. Otherwise PARTLY_GRANTED when anything was granted,
    which stays valid; REFUSED when nothing was, when the refusal stopped everything (STOP_ALL), or when those the
    matter hangs on (VETO, LEAD) have refused it.
    """
    return once(snapshot.progress, _joined)


def _joined(progress: Progress) -> Outcome | None:
    network = progress.network
    if not all(progress.ended(item.code) for item in network.items):
        return None
    statuses = {item.code: progress.ends[item.code] for item in network.items}
    # A withdrawal that found everything decided has withdrawn nothing (the decisions were dated before it).
    if AssignmentStatus.WITHDRAWN in statuses.values():
        return Outcome.WITHDRAWN
    granted = {item for item, status in statuses.items() if status is not None and status.favourable}
    votes, _ = siblings.ballot(progress)
    if counted(network.join, votes) is Verdict.CARRIED:
        required = (item.code for item in network.items if item.required)
        partly = any(statuses[item] is AssignmentStatus.PARTLY_GRANTED for item in required)
        return Outcome.PARTLY_GRANTED if partly else Outcome.GRANTED
    hangs_on_some = network.join.policy in (JoinPolicy.VETO, JoinPolicy.LEAD)
    if not granted or hangs_on_some or stopped_as_a_whole(progress) is not None:
        return Outcome.REFUSED
    return Outcome.PARTLY_GRANTED
