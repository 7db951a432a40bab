"""The timeline of an application: a bar for each item at its department, on days from registration to now."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from casework.queries import ApplicationReport, Line
from rules.clocks import Light
from rules.workdays import local_date

#: Units of the drawing: the width of all days, the height of a row, and room for the days above.
WIDTH: Final = 640.0
ROW: Final = 22
HEAD: Final = 24
_MOST_MARKS: Final = 8
_STEPS: Final = (1, 2, 5, 7, 14, 28, 56, 91, 182, 365)


@dataclass(frozen=True, slots=True)
class Bar:
    """One item: ``waiting`` until its acceptance, ``working`` after it; ``due`` is where the promise ends."""

    name: str
    department: str
    item: str
    y: int
    start: float
    accepted: float
    end: float
    due: float | None
    tone: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A day named above the bars."""

    x: float
    label: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing in its own units, which the page scales."""

    width: float
    height: int
    bars: tuple[Bar, ...]
    marks: tuple[Mark, ...]
    today: float


def chart(report: ApplicationReport, now: datetime) -> Chart:
    """Lay the items that departments have had on calendar days; those not opened yet have no bar."""
    opened = sorted((line for line in report.lines if line.opened_at is not None), key=lambda line: _began(line, now))
    first = local_date(report.registered_at)
    ends = [local_date(line.ended_at or now) for line in opened]
    last = max([*ends, *(line.promised_due for line in opened if line.promised_due and not line.ended_at), first])
    days = (last - first).days + 1

    def at(day: date) -> float:
        return round((day - first).days * WIDTH / days, 1)

    bars = tuple(_bar(line, HEAD + position * ROW, at, now) for position, line in enumerate(opened))
    step = next((step for step in _STEPS if days / step <= _MOST_MARKS), _STEPS[-1])
    marks = tuple(Mark(at(day), f"{day:%m-%d}") for day in (first + timedelta(days=n) for n in range(0, days, step)))
    return Chart(WIDTH, HEAD + max(1, len(bars)) * ROW, bars, marks, at(min(local_date(now), last)))


def _began(line: Line, now: datetime) -> tuple[datetime, str]:
    return line.opened_at or now, line.item


def _bar(line: Line, y: int, at: Callable[[date], float], now: datetime) -> Bar:
    began = local_date(line.opened_at or now)
    ended = local_date(line.ended_at or now) + timedelta(days=1)
    accepted = local_date(line.accepted_at) if line.accepted_at else ended
    return Bar(
        name=line.name,
        department=line.department_name,
        item=line.item,
        y=y,
        start=at(began),
        accepted=min(at(max(accepted, began)), at(ended)),
        end=at(ended),
        due=at(line.promised_due + timedelta(days=1)) if line.promised_due and not line.ended_at else None,
        tone=tone(line),
    )


def tone(line: Line) -> str:
    """Name the colour: of the outcome once ended, of the light before."""
    if line.status is not None and line.status.final:
        return "granted" if line.status.favourable else "refused" if line.decision else "ended"
    return (line.light or Light.GREEN).value
