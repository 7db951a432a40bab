"""How an assignment ends by a department's decision, whichever act it comes by."""

from rules.acts.report import Report, stepped
from rules.clocks import ClockEvent, ClockEventKind
from rules.entries import Clocked, Decided, Entry, MessagesVoided, Revised
from rules.snapshot import AssignmentView
from rules.vocabulary import AssignmentStatus, DecisionKind


def ended(
    view: AssignmentView,
    report: Report,
    kind: DecisionKind,
    after: AssignmentStatus,
    step: str,
    *,
    filing: str | None = None,
) -> tuple[Entry, ...]:
    """Stop the clock and enter the one decision, with the names of its handler and of whom they stood in for (AB岗).

    ``filing`` is the number of the refusal filing, without which there is no refusal (否定备案).
    """
    details = report.details
    decision = Decided(
        view.item,
        kind,
        report.occurred_at,
        document_number=details.get("document_number"),
        reason=details.get("reason"),
        legal_basis=details.get("legal_basis"),
        handler=details.get("handler"),
        on_behalf_of=details.get("on_behalf_of"),
        filing=filing,
    )
    return (
        Clocked(view.item, ClockEvent(ClockEventKind.STOPPED, report.occurred_at)),
        decision,
        Revised(view.item, {"awaits": (), "proposal": None}),
        MessagesVoided(view.item),
        *stepped(view, step, report, after),
    )
