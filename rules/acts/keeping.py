"""What is kept of a procedure about one assignment (hearing, visit, revocation, cancellation), and told its holder."""

from collections.abc import Mapping
from typing import Any

from rules.acts.report import Report
from rules.entries import NoticeQueued, Revised
from rules.identifiers import notice_id
from rules.snapshot import ApplicationSnapshot, AssignmentView
from rules.vocabulary import NoticeKind


def kept(view: AssignmentView, name: str, known: Mapping[str, Any]) -> Revised:
    """Keep what is known of a procedure under its name, beside the others; nothing known ends it."""
    others = {each: of_it for each, of_it in view.procedures.items() if each != name}
    return Revised(view.item, {"procedures": {**view.procedures, name: known} if known else others})


def told(
    snapshot: ApplicationSnapshot,
    view: AssignmentView,
    kind: NoticeKind,
    title: str,
    body: Mapping[str, Any],
    report: Report,
) -> NoticeQueued:
    """Tell the holder, once for each report: what was dropped may be opened again on the same day."""
    notice = notice_id(snapshot.number, kind, f"{view.id}/{report.occurred_at.isoformat()}")
    return NoticeQueued(notice, kind, title, body, view.item)
