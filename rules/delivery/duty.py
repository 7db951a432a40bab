"""Which results must be delivered, by when, and from when on (行政许可法 art. 38, 44)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from rules.catalog import ItemCode
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


@dataclass(frozen=True, slots=True)
class Undelivered:
    """A result that has not reached the applicant, however often it was sent, and the last day for it to do so."""

    delivery: DeliveryView
    due: Deadline


@dataclass(frozen=True, slots=True)
class Outstanding:
    """What is still to be delivered, and what has been."""

    #: Items whose results nothing has been delivered of yet.
    unprepared: tuple[ItemCode, ...]
    undelivered: tuple[Undelivered, ...]
    #: The latest delivery of each item's newest round; the result of an earlier round has been overtaken.
    current: tuple[DeliveryView, ...]

    @property
    def nothing(self) -> bool:
        """Tell whether there is nothing to deliver now: most of the time nothing has been decided, or all has come."""
        return not self.unprepared and not self.undelivered


def outstanding(snapshot: ApplicationSnapshot) -> Outstanding:
    """Find what is still to be delivered."""
    return while_same(
        snapshot, _outstanding, snapshot.assignments, snapshot.deliveries, snapshot.network, snapshot.calendar
    )


def _outstanding(snapshot: ApplicationSnapshot) -> Outstanding:
    views = snapshot.assignments
    ended = [view for view in views.values() if view.status.final]
    known = {delivery.assignment for delivery in snapshot.deliveries} if ended else frozenset()
    current = tuple(d for d in snapshot.deliveries if d.item in views and d.assignment == views[d.item].id)
    return Outstanding(
        tuple(view.item for view in ended if view.id not in known and deliverable(snapshot, view)),
        tuple(Undelivered(d, due(snapshot, d)) for d in current if d.status is not DeliveryStatus.DELIVERED),
        current,
    )


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
