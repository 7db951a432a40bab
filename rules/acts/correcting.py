"""A slip in a decision is put right by a new step (更正): nothing that was written is ever edited."""

from collections.abc import Mapping
from typing import Final

from rules.acts.report import Report
from rules.entries import DecisionDetailCorrected, Entry, NoticeQueued, Step
from rules.errors import InvalidEventError
from rules.identifiers import notice_id
from rules.snapshot import ApplicationSnapshot, AssignmentView
from rules.vocabulary import NoticeKind

#: What may be put right; for another outcome the decision must be revoked, which is a procedure of people
#: (行政许可法 art. 69).
DETAILS: Final = ("document_number", "reason", "legal_basis")


def corrected(
    snapshot: ApplicationSnapshot, view: AssignmentView, report: Report, stands: Mapping[str, str | None]
) -> tuple[Entry, ...]:
    """Enter what a decision should have said; ``stands`` is what it says, former corrections included.

    The kind of the decision and its date cannot be changed so. ``report.details`` names new values for ``DETAILS``
    and the reason why in ``why``. Raises InvalidEventError when nothing would change or the date is impossible.
    """
    changes = {name: report.details[name] for name in DETAILS if report.details.get(name)}
    changes = {name: value for name, value in changes.items() if value != stands[name]}
    if not changes:
        raise InvalidEventError("更正的内容与原决定相同", details=list(DETAILS))
    why, handler = report.details["why"], report.details.get("handler")
    at = report.occurred_at
    before = {name: stands[name] for name in changes}
    body = {"item": view.item, "before": before, "after": changes, "reason": why, "corrected_at": at.isoformat()}
    notice = notice_id(snapshot.number, NoticeKind.DECISION_CORRECTED, f"{view.id}/{at.isoformat()}")
    return (
        *(
            DecisionDetailCorrected(view.item, name, stands[name], value, why, handler, at)
            for name, value in changes.items()
        ),
        NoticeQueued(notice, NoticeKind.DECISION_CORRECTED, "决定更正告知", body, view.item),
        Step(
            "decision.corrected",
            view.item,
            before=view.status,
            after=view.status,
            reason=why,
            details={"occurred_at": at.isoformat(), "before": before, "after": changes},
        ),
    )
