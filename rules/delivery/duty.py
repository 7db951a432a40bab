"""Which results must be delivered, by when, and from when on (行政许可法 art. 38, 44)."""

from datetime import date, datetime
from typing import Final
from uuid import UUID

from rules.clocks import ClockEventKind
from rules.delivery.record import DeliveryChannel, DeliveryStatus, DeliveryView
from rules.frozen import while_same
from rules.network import NetworkItem
from rules.snapshot import ApplicationSnapshot, AssignmentView
from rules.vocabulary import FAVOURABLE_STATUSES, ApplicationStatus, AssignmentStatus, NoticeKind
from rules.workdays import Deadline, end_of_day, local_date

#: Whatever there is to hand over, a decision of these kinds is delivered in writing (art. 32, 38).
_IN_WRITING: Final = frozenset(
    {
        AssignmentStatus.PARTLY_GRANTED,
        AssignmentStatus.DEEMED_APPROVED,
        AssignmentStatus.REFUSED,
        AssignmentStatus.NOT_ACCEPTED,
        AssignmentStatus.NOT_REQUIRED,
        AssignmentStatus.RETURNED,
    }
)
#: The notices that are themselves the written decision on an item.
_DECISIONS: Final = frozenset(
    {
        NoticeKind.GRANT,
        NoticeKind.REFUSAL,
        NoticeKind.NOT_ACCEPTED,
        NoticeKind.NOT_REQUIRED,
        NoticeKind.RETURNED,
        NoticeKind.DEEMED,
    }
)
#: The time to conclude is over; what follows is delivery and closing.
AFTERWARDS: Final = (ApplicationStatus.CONCLUDED, ApplicationStatus.DELIVERED, ApplicationStatus.CLOSED)


def deliverable(snapshot: ApplicationSnapshot, view: AssignmentView) -> bool:
    """Tell whether the end of an assignment leaves something to deliver; a result taken over was delivered before."""
    if view.reused:
        return False
    if view.status is AssignmentStatus.GRANTED:
        return bool(snapshot.network.item(view.item).result)
    return view.status in _IN_WRITING


def unprepared(snapshot: ApplicationSnapshot) -> tuple[AssignmentView, ...]:
    """Find results of which nothing has been delivered yet."""
    return while_same(snapshot, _unprepared, snapshot.assignments, snapshot.deliveries, snapshot.network)


def _unprepared(snapshot: ApplicationSnapshot) -> tuple[AssignmentView, ...]:
    ended = [view for view in snapshot.assignments.values() if view.status.final]
    known = {delivery.assignment for delivery in snapshot.deliveries} if ended else frozenset()
    return tuple(view for view in ended if view.id not in known and deliverable(snapshot, view))


def current(snapshot: ApplicationSnapshot) -> tuple[DeliveryView, ...]:
    """The latest delivery of each item's newest round; the result of an earlier round has been overtaken."""
    return while_same(snapshot, _current, snapshot.assignments, snapshot.deliveries)


def _current(snapshot: ApplicationSnapshot) -> tuple[DeliveryView, ...]:
    views = snapshot.assignments
    return tuple(d for d in snapshot.deliveries if d.item in views and d.assignment == views[d.item].id)


def undelivered(snapshot: ApplicationSnapshot) -> tuple[DeliveryView, ...]:
    """What has not reached the applicant, however often it was sent."""
    return while_same(snapshot, _undelivered, snapshot.assignments, snapshot.deliveries)


def _undelivered(snapshot: ApplicationSnapshot) -> tuple[DeliveryView, ...]:
    return tuple(delivery for delivery in current(snapshot) if delivery.status is not DeliveryStatus.DELIVERED)


def decided_on(snapshot: ApplicationSnapshot, view: AssignmentView, now: datetime) -> date:
    """Return the civil date of an assignment's decision, from which the time to deliver counts."""
    decision = snapshot.decisions.get(view.id)
    if decision is not None:
        return local_date(decision.decided_at)
    stopped = [event.on for event in view.clock if event.kind is ClockEventKind.STOPPED]
    return max(stopped, default=local_date(now))


def due(snapshot: ApplicationSnapshot, delivery: DeliveryView) -> Deadline:
    """Return the last day of delivery: so many working days from its own decision, whatever else is open (art. 44)."""
    days = snapshot.network.item(delivery.item).terms.delivery_days
    return snapshot.calendar.add_working_days(delivery.decided_on, days)


def channel_of(snapshot: ApplicationSnapshot, item: NetworkItem, status: AssignmentStatus) -> DeliveryChannel:
    """Choose the way: the applicant's, but that paper does not travel online and lies ready at the window."""
    wished = snapshot.wish.channel
    on_paper = status in (AssignmentStatus.GRANTED, AssignmentStatus.PARTLY_GRANTED) and not item.terms.electronic
    return DeliveryChannel.WINDOW if wished is DeliveryChannel.ONLINE and on_paper else wished


def ready_at(snapshot: ApplicationSnapshot, delivery: DeliveryView) -> datetime | None:
    """Say from when on a prepared result is to be delivered; None: at once.

    With 一并出件 a favourable result waits for the others, but not beyond the morning of its own last day. What goes
    online is told once for each day, so that a day of five results is not one of five notices.
    """
    if snapshot.status in AFTERWARDS:
        return None
    held = snapshot.wish.together and snapshot.assignments[delivery.item].status in FAVOURABLE_STATUSES
    if held:
        return end_of_day(snapshot.calendar.working_day_before(due(snapshot, delivery).on, 1))
    return end_of_day(local_date(delivery.prepared_at)) if delivery.channel is DeliveryChannel.ONLINE else None


def carrier(snapshot: ApplicationSnapshot, view: AssignmentView) -> UUID | None:
    """Name the notice under way that is the written decision on an item, if there is one."""
    found = (notice.id for notice in snapshot.notices if notice.assignment == view.id and notice.kind in _DECISIONS)
    return next(found, None)


def result_under_way(snapshot: ApplicationSnapshot) -> UUID | None:
    """Name the notice of the outcome while it has not reached the applicant."""
    return next((notice.id for notice in snapshot.notices if notice.kind is NoticeKind.RESULT), None)
