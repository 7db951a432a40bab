"""The ladder of supervision (督办→黄牌→红牌、约谈→移送): who lets the legal limit pass in silence is asked higher up.

Each rung is an order with a reason, an addressee and a day by which to reply. A decision ends it; an answer gains the
days of one order, once for each rung. The last step accuses people: the machinery says that it is due, and a person
with a name and a document takes it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from rules.catalog import ItemCode
from rules.clocks import Light
from rules.entries import Entry, MessageQueued, Revised, Step
from rules.errors import NotAllowedNowError
from rules.snapshot import ApplicationSnapshot, AssignmentView
from rules.terms import Policies
from rules.vocabulary import MessageKind, Rung
from rules.workdays import Calendar, Deadline, local_date

_NEXT: Final[Mapping[Rung, Rung]] = MappingProxyType(
    {Rung.ORDER: Rung.YELLOW, Rung.YELLOW: Rung.RED, Rung.RED: Rung.REFERRAL}
)
_LAW: Final = "优化营商环境条例第三十六条：办理单位须公开说明超期原因"


@dataclass(frozen=True, slots=True)
class Climb:
    """The day to reply to an order has passed, and nothing is decided: the next rung is due."""

    assignment: UUID
    item: ItemCode
    rung: Rung


def begun(now: datetime) -> dict[str, Any]:
    """Return how an assignment changes when the first order about it is made."""
    return {"rung": Rung.ORDER, "supervised_on": local_date(now), "answered": False}


def reply_by(view: AssignmentView, policies: Policies, calendar: Calendar) -> Deadline | None:
    """Return the last day to reply to the order in force; None where none is, or where people have taken over."""
    return reply_by_from(view.rung, view.supervised_on, policies, calendar)


def reply_by_from(
    rung: Rung | None, supervised_on: date | None, policies: Policies, calendar: Calendar
) -> Deadline | None:
    """Return the same from what is recorded of an assignment."""
    if rung not in _NEXT or supervised_on is None:
        return None
    return calendar.add_working_days(supervised_on, policies.order_days)


def climb(snapshot: ApplicationSnapshot, view: AssignmentView, now: datetime) -> Climb | None:
    """Say which rung is due; none before the day to reply is over, on unpublished days, or once it is decided."""
    last = reply_by(view, snapshot.network.policies, snapshot.calendar)
    if last is None or last.provisional or local_date(now) <= last.on or view.status.final:
        return None
    if snapshot.read_clock(view, now).light is not Light.BLACK:
        return None
    assert view.rung is not None  # noqa: S101 - there is a day to reply to it
    return Climb(view.id, view.item, _NEXT[view.rung])


def climbed(snapshot: ApplicationSnapshot, move: Climb, now: datetime) -> tuple[Entry, ...]:
    """Enter the next rung: a card for the department with a new day to reply, or that the referral is due."""
    view, today = snapshot.assignments[move.item], local_date(now)
    due = snapshot.read_clock(view, now).legal_due
    limit = due.isoformat() if due else ""
    silent = "已答复而未办结" if view.answered else "逾期未答复"
    before = view.rung.zh if view.rung else ""
    why = f"法定时限 {limit} 已过，{before}后{silent}"
    changes = {"rung": move.rung, "supervised_on": today, "answered": False}
    details: dict[str, Any] = {"rung": move.rung.value, "due_on": limit, "department": view.department}
    if move.rung is Rung.REFERRAL:
        step = Step("escalated.referral_due", move.item, before=view.rung, after=move.rung, reason=why, details=details)
        return Revised(move.item, changes), step
    last = snapshot.calendar.add_working_days(today, snapshot.network.policies.order_days)
    order = {**details, "reason": why, "duty": _LAW, "reply_by": last.on.isoformat()}
    del order["department"]
    return (
        Revised(move.item, changes),
        MessageQueued(move.item, MessageKind.SUPERVISED, f"{move.rung}/{today.isoformat()}", order),
        Step(
            f"escalated.{move.rung}_card",
            move.item,
            before=view.rung,
            after=move.rung,
            reason=why,
            details={**details, "reply_by": last.on.isoformat()},
        ),
    )


def answered(view: AssignmentView, words: str, handler: str | None, at: datetime) -> tuple[Entry, ...]:
    """Enter a department's answer to the order in force: it decides nothing, and gains the days of one order, once.

    Raises NotAllowedNowError where no order is in force.
    """
    if view.rung not in _NEXT:
        raise NotAllowedNowError("没有待答复的督办", assignment_status=view.status)
    gained: tuple[Entry, ...] = ()
    if not view.answered:
        gained = (Revised(view.item, {"answered": True, "supervised_on": local_date(at)}),)
    details = {"rung": view.rung, "handler": handler, "occurred_at": at.isoformat()}
    return *gained, Step("supervision.answered", view.item, reason=words, details=details)


def referred(view: AssignmentView, *, to: str, document: str, reason: str, by: str) -> tuple[Entry, ...]:
    """Enter that a person has referred the matter (移送), to whom and by which document.

    Raises NotAllowedNowError before the ladder has come to it, and once it is done.
    """
    if view.rung is Rung.REFERRED:
        raise NotAllowedNowError("已移送，不重复移送", assignment_status=view.status)
    if view.rung is not Rung.REFERRAL:
        where = view.rung.zh if view.rung else "未督办"
        raise NotAllowedNowError(f"{where}，尚未到移送一步", assignment_status=view.status)
    details = {"to": to, "document_number": document, "by": by, "department": view.department}
    step = Step(
        "supervision.referred", view.item, before=view.rung, after=Rung.REFERRED, reason=reason, details=details
    )
    return Revised(view.item, {"rung": Rung.REFERRED}), step
