"""What agents and applicants do to an application under way: bring materials, report milestones, withdraw."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from rules.catalog import ItemCode, NodeCode
from rules.clocks import ClockEvent, ClockEventKind
from rules.entries import (
    Clocked,
    Entry,
    MaterialReceived,
    MessageQueued,
    MilestoneReached,
    Revised,
    Step,
    WithdrawalRequested,
    entered,
)
from rules.errors import ApplicationClosedError, MilestoneNotOpenError, NotFoundError
from rules.snapshot import ApplicationSnapshot, AssignmentView
from rules.vocabulary import ApplicationStatus, AssignmentStatus, MessageKind


def milestone_reported(snapshot: ApplicationSnapshot, code: NodeCode, by: str) -> tuple[Entry, ...]:
    """Enter that a real-world milestone has been reached; nothing when it is known.

    Raises NotFoundError for a milestone the application does not have, MilestoneNotOpenError when something that
    gates it is not granted (环境影响评价法 art. 25: no construction before).
    """
    if code not in snapshot.network.milestones:
        raise NotFoundError(f"{snapshot.number} 没有里程碑 {code}", wanted=code)
    if code in snapshot.milestones_reached:
        return ()
    require_open(snapshot)
    if code not in snapshot.milestones_opened:
        raise MilestoneNotOpenError(f"{code} 的前置手续未齐，不得进行", milestone=code)
    return MilestoneReached(code, by), Step("milestone.reached", code)


def materials_supplied(
    snapshot: ApplicationSnapshot,
    names: Sequence[str],
    by: str,
    now: datetime,
    corrections: Mapping[ItemCode, Sequence[str]],
) -> tuple[Entry, ...]:
    """Enter materials the applicant brings; those already there are left out.

    ``corrections`` lists per item in correction what its notice asked for: an item goes on when its whole list has
    been brought (行政许可法 art. 32(5)). Raises ApplicationClosedError once the application is concluded, unless an
    open commitment is about these materials.
    """
    if not any(c.open and set(names) & set(c.materials) for c in snapshot.commitments):
        require_open(snapshot)
    new = [name for name in dict.fromkeys(names) if name not in snapshot.materials_provided]
    entries: list[Entry] = []
    for name in new:
        entries += [MaterialReceived(name, by), Step("material.received", details={"name": name})]
    provided = entered(snapshot, *entries).materials_provided
    for item, wanted in corrections.items():
        view = snapshot.assignments[item]
        if new and view.status is AssignmentStatus.CORRECTION_REQUIRED and set(wanted) <= provided:
            entries += _corrected(view, wanted, now)
    return tuple(entries)


def _corrected(view: AssignmentView, wanted: Sequence[str], now: datetime) -> tuple[Entry, ...]:
    after = AssignmentStatus.RECEIVED
    body = {"materials": [{"name": name, "provided": True} for name in wanted]}
    return (
        Revised(view.item, {"status": after}),
        Clocked(view.item, ClockEvent(ClockEventKind.CORRECTION_ENDED, now)),
        MessageQueued(view.item, MessageKind.MATERIALS_ADDED, body=body),
        Step("correction.supplied", view.item, before=view.status, after=after, details={"materials": list(wanted)}),
    )


def withdrawal_requested(snapshot: ApplicationSnapshot, reason: str) -> tuple[Entry, ...]:
    """Enter that the applicant withdraws; nothing when it is known.

    Raises ApplicationClosedError once the application is concluded: a granted permit is not withdrawn but cancelled.
    """
    if snapshot.withdrawal_requested:
        return ()
    require_open(snapshot)
    return WithdrawalRequested(), Step("withdrawal.requested", reason=reason)


def require_open(snapshot: ApplicationSnapshot) -> None:
    """Raise ApplicationClosedError once the application is concluded."""
    if snapshot.status in (ApplicationStatus.CONCLUDED, ApplicationStatus.DELIVERED):
        message = f"{snapshot.number} {snapshot.status.zh}"
        raise ApplicationClosedError(message, application_status=snapshot.status)
