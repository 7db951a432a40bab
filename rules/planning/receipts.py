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


def _at_receipt(snapshot: ApplicationSnapshot) -> Iterator[AssignmentView]:
    """Assignments neither accepted nor ended: time does nothing to the receipt of any other."""
    for view in snapshot.assignments.values():
        if unanswered(view) or view.status is AssignmentStatus.CORRECTION_REQUIRED:
            yield view


def moves(snapshot: ApplicationSnapshot, now: datetime) -> Iterator[InsideMove]:
    for view in _at_receipt(snapshot):
        if (move := snapshot.once_a_day(view, now, _due)) is not None:
            yield move
    asked = untold(snapshot)
    if asked and now >= tells_at(snapshot, asked, now):
        yield TellCorrections(tuple(view.item for view in asked), tuple(unasked(snapshot)))


def _due(snapshot: ApplicationSnapshot, view: AssignmentView, now: datetime) -> InsideMove | None:
    today, silent_until = local_date(now), escalates_on(snapshot, view)
    due, reminder = answer_due(snapshot, view), reminded_from(snapshot, view)
    if deems_acceptance(snapshot, view, now):
        return DeemAccepted(view.id, view.item)
    if silent_until is not None and today > silent_until:
        return EscalateSilence(view.id, view.item)
    if due is not None and not due.provisional and today > due.on:
        return ReturnPapers(view.id, view.item)
    if reminder is not None and today >= reminder:
        return RemindCorrection(view.id, view.item)
    return None


def timers(snapshot: ApplicationSnapshot, now: datetime) -> Iterator[datetime]:
    """Say when time next does something to a receipt; never an instant that has passed."""
    for view in _at_receipt(snapshot):
        yield from (at for at in snapshot.once_of(view, _timers) if at > now)
    if asked := untold(snapshot):
        yield tells_at(snapshot, asked, now)


def _timers(snapshot: ApplicationSnapshot, view: AssignmentView) -> tuple[datetime, ...]:
    timers: list[datetime] = []
    if unanswered(view) and (last := window(snapshot, view)) is not None:
        timers.append(end_of_day(last.on))
    if (silent_until := escalates_on(snapshot, view)) is not None:
        timers.append(end_of_day(silent_until))
    if (due := answer_due(snapshot, view)) is not None:
        timers.append(end_of_day(due.on))
    if (reminder := reminded_from(snapshot, view)) is not None:
        timers.append(beginning_of(reminder))
    return tuple(timers)
