"""One application with one item at its department, and what is reported of it."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from rules.acts import Report, reported
from rules.catalog import RefusalPolicy
from rules.clocks import ClockEvent, ClockEventKind
from rules.effects import entered
from rules.entries import Entry
from rules.identifiers import assignment_id
from rules.network import NetworkItem
from rules.snapshot import ApplicationSnapshot, AssignmentView
from rules.vocabulary import ApplicationStatus, AssignmentStatus, DepartmentAct
from tests.rules.networks import network, network_item

NUMBER = "DB-211282-20260302-00001-B"
MONDAY = datetime(2026, 3, 2, 1, tzinfo=UTC)  # 09:00 in Asia/Shanghai
REASONS = {"reason": "不符合条件", "legal_basis": "建筑法第八条"}
REFUSED = {"decision": "refused", **REASONS, "handler": "王芳"}


def under_review(item: NetworkItem | None = None, **changes: Any) -> ApplicationSnapshot:
    """An application whose only item, P, was received and accepted on Monday."""
    item = item or network_item("P")
    given: dict[str, Any] = {
        "status": AssignmentStatus.UNDER_REVIEW,
        "clock": tuple(ClockEvent(kind, MONDAY) for kind in (ClockEventKind.RECEIVED, ClockEventKind.ACCEPTED)),
        **changes,
    }
    view = AssignmentView(assignment_id(NUMBER, item.code, 1), item.code, item.department, 1, **given)
    shape = network([item], [], RefusalPolicy.STOP_DEPENDENTS)
    return ApplicationSnapshot(NUMBER, ApplicationStatus.IN_APPROVAL, shape, {item.code: view})


def report(
    snapshot: ApplicationSnapshot, act: DepartmentAct, at: datetime = MONDAY, **details: Any
) -> tuple[ApplicationSnapshot, tuple[Entry, ...]]:
    """Report an act on P; return the snapshot after it, and what was entered."""
    entries = reported(snapshot, "P", Report(act, at, details))
    return entered(snapshot, *entries), entries


def of(snapshot: ApplicationSnapshot) -> AssignmentView:
    return snapshot.assignments["P"]  # type: ignore[index]


def with_terms(**terms: Any) -> NetworkItem:
    item = network_item("P")
    return replace(item, terms=replace(item.terms, **terms))
