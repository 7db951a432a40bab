"""Making use of a permit in time: from its receipt on some permits must be used within months, or they lapse by law.

建筑法 art. 9: construction begins within three months of receiving the permit; two extensions of three months at most;
begun in neither time, the permit is void by itself. Nobody decides that, and nobody may undo it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from rules.catalog import ItemCode, NodeCode
from rules.delivery.duty import AFTERWARDS, outstanding
from rules.delivery.record import DeliveryStatus, DeliveryView
from rules.entries import Entry, MilestoneClosed, NoticeQueued, Revised, Step
from rules.errors import NotAllowedNowError
from rules.frozen import while_same
from rules.identifiers import notice_id
from rules.resting import dependants_granted, flagged
from rules.snapshot import ApplicationSnapshot, AssignmentView
from rules.terms import UseBy
from rules.vocabulary import AssignmentStatus, NoticeKind
from rules.workdays import Calendar, Deadline, end_of_day, local_date, months_after


@dataclass(frozen=True, slots=True)
class BeginUse:
    """The applicant has the permit: it must be made use of by ``due``, or after it where that is a holiday."""

    assignment: UUID
    item: ItemCode
    due: date


@dataclass(frozen=True, slots=True)
class Lapse:
    """The permit was not made use of by ``due``: it is void (自行废止)."""

    assignment: UUID
    item: ItemCode
    due: date


def ends(view: AssignmentView, calendar: Calendar) -> Deadline | None:
    """Return the last day to make use of a permit: a period that ends on a holiday ends after it (民法典 art. 203)."""
    return None if view.use_by is None else calendar.roll_forward(view.use_by)


def moves(snapshot: ApplicationSnapshot, now: datetime) -> Iterator[BeginUse | Lapse]:
    """Let the time begin with the receipt, and the permit lapse when it has passed.

    Not by a day that rests on an unpublished calendar, and not once the application has ended.
    """
    if snapshot.status in AFTERWARDS:
        return
    for view in _usable(snapshot):
        last = ends(view, snapshot.calendar)
        if last is None:
            if (got := _received_on(snapshot, view, now)) is not None:
                yield BeginUse(view.id, view.item, months_after(got, terms_of(snapshot, view).months))
        elif not last.provisional and end_of_day(last.on) <= now:
            yield Lapse(view.id, view.item, last.on)


def timers(snapshot: ApplicationSnapshot, now: datetime) -> Iterator[datetime]:
    """Say when a permit lapses that is not made use of."""
    for view in _usable(snapshot):
        last = ends(view, snapshot.calendar)
        if last is not None and not last.provisional and (at := end_of_day(last.on)) > now:
            yield at


def _usable(snapshot: ApplicationSnapshot) -> tuple[AssignmentView, ...]:
    """Find permits that are valid and have not been made use of; one taken over keeps the time of its own file."""
    return while_same(snapshot, _unused, snapshot.assignments, snapshot.network, snapshot.milestones_reached)


def _unused(snapshot: ApplicationSnapshot) -> tuple[AssignmentView, ...]:
    return tuple(view for view in snapshot.assignments.values() if _to_be_used(snapshot, view))


def _to_be_used(snapshot: ApplicationSnapshot, view: AssignmentView) -> bool:
    if not view.status.favourable or view.status is AssignmentStatus.NOT_REQUIRED or view.reused:
        return False
    terms = snapshot.network.item(view.item).terms.use_by
    if terms is None:
        return False
    milestone = NodeCode(terms.milestone)
    return milestone in snapshot.network.milestones and milestone not in snapshot.milestones_reached


def terms_of(snapshot: ApplicationSnapshot, view: AssignmentView) -> UseBy:
    """Return what the law says of using an item's permit. Raises NotAllowedNowError where it says nothing."""
    found = snapshot.network.item(view.item).terms.use_by
    if found is None:
        raise NotAllowedNowError(f"{view.item} 没有限期使用的规定", item=view.item)
    return found


def _received_on(snapshot: ApplicationSnapshot, view: AssignmentView, now: datetime) -> date | None:
    of_it = (each for each in outstanding(snapshot).current if each.assignment == view.id)
    return next((_arrived(each, now) for each in of_it if _is_in(each)), None)


def _is_in(delivery: DeliveryView) -> bool:
    return delivery.status is DeliveryStatus.DELIVERED


def _arrived(delivery: DeliveryView, now: datetime) -> date:
    """Say when a result arrived: the carrier's day, the moment of publishing, or that of the signature: now."""
    if (on := delivery.evidence.get("delivered_on")) is not None:
        return date.fromisoformat(on)
    published = delivery.evidence.get("published_at")
    return local_date(datetime.fromisoformat(published) if published else now)


def begun(snapshot: ApplicationSnapshot, move: BeginUse, _now: datetime) -> tuple[Entry, ...]:
    """Enter by when the permit must be made use of, and tell the applicant."""
    view = snapshot.assignments[move.item]
    terms = terms_of(snapshot, view)
    last = snapshot.calendar.roll_forward(move.due)
    body = {**about(snapshot, view, terms), "use_by": last.on.isoformat(), "provisional": last.provisional}
    title = f"{snapshot.network.item(move.item).result}须在 {last.on.isoformat()} 以前使用"
    return (
        Revised(move.item, {"use_by": move.due}),
        told(snapshot, view, NoticeKind.USE_BEFORE, title, body),
        Step("use.due_set", move.item, reason=terms.basis, details=body),
    )


def lapsed(snapshot: ApplicationSnapshot, move: Lapse, _now: datetime) -> tuple[Entry, ...]:
    """Enter that the permit is void, close the milestone it had opened, and flag what was granted on its basis.

    Nothing else is taken back: what rests on it is its own department's to look at (行政许可法 art. 69).
    """
    view, after = snapshot.assignments[move.item], AssignmentStatus.LAPSED
    terms = terms_of(snapshot, view)
    milestone = NodeCode(terms.milestone)
    why = f"{snapshot.network.item(move.item).result}至 {move.due.isoformat()} 未使用，自行废止（{terms.basis}）"
    resting = [each.item for each in dependants_granted(snapshot, move.item)]
    body = {**about(snapshot, view, terms), "use_by": move.due.isoformat(), "reason": why, "resting": resting}
    return (
        Revised(move.item, {"status": after}),
        *((MilestoneClosed(milestone),) if milestone in snapshot.milestones_opened else ()),
        told(snapshot, view, NoticeKind.LAPSED, f"{snapshot.network.item(move.item).result}已失效", body),
        Step("result.lapsed", move.item, before=view.status, after=after, reason=why, details=body),
        *flagged(snapshot, move.item, "已失效"),
    )


def about(snapshot: ApplicationSnapshot, view: AssignmentView, terms: UseBy) -> dict[str, Any]:
    """Say what is told of a permit, its use and the law."""
    item = snapshot.network.item(view.item)
    return {"item": view.item, "result": item.result, "milestone": terms.milestone, "basis": terms.basis}


def told(
    snapshot: ApplicationSnapshot, view: AssignmentView, kind: NoticeKind, title: str, body: dict[str, Any]
) -> NoticeQueued:
    """Tell the applicant, once for each day by which a permit must be used."""
    notice = notice_id(snapshot.number, kind, f"{view.id}/{body['use_by']}")
    return NoticeQueued(notice, kind, title, body, view.item)
