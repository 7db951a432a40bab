"""The hearing (听证) before a decision: told, asked for, announced, held (行政许可法 art. 46 to 48).

Who is told of the right has five working days to ask, free of charge; the hearing is organised within twenty of that
and announced seven ahead, by somebody who has not examined the matter. Its time is not counted (art. 45): from the
announcement, when the applicant knows how long, to the day it is held. Before that the clock runs.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from rules.acts import keeping
from rules.acts.filing import same_person
from rules.acts.report import Report, stepped
from rules.clocks import ClockEvent, ClockEventKind
from rules.documents.consulting import ANNOUNCE_AHEAD, ASK_WITHIN, HOLD_WITHIN
from rules.entries import Clocked, Entry, MessageQueued, NoticeQueued, Revised, Step
from rules.errors import InvalidEventError, NotAllowedNowError
from rules.identifiers import notice_id
from rules.snapshot import ApplicationSnapshot, AssignmentView
from rules.vocabulary import AssignmentStatus, MessageKind, NoticeKind
from rules.workdays import local_date

#: Under which name an assignment keeps what is known of its hearing.
HEARING: Final = "hearing"


def of(view: AssignmentView) -> Mapping[str, Any]:
    """Return what is known of an assignment's hearing; nothing where nobody was told of one."""
    found: Mapping[str, Any] = view.procedures.get(HEARING, {})
    return found


def revised(view: AssignmentView, **changes: Any) -> Revised:
    """Keep more of an assignment's hearing."""
    return keeping.kept(view, HEARING, {**of(view), **changes})


def told(
    snapshot: ApplicationSnapshot, view: AssignmentView, report: Report, after: AssignmentStatus
) -> tuple[Entry, ...]:
    """Tell who may ask for a hearing, of what is intended and until when. Raises NotAllowedNowError a second time."""
    if of(view):
        raise NotAllowedNowError("已告知听证权利", act=report.act)
    ask_by = snapshot.calendar.add_working_days(local_date(report.occurred_at), ASK_WITHIN)
    said = {name: report.details[name] for name in ("addressee", "subject", "contact")}
    known = {**said, "told_on": local_date(report.occurred_at).isoformat(), "ask_by": ask_by.on.isoformat()}
    body = {"item": view.item, **known, "third_party": report.details.get("third_party", False)}
    notice = notice_id(snapshot.number, NoticeKind.HEARING_RIGHTS, str(view.id))
    return (
        revised(view, **known),
        NoticeQueued(notice, NoticeKind.HEARING_RIGHTS, "听证告知书", body, view.item),
        *stepped(view, "hearing.told", report, after),
    )


def requested(
    snapshot: ApplicationSnapshot, view: AssignmentView, report: Report, after: AssignmentStatus
) -> tuple[Entry, ...]:
    """Enter that somebody who was told asks for the hearing; the last day is theirs. Raises NotAllowedNowError."""
    return *asked_for(snapshot, view, report.details["by"], report.occurred_at), *stepped(
        view, "hearing.requested", report, after
    )


def asked_for(snapshot: ApplicationSnapshot, view: AssignmentView, by: str, at: datetime) -> tuple[Entry, ...]:
    """Enter who asked and by when the hearing is to be held. Raises as ``require_askable`` does."""
    require_askable(view, local_date(at))
    hold_by = snapshot.calendar.add_working_days(local_date(at), HOLD_WITHIN).on
    return (revised(view, requested_on=local_date(at).isoformat(), by=by, hold_by=hold_by.isoformat()),)


def require_askable(view: AssignmentView, today: date) -> None:
    """Let a request for a hearing pass. Raises NotAllowedNowError untold, too late, again, or once it has ended."""
    known = of(view)
    if not known or "requested_on" in known:
        raise NotAllowedNowError("尚未告知听证权利，或者已提出听证申请", item=view.item)
    if today > date.fromisoformat(known["ask_by"]):
        raise NotAllowedNowError(f"听证申请期限 {known['ask_by']} 已过（行政许可法第四十七条）", ask_by=known["ask_by"])
    if view.status.final:
        raise NotAllowedNowError(f"{view.item} {view.status.zh}，不再组织听证", item=view.item)


def applied_for(snapshot: ApplicationSnapshot, view: AssignmentView, by: str, at: datetime) -> tuple[Entry, ...]:
    """Enter a request that an agent hands in; the department is told that it must organise the hearing."""
    entries = asked_for(snapshot, view, by, at)
    [kept] = entries
    hold_by = kept.changes["procedures"][HEARING]["hold_by"] if isinstance(kept, Revised) else ""
    body = {"reason": f"{by}要求听证，请在 {hold_by} 前组织（行政许可法第四十七条）", "due_on": hold_by}
    return (
        *entries,
        MessageQueued(view.item, MessageKind.REMINDED, "hearing", body),
        Step("hearing.requested", view.item, details={"by": by, "hold_by": hold_by}),
    )


def announced(
    snapshot: ApplicationSnapshot, view: AssignmentView, report: Report, after: AssignmentStatus
) -> tuple[Entry, ...]:
    """Announce the hearing seven working days ahead, and stop the clock until it is held (art. 45, 48).

    Without a request it is the department's own hearing, where the law or the public interest calls for one (art. 46);
    the law sets no day for that one, so that the applicant need not wait it is held within the same twenty.
    Raises NotAllowedNowError for one that comes too soon or too late or was announced, InvalidEventError for a presider
    who has examined the matter.
    """
    known, details, today = of(view), report.details, local_date(report.occurred_at)
    if "held_at" in known:
        raise NotAllowedNowError("听证已经通知", act=report.act, held_at=known["held_at"])
    on = local_date(datetime.fromisoformat(details["held_at"]))
    hold_by = known.get("hold_by") or snapshot.calendar.add_working_days(today, HOLD_WITHIN).on.isoformat()
    if on > date.fromisoformat(hold_by):
        raise NotAllowedNowError(f"听证应在 {hold_by} 前组织（行政许可法第四十七条）", hold_by=hold_by)
    ahead = snapshot.calendar.count_working_days(today, on)
    if ahead < ANNOUNCE_AHEAD:
        message = f"听证应提前 {ANNOUNCE_AHEAD} 个工作日通知（行政许可法第四十八条），现为 {ahead} 个"
        raise NotAllowedNowError(message, days_ahead=ahead)
    examiners = {name for name in (*details["examiners"], view.handler) if name}
    if any(same_person(details["presider"], name) for name in examiners):
        message = "听证主持人不得为审查该申请的工作人员（行政许可法第四十八条）"
        raise InvalidEventError(message, presider=details["presider"])
    event = ClockEvent(ClockEventKind.HOLD_STARTED, report.occurred_at, ahead, "hearing 听证")
    body = {
        "item": view.item,
        **{name: details[name] for name in ("held_at", "place", "presider")},
        "examiners": list(details["examiners"]),
        "public": details.get("public", True),
        "subject": known.get("subject") or details["subject"],
        "addressee": known.get("by") or known.get("addressee", ""),
        "days_ahead": ahead,
        "on_request": "requested_on" in known,
        "until": on.isoformat(),
    }
    notice = notice_id(snapshot.number, NoticeKind.HEARING_NOTICE, str(view.id))
    return (
        Clocked(view.item, event),
        revised(view, held_at=details["held_at"]),
        NoticeQueued(notice, NoticeKind.HEARING_NOTICE, "听证通知书", body, view.item),
        *stepped(view, "hearing.announced", report, after),
    )


def held(
    _snapshot: ApplicationSnapshot, view: AssignmentView, report: Report, after: AssignmentStatus
) -> tuple[Entry, ...]:
    """Enter the record of the hearing, on which the decision must rest (art. 48); the clock runs again.

    Raises NotAllowedNowError for one that was not announced, or before its time.
    """
    known = of(view)
    if "held_at" not in known or "record" in known:
        raise NotAllowedNowError("没有已通知的听证", act=report.act)
    if report.occurred_at < datetime.fromisoformat(known["held_at"]):
        raise NotAllowedNowError(f"听证时间 {known['held_at']} 未到", held_at=known["held_at"])
    stopped = view.status is AssignmentStatus.SPECIAL_PROCEDURE
    resumed = (Clocked(view.item, ClockEvent(ClockEventKind.HOLD_ENDED, report.occurred_at)),) if stopped else ()
    return *resumed, revised(view, record=report.details["record"]), *stepped(view, "hearing.held", report, after)


def require_over(view: AssignmentView, at: datetime) -> str | None:
    """Let a decision pass that no hearing stands before; return the record that it must rest on (art. 48).

    Raises NotAllowedNowError while the right may still be used, or before a hearing that was asked for is held.
    """
    known = of(view)
    if not known or "record" in known:
        return known.get("record")
    if "requested_on" in known or "held_at" in known:
        raise NotAllowedNowError("听证尚未举行，不得作出决定（行政许可法第四十八条）", hold_by=known.get("hold_by"))
    if local_date(at) <= date.fromisoformat(known["ask_by"]):
        raise NotAllowedNowError(f"听证申请期限至 {known['ask_by']}，期满前不得作出决定", ask_by=known["ask_by"])
    return None
