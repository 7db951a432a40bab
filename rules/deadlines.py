"""The moves that keep a deadline known: it is set, it moves, half of it is gone, a stop has lasted too long."""

from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from rules.catalog import ItemCode
from rules.clocks import ClockEvent, ClockEventKind, OpenHold, open_hold
from rules.entries import Clocked, Entry, MessageQueued, NoticeQueued, Revised, Step
from rules.identifiers import notice_id
from rules.snapshot import ApplicationSnapshot, AssignmentView
from rules.vocabulary import MessageKind, NoticeKind
from rules.workdays import ONE_DAY, end_of_day, local_date


@dataclass(frozen=True, slots=True)
class SetDeadline:
    """What an assignment's deadlines are is recorded: for the first time, or because they are others now."""

    assignment: UUID
    item: ItemCode


@dataclass(frozen=True, slots=True)
class RemindEarly:
    """A share of the promised limit is gone: the department is reminded once, long before any light changes."""

    assignment: UUID
    item: ItemCode


@dataclass(frozen=True, slots=True)
class ReportOverrun:
    """A special procedure lasts longer than the applicant was told: the clock runs again (行政许可法 art. 45)."""

    assignment: UUID
    item: ItemCode


#: Why a deadline is set or moves, by what was entered last.
_CAUSES: Final = MappingProxyType(
    {
        ClockEventKind.RECEIVED: "收件",
        ClockEventKind.ACCEPTED: "受理",
        ClockEventKind.CORRECTION_STARTED: "补正开始",
        ClockEventKind.CORRECTION_ENDED: "补正结束",
        ClockEventKind.HOLD_STARTED: "特别程序开始",
        ClockEventKind.HOLD_ENDED: "特别程序结束",
        ClockEventKind.EXTENDED: "延期",
        ClockEventKind.STOPPED: "办理终止",
        ClockEventKind.CORRECTION_TOLD: "补正告知",
        ClockEventKind.CORRECTION_REMINDED: "补正提醒",
        ClockEventKind.WINDOW_PASSED: "一次性告知期限届满",
        ClockEventKind.CURE_STARTED: "审查完毕，待补齐容缺材料",
        ClockEventKind.CURE_ENDED: "容缺材料已补齐",
    }
)


def dues(snapshot: ApplicationSnapshot, view: AssignmentView, now: datetime) -> dict[str, Any]:
    """Return the deadlines as they are to be recorded in the assignment, under the names of its fields."""
    clock = snapshot.read_clock(view, now)
    return {"promised_due": clock.promised_due, "legal_due": clock.legal_due, "provisional": clock.provisional}


def recorded(view: AssignmentView) -> dict[str, Any]:
    """Return the deadlines last recorded."""
    return {"promised_due": view.promised_due, "legal_due": view.legal_due, "provisional": view.provisional}


def set_deadline(snapshot: ApplicationSnapshot, move: SetDeadline, now: datetime) -> tuple[Entry, ...]:
    """Record the deadlines with what they were and why they moved; a told one that the calendar moves is told again.

    Every other cause has a notice of its own: acceptance, special procedure, extension, correction.
    """
    view = snapshot.assignments[move.item]
    before, after = recorded(view), dues(snapshot, view, now)
    revised = Revised(move.item, {**after, "calendar_edition": snapshot.calendar.edition})
    if before == after:
        return (revised,)
    first = view.calendar_edition is None
    documents = () if first else snapshot.calendar.documents[view.calendar_edition :]
    changes = {name: [_plain(before[name]), _plain(after[name])] for name in after if before[name] != after[name]}
    cause = _CAUSES[view.clock[-1].kind]
    reason = f"工作日历更新：{'、'.join(documents)}" if documents else cause
    details = {"changes": changes, "cause": cause, **({"calendar": list(documents)} if documents else {})}
    kind = "deadline.set" if first else "deadline.recomputed"
    step = Step(kind, move.item, None if first else _text(before), _text(after), reason, details)
    moved = any(before[name] is not None and name in changes for name in ("promised_due", "legal_due"))
    if not (documents and moved):
        return revised, step
    body = {"item": move.item, "changes": changes, "reason": reason, "provisional": after["provisional"]}
    notice = notice_id(snapshot.number, NoticeKind.DEADLINE_MOVED, f"{view.id}/{snapshot.calendar.edition}")
    return (
        revised,
        step,
        NoticeQueued(notice, NoticeKind.DEADLINE_MOVED, f"办理期限重新计算：{_text(after)}", body, move.item),
        Step(f"notice.{NoticeKind.DEADLINE_MOVED}", move.item, details=body),
    )


def remind_early(snapshot: ApplicationSnapshot, move: RemindEarly, now: datetime) -> tuple[Entry, ...]:
    """Remind the department once; no light changes."""
    view = snapshot.assignments[move.item]
    percent = snapshot.network.policies.remind_percent
    body = reminder(snapshot, view, now)
    return (
        Revised(move.item, {"reminded": True}),
        MessageQueued(move.item, MessageKind.REMINDED, "early", body),
        Step("deadline.warned", move.item, reason=f"承诺时限已过 {percent}%", details=body),
    )


def report_overrun(snapshot: ApplicationSnapshot, move: ReportOverrun, now: datetime) -> tuple[Entry, ...]:
    """End the stop on the last day told; the procedure itself may go on, and its department is reminded."""
    view = snapshot.assignments[move.item]
    until = overrun_since(snapshot, view, now)
    if until is None:
        return ()
    ended = ClockEvent(ClockEventKind.HOLD_ENDED, end_of_day(until - ONE_DAY), reason="告知的期限已满")
    reason = f"特别程序已满告知的期限（{until.isoformat()}），时限恢复计算（行政许可法第四十五条）"
    body = {**reminder(snapshot, view, now), "reason": reason}
    return (
        Clocked(move.item, ended),
        MessageQueued(move.item, MessageKind.REMINDED, f"overrun/{until.isoformat()}", body),
        Step(
            "special_procedure.overrun",
            move.item,
            reason=reason,
            # Under this name the time of what happened is read, which is not the time of its record.
            details={"until": until.isoformat(), "occurred_at": ended.at.isoformat()},
        ),
    )


def overrun_since(snapshot: ApplicationSnapshot, view: AssignmentView, now: datetime) -> date | None:
    """Return the last day told of a special procedure that lasts beyond it; None when there is none."""
    hold = lasting_hold(snapshot, view)
    if hold is None or hold.until is None or local_date(now) <= hold.until:
        return None
    return hold.until


def lasting_hold(snapshot: ApplicationSnapshot, view: AssignmentView) -> OpenHold | None:
    """Return the special procedure of an assignment that has not been reported as ended."""
    return snapshot.once_of(view, _lasting_hold)


def _lasting_hold(snapshot: ApplicationSnapshot, view: AssignmentView) -> OpenHold | None:
    return open_hold(view.clock, snapshot.calendar)


def reminder(snapshot: ApplicationSnapshot, view: AssignmentView, now: datetime) -> dict[str, Any]:
    """Say how urgent an assignment is: its light, and until when it is promised."""
    clock = snapshot.read_clock(view, now)
    due = {"due_on": clock.promised_due.isoformat()} if clock.promised_due else {}
    return {"light": clock.light.value, **due, **({"provisional": True} if clock.provisional else {})}


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


def _text(due: dict[str, Any]) -> str:
    promised, legal = (due[name].isoformat() if due[name] else "中止计算" for name in ("promised_due", "legal_due"))
    return f"承诺 {promised}，法定 {legal}{'（暂定）' if due['provisional'] else ''}"
