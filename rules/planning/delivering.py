"""Results that are ready, ought to have reached the applicant, or all have."""

from collections.abc import Iterator
from datetime import datetime

from rules.delivery.duty import AFTERWARDS, Outstanding, outstanding, ready_at, result_under_way
from rules.delivery.moves import CompleteDelivery, DeliveryMove, EscalateDelivery, PrepareDelivery, SendResults
from rules.delivery.record import DeliveryChannel, DeliveryStatus, DeliveryView
from rules.snapshot import ApplicationSnapshot
from rules.vocabulary import ApplicationStatus
from rules.workdays import end_of_day, local_date


def moves(snapshot: ApplicationSnapshot, now: datetime) -> Iterator[DeliveryMove]:
    """Say what is due: prepare, tell online, complain of what is late, and complete once nothing is left."""
    left = outstanding(snapshot)
    if left.unprepared:
        yield from map(PrepareDelivery, left.unprepared)
        return
    sending = tuple(d.id for d in _online(left) if (at := ready_at(snapshot, d)) is None or at <= now)
    if sending:
        yield SendResults(sending)
    yield from _overdue(left, now)
    if snapshot.status is ApplicationStatus.CONCLUDED and all_delivered(snapshot) and not snapshot.objections:
        yield CompleteDelivery()


def all_delivered(snapshot: ApplicationSnapshot) -> bool:
    """Tell whether the applicant knows the outcome and has every result."""
    told = snapshot.status in AFTERWARDS and result_under_way(snapshot) is None
    return told and outstanding(snapshot).nothing


def _online(left: Outstanding) -> Iterator[DeliveryView]:
    for each in left.undelivered:
        if each.delivery.channel is DeliveryChannel.ONLINE and each.delivery.status is DeliveryStatus.PREPARED:
            yield each.delivery


def _overdue(left: Outstanding, now: datetime) -> Iterator[DeliveryMove]:
    """Tell supervision, once, of each result that is late; never on days that are not published yet."""
    for each in left.undelivered:
        delivery, last = each.delivery, each.due
        if not delivery.escalated and not last.provisional and local_date(now) > last.on:
            yield EscalateDelivery(delivery.id, delivery.item, last.on)


def timers(snapshot: ApplicationSnapshot, now: datetime) -> Iterator[datetime]:
    """Say when a result is told, and when the time to deliver is over."""
    left = outstanding(snapshot)
    for delivery in _online(left):
        if (at := ready_at(snapshot, delivery)) is not None and at > now:
            yield at
    for each in left.undelivered:
        if not each.delivery.escalated and not each.due.provisional:
            yield end_of_day(each.due.on)
