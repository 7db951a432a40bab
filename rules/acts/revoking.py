"""Revoking a permit (撤销): a decision of people with a procedure of its own, never by itself (行政许可法 art. 69)."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from rules.acts import keeping
from rules.acts.filing import REMEDIES, same_person
from rules.acts.report import Report, stepped
from rules.entries import Entry
from rules.errors import FilingIncompleteError, InvalidEventError, NotAllowedNowError
from rules.resting import closed, dependants_granted, flagged
from rules.snapshot import ApplicationSnapshot, AssignmentView
from rules.vocabulary import AssignmentStatus, NoticeKind, Word
from rules.workdays import local_date

#: Under which name an assignment keeps a procedure to revoke its permit, and one to strike it off.
REVOCATION: Final = "revocation"
CANCELLATION: Final = "cancellation"


class RevocationGround(Word):
    """Why a permit may be revoked."""

    ABUSE = "abuse", "滥用职权、玩忽职守作出"
    OVERREACH = "overreach", "超越法定职权作出"
    PROCEDURE = "procedure", "违反法定程序作出"
    UNQUALIFIED = "unqualified", "对不具备资格或者不符合条件的申请人准予"
    OTHER = "other", "依法可以撤销的其他情形"
    #: By the holder's own fraud or bribery: nothing is compensated (art. 69(2), (4)).
    DECEPTION = "deception", "被许可人以欺骗、贿赂等不正当手段取得"


def of(view: AssignmentView) -> Mapping[str, Any]:
    """Return the procedure that is under way to revoke an assignment's permit; nothing where there is none."""
    found: Mapping[str, Any] = view.procedures.get(REVOCATION, {})
    return found


def opened(
    snapshot: ApplicationSnapshot, view: AssignmentView, report: Report, after: AssignmentStatus
) -> tuple[Entry, ...]:
    """Open the procedure and tell the holder, who may state their case; the permit stays valid meanwhile.

    By the authority that issued it or its superior. Raises NotAllowedNowError while one is under way, or one to
    strike the permit off (注销).
    """
    if of(view) or CANCELLATION in view.procedures:
        raise NotAllowedNowError("撤销或者注销程序已经启动", act=report.act)
    today, details = local_date(report.occurred_at), report.details
    days = snapshot.network.policies.statement_days
    state_by = snapshot.calendar.add_working_days(today, days).on.isoformat()
    known = {name: details[name] for name in ("ground", "facts", "legal_basis", "authority", "handler")}
    known |= {"opened_on": today.isoformat(), "state_by": state_by}
    body = {"item": view.item, **known, "ground_zh": RevocationGround(details["ground"]).zh}
    return (
        keeping.kept(view, REVOCATION, known),
        keeping.told(snapshot, view, NoticeKind.REVOCATION_OPENED, "撤销许可事先告知", body, report),
        *stepped(view, "revocation.opened", report, after),
    )


def decided(
    snapshot: ApplicationSnapshot, view: AssignmentView, report: Report, after: AssignmentStatus
) -> tuple[Entry, ...]:
    """Revoke the permit or leave it, by two people, once the holder has been heard or has let the time pass.

    Whoever revokes says why no serious harm to the public interest follows, else it may not be (art. 69(3)), and how
    legitimate reliance is compensated unless the holder deceived (art. 69(4)). What rests on the permit is flagged and
    not revoked with it. Raises NotAllowedNowError, InvalidEventError, FilingIncompleteError.
    """
    known, details = of(view), report.details
    if not known:
        raise NotAllowedNowError("没有正在进行的撤销程序", act=report.act)
    if "stated_on" not in known and local_date(report.occurred_at) <= date.fromisoformat(known["state_by"]):
        raise NotAllowedNowError(f"被许可人可以陈述申辩至 {known['state_by']}", state_by=known["state_by"])
    if same_person(details["handler"], details["approver"]):
        raise FilingIncompleteError("撤销决定的审批人须为经办人以外的另一人", approver=details["approver"])
    if details["decision"] == "kept":
        # Who was told that the permit may fall is told that it stands: until then nobody builds on it.
        kept = {"item": view.item, "reason": details.get("reason", ""), "opened_on": known["opened_on"]}
        told = keeping.told(snapshot, view, NoticeKind.REVOCATION_DROPPED, "不予撤销许可告知", kept, report)
        return keeping.kept(view, REVOCATION, {}), told, *stepped(view, "revocation.dropped", report, after)
    owed = [] if known["ground"] == RevocationGround.DECEPTION else ["compensation"]
    if missing := [name for name in ("legal_basis", "public_interest", *owed) if not details.get(name)]:
        raise InvalidEventError(
            "撤销须写明依据、公共利益衡量和对信赖利益的补偿（行政许可法第六十九条）", missing=missing
        )
    resting = [each.item for each in dependants_granted(snapshot, view.item)]
    said = ("reason", "legal_basis", "public_interest", "compensation", "document_number")
    body: dict[str, Any] = {
        "item": view.item,
        **{name: details[name] for name in said if details.get(name)},
        "resting": resting,
        "remedies": [dict(remedy) for remedy in REMEDIES],
    }
    return (
        keeping.kept(view, REVOCATION, {}),
        *closed(snapshot, view.item),
        keeping.told(snapshot, view, NoticeKind.REVOKED, "撤销许可决定书", body, report),
        *stepped(view, "result.revoked", report, AssignmentStatus.REVOKED),
        *flagged(snapshot, view.item, "已撤销"),
    )
