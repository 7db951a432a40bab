"""Results that ought to have reached the applicant."""

from collections.abc import Iterator
from datetime import datetime

from rules import delivery
from rules.moves import InsideMove
from rules.snapshot import ApplicationSnapshot
from rules.vocabulary import ApplicationStatus
from rules.workdays import end_of_day


def overdue(snapshot: ApplicationSnapshot, now: datetime) -> Iterator[InsideMove]:
    """Tell supervision, once, of a result that was not delivered in time."""
    if (move := delivery.overdue(snapshot, now)) is not None:
        yield move


def timers(snapshot: ApplicationSnapshot) -> Iterator[datetime]:
    """Say when the time to deliver is over."""
    deadline = delivery.due(snapshot)
    waiting = snapshot.status is ApplicationStatus.CONCLUDED and not snapshot.delivery_escalated
    if waiting and deadline is not None and not deadline.provisional:
        yield end_of_day(deadline.on)
