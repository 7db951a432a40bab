"""The office's clock across stops of the local stack: it stands while the stack is down, and never goes back."""

from datetime import datetime

from deployments.stack_state import StackError, StackState
from kit import clock as clocks
from kit.clock import ClockError, parse_clock, wall_now

#: How often a running stack notes that it is up, in real seconds; at most this much is lost by a crash.
HEARTBEAT_SECONDS = 1.0


def continue_clock(
    before: StackState | None, asked: str | None, last_alive: float | None
) -> tuple[str | None, float | None]:
    """Decide clock and anchor of a stack from those it had and the one asked for; None keeps what it had.

    While the stack was down no time passes in the office: a night at an hour a second would be five years.
    Raises StackError when the clock asked for is malformed or would show a time before the one already shown.
    """
    wall = wall_now().timestamp()
    if before is None or last_alive is None:
        shown, clock, anchor = None, None, None
    elif before.clock is None or before.clock_anchor is None:
        shown, clock, anchor = wall_now(), None, None
    else:
        clock = before.clock
        # A heartbeat may be missing at the end: rather skip its length than show an instant twice.
        anchor = before.clock_anchor + max(0.0, wall - last_alive - HEARTBEAT_SECONDS)
        shown = clocks.shown(parse_clock(clock), anchor, wall, before.data_dir)
    if asked is None or asked == clock:
        return clock, anchor
    _refuse_going_back(asked, shown)
    return asked, wall


def _refuse_going_back(asked: str, shown: datetime | None) -> None:
    try:
        start = parse_clock(asked).start
    except ClockError as error:
        raise StackError(str(error)) from error
    if shown is not None and start < shown:
        raise StackError(
            f"the clock of this data folder already shows {shown:%Y-%m-%d %H:%M} UTC, {asked} would put it back: "
            "choose a later start or another data folder"
        )
