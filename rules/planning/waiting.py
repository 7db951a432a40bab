"""Whom an application waits for: never for nobody."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from rules import closing, service
from rules.acts.procedures import SUPERIOR_DECISION
from rules.catalog import NodeCode
from rules.clocks import ClockEventKind, open_hold
from rules.commitments.tolerance import open_commitments
from rules.delivery.duty import AFTERWARDS, outstanding, ready_at
from rules.delivery.record import DeliveryChannel
from rules.opinions import due as opinion_due
from rules.opinions import over, vote
from rules.planning import siblings
from rules.planning.readiness import lacking
from rules.planning.sending import owed
from rules.snapshot import ApplicationSnapshot, AssignmentView
from rules.vocabulary import (
    ApplicationStatus,
    AssignmentStatus,
    CommitmentKind,
    MessageKind,
    OpinionAnswer,
    OpinionStatus,
    Party,
)
from rules.windows import answer_due
from rules.withdrawal import confirmed_at
from rules.workdays import Calendar, Deadline, local_date

#: What the center waits for until departments can no longer report a decision of before.
WITHDRAWAL: Final = "withdrawal"
#: The result of an item that people have to deliver; followed by the item's code.
DELIVERY: Final = "delivery/"
#: What is awaited after the delivery.
CONFIRMATION: Final = "confirmation"
OBJECTION: Final = "objection"
COMPLAINT: Final = "complaint"


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
    yield from _deliveries(snapshot, now)
    if snapshot.status in AFTERWARDS:
        if owed(snapshot):
            yield Wait(Party.CENTER, "", "delivery")
        yield from _commitments(snapshot)
        yield from _closing(snapshot)
        return
    if (confirmed := confirmed_at(snapshot)) is not None:
        if not all(view.status.final for view in snapshot.assignments.values()):
            yield Wait(Party.CENTER, "", WITHDRAWAL, local_date(confirmed))
        return
    undelivered = {m.assignment: m for m in snapshot.messages if m.kind is MessageKind.DISPATCHED}
    for view in snapshot.assignments.values():
        if view.status.final:
            continue
        message = undelivered.get(view.id)
        if message is not None and message.rejected_at is not None:
            yield _agent(snapshot, view.item, service.file_by(snapshot, message.rejected_at), now)
        elif message is not None:
            yield Wait(Party.CENTER, view.department, view.item)
        elif view.status is AssignmentStatus.REFUSAL_PROPOSED:
            promised = snapshot.read_clock(view, now).promised_due if view.clock else None
            yield Wait(Party.LEADER, view.department, view.item, promised)
        elif view.status is AssignmentStatus.CORRECTION_REQUIRED:
            limit = answer_due(snapshot, view)
            yield Wait(Party.APPLICANT, "", view.item, limit.on if limit else None)
        elif (until := with_superior(view, snapshot.calendar)) is not None:
            yield Wait(Party.SUPERIOR, view.department, view.item, until)
        elif view.status is AssignmentStatus.PENDING_CURE:
            until = min((c.due_on for c in open_commitments(snapshot, view.item) if c.due_on), default=None)
            yield Wait(Party.APPLICANT, "", view.item, until)
        else:
            yield snapshot.once_a_day(view, now, _department)
    yield from _voices(snapshot, now)
    if siblings.asked(snapshot):
        yield _agent(snapshot, siblings.QUESTION, service.answer_by(snapshot), now)
    for _, missed in lacking(snapshot):
        for name in missed:
            yield Wait(Party.APPLICANT, "", name)
    for milestone in snapshot.network.milestones:
        if _worth_reporting(snapshot, milestone):
            yield Wait(Party.AGENT, "", milestone)


def _agent(snapshot: ApplicationSnapshot, what: str, last: Deadline | None, now: datetime) -> Wait:
    if last is None:
        return Wait(Party.AGENT, "", what)
    return Wait(Party.AGENT, "", what, last.on, _left(snapshot, last.on, now), last.provisional)


def with_superior(view: AssignmentView, calendar: Calendar) -> date | None:
    """Return the last day told for a superior organ that has the file; None while the department has it itself.

    Review by a lower organ and the superior's decision have each their own time (行政许可法 art. 35, 43).
    """
    if view.status is not AssignmentStatus.SPECIAL_PROCEDURE:
        return None
    started = [event for event in view.clock if event.kind is ClockEventKind.HOLD_STARTED]
    if not started or started[-1].reason.split(" ")[0] != SUPERIOR_DECISION:
        return None
    hold = open_hold(view.clock, calendar)
    return hold.until if hold else None


def _deliveries(snapshot: ApplicationSnapshot, now: datetime) -> Iterator[Wait]:
    """Results that people have to bring, each within its own time; what goes online brings itself."""
    for each in outstanding(snapshot).undelivered:
        delivery, last = each.delivery, each.due
        at = ready_at(snapshot, delivery)
        if delivery.channel is not DeliveryChannel.ONLINE and (at is None or at <= now):
            left = _left(snapshot, last.on, now)
            yield Wait(Party.CENTER, "", f"{DELIVERY}{delivery.item}", last.on, left, last.provisional)


def _closing(snapshot: ApplicationSnapshot) -> Iterator[Wait]:
    """After delivery the applicant has the word, then the center where they object or complain."""
    if snapshot.objections:
        yield Wait(Party.CENTER, "", OBJECTION)
    if snapshot.status is ApplicationStatus.DELIVERED and snapshot.closing.confirmed_at is None:
        last = closing.window(snapshot)
        yield Wait(Party.APPLICANT, "", CONFIRMATION, last.on if last else None, None, bool(last and last.provisional))
    if snapshot.status is ApplicationStatus.DELIVERED and snapshot.complaints:
        yield Wait(Party.CENTER, "", COMPLAINT)


def _voices(snapshot: ApplicationSnapshot, now: datetime) -> Iterator[Wait]:
    """Departments that have still to be heard; nobody is held to the days of a superior it has asked."""
    for opinion in snapshot.opinions:
        if over(snapshot, opinion) or opinion.status is OpinionStatus.VOID or vote(opinion):
            continue
        last = opinion_due(opinion, snapshot.calendar)
        forwarded = opinion.answer is OpinionAnswer.MUST_FORWARD_UP
        if last is None or forwarded:
            yield Wait(Party.DEPARTMENT, opinion.department, opinion.item)
        else:
            left = _left(snapshot, last.on, now)
            yield Wait(Party.DEPARTMENT, opinion.department, opinion.item, last.on, left, last.provisional)


def _department(snapshot: ApplicationSnapshot, view: AssignmentView, now: datetime) -> Wait:
    clock = snapshot.read_clock(view, now)
    due = clock.promised_due
    if due is None:
        return Wait(Party.DEPARTMENT, view.department, view.item)
    return Wait(Party.DEPARTMENT, view.department, view.item, due, _left(snapshot, due, now), clock.provisional)


def _left(snapshot: ApplicationSnapshot, due: date, now: datetime) -> int:
    today = local_date(now)
    return snapshot.calendar.count_working_days(today, due) - snapshot.calendar.count_working_days(due, today)


def _commitments(snapshot: ApplicationSnapshot) -> Iterator[Wait]:
    """Once everything is decided, open commitments are what is left: brought or kept, checked, or dealt with."""
    for c in snapshot.commitments:
        if not c.open:
            continue
        if c.kind is CommitmentKind.TOLERANCE and c.supplied_at is None and c.orders == 0:
            yield Wait(Party.APPLICANT, "", c.item, c.due_on)
        else:
            yield Wait(Party.DEPARTMENT, snapshot.network.item(c.item).department, c.item, c.due_on)


def _worth_reporting(snapshot: ApplicationSnapshot, milestone: NodeCode) -> bool:
    """Tell whether an open milestone, once reported, lets something else go on."""
    reached, opened = snapshot.milestones_reached, snapshot.milestones_opened
    return milestone in opened and milestone not in reached and bool(snapshot.network.dependents(milestone))
