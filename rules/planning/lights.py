"""The warning lights of the clocks that run."""

from collections.abc import Iterator
from datetime import datetime

from rules.clocks import Light
from rules.snapshot import ApplicationSnapshot, AssignmentView


def due(snapshot: ApplicationSnapshot, view: AssignmentView, now: datetime) -> Light | None:
    """Return the light that is to be shown of a clock that runs; None while it is shown."""
    light = snapshot.read_clock(view, now).light
    return light if light is not view.light else None


def timers(snapshot: ApplicationSnapshot, view: AssignmentView, now: datetime) -> Iterator[datetime]:
    """Say when the light changes if nothing else happens."""
    if (at := snapshot.read_clock(view, now).changes_at) is not None:
        yield at
