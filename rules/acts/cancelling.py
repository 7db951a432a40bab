"""Striking a permit off (注销): its formal end on one of a closed set of grounds (行政许可法 art. 70).

Revocation (撤销, ``rules.acts.revoking``) undoes a grant that was wrong. Here nothing was wrong with the grant: the
permit has expired, its holder is gone or wants it no longer, or it is void and only the register is put in order.
Art. 70 has no procedure. So that nobody loses a permit unheard (art. 7), a holder who did not ask for it is told
first and may state their case, and two people decide, as with a revocation.
"""

from collections.abc import Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Final

from rules.acts import keeping, revoking
from rules.acts.filing import REMEDIES, same_person
from rules.acts.report import Report, stepped
from rules.acts.revoking import CANCELLATION
from rules.documents import laws
from rules.entries import Entry, MessageQueued, Step
from rules.errors import FilingIncompleteError, InvalidEventError, NotAllowedNowError
from rules.resting import closed, dependants_granted, flagged
from rules.snapshot import ApplicationSnapshot, AssignmentView
from rules.transitions import status_after
from rules.vocabulary import VOID_STATUSES, AssignmentStatus, DepartmentAct, MessageKind, NoticeKind, Word
from rules.workdays import local_date


class CancellationGround(Word):
    """Why a permit is struck off: the cases of art. 70, and the holder's own wish."""

    EXPIRED = "expired", "行政许可有效期届满未延续"
    HOLDER_LOST = "holder_lost", "取得特定资格的公民死亡或者丧失行为能力"
    HOLDER_TERMINATED = "holder_terminated", "法人或者其他组织依法终止"
    REVOKED = "revoked", "行政许可依法被撤销"
    #: Taken back, with compensation, since the law or the facts have changed (art. 8).
    RECALLED = "recalled", "行政许可依法被撤回"
    #: As a penalty, by whoever imposes it.
    FORFEITED = "forfeited", "行政许可证件依法被吊销"
    FORCE_MAJEURE = "force_majeure", "因不可抗力导致行政许可事项无法实施"
    OTHER = "other", "法律、法规规定的应当注销行政许可的其他情形"
    REQUESTED = "requested", "被许可人申请注销"


_G = CancellationGround
#: The case of art. 70 that each ground is; the holder's own wish is none of them, and hurts nobody.
_CASE: Final[Mapping[CancellationGround, str]] = MappingProxyType(
    {
        _G.EXPIRED: "一",
        _G.HOLDER_LOST: "二",
        _G.HOLDER_TERMINATED: "三",
        _G.REVOKED: "四",
        _G.RECALLED: "四",
        _G.FORFEITED: "四",
        _G.FORCE_MAJEURE: "五",
        _G.OTHER: "六",
    }
)
#: These have happened on a day, which is stated.
_DATED: Final = frozenset({_G.EXPIRED, _G.HOLDER_LOST, _G.HOLDER_TERMINATED, _G.RECALLED, _G.FORFEITED})
#: What a permit that is void already can be struck off for, and what for that is for no other.
_OF_VOID: Final = MappingProxyType({AssignmentStatus.REVOKED: _G.REVOKED, AssignmentStatus.LAPSED: _G.OTHER})


def of(view: AssignmentView) -> Mapping[str, Any]:
    """Return the procedure that is under way to strike an assignment's permit off; nothing where there is none."""
    found: Mapping[str, Any] = view.procedures.get(CANCELLATION, {})
    return {} if "struck_off_on" in found else found


def basis_of(ground: CancellationGround, other: str | None = None) -> str:
    """Name the case of art. 70, behind the other law that has the permit struck off where one is cited."""
    law = f"{laws.CANCELLATION}第{_CASE[ground]}项" if ground in _CASE else laws.CANCELLATION
    return f"{other}、{law}" if other and "行政许可法" not in other else law


def came_by(view: AssignmentView) -> str:
    """Say how it came to the decision, as its document tells."""
    known = of(view)
    if known["ground"] == _G.REQUESTED:
        return "根据你（单位）的申请"
    if "state_by" not in known:
        return f"因该许可{view.status.zh}"
    return "经事先告知并听取陈述申辩" if "stated_on" in known else "经事先告知，你（单位）未在期限内陈述申辩"


def requested(
    view: AssignmentView, reason: str, by: str, now: datetime, signed: str | None = None
) -> tuple[Entry, ...]:
    """Enter that the holder wants the permit struck off, by their ``signed`` request where one is named.

    The department is told. Raises as ``require_requestable`` does.
    """
    require_requestable(view)
    today = local_date(now).isoformat()
    known = {"ground": _G.REQUESTED.value, "facts": reason, "opened_on": today, "by": by}
    known |= {} if signed is None else {"evidence": signed}
    body = {"reason": f"被许可人申请注销许可，请依法办理（行政许可法第七十条）：{reason}"}
    return (
        keeping.kept(view, CANCELLATION, known),
        MessageQueued(view.item, MessageKind.REMINDED, f"{CANCELLATION}/{now.isoformat()}", body),
        Step("cancellation.requested", view.item, reason=reason, details=known),
    )


def require_requestable(view: AssignmentView) -> None:
    """Let a holder's request pass. Raises NotAllowedNowError where no permit stands, or a procedure is under way."""
    status_after(view.status, DepartmentAct.CANCELLATION_OPENED)
    if view.status in VOID_STATUSES:
        raise NotAllowedNowError(f"{view.item} {view.status.zh}，没有可以申请注销的许可", item=view.item)
    _require_none(view)


def opened(
    snapshot: ApplicationSnapshot, view: AssignmentView, report: Report, after: AssignmentStatus
) -> tuple[Entry, ...]:
    """Open the procedure on a ground that fits the permit and is proved; its holder is told unless it was their wish.

    The permit stays as it is meanwhile. Raises NotAllowedNowError, InvalidEventError.
    """
    details, today = report.details, local_date(report.occurred_at)
    ground = CancellationGround(details["ground"])
    _require_none(view)
    _require_fitting(view, ground)
    _require_proved(ground, details, today)
    said = ("ground", "facts", "legal_basis", "evidence", "ended_on", "handler")
    known = {name: details[name] for name in said if details.get(name)} | {"opened_on": today.isoformat()}
    steps = stepped(view, "cancellation.opened", report, after)
    if not _heard_first(view, ground):
        return keeping.kept(view, CANCELLATION, known), *steps
    days = snapshot.network.policies.statement_days
    known["state_by"] = snapshot.calendar.add_working_days(today, days).on.isoformat()
    body = {"item": view.item, **known, "ground_zh": ground.zh, "basis": basis_of(ground, details.get("legal_basis"))}
    told = keeping.told(snapshot, view, NoticeKind.CANCELLATION_OPENED, "注销许可事先告知", body, report)
    return keeping.kept(view, CANCELLATION, known), told, *steps


def decided(
    snapshot: ApplicationSnapshot, view: AssignmentView, report: Report, after: AssignmentStatus
) -> tuple[Entry, ...]:
    """Strike the permit off, once a holder who did not ask for it could speak, or leave it; two people decide.

    What rests on the permit is flagged and not struck off with it; one that was revoked or has lapsed stays called so.
    Raises NotAllowedNowError, FilingIncompleteError.
    """
    known, details, today = of(view), report.details, local_date(report.occurred_at)
    if not known:
        raise NotAllowedNowError("没有正在进行的注销程序", act=report.act)
    if same_person(details["handler"], details["approver"]):
        raise FilingIncompleteError("注销决定的审批人须为经办人以外的另一人", approver=details["approver"])
    body: dict[str, Any] = {"item": view.item, "reason": details["reason"], "opened_on": known["opened_on"]}
    body["remedies"] = [dict(remedy) for remedy in REMEDIES]
    if details["decision"] == "kept":
        told = keeping.told(snapshot, view, NoticeKind.CANCELLATION_DROPPED, "不予注销许可告知", body, report)
        return keeping.kept(view, CANCELLATION, {}), told, *stepped(view, "cancellation.dropped", report, after)
    state_by = known.get("state_by")
    if state_by and "stated_on" not in known and today <= date.fromisoformat(state_by):
        raise NotAllowedNowError(f"被许可人可以陈述申辩至 {state_by}", state_by=state_by)
    void = view.status in VOID_STATUSES
    body["resting"] = [] if void else [each.item for each in dependants_granted(snapshot, view.item)]
    body |= {"document_number": number} if (number := details.get("document_number")) else {}
    kept = {"struck_off_on": today.isoformat(), "ground": known["ground"]}
    # What is void already has closed its milestones, and what rested on it is flagged.
    fallen: tuple[Entry, ...] = () if void else (*closed(snapshot, view.item), *flagged(snapshot, view.item, "已注销"))
    return (
        keeping.kept(view, CANCELLATION, kept),
        keeping.told(snapshot, view, NoticeKind.STRUCK_OFF, "注销许可决定书", body, report),
        *stepped(view, "result.struck_off", report, view.status if void else AssignmentStatus.STRUCK_OFF),
        *fallen,
    )


def _require_none(view: AssignmentView) -> None:
    if "struck_off_on" in view.procedures.get(CANCELLATION, {}):
        raise NotAllowedNowError(f"{view.item} 的许可已经注销", item=view.item)
    if of(view):
        raise NotAllowedNowError("注销程序已经启动", item=view.item)
    if revoking.of(view):
        # Else who deceived could give the permit up before it is taken from them.
        raise NotAllowedNowError("撤销程序正在进行，不能同时办理注销", item=view.item)


def _require_fitting(view: AssignmentView, ground: CancellationGround) -> None:
    """Let a ground pass that fits how the permit stands: what was wrong with a grant is for a revocation alone."""
    needed = _OF_VOID.get(view.status)
    if (needed is not None and ground is not needed) or (needed is None and ground is _G.REVOKED):
        message = f"{view.item} {view.status.zh}，注销事由不能是“{ground.zh}”"
        raise NotAllowedNowError(message, item=view.item, ground=ground, assignment_status=view.status)


def _require_proved(ground: CancellationGround, details: Mapping[str, Any], today: date) -> None:
    """Demand the document that proves a ground, its day where it has one, and the other law where art. 70 names one."""
    owed = ["evidence", *(["ended_on"] if ground in _DATED else []), *(["legal_basis"] if ground is _G.OTHER else [])]
    if missing := [name for name in owed if not details.get(name)]:
        message = f"以“{ground.zh}”注销须写明证明文书、发生日期或者具体法律依据（行政许可法第七十条）"
        raise InvalidEventError(message, missing=missing)
    if ground is _G.OTHER and "行政许可法" in details["legal_basis"]:
        raise InvalidEventError("其他情形须写明行政许可法以外的法律、法规", legal_basis=details["legal_basis"])
    on = details.get("ended_on")
    # A permit is valid on its last day; all else holds from the day it happens.
    if on and not (date.fromisoformat(on) < today or (date.fromisoformat(on) == today and ground is not _G.EXPIRED)):
        raise NotAllowedNowError(f"{on} 尚未届满或者发生，不能据此注销", ended_on=on)


def _heard_first(view: AssignmentView, ground: CancellationGround) -> bool:
    return ground is not _G.REQUESTED and view.status not in VOID_STATUSES
