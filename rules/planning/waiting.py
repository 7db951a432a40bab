"""Whom an application waits for: never for nobody."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from rules.catalog import NodeCode
from rules.planning.readiness import missing, ready
from rules.planning.sending import owed
from rules.snapshot import ApplicationSnapshot, AssignmentView
from rules.vocabulary import ApplicationStatus, AssignmentStatus, MessageKind, Party
from rules.workdays import local_date


@dataclass(frozen=True, slots=True)
class Wait:
    """Whom the application waits for, for what, and until when they have promised it."""

    party: Party
    who: str
    what: str
    until: date | None = None
    #: Working days left until then, negative once it has passed.
    left: int | None = None
    #: The days rest on a calendar that is not published yet.
    provisional: bool = False


def waits(snapshot: ApplicationSnapshot, now: datetime) -> Iterator[Wait]:
    if snapshot.status in (ApplicationStatus.CONCLUDED, ApplicationStatus.DELIVERED):
        if owed(snapshot):
            yield Wait(Party.CENTER, "", "delivery")
        return
    undelivered = {m.assignment: m for m in snapshot.messages if m.kind is MessageKind.DISPATCHED}
    for view in snapshot.assignments.values():
        if view.status.final:
            continue
        message = undelivered.get(view.id)
        if message is not None and message.rejected:
            yield Wait(Party.AGENT, "", view.item)
        elif message is not None:
            yield Wait(Party.CENTER, view.department, view.item)
        elif view.status is AssignmentStatus.CORRECTION_REQUIRED:
            yield Wait(Party.APPLICANT, "", view.item)
        else:
            yield _department(snapshot, view, now)
    for item in ready(snapshot):
        for name in missing(snapshot, item):
            yield Wait(Party.APPLICANT, "", name)
    for milestone in snapshot.network.milestones:
        if _worth_reporting(snapshot, milestone):
            yield Wait(Party.AGENT, "", milestone)


def _department(snapshot: ApplicationSnapshot, view: AssignmentView, now: datetime) -> Wait:
    clock = snapshot.read_clock(view, now)
    due, today = clock.promised_due, local_date(now)
    if due is None:
        return Wait(Party.DEPARTMENT, view.department, view.item)
    left = snapshot.calendar.count_working_days(today, due) - snapshot.calendar.count_working_days(due, today)
    return Wait(Party.DEPARTMENT, view.department, view.item, due, left, clock.provisional)


def _worth_reporting(snapshot: ApplicationSnapshot, milestone: NodeCode) -> bool:
    """Tell whether an open milestone, once reported, lets something else go on."""
    reached, opened = snapshot.milestones_reached, snapshot.milestones_opened
    return milestone in opened and milestone not in reached and bool(snapshot.network.dependents(milestone))
