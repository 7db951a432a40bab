"""An application as bars over office days: who had it when, what stood still, and how each item ended."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from rich.cells import cell_len
from rich.text import Text

from casework.queries import ApplicationReport, Line, Step
from deployments.cli.output import LIGHT_STYLES
from rules.clocks import Light
from rules.vocabulary import AssignmentStatus as S
from rules.vocabulary import DecisionKind
from rules.workdays import local_date

_LABEL_CELLS: Final = 24
_LEAST_BAR_CELLS: Final = 20
_WAITING, _WORKING, _STOPPED, _AHEAD, _PERHAPS = "░", "█", "▒", "·", "?"
_ENDS: Final = {
    S.GRANTED: ("✔", "green"),
    S.PARTLY_GRANTED: ("✔", "yellow"),
    S.DEEMED_APPROVED: ("✔", "yellow"),
    S.NOT_REQUIRED: ("✔", "dim"),
    S.REFUSED: ("✘", "bold red"),
    S.NOT_ACCEPTED: ("✘", "bold red"),
    S.RETURNED: ("✘", "red"),
    S.LAPSED: ("✘", "red"),
    S.REVOKED: ("✘", "red"),
    S.STRUCK_OFF: ("–", "dim"),
    S.BLOCKED: ("⊘", "dim"),
    S.CANCELLED: ("■", "dim"),
    S.WITHDRAWN: ("■", "dim"),
}
_STOPS: Final = {"correction.noticed", "special_procedure.opened"}
_RESUMES: Final = {"correction.supplied", "special_procedure.closed", "special_procedure.overrun"}
LEGEND: Final = "░ 待受理 █ 办理 ▒ 不计时 · 承诺期 ? 暂定期限 ✔ 准予 ✘ 不予 ⊘ 前置未通过 ■ 终止"

#: From the day a clock stood still to the day it went on; None while it still stands.
Stop = tuple[date, date | None]


@dataclass(frozen=True, slots=True)
class _Axis:
    """Calendar days laid on cells: ``days_per_cell`` days each."""

    first: date
    cells: int
    days_per_cell: int

    def cell(self, day: date) -> int:
        return min(max((day - self.first).days // self.days_per_cell, 0), self.cells - 1)


def stops_of(steps: Sequence[Step]) -> dict[UUID, list[Stop]]:
    """Find when each assignment's clock stood still: corrections and special procedures (行政许可法 art. 32, 45)."""
    stops: dict[UUID, list[Stop]] = {}
    for step in steps:
        if step.assignment is None:
            continue
        found = stops.setdefault(step.assignment, [])
        if step.kind in _STOPS:
            found.append((local_date(_occurred(step)), None))
        elif found and found[-1][1] is None and (step.kind in _RESUMES or _ends(step)):
            found[-1] = (found[-1][0], local_date(_occurred(step)))
    return {assignment: found for assignment, found in stops.items() if found}


def timeline(report: ApplicationReport, stops: Mapping[UUID, Sequence[Stop]], today: date, width: int) -> list[Text]:
    """Draw the timeline, ``width`` cells wide: two lines of axis, then a line for each item and milestone."""
    label = min(_LABEL_CELLS, max(8, width - _LEAST_BAR_CELLS))
    axis = _axis(report, today, max(width - label - 3, 8))
    rows = [_axis_labels(axis, label), _axis_ticks(axis, label, today)]
    for line in sorted(report.lines, key=_opened):
        rows.append(_bar(line, stops.get(line.assignment, ()) if line.assignment else (), axis, label, today))
    rows.extend(_milestones(report, axis, label))
    for row in rows:
        row.truncate(width)
    return rows


def _axis(report: ApplicationReport, today: date, cells: int) -> _Axis:
    first = local_date(report.registered_at)
    ends = [line.ended_at or today for line in report.lines if line.opened_at is not None]
    last = max((local_date(end) if isinstance(end, datetime) else end for end in ends), default=today)
    if not report.complete:
        last = max([last, today, *(line.promised_due for line in report.lines if _open(line) and line.promised_due)])
    days = (last - first).days + 1
    days_per_cell = -(-days // cells)
    return _Axis(first, min(cells, -(-days // days_per_cell)), days_per_cell)


def _axis_labels(axis: _Axis, label: int) -> Text:
    written = ""
    for cell, monday in _weeks(axis):
        if cell >= len(written) + bool(written):
            written = written.ljust(cell) + f"{monday:%m-%d}"
    return Text(" " * label + " " + written, style="dim")


def _axis_ticks(axis: _Axis, label: int, today: date) -> Text:
    ticks = ["─"] * axis.cells
    for cell, _ in _weeks(axis):
        ticks[cell] = "┬"
    row = Text(" " * label + " " + "".join(ticks), style="dim")
    position = (today - axis.first).days // axis.days_per_cell
    if 0 <= position < axis.cells:
        row.stylize("reverse", label + 1 + position, label + 2 + position)
    return row


def _weeks(axis: _Axis) -> Iterator[tuple[int, date]]:
    """Yield the first day and every Monday, with their cells; no cell twice."""
    taken = 0
    yield 0, axis.first
    day = axis.first + timedelta(days=7 - axis.first.weekday())
    while (day - axis.first).days // axis.days_per_cell < axis.cells:
        cell = (day - axis.first).days // axis.days_per_cell
        if cell > taken:
            yield cell, day
            taken = cell
        day += timedelta(days=7)


def _bar(line: Line, stops: Sequence[Stop], axis: _Axis, label: int, today: date) -> Text:
    row = Text(_label(line.name, label), style="" if line.opened_at else "dim").append(" ")
    if line.opened_at is None or line.status is None:
        return row
    begun, style = axis.cell(local_date(line.opened_at)), _style(line)
    mark, mark_style = _ENDS.get(line.status, ("", ""))
    if line.status is S.BLOCKED:
        return row.append(" " * begun).append(f"{mark} 前置未通过", mark_style)
    end = axis.cell(local_date(line.ended_at) if line.ended_at else today)
    # A decision without an acceptance counts as one on its day; a cancelled item was never accepted at all.
    accepted = axis.cell(local_date(line.accepted_at)) if line.accepted_at else end + (not line.status.decided)
    row.append(" " * begun)
    for cell in range(begun, end + 1):
        if any(axis.cell(start) <= cell <= axis.cell(over or today) for start, over in stops):
            row.append(_STOPPED, "magenta")
        else:
            row.append(_WAITING if cell < accepted else _WORKING, style)
    if not line.status.final and line.promised_due is not None:
        ahead = _PERHAPS if line.provisional else _AHEAD
        row.append(ahead * max(axis.cell(line.promised_due) - end, 0), "dim")
    return row.append(mark, mark_style)


def _milestones(report: ApplicationReport, axis: _Axis, label: int) -> Iterator[Text]:
    for milestone in report.milestones:
        row = Text(_label(f"◆ {milestone.name}", label), style="bold" if milestone.reached_at else "dim").append(" ")
        if milestone.opened_at is not None:
            opened = axis.cell(local_date(milestone.opened_at))
            reached = axis.cell(local_date(milestone.reached_at)) if milestone.reached_at else None
            row.append(" " * opened).append("◇" if reached != opened else "◆", "cyan")
            if reached is not None and reached > opened:
                row.append("─" * (reached - opened - 1), "dim").append("◆", "cyan")
        yield row


def _label(name: str, cells: int) -> str:
    """Cut a name to so many cells, or fill it up; a Chinese character takes two."""
    if cell_len(name) > cells:
        while cell_len(name) > cells - 1:
            name = name[:-1]
        name += "…"
    return name + " " * (cells - cell_len(name))


def _style(line: Line) -> str:
    if line.status is S.REFUSED:
        return "red"
    if line.status in (S.CANCELLED, S.WITHDRAWN):
        return "dim"
    return LIGHT_STYLES[line.light or Light.GREEN].removeprefix("bold white on ")


def _opened(line: Line) -> tuple[bool, float]:
    """Sort by the day an item began, so that the bars run down like stairs; what has not begun comes last."""
    return line.opened_at is None, line.opened_at.timestamp() if line.opened_at else 0.0


def _open(line: Line) -> bool:
    return line.status is not None and not line.status.final


def _occurred(step: Step) -> datetime:
    given = step.details.get("occurred_at")
    return datetime.fromisoformat(given) if isinstance(given, str) else step.at


_END_STEPS: Final = frozenset(
    {
        *(f"decision.{kind}" for kind in DecisionKind),
        "decision.deemed",
        "acceptance.refused",
        "assignment.returned",
        "assignment.cancelled",
        "assignment.withdrawn",
    }
)


def _ends(step: Step) -> bool:
    return step.kind in _END_STEPS
