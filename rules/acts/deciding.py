"""The one final decision of a department on an assignment (行政许可法 art. 34, 38)."""

from rules.acts.acceptance import accept
from rules.acts.commitments import require_commitment
from rules.acts.report import Report, stepped
from rules.clocks import ClockEvent, ClockEventKind
from rules.entries import Clocked, Decided, Entry, MessagesVoided, Revised
from rules.errors import PrerequisitesOpenError
from rules.snapshot import ApplicationSnapshot, AssignmentView
from rules.vocabulary import AssignmentStatus, DecisionKind


def decided(
    snapshot: ApplicationSnapshot, view: AssignmentView, report: Report, _after: AssignmentStatus
) -> tuple[Entry, ...]:
    """Enter the decision; a grant must wait for the items it awaits (typed edge H). Raises PrerequisitesOpenError."""
    kind = DecisionKind(report.details["decision"])
    require_commitment(snapshot, view, kind)
    if kind is DecisionKind.GRANT and view.awaits:
        message = f"前置事项尚未办结：{'、'.join(view.awaits)}"
        raise PrerequisitesOpenError(message, awaits=list(view.awaits))
    after = AssignmentStatus.GRANTED if kind is DecisionKind.GRANT else AssignmentStatus.REFUSED
    decision = Decided(
        view.item,
        kind,
        report.occurred_at,
        document_number=report.details.get("document_number"),
        reason=report.details.get("reason"),
        legal_basis=report.details.get("legal_basis"),
        handler=report.details.get("handler"),
        on_behalf_of=report.details.get("on_behalf_of"),
    )
    return (
        *accept(view, report.occurred_at),
        Clocked(view.item, ClockEvent(ClockEventKind.STOPPED, report.occurred_at)),
        decision,
        Revised(view.item, {"awaits": ()}),
        MessagesVoided(view.item),
        *stepped(view, f"decision.{kind}", report, after),
    )
