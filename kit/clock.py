"""The time of the office, real or accelerated; no other module asks the operating system what time it is."""

import math
import re
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache

from kit.settings import settings

_FORM = "DAIBAN_CLOCK has the form START@RATE, for example 2026-02-09T09:00+08:00@3600"


class ClockError(ValueError):
    """The accelerated clock is configured in a way that gives no time."""


@dataclass(frozen=True, slots=True)
class ClockSpec:
    """An accelerated clock: what it shows first, and how many office seconds pass in a real one."""

    start: datetime
    rate: float


@cache
def parse_clock(text: str) -> ClockSpec:
    """Read ``2026-02-09T09:00+08:00@3600``.

    Raises ClockError when the start is no instant with an offset, or the rate no number above zero.
    """
    start_text, separator, rate_text = text.rpartition("@")
    if not separator:
        raise ClockError(f"{_FORM}; {text!r} has no @RATE")
    try:
        start = datetime.fromisoformat(start_text)
    except ValueError as error:
        raise ClockError(f"{_FORM}; {start_text!r} is not an ISO 8601 instant") from error
    if start.tzinfo is None:
        raise ClockError(f"{_FORM}; {start_text!r} has no offset, write {start_text}+08:00")
    rate = float(rate_text) if re.fullmatch(r"\d+(\.\d+)?", rate_text) else 0.0
    if not 0 < rate < math.inf:
        raise ClockError(f"{_FORM}; {rate_text!r} is not a number above zero")
    return ClockSpec(start.astimezone(UTC), rate)


def wall_now() -> datetime:
    """Tell the real time in UTC, for signatures and anything a foreign system compares with its own clock."""
    return datetime.now(UTC)  # noqa: TID251 - this is the module to ask


def monotonic() -> float:
    """Tell real seconds from an arbitrary start, for measuring how long something took."""
    return time.monotonic()


def now() -> datetime:
    """Tell the time of the office in UTC.

    Raises ClockError when the accelerated clock is malformed or has no anchor.
    """
    if (pace := _pace()) is None:
        return wall_now()
    spec, anchor = pace
    return spec.start + timedelta(seconds=(wall_now().timestamp() - anchor) * spec.rate)


def wall_time(instant: datetime) -> datetime:
    """Tell at which real time the office clock showed ``instant``, since the clock was last started."""
    if (pace := _pace()) is None:
        return instant
    spec, anchor = pace
    return datetime.fromtimestamp(anchor + (instant - spec.start).total_seconds() / spec.rate, UTC)


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
    """Tell how many real seconds pass while ``delta`` passes in the office."""
    text = settings().clock
    rate = parse_clock(text).rate if text is not None else 1.0
    return delta.total_seconds() / rate
