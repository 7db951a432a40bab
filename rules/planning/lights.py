"""The warning lights of the clocks that run."""

from collections.abc import Iterator
from datetime import datetime

from rules.frozen import once
from rules.moves import InsideMove, ShowLight
from rules.snapshot import ApplicationSnapshot, AssignmentView


def running(snapshot: ApplicationSnapshot) -> tuple[AssignmentView, ...]:
    """Assignments whose clock has begun and that have not ended."""
    return once(snapshot, _running)


def _running(snapshot: ApplicationSnapshot) -> tuple[AssignmentView, ...]:
    return tuple(view for view in snapshot.assignments.values() if view.clock and not view.status.final)


def lights(snapshot: ApplicationSnapshot, now: datetime) -> Iterator[InsideMove]:
    for view in running(snapshot):
        light = snapshot.read_clock(view, now).light
        if light is not view.light:
            yield ShowLight(view.id, view.item, light, now)


def timers(snapshot: ApplicationSnapshot, now: datetime) -> Iterator[datetime]:
    """Say when a light changes if nothing else happens."""
    for view in running(snapshot):
        if (at := snapshot.read_clock(view, now).changes_at) is not None:
            yield at
