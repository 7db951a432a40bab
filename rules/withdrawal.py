"""Withdrawal by the applicant (撤件): asked for, then confirmed item by item once no earlier decision can turn up.

The rule, by the dates of the legal acts and not by the order in which we hear of them:

1. A decision dated before or at the request stands, even if it is reported after it: it was a complete act of the
   department, and to undo it is cancellation (注销), for which the applicant may ask. That item is not withdrawn.
2. A decision dated after the request is refused: without an application there is nothing to decide (行政许可法
   art. 29), and a refusal must not be put on an applicant who had already left.
3. So that a decision of the first kind can still arrive, an item that a department has is withdrawn only when
   ``Policies.withdrawal_hours`` have passed. A silent department cannot hold the applicant longer. What it reports
   afterwards comes too late, whatever its date: an item ends once.
4. What no department has begun is withdrawn at once, and nothing new is opened.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from rules.catalog import ItemCode
from rules.clocks import ClockEvent, ClockEventKind
from rules.entries import Clocked, Entry, Revised, Step
from rules.errors import WithdrawalPendingError
from rules.snapshot import ApplicationSnapshot
from rules.vocabulary import AssignmentStatus

#: Why an item ends that was under way.
CAUSE: Final = "withdrawal"


@dataclass(frozen=True, slots=True)
class ConfirmWithdrawal:
    """No decision dated before the request has come: the item is withdrawn, with effect from the request."""

    assignment: UUID
    item: ItemCode
    requested_at: datetime


def confirmed_at(snapshot: ApplicationSnapshot) -> datetime | None:
    """Say from when on a withdrawal is confirmed for what departments have; None without a request."""
    at = snapshot.withdrawal_requested_at
    return None if at is None else at + timedelta(hours=snapshot.network.policies.withdrawal_hours)


def require_dated_before(snapshot: ApplicationSnapshot, occurred_at: datetime) -> None:
    """Let only acts through that are dated before or at the request. Raises WithdrawalPendingError."""
    at = snapshot.withdrawal_requested_at
    if at is not None and occurred_at > at:
        message = f"申请人已于 {at.isoformat()} 申请撤回，此后不得再办理（行政许可法第二十九条）"
        raise WithdrawalPendingError(message, requested_at=at.isoformat(), time=occurred_at.isoformat())


def not_of(snapshot: ApplicationSnapshot, item: ItemCode, decided_at: datetime) -> tuple[Entry, ...]:
    """Enter that an item is not withdrawn, because its decision came first; nothing where nobody withdraws."""
    if not snapshot.withdrawal_requested:
        return ()
    why = "决定作出在先，该事项不予撤回；对已准予的许可可依法申请注销"
    return (Step("withdrawal.refused", item, reason=why, details={"decided_at": decided_at.isoformat()}),)


def confirmed(snapshot: ApplicationSnapshot, move: ConfirmWithdrawal, _now: datetime) -> tuple[Entry, ...]:
    """Enter the confirmation; the department was told to stop when the applicant asked."""
    view, after = snapshot.assignments[move.item], AssignmentStatus.WITHDRAWN
    return (
        Revised(move.item, {"status": after, "awaits": (), "proposal": None}),
        Clocked(move.item, ClockEvent(ClockEventKind.STOPPED, move.requested_at, reason=CAUSE)),
        Step(
            "assignment.withdrawn",
            move.item,
            before=view.status,
            after=after,
            reason=CAUSE,
            details={"requested_at": move.requested_at.isoformat(), "law": "行政许可法第二十九条"},
        ),
    )
