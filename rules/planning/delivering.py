"""Results that are ready, ought to have reached the applicant, or all have."""

from collections.abc import Iterator
from datetime import datetime

from rules.delivery.duty import AFTERWARDS, current, due, ready_at, result_under_way, undelivered, unprepared
from rules.delivery.moves import CompleteDelivery, DeliveryMove, EscalateDelivery, PrepareDelivery, SendResults
from rules.delivery.record import DeliveryChannel, DeliveryStatus, DeliveryView
from rules.frozen import while_same
from rules.snapshot import ApplicationSnapshot
from rules.vocabulary import ApplicationStatus
from rules.workdays import end_of_day, local_date


def moves(snapshot: ApplicationSnapshot, now: datetime) -> Iterator[DeliveryMove]:
    """Say what is due: prepare, tell online, complain of what is late, and complete once nothing is left."""
    if not settled(snapshot):
        preparing = [PrepareDelivery(view.item) for view in unprepared(snapshot)]
        yield from preparing
        if preparing:
            return
        sending = tuple(delivery.id for delivery in _online(snapshot) if _is_ready(snapshot, delivery, now))
        if sending:
            yield SendResults(sending)
        yield from _overdue(snapshot, now)
    if snapshot.status is ApplicationStatus.CONCLUDED and all_delivered(snapshot) and not snapshot.objections:
        yield CompleteDelivery()


def all_delivered(snapshot: ApplicationSnapshot) -> bool:
    """Tell whether the applicant knows the outcome and has every result."""
    told = snapshot.status in AFTERWARDS and result_under_way(snapshot) is None
    return told and settled(snapshot)


def settled(snapshot: ApplicationSnapshot) -> bool:
    """Tell whether there is nothing to deliver now: most of the time nothing has been decided, or all has come."""
    return while_same(snapshot, _settled, snapshot.assignments, snapshot.deliveries, snapshot.network)


def _settled(snapshot: ApplicationSnapshot) -> bool:
    return not unprepared(snapshot) and not undelivered(snapshot)


def _online(snapshot: ApplicationSnapshot) -> tuple[DeliveryView, ...]:
    return while_same(snapshot, _prepared_online, snapshot.assignments, snapshot.deliveries)


def _prepared_online(snapshot: ApplicationSnapshot) -> tuple[DeliveryView, ...]:
    online = (delivery for delivery in current(snapshot) if delivery.channel is DeliveryChannel.ONLINE)
    return tuple(delivery for delivery in online if delivery.status is DeliveryStatus.PREPARED)


def _is_ready(snapshot: ApplicationSnapshot, delivery: DeliveryView, now: datetime) -> bool:
    at = ready_at(snapshot, delivery)
    return at is None or at <= now


def _overdue(snapshot: ApplicationSnapshot, now: datetime) -> Iterator[DeliveryMove]:
    """Tell supervision, once, of each result that is late; never on days that are not published yet."""
    for delivery in undelivered(snapshot):
        last = due(snapshot, delivery)
        if not delivery.escalated and not last.provisional and local_date(now) > last.on:
            yield EscalateDelivery(delivery.id, delivery.item, last.on)


def timers(snapshot: ApplicationSnapshot, now: datetime) -> Iterator[datetime]:
    """Say when a result is told, and when the time to deliver is over."""
    if settled(snapshot):
        return
    for delivery in _online(snapshot):
        if (at := ready_at(snapshot, delivery)) is not None and at > now:
            yield at
    for delivery in undelivered(snapshot):
        last = due(snapshot, delivery)
        if not delivery.escalated and not last.provisional:
            yield end_of_day(last.on)
