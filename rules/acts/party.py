"""The applicant changes under way (个转企, 企业更名): the same party in a new version, never another party.

The credit code is the identity; clocks, commitments and results go on (促进个体工商户发展条例 art. 13: direct change).
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from rules.entries import Entry, MessageQueued, NoticeQueued, Step
from rules.errors import InvalidIntakeError
from rules.identifiers import notice_id
from rules.snapshot import ApplicationSnapshot
from rules.vocabulary import AssignmentStatus, MessageKind, NoticeKind

_INDIVIDUAL: Final = "个体"


@dataclass(frozen=True, slots=True)
class PartyChange:
    """What an applicant is called from a day on, and by which document of the registration authority."""

    name: str
    document: str
    changed_on: date
    #: What it is now, as registered: 有限责任公司, 个体工商户, …; None: as before.
    kind: str | None = None
    #: What it was before, where the office has no record of it.
    former_kind: str | None = None


def converts(before: str | None, after: str | None) -> bool:
    """Tell whether an individual business has become an enterprise (个转企, 促进个体工商户发展条例 art. 13).

    By the kinds as registered, never by the credit code: a direct change keeps it.
    """
    return before is not None and after is not None and _INDIVIDUAL in before and _INDIVIDUAL not in after


def require_dated(change: PartyChange, today: date) -> None:
    """Take in only what has happened. Raises InvalidIntakeError for a day ahead."""
    if change.changed_on > today:
        raise InvalidIntakeError("变更登记日期晚于今日", changed_on=change.changed_on.isoformat())


def party_changed(
    snapshot: ApplicationSnapshot, before: str, before_kind: str | None, change: PartyChange, now: datetime
) -> tuple[Entry, ...]:
    """Enter the applicant's new version: departments at work are told, the applicant which items need a change filed.

    What is decided stands under the name of its day; nothing is filed again and no clock changes.
    """
    before_kind = before_kind or change.former_kind
    body: dict[str, Any] = {
        "before": before,
        "after": change.name,
        "kind": change.kind or before_kind,
        "document_number": change.document,
        "changed_on": change.changed_on.isoformat(),
    }
    told = [view for view in snapshot.assignments.values() if not view.status.final]
    queued = tuple(
        MessageQueued(view.item, MessageKind.PARTY_CHANGED, now.isoformat(), body)
        for view in told
        # Its dispatch, still to be sent, names the applicant as it is by then.
        if view.status is not AssignmentStatus.OPENED
    )
    told_of = {**body, "conversion": converts(before_kind, change.kind), "items": [view.item for view in told]}
    notice = notice_id(snapshot.number, NoticeKind.PARTY_CHANGED, now.isoformat())
    advice = "在办事项按变更后的名称继续办理，请向有关部门提交变更登记证明；已作决定的许可，请依法申请变更"
    return (
        *queued,
        NoticeQueued(notice, NoticeKind.PARTY_CHANGED, "申请人变更告知", {**told_of, "advice": advice}),
        Step("applicant.changed", None, before, change.name, change.document, told_of),
    )
