"""Deadlines that are not recorded as they are, first reminders, and special procedures that last too long."""

from collections.abc import Iterator
from datetime import date, datetime

from rules.clocks import Light
from rules.deadlines import RemindEarly, ReportOverrun, SetDeadline, lasting_hold, overrun_since
from rules.moves import InsideMove
from rules.snapshot import ApplicationSnapshot, AssignmentView
from rules.vocabulary import AssignmentStatus
from rules.workdays import ONE_DAY, end_of_day, local_date


def moves(snapshot: ApplicationSnapshot, view: AssignmentView, now: datetime) -> Iterator[InsideMove]:
    """Say what is due of a clock that runs."""
    if overrun_since(snapshot, view, now) is not None:
        yield ReportOverrun(view.id, view.item)
        return
    if _differs(snapshot, view, now):
        yield SetDeadline(view.id, view.item)
    remind_on = _remind_on(snapshot, view, now)
    if remind_on is not None and local_date(now) >= remind_on:
        yield RemindEarly(view.id, view.item)


def timers(snapshot: ApplicationSnapshot, view: AssignmentView, now: datetime) -> Iterator[datetime]:
    """Say when the next of these is due if nothing else happens."""
    hold = lasting_hold(snapshot, view)
    if hold is not None and hold.until is not None:
        yield end_of_day(hold.until)
    remind_on = _remind_on(snapshot, view, now)
    if remind_on is not None and remind_on > local_date(now):
        yield end_of_day(remind_on - ONE_DAY)


def _differs(snapshot: ApplicationSnapshot, view: AssignmentView, now: datetime) -> bool:
    clock = snapshot.read_clock(view, now)
    if view.calendar_edition is None:
        return clock.promised_due is not None or clock.legal_due is not None
    found = clock.promised_due, clock.legal_due, clock.provisional
    recorded = view.promised_due, view.legal_due, view.provisional
    return found != recorded or view.calendar_edition != snapshot.calendar.edition


def _remind_on(snapshot: ApplicationSnapshot, view: AssignmentView, now: datetime) -> date | None:
    """Return the day of the first reminder, for a department that has the assignment and has had none."""
    if view.reminded or view.light is not Light.GREEN or view.status is AssignmentStatus.OPENED:
        return None
    clock = snapshot.read_clock(view, now)
    return clock.remind_on if clock.light is Light.GREEN else None
