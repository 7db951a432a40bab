"""What a department owes in the course of a procedure, and what follows when it lets the time pass."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from rules.acts import hearings, inspecting, keeping
from rules.catalog import ItemCode
from rules.entries import Entry, MessageQueued, Step
from rules.snapshot import ApplicationSnapshot, AssignmentView
from rules.vocabulary import MessageKind
from rules.workdays import end_of_day, local_date

_WHAT: Final = {
    inspecting.INSPECTION: "应指派两名以上工作人员现场核查（行政许可法第五十五条）",
    hearings.HEARING: "应组织听证（行政许可法第四十七条）",
}


@dataclass(frozen=True, slots=True)
class WaiveHearing:
    """Nobody has asked for the hearing in time: the decision may be made without one."""

    assignment: UUID
    item: ItemCode


@dataclass(frozen=True, slots=True)
class EscalateDuty:
    """What a department owed by ``due`` it has not done: supervision is told, once."""

    assignment: UUID
    item: ItemCode
    duty: str
    due: date


def moves(snapshot: ApplicationSnapshot, view: AssignmentView, now: datetime) -> Iterator[WaiveHearing | EscalateDuty]:
    """Say what time has brought to an assignment at work; never by days that are not published yet."""
    known = hearings.of(view)
    if _waivable(view) and end_of_day(date.fromisoformat(known["ask_by"])) <= now:
        yield WaiveHearing(view.id, view.item)
    for duty, due in _owed(snapshot, view):
        if end_of_day(due) <= now:
            yield EscalateDuty(view.id, view.item, duty, due)


def timers(snapshot: ApplicationSnapshot, view: AssignmentView, now: datetime) -> Iterator[datetime]:
    """Say when a right or a duty ends."""
    ends = [due for _, due in _owed(snapshot, view)]
    ends += [date.fromisoformat(hearings.of(view)["ask_by"])] if _waivable(view) else []
    yield from (at for each in ends if (at := end_of_day(each)) > now)


def _waivable(view: AssignmentView) -> bool:
    known = hearings.of(view)
    return bool(known) and not {"requested_on", "held_at", "waived_on"} & known.keys()


def _owed(snapshot: ApplicationSnapshot, view: AssignmentView) -> Iterator[tuple[str, date]]:
    """Name what has not been done and not been brought up, with its last day."""
    assign = inspecting.assign_by(snapshot, view)
    escalated = view.procedures.get("escalated", {})
    if assign is not None and not assign.provisional and inspecting.INSPECTION not in escalated:
        yield inspecting.INSPECTION, assign.on
    known = hearings.of(view)
    if "hold_by" in known and "held_at" not in known and hearings.HEARING not in escalated:
        hold_by = date.fromisoformat(known["hold_by"])
        if snapshot.calendar.is_covered(hold_by):
            yield hearings.HEARING, hold_by


def waived(snapshot: ApplicationSnapshot, move: WaiveHearing, now: datetime) -> tuple[Entry, ...]:
    """Enter that the right was not used (行政许可法 art. 47)."""
    view = snapshot.assignments[move.item]
    return hearings.revised(view, waived_on=local_date(now).isoformat()), Step("hearing.waived", move.item)


def escalated(snapshot: ApplicationSnapshot, move: EscalateDuty, _now: datetime) -> tuple[Entry, ...]:
    """Enter that supervision is told of what was not done, and the department reminded of it."""
    view = snapshot.assignments[move.item]
    reason = f"{_WHAT[move.duty]}，至 {move.due.isoformat()} 未办"
    known = {**view.procedures.get("escalated", {}), move.duty: move.due.isoformat()}
    body = {"reason": reason, "due_on": move.due.isoformat(), "duty": _WHAT[move.duty]}
    return (
        keeping.kept(view, "escalated", known),
        MessageQueued(move.item, MessageKind.SUPERVISED, f"{move.duty}/{move.due.isoformat()}", body),
        Step("escalated.duty", move.item, reason=reason, details={"duty": move.duty, "due_on": move.due.isoformat()}),
    )
