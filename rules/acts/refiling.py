"""Applying again for one item after its refusal, while the rest of the application goes on.

A refusal bars nobody from applying anew; what is there and valid is not asked for again (优化营商环境条例 art. 37).
"""

from collections.abc import Iterable
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from rules.acts.applicant import require_open
from rules.attendance import attendance_name
from rules.catalog import EdgeKind, ItemCode, NodeCode
from rules.effects import entered
from rules.entries import Assigned, Entry, MessageQueued, Step, Superseded
from rules.errors import NotAllowedNowError, NotFoundError
from rules.frozen import changed
from rules.identifiers import assignment_id
from rules.moves import BlockItem
from rules.planning.readiness import lost_prerequisite, missing
from rules.planning.stopping import stops
from rules.reapplication import Ban, require_allowed
from rules.snapshot import ApplicationSnapshot, AssignmentView
from rules.vocabulary import AssignmentStatus, MessageKind
from rules.workdays import local_date

#: What a department, or the applicant's own silence, has ended against the applicant.
_AGAINST: Final = frozenset(
    {
        AssignmentStatus.REFUSED,
        AssignmentStatus.NOT_ACCEPTED,
        AssignmentStatus.RETURNED,
        AssignmentStatus.LAPSED,
        AssignmentStatus.REVOKED,
        AssignmentStatus.STRUCK_OFF,
    }
)
#: What stopped because of another item; it can go on once that item is under way again.
_STOPPED: Final = frozenset({AssignmentStatus.BLOCKED, AssignmentStatus.CANCELLED})


def applied_again(
    snapshot: ApplicationSnapshot, item: ItemCode, reason: str, bans: Iterable[Ban], now: datetime
) -> tuple[Entry, ...]:
    """Open the next round of an item that was refused, not accepted or returned; the round before stays on file.

    Materials and results that are there count again. What had stopped only because of the refusal may be filed again
    when its turn comes. Raises ApplicationClosedError, NotFoundError, NotAllowedNowError with what stands against it,
    and ReapplicationBarredError after false papers or deception (行政许可法 art. 78, 79).
    """
    require_open(snapshot)
    snapshot.network.item(item)
    view = snapshot.assignments.get(item)
    if view is None:
        raise NotFoundError(f"{snapshot.number} 的事项 {item} 尚未申报", item=item)
    if view.status not in _AGAINST:
        raise NotAllowedNowError(f"{item} {view.status.zh}，不能再次申请", assignment_status=view.status)
    if snapshot.withdrawal_requested:
        raise NotAllowedNowError("申请人已申请撤回，不能再次申请", assignment_status=view.status)
    require_allowed(snapshot.network, (ban for ban in bans if ban.item == item), local_date(now))
    if (obstacle := _obstacle(snapshot, view)) is not None:
        message, details = obstacle
        raise NotAllowedNowError(message, assignment_status=view.status, **details)
    again = _next_round(snapshot, view)
    opened = entered(snapshot, Assigned(again))
    body = {"previous": str(view.id), "round": again.round, "reason": reason}
    return (
        Assigned(again),
        MessageQueued(item, MessageKind.DISPATCHED),
        Step("assignment.refiled", item, view.status, again.status, reason, {**body, "awaits": list(again.awaits)}),
        *_revived(opened, item),
    )


def _obstacle(snapshot: ApplicationSnapshot, view: AssignmentView) -> tuple[str, dict[str, Any]] | None:
    """Say what stands in the way of a new round: something lost for good, or papers to bring first."""
    item = snapshot.network.item(view.item)
    if (before := lost_prerequisite(snapshot.progress, view.item)) is not None:
        return f"前置 {before} 未通过，{view.item} 不能再次申请", {"prerequisite": before}
    if lacking := missing(snapshot, item):
        return f"再次申请前请先补齐：{'、'.join(lacking)}", {"materials": list(lacking)}
    visit = attendance_name(item)
    versions = snapshot.material_versions
    if item.terms.in_person and visit in versions and versions[visit].number <= view.relied_on.get(visit, 0):
        return "再次申请须申请人再次本人到场（行政许可法第二十九条第二款）", {"materials": [visit]}
    return None


def _next_round(snapshot: ApplicationSnapshot, view: AssignmentView) -> AssignmentView:
    item, round_ = snapshot.network.item(view.item), view.round + 1
    befores = snapshot.network.prerequisites(NodeCode(item.code), EdgeKind.ACCEPTANCE, EdgeKind.DECISION)
    return AssignmentView(
        id=assignment_id(snapshot.number, item.code, round_),
        item=item.code,
        # After a transfer the competent department keeps it.
        department=item.department if view.status is AssignmentStatus.NOT_ACCEPTED else view.department,
        round=round_,
        status=AssignmentStatus.OPENED,
        awaits=tuple(ItemCode(b) for b in befores if not b.startswith("#") and not snapshot.progress.met(b)),
    )


def _revived(snapshot: ApplicationSnapshot, because: ItemCode) -> tuple[Entry, ...]:
    """Let go what would not be stopped any more now that ``because`` is under way again; its next round opens in turn.

    Whatever another refusal stops as well stays stopped, and with it all that rests on it.
    """
    stopped = {view.item: view for view in snapshot.assignments.values() if view.status in _STOPPED}
    stay: set[ItemCode] = set()
    while stopped:
        gone = stopped.keys() - stay
        tried = {item: view for item, view in snapshot.assignments.items() if item not in gone}
        trial = changed(snapshot, assignments=MappingProxyType(tried))
        again = {move.item for move in stops(trial) if isinstance(move, BlockItem)} & gone
        if not again:
            break
        stay |= again
    reason = f"{because} 已再次申请"
    return tuple(
        entry
        for item, view in stopped.items()
        if item not in stay
        for entry in (
            Superseded(item, view.id, view.round),
            Step("assignment.revived", item, view.status, None, reason, {"because": because, "round": view.round}),
        )
    )
