"""What must hold of an application after every single event, whatever people did."""

from datetime import datetime

from rules.attendance import attendance_name
from rules.clocks import ClockEventKind
from rules.commitments.tolerance import uncured
from rules.delivery.duty import AFTERWARDS
from rules.ledgers import ledger
from rules.planner import Plan
from rules.snapshot import ApplicationSnapshot, AssignmentView
from rules.using import ends
from rules.vocabulary import ApplicationStatus, AssignmentStatus, Party
from rules.workdays import local_date


class BrokenPromiseError(AssertionError):
    """The rules have let something happen that must not."""


def check(snapshot: ApplicationSnapshot, current: Plan, before: ApplicationSnapshot, now: datetime) -> None:
    """Raise BrokenPromiseError with the application and what is wrong with it."""
    for problem in (*_application(snapshot, current, now), *_assignments(snapshot, before, now)):
        raise BrokenPromiseError(f"{snapshot.number} {now.isoformat()}: {problem}")


def _application(snapshot: ApplicationSnapshot, current: Plan, now: datetime) -> list[str]:
    problems = []
    over = snapshot.status in AFTERWARDS
    if snapshot.status is not ApplicationStatus.CLOSED and not current.outside:
        if current.next_timer is None and not current.waits:
            problems.append("waits for nobody and for nothing")
        problems += [
            f"waits for an unnamed {wait.party}"
            for wait in current.waits
            if wait.party is Party.DEPARTMENT and not wait.who
        ]
    if current.next_timer is not None and current.next_timer <= now:
        problems.append(f"timer {current.next_timer.isoformat()} has passed without effect")
    if over and snapshot.outcome is None:
        problems.append("ended without an outcome")
    return problems


def _assignments(snapshot: ApplicationSnapshot, before: ApplicationSnapshot, now: datetime) -> list[str]:
    problems = []
    for item, view in snapshot.assignments.items():
        earlier = before.assignments.get(item)
        if earlier is view:
            continue
        problems += [f"{item}: {problem}" for problem in _assignment(snapshot, view, earlier, now)]
    return problems


def _assignment(
    snapshot: ApplicationSnapshot, view: AssignmentView, earlier: AssignmentView | None, now: datetime
) -> list[str]:
    problems = []
    if earlier is None and _unattended(snapshot, view):
        problems.append("filed although its applicant was not there")
    ended = earlier is not None and earlier.status.final and view.round == earlier.round
    if earlier is not None and ended and view.status != earlier.status and not _lapsed(snapshot, earlier, view, now):
        problems.append(f"{earlier.status} became {view.status}")
    if view.status.decided and not view.occurred(ClockEventKind.ACCEPTED):
        problems.append("decided without acceptance")
    if view.status.favourable and uncured(snapshot, view.item):
        problems.append("granted before the cure")
    if sum(event.kind is ClockEventKind.CORRECTION_STARTED for event in view.clock) > 1:
        problems.append("a second notice")
    if sum(event.kind is ClockEventKind.EXTENDED for event in view.clock) > 1:
        problems.append("a second extension")
    if view.clock:
        reading = snapshot.read_clock(view, now)
        if reading.used < 0 or reading.stopped_days < 0:
            problems.append(f"a negative clock: used {reading.used}, stopped {reading.stopped_days}")
        spent = ledger(view.clock, now, snapshot.calendar)
        if min(spent.department, spent.applicant, spent.stopped) < 0:
            problems.append(f"a negative ledger: {spent}")
        passed = _working_days(snapshot, view, now)
        if spent.department + spent.applicant + spent.stopped != passed:
            problems.append(f"{passed} working days do not add up: {spent}")
    return problems


def _unattended(snapshot: ApplicationSnapshot, view: AssignmentView) -> bool:
    """Tell whether an item is filed for which the applicant must come and has not (行政许可法 art. 29(2))."""
    item = snapshot.network.item(view.item)
    return not view.status.final and item.terms.in_person and attendance_name(item) not in snapshot.materials_provided


def _lapsed(snapshot: ApplicationSnapshot, earlier: AssignmentView, view: AssignmentView, now: datetime) -> bool:
    """Tell whether a permit became void as its time to be used had passed (建筑法 art. 9); nothing else may follow.

    Revoking one takes people, whom the simulation has none of.
    """
    last = ends(earlier, snapshot.calendar)
    over = last is not None and local_date(now) > last.on
    return over and earlier.status.favourable and view.status is AssignmentStatus.LAPSED


def _working_days(snapshot: ApplicationSnapshot, view: AssignmentView, now: datetime) -> int:
    """Count the working days from receipt to the end of the clock, or to now, without the ledger's own arithmetic."""
    received = [event.on for event in view.clock if event.kind is ClockEventKind.RECEIVED]
    stopped = [event.on for event in view.clock if event.kind is ClockEventKind.STOPPED]
    if not received:
        return 0
    return snapshot.calendar.count_working_days(min(received), min([*stopped, local_date(now)]))
