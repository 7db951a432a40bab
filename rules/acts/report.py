"""What a department reports of an assignment, checked for its form but not yet for its right."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from rules.entries import Entry, Revised, Step
from rules.snapshot import AssignmentView
from rules.vocabulary import AssignmentStatus, DepartmentAct


@dataclass(frozen=True, slots=True)
class Report:
    """One act of a department; ``details`` holds what its kind requires."""

    act: DepartmentAct
    occurred_at: datetime
    details: Mapping[str, Any] = field(default_factory=dict)


def stepped(view: AssignmentView, kind: str, report: Report, after: AssignmentStatus) -> tuple[Entry, ...]:
    """Enter an act as a step, with the status and the handler that follow from it."""
    changes: dict[str, Any] = {"status": after} if after is not view.status else {}
    if handler := report.details.get("handler"):
        changes["handler"] = handler
    step = Step(
        kind,
        view.item,
        before=view.status,
        after=after,
        reason=report.details.get("reason"),
        details={"occurred_at": report.occurred_at.isoformat(), **report.details},
    )
    return (Revised(view.item, changes), step) if changes else (step,)
