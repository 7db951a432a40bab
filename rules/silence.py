"""A department that lets its legal limit pass: supervision, or consent where a law or published document says so.

There is no general silent approval in 行政许可法 (only art. 50(2) and special provisions): by default silence is an
offence of the department that is brought before supervision, and never a grant.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from rules import supervision
from rules.catalog import ItemCode
from rules.clocks import ClockEvent, ClockEventKind, Light
from rules.entries import Clocked, Decided, Entry, MessageQueued, MessagesVoided, NoticeQueued, Revised, Step
from rules.identifiers import notice_id
from rules.snapshot import ApplicationSnapshot, AssignmentView
from rules.terms import DecisionSilence, Terms
from rules.vocabulary import AssignmentStatus, DecisionKind, MessageKind, NoticeKind
from rules.workdays import Calendar, end_of_day, local_date

#: Working days that must lie between a warning's arrival and the limit, the day of the limit included.
_WARNED_AHEAD: Final = 1
#: Whoever is waited for in these is the department.
_ITS_TURN: Final = frozenset(
    {
        AssignmentStatus.RECEIVED,
        AssignmentStatus.ACCEPTED,
        AssignmentStatus.UNDER_REVIEW,
        AssignmentStatus.REFUSAL_PROPOSED,
    }
)
#: What an applicant can do against silence, told with it.
REMEDIES: Final = (
    {"remedy": "向营商环境建设局投诉", "law": "优化营商环境条例第三十六条"},
    {"remedy": "行政复议", "within": "办理期限届满之日起60日", "law": "行政复议法实施条例第十六条"},
    {
        "remedy": "行政诉讼",
        "within": "办理期限届满之日起6个月",
        "law": "最高人民法院关于适用行政诉讼法的解释第六十六条",
    },
)


@dataclass(frozen=True, slots=True)
class WarnSilence:
    """Tell a department that its silence beyond ``due`` will count as consent."""

    assignment: UUID
    item: ItemCode
    due: date


@dataclass(frozen=True, slots=True)
class DeemApproved:
    """The limit ``due`` has passed in silence, and that counts as consent (视为同意)."""

    assignment: UUID
    item: ItemCode
    due: date


@dataclass(frozen=True, slots=True)
class Escalate:
    """The legal limit ``due`` has passed: supervision is told, and the applicant why and what to do (条例 art. 36)."""

    assignment: UUID
    item: ItemCode
    due: date


def means_consent(terms: Terms) -> bool:
    """Tell whether silence may count as consent: only with a cited basis (行政许可法 art. 50(2); local documents)."""
    return terms.silence is DecisionSilence.DEEMED_APPROVED and bool(terms.silence_basis.strip())


def warn_on(due: date, days: int, calendar: Calendar) -> date:
    """Return the day of the warning: the working day that has ``days`` working days after it, up to ``due``."""
    return calendar.working_day_before(due, days)


def warned_in_time(view: AssignmentView, due: date, calendar: Calendar) -> bool:
    """Tell whether the warning of this very limit has provably arrived a working day before it, or earlier."""
    if view.warned_for != due or view.warned_at is None:
        return False
    return local_date(view.warned_at) <= calendar.working_day_before(due, _WARNED_AHEAD)


def due_warning(snapshot: ApplicationSnapshot, view: AssignmentView, now: datetime) -> tuple[date, date] | None:
    """Say from which day on a department is to be warned, and of which limit; None where there is nothing to warn of.

    Not while a stop is open, nor of a limit that rests on unpublished days: it may yet move.
    """
    if view.status not in _ITS_TURN or not means_consent(snapshot.network.item(view.item).terms):
        return None
    reading = snapshot.read_clock(view, now)
    due = reading.legal_due
    if due is None or reading.provisional or not reading.running:
        return None
    if view.warned_for == due or local_date(now) > due:
        return None
    return warn_on(due, snapshot.network.policies.silence_warning_days, snapshot.calendar), due


def passed(snapshot: ApplicationSnapshot, view: AssignmentView, now: datetime) -> DeemApproved | Escalate | None:
    """Say what follows from a legal limit that has passed; None before, or when it has been brought up."""
    reading = snapshot.read_clock(view, now)
    due = reading.legal_due
    if due is None or reading.light is not Light.BLACK:
        return None
    consents = means_consent(snapshot.network.item(view.item).terms) and warned_in_time(view, due, snapshot.calendar)
    # What may not be granted yet (an edge H), or waits for somebody else, is not granted by silence either.
    if consents and reading.running and view.status in _ITS_TURN and not view.awaits:
        return DeemApproved(view.id, view.item, due)
    return None if view.escalated else Escalate(view.id, view.item, due)


def warned(snapshot: ApplicationSnapshot, move: WarnSilence, _now: datetime) -> tuple[Entry, ...]:
    """Enter the warning; that it has arrived is entered when the department has taken it."""
    basis = snapshot.network.item(move.item).terms.silence_basis
    body = {"due_on": move.due.isoformat(), "basis": basis}
    return (
        Revised(move.item, {"warned_for": move.due, "warned_at": None}),
        MessageQueued(move.item, MessageKind.SILENCE_WARNED, move.due.isoformat(), body),
        Step("silence.announced", move.item, reason=basis, details=body),
    )


def deemed(snapshot: ApplicationSnapshot, move: DeemApproved, _now: datetime) -> tuple[Entry, ...]:
    """Enter consent by silence: an outcome of its own, for which the silent department answers; never a grant."""
    view, item = snapshot.assignments[move.item], snapshot.network.item(move.item)
    basis, at, after = item.terms.silence_basis, end_of_day(move.due), AssignmentStatus.DEEMED_APPROVED
    why = f"法定时限 {move.due.isoformat()} 届满未作决定"
    body = {"item": item.code, "due_on": move.due.isoformat(), "basis": basis, "reason": why}
    notice = notice_id(snapshot.number, NoticeKind.DEEMED, str(view.id))
    told = view.warned_at.isoformat() if view.warned_at else None
    return (
        Clocked(item.code, ClockEvent(ClockEventKind.STOPPED, at, reason="silence")),
        Decided(item.code, DecisionKind.DEEMED, at, reason=why, legal_basis=basis),
        Revised(item.code, {"status": after, "proposal": None}),
        MessagesVoided(item.code),
        MessageQueued(item.code, MessageKind.DEEMED, body={**body, "deemed": "approved", "legal_basis": basis}),
        NoticeQueued(notice, NoticeKind.DEEMED, f"{item.name}：{after.zh}", body, item.code),
        Step(
            "decision.deemed",
            item.code,
            before=view.status,
            after=after,
            reason=why,
            details={"due_on": move.due.isoformat(), "basis": basis, "warned_at": told, "answers": view.department},
        ),
    )


def escalated(snapshot: ApplicationSnapshot, move: Escalate, now: datetime) -> tuple[Entry, ...]:
    """Enter the supervision of a passed limit and tell the applicant, once; the department must publicly explain."""
    view, item = snapshot.assignments[move.item], snapshot.network.item(move.item)
    why = f"法定时限 {move.due.isoformat()} 已过，尚未作出决定"
    law = "优化营商环境条例第三十六条：办理单位须公开说明超期原因"
    order: dict[str, Any] = {"due_on": move.due.isoformat(), "reason": why, "duty": law}
    reply = snapshot.calendar.add_working_days(local_date(now), snapshot.network.policies.order_days)
    supervised = {**order, "reply_by": reply.on.isoformat()}
    body = {"item": item.code, **order, "remedies": [dict(remedy) for remedy in REMEDIES]}
    notice = notice_id(snapshot.number, NoticeKind.OVERDUE, f"{view.id}/{move.due.isoformat()}")
    return (
        Revised(item.code, {"escalated": True, **supervision.begun(now)}),
        MessageQueued(item.code, MessageKind.SUPERVISED, move.due.isoformat(), supervised),
        NoticeQueued(notice, NoticeKind.OVERDUE, f"{item.name}办理超期说明", body, item.code),
        Step("escalated.supervision", item.code, reason=why, details={**supervised, "department": view.department}),
    )
