"""What time does to receipts: silence accepts or is told to people, corrections are told, and run out."""

from collections.abc import Iterator
from datetime import datetime

from rules.moves import InsideMove
from rules.planning.readiness import unasked
from rules.receiving import DeemAccepted, EscalateSilence, RemindCorrection, ReturnPapers, TellCorrections
from rules.snapshot import ApplicationSnapshot, AssignmentView
from rules.vocabulary import AssignmentStatus
from rules.windows import (
    answer_due,
    beginning_of,
    deems_acceptance,
    escalates_on,
    reminded_from,
    tells_at,
    unanswered,
    untold,
    window,
)
from rules.workdays import end_of_day, local_date


def at_receipt(view: AssignmentView) -> bool:
    """Tell whether an assignment is neither accepted nor ended: time does nothing to the receipt of any other."""
    return unanswered(view) or view.status is AssignmentStatus.CORRECTION_REQUIRED


def moves(snapshot: ApplicationSnapshot, view: AssignmentView, now: datetime) -> Iterator[InsideMove]:
    """Say what time does to a receipt, one thing at most."""
    today, silent_until = local_date(now), escalates_on(snapshot, view)
    due, reminder = answer_due(snapshot, view), reminded_from(snapshot, view)
    if deems_acceptance(snapshot, view, now):
        yield DeemAccepted(view.id, view.item)
    elif silent_until is not None and today > silent_until:
        yield EscalateSilence(view.id, view.item)
    elif due is not None and not due.provisional and today > due.on:
        yield ReturnPapers(view.id, view.item)
    elif reminder is not None and today >= reminder:
        yield RemindCorrection(view.id, view.item)


def timers(snapshot: ApplicationSnapshot, view: AssignmentView, now: datetime) -> Iterator[datetime]:
    """Say when time next does something to a receipt; never an instant that has passed."""
    yield from (at for at in _turning_points(snapshot, view) if at > now)


def _turning_points(snapshot: ApplicationSnapshot, view: AssignmentView) -> Iterator[datetime]:
    if unanswered(view) and (last := window(snapshot, view)) is not None:
        yield end_of_day(last.on)
    if (silent_until := escalates_on(snapshot, view)) is not None:
        yield end_of_day(silent_until)
    if (due := answer_due(snapshot, view)) is not None:
        yield end_of_day(due.on)
    if (reminder := reminded_from(snapshot, view)) is not None:
        yield beginning_of(reminder)


def tellings(snapshot: ApplicationSnapshot, now: datetime) -> Iterator[InsideMove]:
    """Tell the corrections asked for in one notice, when their time to be gathered is over."""
    asked = untold(snapshot)
    if asked and now >= tells_at(snapshot, asked, now):
        yield TellCorrections(tuple(view.item for view in asked), tuple(unasked(snapshot)))


def telling_timers(snapshot: ApplicationSnapshot, now: datetime) -> Iterator[datetime]:
    """Say when that time is over."""
    if asked := untold(snapshot):
        yield tells_at(snapshot, asked, now)
