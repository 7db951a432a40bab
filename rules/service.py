"""The agent's service clock (代办员服务时限), apart from the departments': from when the agent is waited for.

Nothing of it is stored: it is read from when a dispatch was refused and from when the matter was settled. An agent's
delay stops no department's clock and no department's delay excuses an agent.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from rules.planning import siblings
from rules.slowness import Alert, AlertKind
from rules.snapshot import ApplicationSnapshot, AssignmentView
from rules.vocabulary import ApplicationStatus, MessageKind
from rules.workdays import Deadline, local_date


@dataclass(frozen=True, slots=True)
class Owed:
    """What the agent of an application has to do about an assignment, since when, and by when."""

    view: AssignmentView
    since: datetime
    last: Deadline


def file_by(snapshot: ApplicationSnapshot, since: datetime) -> Deadline:
    """Return the last day to file again what did not reach its department (city policy)."""
    return snapshot.calendar.add_working_days(local_date(since), snapshot.network.policies.agent_filing_days)


def answer_by(snapshot: ApplicationSnapshot) -> Deadline | None:
    """Return the last day to say what becomes of the items still at work; None where that is not asked."""
    if snapshot.verdict_at is None or not siblings.asked(snapshot):
        return None
    days = snapshot.network.policies.agent_answer_days
    return snapshot.calendar.add_working_days(local_date(snapshot.verdict_at), days)


def days_late(snapshot: ApplicationSnapshot, happened_on: date, today: date) -> int:
    """Count the working days by which a report of what has happened comes late (反馈); 0 in time.

    The agent alone knows of it, so the day it happened is the agent's word. Never by provisional days.
    """
    last = snapshot.calendar.add_working_days(happened_on, snapshot.network.policies.agent_feedback_days)
    return 0 if last.provisional else snapshot.calendar.count_working_days(last.on, today)


def owed(snapshot: ApplicationSnapshot) -> Iterator[Owed]:
    """Name what the agent is waited for, while the application is in approval and not asked back."""
    if snapshot.status is not ApplicationStatus.IN_APPROVAL or snapshot.withdrawal_requested:
        return
    views = {view.id: view for view in snapshot.assignments.values() if not view.status.final}
    for message in snapshot.messages:
        view = views.get(message.assignment)
        if message.kind is MessageKind.DISPATCHED and message.rejected_at is not None and view is not None:
            yield Owed(view, message.rejected_at, file_by(snapshot, message.rejected_at))
    last = answer_by(snapshot)
    if last is not None and snapshot.verdict_at is not None and (view := _asked_about(snapshot)) is not None:
        yield Owed(view, snapshot.verdict_at, last)


def late(snapshot: ApplicationSnapshot, now: datetime) -> tuple[Alert, ...]:
    """Say of what a late agent is told, and after the days of grace their superior; never by provisional days."""
    found: list[Alert] = []
    for duty in owed(snapshot):
        days = snapshot.calendar.count_working_days(duty.last.on, local_date(now))
        if days == 0 or duty.last.provisional:
            continue
        kinds = [AlertKind.AGENT_LATE]
        if days > snapshot.network.policies.agent_grace_days:
            kinds.append(AlertKind.AGENT_STILL_LATE)
        since = local_date(duty.since)
        found += [Alert(kind, duty.view.item, duty.view.department, since, days) for kind in kinds]
    return tuple(found)


def _asked_about(snapshot: ApplicationSnapshot) -> AssignmentView | None:
    """Return the first assignment that the question is about, or else the one whose end led to it."""
    concerned = siblings.concerned(snapshot)
    views = snapshot.assignments.values()
    return next((view for view in views if view.item in concerned), next(iter(views), None))
