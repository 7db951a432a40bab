"""An agent reminds a department (催办), beyond the reminders that go out by themselves."""

from datetime import datetime
from typing import Final
from uuid import UUID

from rules.acts.applicant import require_open
from rules.catalog import ItemCode
from rules.deadlines import reminder
from rules.entries import Entry, MessageQueued, Step
from rules.errors import NotAllowedNowError
from rules.identifiers import message_id
from rules.snapshot import ApplicationSnapshot, AssignmentView
from rules.vocabulary import AssignmentStatus, MessageKind
from rules.workdays import local_date

#: The department has the assignment and it is its turn: not the applicant's, and not ours to send it first.
DEPARTMENTS_TURN: Final = frozenset(
    {
        AssignmentStatus.RECEIVED,
        AssignmentStatus.ACCEPTED,
        AssignmentStatus.UNDER_REVIEW,
        AssignmentStatus.SPECIAL_PROCEDURE,
        AssignmentStatus.REFUSAL_PROPOSED,
    }
)


def serial(now: datetime) -> str:
    """Tell an agent's reminder from those of other days: a department is reminded of an assignment once a day."""
    return f"agent/{local_date(now).isoformat()}"


def reminded(
    snapshot: ApplicationSnapshot, item: ItemCode, reason: str | None, now: datetime
) -> tuple[AssignmentView, tuple[Entry, ...]]:
    """Enter that a department is reminded of an assignment that it has in hand; no light and no clock changes.

    Raises NotFoundError for an item the application does not have, ApplicationClosedError, and NotAllowedNowError where
    nothing waits for the department.
    """
    name = snapshot.network.item(item).name
    require_open(snapshot)
    view = snapshot.assignments.get(item)
    if view is None or view.status not in DEPARTMENTS_TURN:
        standing = view.status.zh if view else "尚未派件"
        raise NotAllowedNowError(f"{name}{standing}，现在不需要部门办理，无从催办", item=item, status=standing)
    body = {**reminder(snapshot, view, now), **({"reason": reason} if reason else {})}
    step = Step("department.reminded", item, reason=reason, details=body)
    return view, (MessageQueued(item, MessageKind.REMINDED, serial(now), body), step)


def reminder_id(view: AssignmentView, now: datetime) -> UUID:
    """Name the reminder of today, by which a second one is known."""
    return message_id(view.id, MessageKind.REMINDED, serial(now))
