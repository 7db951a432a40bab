"""Departments whose legal limit comes near or has passed."""

from collections.abc import Iterator
from datetime import datetime

from rules.moves import InsideMove
from rules.silence import WarnSilence, due_warning, passed
from rules.snapshot import ApplicationSnapshot, AssignmentView
from rules.supervision import climb, reply_by
from rules.workdays import ONE_DAY, end_of_day, local_date


def moves(snapshot: ApplicationSnapshot, view: AssignmentView, now: datetime) -> Iterator[InsideMove]:
    """Warn before silence counts as consent; when the limit has passed, let it count, or tell supervision."""
    warning = due_warning(snapshot, view, now)
    if warning is not None and local_date(now) >= warning[0]:
        yield WarnSilence(view.id, view.item, warning[1])
    if (move := passed(snapshot, view, now)) is not None:
        yield move
    elif (higher := climb(snapshot, view, now)) is not None:
        yield higher


def timers(snapshot: ApplicationSnapshot, view: AssignmentView, now: datetime) -> Iterator[datetime]:
    """Say when a warning is due, or the next order; that a limit has passed is told by the light that then changes."""
    if (warning := due_warning(snapshot, view, now)) is not None:
        yield end_of_day(warning[0] - ONE_DAY)
    last = reply_by(view, snapshot.network.policies, snapshot.calendar)
    if last is not None and not last.provisional and end_of_day(last.on) > now:
        yield end_of_day(last.on)
