"""The moves that commitments make by themselves, as time passes and papers arrive, and what each enters."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from rules.catalog import ItemCode
from rules.clocks import ClockEvent, ClockEventKind
from rules.commitments import letters
from rules.commitments.record import CommitmentView
from rules.commitments.tolerance import left_to_people
from rules.entries import (
    BreachRecorded,
    Clocked,
    CommitmentRevised,
    Decided,
    Entry,
    MessageQueued,
    MessagesVoided,
    NoticeQueued,
    Revised,
    Step,
)
from rules.identifiers import notice_id
from rules.snapshot import ApplicationSnapshot
from rules.vocabulary import (
    AssignmentStatus,
    BreachKind,
    CommitmentKind,
    CommitmentStatus,
    DecisionKind,
    MessageKind,
    NoticeKind,
)
from rules.workdays import local_date


@dataclass(frozen=True, slots=True)
class TolerateMissing:
    """The item is accepted with materials missing: the cure runs until ``due_on``, and the applicant is told."""

    commitment: UUID
    due_on: date
    #: So short that the notice itself is the reminder.
    reminded: bool


@dataclass(frozen=True, slots=True)
class BeginCheck:
    """The item is granted on a promise: its department checks until ``due_on`` (告知承诺)."""

    commitment: UUID
    due_on: date


@dataclass(frozen=True, slots=True)
class RemindCure:
    """The cure ends soon and the materials have not come."""

    commitment: UUID


@dataclass(frozen=True, slots=True)
class AddCure:
    """Everything deferred has been brought: the department checks it until ``due_on``."""

    commitment: UUID
    due_on: date


@dataclass(frozen=True, slots=True)
class ReturnUncured:
    """The cure has passed and no result is out: the item is returned, which is no refusal (办法 rule 7)."""

    commitment: UUID


@dataclass(frozen=True, slots=True)
class OrderCure:
    """A commitment is not kept and the licence is out: correction is ordered, and a person must decide."""

    commitment: UUID
    due_on: date


@dataclass(frozen=True, slots=True)
class EndCommitment:
    """Nothing is expected of the applicant any more."""

    commitment: UUID
    status: CommitmentStatus
    because: str


CommitmentMove = TolerateMissing | BeginCheck | RemindCure | AddCure | ReturnUncured | OrderCure | EndCommitment

_RETURN_REASON: Final = "逾期未补齐容缺材料，视为放弃申请，按退件办结"


def _commitment(snapshot: ApplicationSnapshot, id_: UUID) -> CommitmentView:
    return next(each for each in snapshot.commitments if each.id == id_)


def _told(
    snapshot: ApplicationSnapshot, c: CommitmentView, kind: NoticeKind, due_on: date, **more: Any
) -> NoticeQueued:
    body = {**letters.particulars(snapshot, c, due_on), **more}
    item = c.item if c.item in snapshot.assignments else None
    title = f"{kind.zh}：{snapshot.network.item(c.item).name}"
    return NoticeQueued(notice_id(snapshot.number, kind, str(c.id)), kind, title, body, item)


def _step(kind: str, c: CommitmentView, **details: Any) -> Step:
    # Who and which materials first: a reader of the steps need not look the commitment up.
    named = {"commitment": str(c.id), "materials": list(c.materials), "article": letters.ARTICLES[c.kind]}
    return Step(kind, c.item, details={**named, **details})


def _tolerate(snapshot: ApplicationSnapshot, move: TolerateMissing, now: datetime) -> tuple[Entry, ...]:
    c = _commitment(snapshot, move.commitment)
    changes = {"due_on": move.due_on, "reminded_at": now if move.reminded else None}
    return (
        CommitmentRevised(c.id, changes),
        _told(snapshot, c, NoticeKind.DEFERRED_MATERIALS, move.due_on),
        _step("tolerance.accepted", c, due_on=move.due_on.isoformat()),
    )


def _begin_check(snapshot: ApplicationSnapshot, move: BeginCheck, _now: datetime) -> tuple[Entry, ...]:
    c = _commitment(snapshot, move.commitment)
    due_on = move.due_on.isoformat()
    return CommitmentRevised(c.id, {"due_on": move.due_on}), _step("commitment.check_begun", c, due_on=due_on)


def _remind(snapshot: ApplicationSnapshot, move: RemindCure, now: datetime) -> tuple[Entry, ...]:
    c = _commitment(snapshot, move.commitment)
    due_on = c.due_on or local_date(now)
    return (
        CommitmentRevised(c.id, {"reminded_at": now}),
        _told(snapshot, c, NoticeKind.CURE_REMINDER, due_on),
        _step("tolerance.reminded", c, due_on=due_on.isoformat()),
    )


def _add(snapshot: ApplicationSnapshot, move: AddCure, now: datetime) -> tuple[Entry, ...]:
    c = _commitment(snapshot, move.commitment)
    view = snapshot.assignments[c.item]
    resumed: tuple[Entry, ...] = ()
    before = after = view.status
    if view.status is AssignmentStatus.PENDING_CURE:
        after = AssignmentStatus.UNDER_REVIEW
        resumed = resume(c.item, now)
    versions = {name: snapshot.material_versions[name].number for name in c.materials}
    brought = [{"name": name, "provided": True, "version": version} for name, version in versions.items()]
    body = {"commitment": str(c.id), "materials": brought}
    details = {"commitment": str(c.id), "materials": list(c.materials), "verify_by": move.due_on.isoformat()}
    return (
        CommitmentRevised(c.id, {"supplied_at": now, "due_on": move.due_on}),
        *resumed,
        MessageQueued(c.item, MessageKind.MATERIALS_ADDED, str(c.id), body),
        Step("tolerance.supplied", c.item, before=before, after=after, details=details),
    )


def resume(item: ItemCode, at: datetime) -> tuple[Entry, ...]:
    """Let a review go on that waited for the cure; its clock runs again."""
    revised = Revised(item, {"status": AssignmentStatus.UNDER_REVIEW})
    return revised, Clocked(item, ClockEvent(ClockEventKind.CURE_ENDED, at))


def _return(snapshot: ApplicationSnapshot, move: ReturnUncured, now: datetime) -> tuple[Entry, ...]:
    c = _commitment(snapshot, move.commitment)
    view, article = snapshot.assignments[c.item], letters.ARTICLES[c.kind]
    after = AssignmentStatus.RETURNED
    due_on = c.due_on or local_date(now)
    return (
        CommitmentRevised(c.id, {"status": CommitmentStatus.LAPSED}),
        BreachRecorded(c.id, c.item, BreachKind.CURE_LAPSED, now),
        Clocked(c.item, ClockEvent(ClockEventKind.STOPPED, now, reason=_RETURN_REASON)),
        Decided(c.item, DecisionKind.RETURN, now, reason=_RETURN_REASON, legal_basis=article),
        Revised(c.item, {"status": after, "awaits": ()}),
        MessagesVoided(c.item),
        MessageQueued(c.item, MessageKind.CANCELLED, body={"reason": _RETURN_REASON}),
        _told(snapshot, c, NoticeKind.RETURNED, due_on, reason=_RETURN_REASON),
        _step("tolerance.lapsed", c, due_on=due_on.isoformat()),
        Step("assignment.returned", c.item, view.status, after, _RETURN_REASON, {"article": article}),
    )


def _order(snapshot: ApplicationSnapshot, move: OrderCure, now: datetime) -> tuple[Entry, ...]:
    c = _commitment(snapshot, move.commitment)
    ordered, due_on = c.orders + 1, move.due_on.isoformat()
    reason = f"{c.kind.zh}逾期未履行，请依法处理"
    body = {"commitment": str(c.id), "reason": reason, "materials": list(c.materials), "due_on": due_on}
    # The applicant is ordered once; after that the next word is the department's.
    first = () if c.orders else order_told(snapshot, c, move.due_on)
    last = left_to_people(ordered, snapshot.network.policies)
    told = {"department": snapshot.network.item(c.item).department, "ordered": c.orders, "due_on": due_on}
    why = f"{c.kind.zh}逾期未履行，责令 {c.orders} 次后部门仍未处理"
    return (
        CommitmentRevised(c.id, {"orders": ordered, "due_on": move.due_on}),
        *first,
        MessageQueued(c.item, MessageKind.SUPERVISED, f"{c.id}/{due_on}", body),
        _step("commitment.overdue", c, ordered=ordered, due_on=due_on),
        *((Step("escalated.supervision", c.item, reason=why, details=told),) if last else ()),
    )


def order_told(snapshot: ApplicationSnapshot, c: CommitmentView, due_on: date, **more: Any) -> tuple[Entry, ...]:
    """Order the applicant to do until ``due_on`` what the commitment says (责令限期改正)."""
    return (_told(snapshot, c, NoticeKind.BREACH, due_on, stage="ordered", **more),)


def _end(snapshot: ApplicationSnapshot, move: EndCommitment, _now: datetime) -> tuple[Entry, ...]:
    c = _commitment(snapshot, move.commitment)
    prefix = "tolerance" if c.kind is CommitmentKind.TOLERANCE else "commitment"
    step = _step(f"{prefix}.{move.status}", c, because=move.because)
    return CommitmentRevised(c.id, {"status": move.status}), step


ENTRIES: Final[Mapping[type, Callable[..., tuple[Entry, ...]]]] = MappingProxyType(
    {
        TolerateMissing: _tolerate,
        BeginCheck: _begin_check,
        RemindCure: _remind,
        AddCure: _add,
        ReturnUncured: _return,
        OrderCure: _order,
        EndCommitment: _end,
    }
)
