"""One visit, one meeting, many departments: joint inspection and joint review (国办发〔2019〕11号)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from rules.acts import Report, inspecting, reported
from rules.acts.applicant import require_open
from rules.catalog import DepartmentCode, ItemCode
from rules.effects import entered
from rules.entries import Entry, MessageQueued, SessionRevised, SessionScheduled, Step
from rules.errors import InvalidSessionError, NotAllowedNowError
from rules.identifiers import session_id
from rules.joint_session import SessionView
from rules.snapshot import ApplicationSnapshot
from rules.terms import SpecialProcedure
from rules.vocabulary import AssignmentStatus, DepartmentAct, MessageKind, SessionKind, SessionStatus
from rules.workdays import SHANGHAI, local_date

#: Who verifies the substance of an application on site comes in twos (行政许可法 art. 34(3)).
OFFICERS: Final = 2
#: A joint inspection is one when several departments come.
_DEPARTMENTS: Final = 2
_PROCEDURE: Final = "inspection"
_IN_REVIEW: Final = frozenset({AssignmentStatus.ACCEPTED, AssignmentStatus.UNDER_REVIEW})


@dataclass(frozen=True, slots=True)
class Summons:
    """What the lead department or the agent arranges."""

    kind: SessionKind
    stage: str
    items: tuple[ItemCode, ...]
    planned_at: datetime
    #: Departments that come without an item of their own under way.
    guests: tuple[DepartmentCode, ...] = ()
    place: str = ""
    agenda: str = ""


@dataclass(frozen=True, slots=True)
class Proceedings:
    """What came of a session: who was there, what was written down, what each department concluded."""

    held_at: datetime
    minutes: str
    attendance: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    conclusions: Mapping[str, str] = field(default_factory=dict)


def scheduled(snapshot: ApplicationSnapshot, serial: int, summons: Summons, now: datetime) -> tuple[Entry, ...]:
    """Summon every department once, and stop the clocks of the items for which an inspection is a special procedure.

    Those clocks stand still until the visit is over, for as many working days as the departments are told; only for
    items whose law lists inspection (行政许可法 art. 45: a site visit as such is not excluded). Raises
    InvalidSessionError, ApplicationClosedError.
    """
    require_open(snapshot)
    lead = _lead(snapshot, summons.stage)
    if summons.planned_at <= now:
        raise InvalidSessionError("联合审查（踏勘）的时间应晚于现在", planned_at=summons.planned_at.isoformat())
    items = tuple(dict.fromkeys(summons.items))
    _require_at_work(snapshot, items)
    departments = _invited(snapshot, items, summons.guests, lead)
    days = max(1, snapshot.calendar.count_working_days(local_date(now), local_date(summons.planned_at)))
    held = tuple(_to_hold(snapshot, summons, items, days, now))
    view = SessionView(
        id=session_id(snapshot.number, serial),
        serial=serial,
        kind=summons.kind,
        status=SessionStatus.PLANNED,
        stage=summons.stage,
        lead=lead,
        items=items,
        departments=departments,
        held_items=held,
        scheduled_at=now,
        planned_at=summons.planned_at,
        place=summons.place,
        agenda=summons.agenda,
    )
    return (
        SessionScheduled(view),
        *_told(snapshot, view, "summons"),
        *_holds(snapshot, view, days, now),
        Step("session.scheduled", after=SessionStatus.PLANNED, details={**_described(view), "held": list(held)}),
    )


def held(
    snapshot: ApplicationSnapshot, session: SessionView, proceedings: Proceedings, now: datetime
) -> tuple[Entry, ...]:
    """Enter what came of a session; the clocks it stopped run again, all at once.

    Absence is recorded and means nothing by itself: no law makes it consent. Raises NotAllowedNowError for a session
    that is over, InvalidSessionError without the lead, two officers of each department present, or minutes.
    """
    require_open(snapshot)
    _require_planned(session, "召开")
    _require_proper(session, proceedings, now)
    present = {name: list(officers) for name, officers in proceedings.attendance.items()}
    changes = {
        "status": SessionStatus.HELD,
        "held_at": proceedings.held_at,
        "minutes": proceedings.minutes,
        "attendance": present,
        "conclusions": dict(proceedings.conclusions),
    }
    details = {
        **_described(session),
        "attendance": present,
        "absent": [code for code in session.departments if code not in present],
        "conclusions": dict(proceedings.conclusions),
        "held_at": proceedings.held_at.isoformat(),
    }
    seen = _seen(snapshot, session, proceedings)
    kind = "site_visit.recorded" if session.kind is SessionKind.INSPECTION else "session.held"
    return (
        SessionRevised(session.id, changes),
        *seen,
        *_releases(snapshot, session, now),
        Step(kind, before=session.status, after=SessionStatus.HELD, details=details),
    )


def cancelled(snapshot: ApplicationSnapshot, session: SessionView, reason: str, now: datetime) -> tuple[Entry, ...]:
    """Call a session off: everybody summoned is told once, and the clocks run again. Raises NotAllowedNowError."""
    require_open(snapshot)
    _require_planned(session, "取消")
    after = SessionStatus.CANCELLED
    return (
        SessionRevised(session.id, {"status": after, "cancelled_at": now, "reason": reason}),
        *_told(snapshot, session, "cancelled", reason),
        *_releases(snapshot, session, now),
        Step("session.cancelled", before=session.status, after=after, reason=reason, details=_described(session)),
    )


def _lead(snapshot: ApplicationSnapshot, stage: str) -> DepartmentCode:
    lead = next((each.lead for each in snapshot.network.stages if each.code == stage), None)
    if lead is None:
        raise InvalidSessionError(f"本申请没有阶段 {stage}，或该阶段没有牵头部门", stage=stage)
    return lead


def _require_at_work(snapshot: ApplicationSnapshot, items: tuple[ItemCode, ...]) -> None:
    for code in items:
        view = snapshot.assignments.get(snapshot.network.item(code).code)
        if view is None or view.status.final:
            raise InvalidSessionError(f"{code} 不在办理中，不能列入", item=code)


def _invited(
    snapshot: ApplicationSnapshot,
    items: tuple[ItemCode, ...],
    guests: tuple[DepartmentCode, ...],
    lead: DepartmentCode,
) -> tuple[DepartmentCode, ...]:
    concerned = [item.terms.cooperation for item in snapshot.network.items if item.terms.cooperation]
    heard = {voice.department for cooperation in concerned for voice in cooperation.voices}
    known = {lead, *heard, *(item.department for item in snapshot.network.items)}
    if strangers := [code for code in guests if code not in known]:
        raise InvalidSessionError(f"与本申请无关的部门：{'、'.join(strangers)}", departments=strangers)
    invited = tuple(dict.fromkeys((lead, *(snapshot.network.item(code).department for code in items), *guests)))
    if not items or len(invited) < _DEPARTMENTS:
        raise InvalidSessionError("联合审查（踏勘）应有两个以上部门参加", departments=list(invited))
    return invited


def _inspection(snapshot: ApplicationSnapshot, item: ItemCode) -> SpecialProcedure | None:
    procedures = snapshot.network.item(item).terms.procedures
    return next((procedure for procedure in procedures if procedure.kind == _PROCEDURE), None)


def _to_hold(
    snapshot: ApplicationSnapshot, summons: Summons, items: tuple[ItemCode, ...], days: int, now: datetime
) -> Iterator[ItemCode]:
    if summons.kind is not SessionKind.INSPECTION:
        return
    for code in items:
        procedure = _inspection(snapshot, code)
        if procedure is None or snapshot.assignments[code].status not in _IN_REVIEW:
            continue
        if procedure.max_days is not None and days > procedure.max_days:
            message = f"{code} 的{procedure.name}最长 {procedure.max_days} 个工作日（{procedure.basis}）"
            raise InvalidSessionError(message, item=code, days=days, max_days=procedure.max_days)
        due = snapshot.read_clock(snapshot.assignments[code], now).legal_due
        # Where the legal limit has passed nothing is left to stop: the department comes all the same.
        if due is None or local_date(now) < due:
            yield code


def _holds(snapshot: ApplicationSnapshot, session: SessionView, days: int, now: datetime) -> Iterator[Entry]:
    reason = f"联合踏勘 {session.planned_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M} {session.place}".strip()
    for item in session.held_items:
        details = {"procedure": _PROCEDURE, "days": days, "reason": reason, "session": str(session.id)}
        entries = reported(snapshot, item, Report(DepartmentAct.HOLD_STARTED, now, details))
        snapshot = entered(snapshot, *entries)
        yield from entries


def _releases(snapshot: ApplicationSnapshot, session: SessionView, now: datetime) -> Iterator[Entry]:
    for item in session.held_items:
        view = snapshot.assignments.get(item)
        if view is not None and view.status is AssignmentStatus.SPECIAL_PROCEDURE:
            entries = reported(snapshot, item, Report(DepartmentAct.HOLD_ENDED, now))
            snapshot = entered(snapshot, *entries)
            yield from entries


def _require_planned(session: SessionView, act: str) -> None:
    if session.status is not SessionStatus.PLANNED:
        message = f"{session.kind.zh}{session.status.zh}，不能再{act}"
        raise NotAllowedNowError(message, session_status=session.status)


def _seen(snapshot: ApplicationSnapshot, session: SessionView, proceedings: Proceedings) -> Iterator[Entry]:
    """Count a joint inspection as the visit of every department that came to it (行政许可法 art. 34(3))."""
    if session.kind is not SessionKind.INSPECTION:
        return
    for item in session.items:
        view = snapshot.assignments.get(item)
        if view is not None and not view.status.final and (officers := proceedings.attendance.get(view.department)):
            yield inspecting.seen(view, officers, local_date(proceedings.held_at))


def _require_proper(session: SessionView, proceedings: Proceedings, now: datetime) -> None:
    if not session.scheduled_at <= proceedings.held_at <= now:
        message = "召开时间应在通知之后、不晚于现在"
        raise InvalidSessionError(message, held_at=proceedings.held_at.isoformat())
    named = (*proceedings.attendance, *proceedings.conclusions)
    strangers = [code for code in named if code not in session.departments]
    if strangers:
        raise InvalidSessionError(f"未受邀的部门：{'、'.join(strangers)}", departments=strangers)
    if session.lead not in proceedings.attendance:
        raise InvalidSessionError(f"牵头部门 {session.lead} 未到场", lead=session.lead)
    least = OFFICERS if session.kind is SessionKind.INSPECTION else 1
    for code, officers in proceedings.attendance.items():
        if len(set(officers)) < least:
            message = f"{code} 到场人员不足 {least} 人（行政许可法第三十四条第三款）"
            raise InvalidSessionError(message, department=code, officers=len(set(officers)), least=least)
    if silent := [code for code in proceedings.conclusions if code not in proceedings.attendance]:
        raise InvalidSessionError(f"未到场的部门没有结论：{'、'.join(silent)}", departments=silent)
    if not proceedings.minutes.strip():
        raise InvalidSessionError("须有会议（踏勘）记录", missing="minutes")


def _told(snapshot: ApplicationSnapshot, session: SessionView, what: str, reason: str = "") -> Iterator[Entry]:
    """Send each department one message, on its own assignment where it has one."""
    for department in session.departments:
        own = (code for code in session.items if snapshot.assignments[code].department == department)
        anchor = next(own, session.items[0])
        body: dict[str, Any] = {**_described(session), "what": what, **({"reason": reason} if reason else {})}
        serial = f"session/{session.serial}/{department}/{what}"
        yield MessageQueued(anchor, MessageKind.INVITED, serial, body, department)


def _described(session: SessionView) -> dict[str, Any]:
    return {
        "session": str(session.id),
        "kind": session.kind.value,
        "stage": session.stage,
        "lead": session.lead,
        "items": list(session.items),
        "departments": list(session.departments),
        "planned_at": session.planned_at.isoformat(),
        "place": session.place,
        "agenda": session.agenda,
    }
