"""The time of the office: real, accelerated or moved by hand; no other module asks the operating system for it."""

import math
import re
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from kit.settings import settings

_FORM = "DAIBAN_CLOCK has the form START@RATE, for example 2026-02-09T09:00+08:00@3600, or START@hand"
_BY_HAND = "hand"
_MOVES = "clock-moves"


class ClockError(ValueError):
    """The accelerated clock is configured in a way that gives no time."""


@dataclass(frozen=True, slots=True)
class ClockSpec:
    """An accelerated clock: what it shows first, and how many office seconds pass in a real one."""

    start: datetime
    rate: float
    #: It runs as fast as real time, and is put forward from one instant to another when somebody says so.
    by_hand: bool = False


@dataclass(frozen=True, slots=True)
class Move:
    """The clock was put forward: at ``left`` it began to show ``reached``."""

    left: datetime
    reached: datetime


@cache
def parse_clock(text: str) -> ClockSpec:
    """Read ``2026-02-09T09:00+08:00@3600`` or, of a clock moved by hand, ``2026-02-09T09:00+08:00@hand``.

    Raises ClockError when the start is no instant with an offset, or the rate no number above zero.
    """
    start_text, separator, rate_text = text.rpartition("@")
    if not separator:
        raise ClockError(f"{_FORM}; {text!r} has no @RATE")
    try:
        start = read_instant(start_text)
    except ClockError as error:
        raise ClockError(f"{_FORM}; {error}") from error
    if rate_text == _BY_HAND:
        return ClockSpec(start, 1.0, by_hand=True)
    rate = float(rate_text) if re.fullmatch(r"\d+(\.\d+)?", rate_text) else 0.0
    if not 0 < rate < math.inf:
        raise ClockError(f"{_FORM}; {rate_text!r} is not a number above zero")
    return ClockSpec(start, rate)


def read_instant(text: str) -> datetime:
    """Read an ISO 8601 instant with an offset, in UTC. Raises ClockError."""
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        raise ClockError(f"{text!r} is not an ISO 8601 instant") from error
    if instant.tzinfo is None:
        raise ClockError(f"{text!r} has no offset, write {text}+08:00")
    return instant.astimezone(UTC)


def wall_now() -> datetime:
    """Tell the real time in UTC, for signatures and anything a foreign system compares with its own clock."""
    return datetime.now(UTC)  # noqa: TID251 - this is the module to ask


def monotonic() -> float:
    """Tell real seconds from an arbitrary start, for measuring how long something took."""
    return time.monotonic()


def now() -> datetime:
    """Tell the time of the office in UTC.

    Raises ClockError when the clock is malformed or has no anchor.
    """
    if (pace := _pace()) is None:
        return wall_now()
    spec, anchor = pace
    return shown(spec, anchor, wall_now().timestamp(), settings().data_dir)


def shown(spec: ClockSpec, anchor: float, wall: float, folder: Path) -> datetime:
    """Tell what a clock of ours shows at a real time in unix seconds; ``folder`` holds its moves."""
    moved = sum((move.reached - move.left for move in moves(spec, folder)), timedelta())
    return spec.start + timedelta(seconds=(wall - anchor) * spec.rate) + moved


def move(to: datetime) -> None:
    """Put a clock that is moved by hand forward; every process of the office shows it at once.

    Raises ClockError for any other clock, and for an instant that is past.
    """
    if (pace := _pace()) is None or not pace[0].by_hand:
        raise ClockError("only a clock of the form START@hand is moved")
    left = now()
    if to <= left:
        raise ClockError(f"the clock shows {left.isoformat()} and is not put back to {to.isoformat()}")
    with (settings().data_dir / _MOVES).open("a", encoding="ascii") as file:
        file.write(f"{left.isoformat()}/{to.astimezone(UTC).isoformat()}\n")


def moves(spec: ClockSpec, folder: Path) -> tuple[Move, ...]:
    """Return how a clock was moved, in order; a line that is still being written does not count."""
    path = folder / _MOVES
    if not spec.by_hand or not path.exists():
        return ()
    *lines, _ = path.read_text(encoding="ascii").split("\n")
    instants = (tuple(map(datetime.fromisoformat, line.split("/"))) for line in lines)
    return tuple(Move(left, reached) for left, reached in instants)


def forget_moves(folder: Path) -> None:
    """Let a new clock begin without the moves of the one before."""
    (folder / _MOVES).unlink(missing_ok=True)


def wall_time(instant: datetime) -> datetime:
    """Tell at which real time the office clock showed ``instant``, since the clock was last started.

    An instant that a move left out was never shown: it counts as the moment of the move.
    """
    if (pace := _pace()) is None:
        return instant
    spec, anchor = pace
    skipped = sum(
        (min(instant, each.reached) - each.left for each in moves(spec, settings().data_dir) if instant > each.left),
        timedelta(),
    )
    return datetime.fromtimestamp(anchor + (instant - skipped - spec.start).total_seconds() / spec.rate, UTC)


def is_moved_by_hand() -> bool:
    """Tell whether any instant may come at once: who waits for one must look often."""
    return (pace := _pace()) is not None and pace[0].by_hand


def _pace() -> tuple[ClockSpec, float] | None:
    text = settings().clock
    if text is None:
        return None
    anchor = settings().clock_anchor
    if anchor is None:
        raise ClockError(
            f"DAIBAN_CLOCK={text} needs DAIBAN_CLOCK_ANCHOR, the unix seconds at which the clock showed its start: "
            "without it every process would show another time"
        )
    return parse_clock(text), anchor


def real_seconds(delta: timedelta) -> float:
    """Tell how many real seconds pass while ``delta`` passes in the office, unless its clock is moved meanwhile."""
    text = settings().clock
    rate = parse_clock(text).rate if text is not None else 1.0
    return delta.total_seconds() / rate


def office_span(seconds: float) -> timedelta:
    """Tell what passes in the office while so many real seconds pass, unless its clock is moved meanwhile."""
    text = settings().clock
    rate = parse_clock(text).rate if text is not None else 1.0
    return timedelta(seconds=seconds * rate)
