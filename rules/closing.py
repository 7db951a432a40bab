"""Closing (结案) and its guard: no false completion (防假办结、被办结).

An application is closed when everything is with the applicant and they have confirmed it, or have let the time to
object pass; and never while anything of it is open.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final

from rules.delivery.duty import outstanding, result_under_way
from rules.delivery.entries import ClosingRefused
from rules.entries import Entry, StatusSet, Step
from rules.network import NetworkItem
from rules.snapshot import ApplicationSnapshot, AssignmentView
from rules.vocabulary import ApplicationStatus, AssignmentStatus, CommitmentKind, DecisionKind, Word
from rules.workdays import Deadline, end_of_day, local_date

_GRANTED: Final = frozenset({AssignmentStatus.GRANTED, AssignmentStatus.PARTLY_GRANTED})
_NEGATIVE: Final = frozenset({AssignmentStatus.REFUSED, AssignmentStatus.NOT_ACCEPTED})
_OPEN_BUSINESS: Final[Mapping[AssignmentStatus, str]] = MappingProxyType(
    {
        AssignmentStatus.CORRECTION_REQUIRED: "补正尚未完成",
        AssignmentStatus.SPECIAL_PROCEDURE: "特别程序尚未结束",
        AssignmentStatus.PENDING_CURE: "容缺材料尚未补齐",
    }
)


class Ground(Word):
    """What kind of thing stands in the way of closing."""

    RESULT = "result", "没有结果"
    DELIVERY = "delivery", "没有送达"
    APPLICANT = "applicant", "申请人尚可提出异议"
    OPEN_BUSINESS = "open_business", "尚有未了事项"
    COMPLAINT = "complaint", "投诉尚未办结"


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One thing that stands in the way."""

    ground: Ground
    why: str


@dataclass(frozen=True, slots=True)
class Close:
    """Nothing stands in the way of closing."""


@dataclass(frozen=True, slots=True)
class RefuseClosing:
    """Closing is due, and something stands in the way."""

    reasons: tuple[str, ...]


ClosingMove = Close | RefuseClosing


def obstacles(snapshot: ApplicationSnapshot, now: datetime) -> tuple[Obstacle, ...]:
    """List what stands in the way of closing; empty when nothing does.

    A result, refusal with filing, withdrawal or return with its basis for each item; evidence of each delivery; the
    applicant told, and confirmed or silent until the end of the time to object; no correction, special procedure,
    commitment or objection open; no complaint open.
    """
    return (
        *(Obstacle(Ground.RESULT, why) for why in _results(snapshot)),
        *(Obstacle(Ground.DELIVERY, why) for why in _deliveries(snapshot)),
        *(Obstacle(Ground.APPLICANT, why) for why in _applicant(snapshot, now)),
        *(Obstacle(Ground.OPEN_BUSINESS, why) for why in _business(snapshot)),
        *(Obstacle(Ground.COMPLAINT, f"投诉 {number} 尚未办结") for number in snapshot.complaints),
    )


def _results(snapshot: ApplicationSnapshot) -> Iterator[str]:
    for item in snapshot.network.items:
        view = snapshot.assignments.get(item.code)
        if view is None:
            yield f"{item.name}尚未办理"
        elif view.status.final:
            yield from _result(snapshot, item, view)
        elif view.status not in _OPEN_BUSINESS:
            yield f"{item.name}尚未办结"


def _result(snapshot: ApplicationSnapshot, item: NetworkItem, view: AssignmentView) -> Iterator[str]:
    decision, status = snapshot.decisions.get(view.id), view.status
    if status in _GRANTED and item.result and not (decision and decision.document_number):
        yield f"{item.name}没有结果文书编号"
    negative = decision is not None and decision.kind in (DecisionKind.REFUSE, DecisionKind.NOT_ACCEPT)
    if status in _NEGATIVE and not (decision and negative and decision.filing):
        yield f"{item.name}没有否定备案"
    if status is AssignmentStatus.RETURNED and not (decision and decision.legal_basis):
        yield f"{item.name}退件没有依据"
    if status is AssignmentStatus.WITHDRAWN and not snapshot.withdrawal_requested:
        yield f"{item.name}没有申请人的撤件申请"


def _deliveries(snapshot: ApplicationSnapshot) -> Iterator[str]:
    left = outstanding(snapshot)
    for item in left.unprepared:
        yield f"{snapshot.network.item(item).name}的结果尚未送达"
    for delivery in (each.delivery for each in left.undelivered):
        yield f"{snapshot.network.item(delivery.item).name}的结果{delivery.status.zh}（{delivery.channel.zh}）"


def _applicant(snapshot: ApplicationSnapshot, now: datetime) -> Iterator[str]:
    if snapshot.outcome is None or result_under_way(snapshot) is not None:
        yield "办理结果尚未告知申请人"
    if snapshot.objections:
        yield "申请人的异议尚未答复"
    elif not _settled(snapshot, now):
        last = window(snapshot)
        yield f"申请人未确认签收，异议期至 {last.on.isoformat()}" if last else "申请人未确认签收"


def _business(snapshot: ApplicationSnapshot) -> Iterator[str]:
    for view in snapshot.assignments.values():
        if view.status in _OPEN_BUSINESS:
            yield f"{snapshot.network.item(view.item).name}{_OPEN_BUSINESS[view.status]}"
    for commitment in snapshot.commitments:
        if commitment.open:
            what = "容缺材料尚未补齐" if commitment.kind is CommitmentKind.TOLERANCE else "承诺尚未核查"
            yield f"{snapshot.network.item(commitment.item).name}{what}"


def window(snapshot: ApplicationSnapshot) -> Deadline | None:
    """Return the last day to object: so many working days from the delivery, or from the last answer; None before."""
    begun = [at for at in (snapshot.closing.delivered_at, snapshot.closing.answered_at) if at is not None]
    if snapshot.closing.delivered_at is None:
        return None
    return snapshot.calendar.add_working_days(local_date(max(begun)), snapshot.network.policies.objection_days)


def _settled(snapshot: ApplicationSnapshot, now: datetime) -> bool:
    """Tell whether the applicant has confirmed, or may object no more; not on days that are not published yet."""
    if snapshot.closing.confirmed_at is not None:
        return True
    last = window(snapshot)
    return last is not None and not last.provisional and now >= end_of_day(last.on)


def moves(snapshot: ApplicationSnapshot, now: datetime) -> Iterator[ClosingMove]:
    """Close as soon as the applicant has had their say; what stands in the way is recorded, each state of it once."""
    if snapshot.status is not ApplicationStatus.DELIVERED or not _settled(snapshot, now):
        return
    reasons = tuple(obstacle.why for obstacle in obstacles(snapshot, now))
    if not reasons:
        yield Close()
    elif reasons != snapshot.closing.refused:
        yield RefuseClosing(reasons)


def timers(snapshot: ApplicationSnapshot, now: datetime) -> Iterator[datetime]:
    """Say when the time to object is over; afterwards nothing is awaited of the clock."""
    last = window(snapshot)
    if snapshot.status is not ApplicationStatus.DELIVERED or last is None or last.provisional:
        return
    if snapshot.closing.confirmed_at is None and end_of_day(last.on) > now:
        yield end_of_day(last.on)


def closed(snapshot: ApplicationSnapshot, _move: Close, now: datetime) -> tuple[Entry, ...]:
    """Enter the closing and what it rests on."""
    after, confirmed = ApplicationStatus.CLOSED, snapshot.closing.confirmed_at
    last = window(snapshot)
    rests_on = {"confirmed_at": confirmed.isoformat()} if confirmed else {}
    if confirmed is None and last is not None:
        rests_on = {"objection_until": last.on.isoformat()}
    details = {"outcome": snapshot.outcome, **rests_on}
    return StatusSet(after, at=now), Step("application.closed", before=snapshot.status, after=after, details=details)


def refused(_snapshot: ApplicationSnapshot, move: RefuseClosing, _now: datetime) -> tuple[Entry, ...]:
    """Enter that closing was refused, and every reason."""
    details = {"reasons": list(move.reasons)}
    return ClosingRefused(move.reasons), Step("closure.rejected", reason="；".join(move.reasons), details=details)


ENTRIES: Final[Mapping[type, Callable[..., tuple[Entry, ...]]]] = MappingProxyType(
    {Close: closed, RefuseClosing: refused}
)
