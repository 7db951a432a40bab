"""What a civil day brings to the assignments of an application: limits near or passed, lights, reminders, duties.

Nothing of it depends on the hour, nor on anything but an assignment, its network and the calendar. So it is found once
a day for each assignment, and put together once for as long as no assignment changes.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from rules import duties
from rules.clocks import Light
from rules.frozen import while_same
from rules.moves import InsideMove
from rules.planning import deadlines, lights, receipts, silence
from rules.snapshot import ApplicationSnapshot, AssignmentView
from rules.workdays import local_date


@dataclass(frozen=True, slots=True)
class Day:
    """What is due today, by the rule that says so, and when something is next due if nothing else happens."""

    silences: tuple[InsideMove, ...] = ()
    receipts: tuple[InsideMove, ...] = ()
    #: Assignments that do not show the light that they should.
    lights: tuple[tuple[AssignmentView, Light], ...] = ()
    deadlines: tuple[InsideMove, ...] = ()
    duties: tuple[InsideMove, ...] = ()
    next_timer: datetime | None = None


_QUIET: Final = Day()


def day(snapshot: ApplicationSnapshot, now: datetime) -> Day:
    """Say what today brings to all assignments, in their order."""
    days = while_same(snapshot, _no_day, snapshot.assignments, snapshot.network, snapshot.calendar)
    today = local_date(now)
    if today not in days:
        days[today] = _together(tuple(_days(snapshot, now)))
    return days[today]


def _no_day(_snapshot: ApplicationSnapshot) -> dict[date, Day]:
    return {}


def _days(snapshot: ApplicationSnapshot, now: datetime) -> Iterator[Day]:
    for view in snapshot.assignments.values():
        if not view.status.final and (found := snapshot.once_a_day(view, now, _day)) != _QUIET:
            yield found


def _together(days: tuple[Day, ...]) -> Day:
    if len(days) <= 1:
        return days[0] if days else _QUIET
    return Day(
        tuple(move for each in days for move in each.silences),
        tuple(move for each in days for move in each.receipts),
        tuple(light for each in days for light in each.lights),
        tuple(move for each in days for move in each.deadlines),
        tuple(move for each in days for move in each.duties),
        min((each.next_timer for each in days if each.next_timer is not None), default=None),
    )


def _day(snapshot: ApplicationSnapshot, view: AssignmentView, now: datetime) -> Day:
    at_receipt, runs = receipts.at_receipt(view), bool(view.clock)
    light = lights.due(snapshot, view, now) if runs else None
    return Day(
        tuple(silence.moves(snapshot, view, now)) if runs else (),
        tuple(receipts.moves(snapshot, view, now)) if at_receipt else (),
        ((view, light),) if light is not None else (),
        tuple(deadlines.moves(snapshot, view, now)) if runs else (),
        tuple(duties.moves(snapshot, view, now)),
        min(_timers(snapshot, view, now), default=None),
    )


def _timers(snapshot: ApplicationSnapshot, view: AssignmentView, now: datetime) -> Iterator[datetime]:
    if receipts.at_receipt(view):
        yield from receipts.timers(snapshot, view, now)
    yield from duties.timers(snapshot, view, now)
    if view.clock:
        yield from lights.timers(snapshot, view, now)
        yield from silence.timers(snapshot, view, now)
        yield from deadlines.timers(snapshot, view, now)
