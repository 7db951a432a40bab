"""A new application after a refusal: what was granted before is not asked for again (优化营商环境条例 art. 37)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from rules.catalog import ItemCode, NodeCode, is_milestone
from rules.delivery.duty import AFTERWARDS
from rules.entries import Assigned, Entry, MilestoneOpened, MilestoneReached, Step
from rules.errors import InvalidIntakeError
from rules.identifiers import assignment_id
from rules.network import Network
from rules.planning.readiness import GATES_AN_ITEM
from rules.snapshot import ApplicationSnapshot, AssignmentView
from rules.vocabulary import ApplicationStatus, AssignmentStatus, Outcome

#: A partial grant goes again: the applicant wants the rest.
_REUSED: Final = frozenset({AssignmentStatus.GRANTED, AssignmentStatus.DEEMED_APPROVED, AssignmentStatus.NOT_REQUIRED})


@dataclass(frozen=True, slots=True)
class EarlierResult:
    """How an item ended in the earlier application."""

    item: ItemCode
    #: The assignment that holds the decision.
    assignment: UUID
    status: AssignmentStatus
    document_number: str | None = None
    decided_at: datetime | None = None
    #: The last day the document is good for, where it is known.
    valid_until: date | None = None


def require_reappliable(number: str, status: ApplicationStatus, outcome: Outcome | None) -> None:
    """Let only an application that has ended without everything granted be applied for again.

    Raises InvalidIntakeError for one under way (its refused items wait for its conclusion) or granted.
    """
    if status not in AFTERWARDS:
        raise InvalidIntakeError(f"{number} {status.zh}，办结后才能重新申请", reapplies=number)
    if outcome is Outcome.GRANTED:
        raise InvalidIntakeError(f"{number} 已全部准予，无需重新申请", reapplies=number)


def reusable(network: Network, results: Iterable[EarlierResult], on: date) -> tuple[EarlierResult, ...]:
    """Return the earlier results that count in a new network, in its order.

    A result counts when it was favourable, has not expired, and everything it rests on counts too: a permit whose
    basis must be decided anew is decided anew.
    """
    good = {str(r.item): r for r in results if r.status in _REUSED and (r.valid_until is None or on <= r.valid_until)}
    kept: dict[str, EarlierResult] = {}
    for node in network.topological():
        if is_milestone(node) or node not in good:
            continue
        befores = network.prerequisites(node, *GATES_AN_ITEM)
        if all(is_milestone(before) or before in kept for before in befores):
            kept[node] = good[node]
    return tuple(kept[item.code] for item in network.items if item.code in kept)


def reused(
    snapshot: ApplicationSnapshot,
    source: str,
    results: Sequence[EarlierResult],
    materials: Sequence[str],
    milestones: Sequence[NodeCode],
) -> tuple[Entry, ...]:
    """Enter what an earlier application has brought: its results by reference, its materials, what has happened."""
    entries: list[Entry] = []
    if materials:
        entries.append(Step("material.reused", details={"source": source, "materials": list(materials)}))
    for result in results:
        item = snapshot.network.item(result.item)
        view = AssignmentView(
            id=assignment_id(snapshot.number, item.code, 1),
            item=item.code,
            department=item.department,
            round=1,
            status=result.status,
            reused=True,
        )
        details = {
            "source": source,
            "document_number": result.document_number,
            "decided_at": result.decided_at.isoformat() if result.decided_at else None,
            "valid_until": result.valid_until.isoformat() if result.valid_until else None,
        }
        entries += [
            Assigned(view, result.assignment),
            Step("result.reused", item.code, after=result.status, reason=f"沿用 {source} 的办理结果", details=details),
        ]
    for code in milestones:
        if code in snapshot.network.milestones:
            entries += [
                MilestoneOpened(code),
                MilestoneReached(code, source),
                Step("milestone.reused", code, details={"source": source}),
            ]
    return tuple(entries)
