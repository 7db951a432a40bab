"""Delivery of the result (送达, 行政许可法 art. 44), and the guard against closing what is not finished (防假办结)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from rules.catalog import ItemCode
from rules.entries import DeliveryEscalated, Entry, Step
from rules.snapshot import ApplicationSnapshot
from rules.vocabulary import ApplicationStatus, AssignmentStatus, DecisionKind
from rules.workdays import Deadline, local_date

_GRANTED: Final = frozenset({AssignmentStatus.GRANTED, AssignmentStatus.PARTLY_GRANTED})
_NEGATIVE: Final = frozenset({DecisionKind.REFUSE, DecisionKind.NOT_ACCEPT})
_OPEN_BUSINESS: Final = {
    AssignmentStatus.CORRECTION_REQUIRED: "补正尚未完成",
    AssignmentStatus.SPECIAL_PROCEDURE: "特别程序尚未结束",
    AssignmentStatus.PENDING_CURE: "容缺材料尚未补齐",
}


@dataclass(frozen=True, slots=True)
class EscalateDelivery:
    """The result should have been delivered by ``due`` and has not been."""

    due: date


@dataclass(frozen=True, slots=True)
class Result:
    """What a decision has left to show for itself."""

    kind: DecisionKind
    document_number: str | None = None
    filing: str | None = None


def due(snapshot: ApplicationSnapshot) -> Deadline | None:
    """Return the last day of delivery: working days from the last decision; None before the conclusion (art. 44).

    The conclusion is entered with the last decision, in the same transaction; the shortest term of the items counts.
    """
    if snapshot.concluded_at is None:
        return None
    days = min(item.terms.delivery_days for item in snapshot.network.items)
    return snapshot.calendar.add_working_days(local_date(snapshot.concluded_at), days)


def overdue(snapshot: ApplicationSnapshot, now: datetime) -> EscalateDelivery | None:
    """Say once that a result has not been delivered in time; never on days that are not published yet."""
    deadline = due(snapshot)
    if snapshot.status is not ApplicationStatus.CONCLUDED or deadline is None or deadline.provisional:
        return None
    if snapshot.delivery_escalated or local_date(now) <= deadline.on:
        return None
    return EscalateDelivery(deadline.on)


def escalated(_snapshot: ApplicationSnapshot, move: EscalateDelivery, _now: datetime) -> tuple[Entry, ...]:
    """Enter that supervision is told of a late delivery."""
    why = f"办理结果应于 {move.due.isoformat()} 前送达，至今未送达"
    details = {"due_on": move.due.isoformat(), "law": "行政许可法第四十四条"}
    return DeliveryEscalated(), Step("escalated.delivery", reason=why, details=details)


def may_close(snapshot: ApplicationSnapshot, results: Mapping[ItemCode, Result]) -> list[str]:
    """List what stands in the way of telling the applicant that all is done; empty when nothing does (R-96).

    Every item has ended; a grant has its result document, where the item has one; a refusal has its filing; nothing
    is being corrected, cured or examined.
    """
    return list(_obstacles(snapshot, results))


def _obstacles(snapshot: ApplicationSnapshot, results: Mapping[ItemCode, Result]) -> Iterator[str]:
    for item in snapshot.network.items:
        view = snapshot.assignments.get(item.code)
        if view is None:
            yield f"{item.name}尚未办理"
        elif not view.status.final:
            yield f"{item.name}{_OPEN_BUSINESS.get(view.status, '尚未办结')}"
        else:
            result = results.get(item.code)
            if view.status in _GRANTED and item.result and not (result and result.document_number):
                yield f"{item.name}没有结果文书编号"
            refused = view.status in (AssignmentStatus.REFUSED, AssignmentStatus.NOT_ACCEPTED)
            if refused and not (result and result.kind in _NEGATIVE and result.filing):
                yield f"{item.name}没有否定备案"
