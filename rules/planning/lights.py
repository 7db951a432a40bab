"""The warning lights of the clocks that run."""

from collections.abc import Iterator
from datetime import datetime

from rules.moves import InsideMove, ShowLight
from rules.snapshot import ApplicationSnapshot, AssignmentView


def running(snapshot: ApplicationSnapshot) -> Iterator[AssignmentView]:
    for view in snapshot.assignments.values():
        if not view.status.final and view.clock:
            yield view


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
