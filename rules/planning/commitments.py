"""What is due about the applicant's commitments: also after the application is delivered, until each has ended."""

from collections.abc import Iterator
from datetime import date, datetime

from rules.clocks import ClockEventKind
from rules.commitments.moves import (
    AddCure,
    BeginCheck,
    CommitmentMove,
    EndCommitment,
    OrderCure,
    RemindCure,
    ReturnUncured,
    TolerateMissing,
)
from rules.commitments.record import CommitmentView
from rules.commitments.tolerance import cure_deadline, holds_result, left_to_people, reminder_on
from rules.snapshot import ApplicationSnapshot, AssignmentView
from rules.vocabulary import AssignmentStatus, CommitmentKind, CommitmentStatus
from rules.workdays import ONE_DAY, end_of_day, local_date

CURED, VOID = CommitmentStatus.CURED, CommitmentStatus.VOID


def commitments(snapshot: ApplicationSnapshot, now: datetime) -> Iterator[CommitmentMove]:
    """Say what is due, at most one move for each commitment."""
    for commitment in snapshot.commitments:
        if commitment.open and (move := _due(snapshot, commitment, local_date(now))) is not None:
            yield move


def timers(snapshot: ApplicationSnapshot, now: datetime) -> Iterator[datetime]:
    """Say when the next thing is due if nothing else happens."""
    for c in snapshot.commitments:
        if not c.open or c.due_on is None:
            continue
        if left_to_people(c.orders, snapshot.network.policies) and end_of_day(c.due_on) <= now:
            continue
        yield end_of_day(c.due_on)
        if _may_be_reminded(c):
            remind_at = end_of_day(reminder_on(c.due_on, snapshot.network.policies, snapshot.calendar) - ONE_DAY)
            if remind_at > now:
                yield remind_at


def open_(snapshot: ApplicationSnapshot) -> bool:
    """Tell whether a commitment has still to be followed to its end."""
    return any(c.open for c in snapshot.commitments)


def _due(snapshot: ApplicationSnapshot, c: CommitmentView, today: date) -> CommitmentMove | None:
    view = snapshot.assignments.get(c.item)
    if view is not None and view.status.final and not _issued(view):
        return EndCommitment(c.id, VOID, view.status.value)
    if c.kind is CommitmentKind.NOTIFIED:
        return _due_of_promise(snapshot, c, view, today)
    if c.supplied_at is not None:
        return _due_of_check(snapshot, c, view, today)
    return _due_of_cure(snapshot, c, view, today)


def _issued(view: AssignmentView) -> bool:
    """Tell whether a result is out that rests on the commitment."""
    return view.status.favourable and view.status is not AssignmentStatus.NOT_REQUIRED


def _due_of_promise(
    snapshot: ApplicationSnapshot, c: CommitmentView, view: AssignmentView | None, today: date
) -> CommitmentMove | None:
    if view is None or not view.status.final:
        return None
    if c.due_on is None:
        return BeginCheck(c.id, _after(snapshot, today, snapshot.network.policies.verification_days))
    if today <= c.due_on:
        return None
    if c.orders:
        return _ordered(snapshot, c, today)
    # A promise is not held against the applicant for ever because nobody looks; fraud is revoked by XKF art. 69.
    return EndCommitment(c.id, CURED, "check_passed_by")


def _due_of_check(
    snapshot: ApplicationSnapshot, c: CommitmentView, view: AssignmentView | None, today: date
) -> CommitmentMove | None:
    if view is not None and view.status.final and holds_result(snapshot.network.item(c.item)):
        return EndCommitment(c.id, CURED, "granted")
    if c.due_on is not None and today > c.due_on:
        return EndCommitment(c.id, CURED, "check_passed_by")
    return None


def _due_of_cure(
    snapshot: ApplicationSnapshot, c: CommitmentView, view: AssignmentView | None, today: date
) -> CommitmentMove | None:
    policies = snapshot.network.policies
    accepted = view is not None and (view.status.final or view.occurred(ClockEventKind.ACCEPTED))
    item = snapshot.network.item(c.item)
    held = view is not None and not view.status.final and holds_result(item)
    in_time = c.due_on is None or today <= c.due_on
    # Arrival counts, not posting; only where the licence is out is a late cure still a cure.
    if set(c.materials) <= snapshot.materials_provided and (in_time or not held):
        if view is None:
            return EndCommitment(c.id, CURED, "brought_before_filing")
        return AddCure(c.id, _after(snapshot, today, policies.verification_days))
    if c.due_on is None:
        return _tolerated(snapshot, c, today) if accepted else None
    if not in_time:
        return ReturnUncured(c.id) if held else _ordered(snapshot, c, today)
    if _may_be_reminded(c) and today >= reminder_on(c.due_on, policies, snapshot.calendar):
        return RemindCure(c.id)
    return None


def _ordered(snapshot: ApplicationSnapshot, c: CommitmentView, today: date) -> OrderCure | None:
    policies = snapshot.network.policies
    if left_to_people(c.orders, policies):
        return None
    return OrderCure(c.id, _after(snapshot, today, policies.breach_correction_days))


def _tolerated(snapshot: ApplicationSnapshot, c: CommitmentView, today: date) -> CommitmentMove:
    # From the day the applicant learns of it: an acceptance may be deemed, and date from days ago (XKF art. 32(4)).
    due_on = cure_deadline(snapshot.network.item(c.item), today, c.own_date, snapshot.calendar)
    remind_on = reminder_on(due_on, snapshot.network.policies, snapshot.calendar)
    return TolerateMissing(c.id, due_on, remind_on <= today)


def _may_be_reminded(c: CommitmentView) -> bool:
    waits_for_cure = c.kind is CommitmentKind.TOLERANCE and c.supplied_at is None and c.orders == 0
    return waits_for_cure and c.reminded_at is None


def _after(snapshot: ApplicationSnapshot, today: date, days: int) -> date:
    return snapshot.calendar.add_working_days(today, days).on
