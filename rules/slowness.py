"""Slow progress (进展缓慢有人问): what a steward is told, because a department holds the ball and does not play it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from rules.acts import cancelling
from rules.acts.cancelling import CancellationGround
from rules.catalog import ItemCode
from rules.clocks import ClockEvent, ClockEventKind, Light
from rules.snapshot import ApplicationSnapshot, AssignmentView
from rules.vocabulary import ApplicationStatus, AssignmentStatus, Word
from rules.workdays import local_date

#: The department has it and nothing stops its clock.
_AT_THE_DEPARTMENT = (
    AssignmentStatus.RECEIVED,
    AssignmentStatus.ACCEPTED,
    AssignmentStatus.UNDER_REVIEW,
    AssignmentStatus.REFUSAL_PROPOSED,
)
#: Each item may be extended once; an application in which that happens more often is slow.
TOLERATED_EXTENSIONS: Final = 1


class AlertKind(Word):
    """What makes progress slow."""

    SILENT = "silent", "久无进展"
    REPEATED_EXTENSION = "repeated_extension", "多次延期"
    STOP_TOO_LONG = "stop_too_long", "特别程序超过告知期限"
    RED_LIGHT = "red_light", "亮红灯"
    #: The agent has passed a limit of their own (rules.service), and has done nothing since.
    AGENT_LATE = "agent_late", "代办员超过服务时限"
    AGENT_STILL_LATE = "agent_still_late", "代办员超过服务时限仍未办理"


@dataclass(frozen=True, slots=True)
class Alert:
    """Something a steward should ask about; ``days`` are working days without a word, or beyond the time told.

    For extensions it counts the extensions of the application so far; for a red light the days past the promise.
    """

    kind: AlertKind
    item: ItemCode
    department: str
    since: date
    days: int


def slow(snapshot: ApplicationSnapshot, heard: Mapping[ItemCode, datetime], now: datetime) -> tuple[Alert, ...]:
    """Say what a steward is to be told of an application; once it is concluded, of requests left lying alone.

    How many working days may pass without a word is the city's policy (``Policies.slow_days``).
    ``heard`` is when a department last reported anything of an item, beyond what shows in its clock. The snapshot must
    hold the clocks of ended assignments too, or their extensions are not counted.
    """
    views = snapshot.assignments.values()
    found = [alert for view in views for alert in _unanswered(snapshot, view, heard.get(view.item), now)]
    if snapshot.status is not ApplicationStatus.IN_APPROVAL:
        return tuple(found)
    extensions = _extensions(snapshot)
    for view in views:
        if not view.status.final:
            found += _silent(snapshot, view, heard.get(view.item), now)
            found += extensions.get(view.item, ())
            found += _stopped_too_long(snapshot, view, now)
            found += _red(snapshot, view, now)
    return tuple(found)


def _silent(
    snapshot: ApplicationSnapshot, view: AssignmentView, heard: datetime | None, now: datetime
) -> Iterator[Alert]:
    # While an item awaits another's grant, its own department may have nothing left to do.
    if view.status not in _AT_THE_DEPARTMENT or view.awaits or not view.clock:
        return
    since = local_date(max([event.at for event in view.clock] + ([heard] if heard else [])))
    yield from _without_a_word(snapshot, view, since, now)


def _unanswered(
    snapshot: ApplicationSnapshot, view: AssignmentView, heard: datetime | None, now: datetime
) -> Iterator[Alert]:
    """Find a holder's request to strike a permit off (注销) that is left lying: the law sets it no limit of its own."""
    known = cancelling.of(view)
    if not known or known["ground"] != CancellationGround.REQUESTED:
        return
    asked_on = date.fromisoformat(known["opened_on"])
    since = max(asked_on, local_date(heard)) if heard else asked_on
    yield from _without_a_word(snapshot, view, since, now)


def _without_a_word(snapshot: ApplicationSnapshot, view: AssignmentView, since: date, now: datetime) -> Iterator[Alert]:
    days = snapshot.calendar.count_working_days(since, local_date(now))
    if days >= snapshot.network.policies.slow_days:
        yield Alert(AlertKind.SILENT, view.item, view.department, since, days)


def _extensions(snapshot: ApplicationSnapshot) -> dict[ItemCode, list[Alert]]:
    """Find the items on which one extension too many was granted; each item may have one, the application few."""
    granted = sorted(
        (
            (event, view)
            for view in snapshot.assignments.values()
            for event in view.clock
            if event.kind is ClockEventKind.EXTENDED
        ),
        key=lambda pair: pair[0].at,
    )
    found: dict[ItemCode, list[Alert]] = {}
    for number, (event, view) in enumerate(granted, start=1):
        if number > TOLERATED_EXTENSIONS:
            alert = Alert(AlertKind.REPEATED_EXTENSION, view.item, view.department, event.on, number)
            found[view.item] = [alert]
    return found


def _stopped_too_long(snapshot: ApplicationSnapshot, view: AssignmentView, now: datetime) -> Iterator[Alert]:
    """Find a special procedure that outlasts the working days the applicant was told (行政许可法 art. 45, 82)."""
    if view.status is not AssignmentStatus.SPECIAL_PROCEDURE:
        return
    started = max((e for e in view.clock if e.kind is ClockEventKind.HOLD_STARTED), key=_when, default=None)
    if started is None or started.days is None:
        return
    beyond = snapshot.calendar.count_working_days(started.on, local_date(now)) - started.days
    if beyond > 0:
        yield Alert(AlertKind.STOP_TOO_LONG, view.item, view.department, started.on, beyond)


def _red(snapshot: ApplicationSnapshot, view: AssignmentView, now: datetime) -> Iterator[Alert]:
    reading = snapshot.read_clock(view, now)
    if reading.light in (Light.RED, Light.BLACK):
        since = reading.promised_due or local_date(now)
        yield Alert(AlertKind.RED_LIGHT, view.item, view.department, since, max(0, -reading.remaining))


def _when(event: ClockEvent) -> datetime:
    return event.at
