"""What a department reports about its assignment: recorded once, whatever the order and number of deliveries."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any, Final, cast
from uuid import UUID

import orjson
from sqlalchemy import Row, RowMapping, text
from sqlalchemy.ext.asyncio import AsyncSession

from casework import decision_conflicts, files
from casework.advancing import advance
from casework.casefile import Actor, CaseFile, open_by_assignment
from casework.entering import enter
from casework.entitlement import vouched
from models import DepartmentEvent, Notice
from rules.acts import Report, correcting, reported
from rules.acts.commitments import AFTER_DECISION
from rules.catalog import DepartmentCode, ItemCode
from rules.clocks import ClockEventKind
from rules.commitments.tolerance import open_commitments
from rules.entries import Entry
from rules.errors import (
    AlreadyDecidedError,
    AssignmentClosedError,
    ClockSkewError,
    DaibanError,
    DocumentNotUploadedError,
    EventReusedError,
    InvalidEventError,
    RefusedOnRecordError,
    WrongDepartmentError,
)
from rules.snapshot import AssignmentView
from rules.transitions import acts_fitting
from rules.vocabulary import FINAL_STATUSES, AssignmentStatus, DepartmentAct

#: Office time by which a department's clock may run ahead of ours.
CLOCK_SKEW: Final = timedelta(minutes=10)
#: What is reported of what was granted, whatever has become of its application.
AFTER_GRANT: Final = frozenset(
    {
        DepartmentAct.USE_EXTENDED,
        DepartmentAct.REVOCATION_OPENED,
        DepartmentAct.REVOCATION_DECIDED,
        DepartmentAct.CANCELLATION_OPENED,
        DepartmentAct.CANCELLATION_DECIDED,
    }
)
#: In an answer that is kept: the act was refused and the attempt recorded.
_REFUSED: Final = "refused"
#: What a repeated event that was refused on record is answered with.
_REPLAYED: Final[Mapping[str, type[DaibanError]]] = MappingProxyType(
    {kind.code: kind for kind in (RefusedOnRecordError, AlreadyDecidedError, AssignmentClosedError)}
)

_KNOWN = text("""
SELECT s.item, s.round, s.department, s.status, s.opened_at, e.digest, e.answer, e.department AS reporter
  FROM assignments s LEFT JOIN department_events e ON e.assignment_id = s.id AND e.event_id = :event
 WHERE s.id = :assignment
""")
_DECISION = text("""
SELECT kind, document_number, reason, legal_basis, decided_at, source FROM decisions WHERE assignment_id = :assignment
""")
_CORRECTIONS = text("SELECT detail, after FROM decision_corrections WHERE assignment_id = :assignment ORDER BY id")
# Those whose permit is of the same few, accepted before, and not decided (行政许可法 art. 57).
_AHEAD = text("""
SELECT count(*) FROM assignments s
 WHERE s.department = :department AND s.item = :item AND s.id <> :id AND NOT s.superseded AND s.status <> ALL(:final)
   AND EXISTS (SELECT FROM clock_events e WHERE e.assignment_id = s.id AND e.kind = 'accepted' AND e.at < :accepted)
""")
_DEPARTMENT = text("SELECT name FROM departments WHERE code = :code")


@dataclass(frozen=True, slots=True)
class Event:
    """One event as it came in; ``details`` is already validated for its kind."""

    id: str
    act: DepartmentAct
    occurred_at: datetime
    details: Mapping[str, Any] = field(default_factory=dict)
    #: False for what is dated when it comes in, as a page's form: sent again it is the same, though later.
    dated: bool = True

    @property
    def digest(self) -> str:
        """Name the content, to tell a repeated delivery from a reused id."""
        content = [self.act, self.occurred_at.astimezone(UTC).isoformat() if self.dated else None, self.details]
        return hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()


async def receive(
    session: AsyncSession, assignment: UUID, department: str, event: Event, *, actor: Actor, now: datetime
) -> dict[str, Any]:
    """Record a department's event and advance the application; return the answer to send.

    Locks the application row. A repeated event id gets the first answer. Raises WrongDepartmentError for an
    assignment that is not this department's any more, AlreadyDecidedError with the recorded decision, EventReusedError,
    and what ``rules.acts.reported`` raises; RefusedOnRecordError when the attempt has been entered: whoever catches it
    lets the transaction commit.
    """
    case = await open_by_assignment(session, assignment, actor=actor, now=now)
    known = (await session.execute(_KNOWN, {"assignment": assignment, "event": event.id})).one()
    # A department that has handed the assignment on may repeat what it reported before, and nothing else.
    if department not in (known.department, known.reporter):
        message = f"部门任务 {assignment} 已移送其他部门"
        raise WrongDepartmentError(message, wanted=str(assignment))
    digest = event.digest
    if known.digest is not None:
        if known.digest != digest or known.reporter != department:
            message = f"事件编号 {event.id} 已用于内容不同的事件"
            raise EventReusedError(message, event=event.id)
        if refused := known.answer.get(_REFUSED):
            raise _REPLAYED[refused["code"]](refused["message"], **refused["details"])
        return dict(known.answer)
    check_time(event, known.opened_at, now)
    # A clock that runs a little ahead must not date a fact into a day that no timer of today would see.
    event = replace(event, occurred_at=min(event.occurred_at, now))
    try:
        view = await _enter(case, _view(case, assignment, known), event)
    except tuple(_REPLAYED.values()) as refusal:
        if isinstance(refusal, RefusedOnRecordError):
            enter(case, cast(tuple[Entry, ...], refusal.entries))
        elif event.act in decision_conflicts.DECIDING:
            await _keep_late(case, assignment, known, event, refusal)
        else:
            raise
        answer = {_REFUSED: {"code": refusal.code, "message": refusal.message, "details": refusal.details}}
        await _keep(case, assignment, department, event, digest, answer)
        raise
    await _require_uploaded(session, assignment, event)
    answer = _answer(view, event)
    await _keep(case, assignment, department, event, digest, answer)
    return answer


def _view(case: CaseFile, assignment: UUID, row: Row[Any]) -> AssignmentView:
    """Find the assignment in the case file; of a round that a newer one has followed only its row remains."""
    latest = case.snapshot.assignments.get(ItemCode(row.item))
    if latest is not None and latest.id == assignment:
        return latest
    department, status = DepartmentCode(row.department), AssignmentStatus(row.status)
    return AssignmentView(assignment, ItemCode(row.item), department, row.round, status)


async def _keep_late(case: CaseFile, assignment: UUID, row: Row[Any], event: Event, refusal: DaibanError) -> None:
    """Keep a decision that came after another one, or after the end, as evidence; it is refused all the same."""
    claimed = {"decision": event.act.value, **event.details}
    recorded = cast(dict[str, Any], refusal.details.get("decision", {}))
    view = _view(case, assignment, row)
    stands = {**recorded, "decision": recorded["kind"]} if recorded else {}
    await decision_conflicts.keep(case, view, event.id, claimed, stands, event.occurred_at)
    refusal.kept = True


async def _keep(
    case: CaseFile, assignment: UUID, department: str, event: Event, digest: str, answer: dict[str, Any]
) -> None:
    case.add(
        DepartmentEvent,
        assignment_id=assignment,
        event_id=event.id,
        department=department,
        kind=event.act,
        digest=digest,
        occurred_at=event.occurred_at,
        recorded_at=case.now,
        answer=answer,
    )
    await advance(case)


def check_time(event: Event, opened_at: datetime, now: datetime) -> None:
    """Refuse an event dated before what it speaks of, or ahead of our clock. Raises ClockSkewError."""
    if event.occurred_at > now + CLOCK_SKEW:
        message = f"事件时间 {event.occurred_at.isoformat()} 晚于现在 {now.isoformat()}，请校准时钟"
        raise ClockSkewError(message, time=event.occurred_at.isoformat(), now=now.isoformat())
    if event.occurred_at < opened_at - CLOCK_SKEW:
        message = f"事件时间 {event.occurred_at.isoformat()} 早于派件 {opened_at.isoformat()}"
        raise ClockSkewError(message, time=event.occurred_at.isoformat(), opened_at=opened_at.isoformat())


async def _enter(case: CaseFile, view: AssignmentView, event: Event) -> AssignmentView:
    if view.status.final and not _follows_up(case, view, event):
        return await _enter_late(case, view, event)
    details = await vouched(case, view, event.act, event.details)
    if event.act is DepartmentAct.TRANSFERRED:
        details = {**details, "department_name": await _name_of(case.session, details["department"])}
    if event.act is DepartmentAct.DECIDED and (ahead := await _ahead(case, view, event)):
        details = {**details, "ahead": ahead}
    enter(case, reported(case.snapshot, view.item, Report(event.act, event.occurred_at, details)))
    if case.complete and event.act in AFTER_GRANT:
        publish_at_once(case)
    return case.snapshot.assignments[view.item]


async def _ahead(case: CaseFile, view: AssignmentView, event: Event) -> int:
    """Count the assignments ahead of this one where permits are few."""
    if not case.snapshot.network.item(view.item).terms.quantity_limited:
        return 0
    accepted = (each.at for each in view.clock if each.kind is ClockEventKind.ACCEPTED)
    given = {"department": view.department, "item": view.item, "id": view.id, "final": list(FINAL_STATUSES)}
    given["accepted"] = min(accepted, default=event.occurred_at)
    return int(await case.session.scalar(_AHEAD, given) or 0)


def _follows_up(case: CaseFile, view: AssignmentView, event: Event) -> bool:
    """Tell whether the event is about what outlives the newest decision: a commitment, or the use of a permit."""
    latest = case.snapshot.assignments.get(view.item)
    if latest is None or latest.id != view.id:
        return False
    if event.act in AFTER_GRANT:
        return view.status.favourable or event.act in acts_fitting(view.status)
    return event.act in AFTER_DECISION and any(open_commitments(case.snapshot, view.item))


async def _enter_late(case: CaseFile, view: AssignmentView, event: Event) -> AssignmentView:
    """Keep a step that happened before the decision but was reported after it; refuse everything else."""
    row = (await case.session.execute(_DECISION, {"assignment": view.id})).mappings().one_or_none()
    if row is None:
        message = f"{view.status.zh}，不再接收事件"
        raise AssignmentClosedError(message, assignment_status=view.status)
    if event.act is DepartmentAct.DECISION_CORRECTED:
        return await _correct(case, view, event, row)
    reported_late = event.act is not DepartmentAct.DECIDED and event.occurred_at <= row["decided_at"]
    if not reported_late:
        decision = {key: value for key, value in row.items() if value is not None}
        decision["decided_at"] = row["decided_at"].isoformat()
        message = f"已有决定：{view.status.zh}"
        raise AlreadyDecidedError(message, decision=decision)
    case.record(
        f"late.{event.act}",
        assignment=view.id,
        department=view.department,
        item=view.item,
        details={"occurred_at": event.occurred_at.isoformat(), **event.details},
    )
    return view


async def _correct(case: CaseFile, view: AssignmentView, event: Event, decision: RowMapping) -> AssignmentView:
    """Put a detail of a recorded decision right; its notice is published at once where nothing else is under way."""
    if event.occurred_at < decision["decided_at"]:
        raise InvalidEventError("更正时间早于决定时间", time=event.occurred_at.isoformat())
    stands = {name: decision[name] for name in correcting.DETAILS}
    for row in await case.session.execute(_CORRECTIONS, {"assignment": view.id}):
        stands[row.detail] = row.after
    enter(case, correcting.corrected(case.snapshot, view, Report(event.act, event.occurred_at, event.details), stands))
    if case.complete:
        publish_at_once(case)
    return view


def publish_at_once(case: CaseFile) -> None:
    """Publish what is to be told of a complete application: its run has ended, and publishing is all that it did."""
    for notice in case.rows.get(Notice, ()):
        notice["sent_at"] = case.now
    case.snapshot = replace(case.snapshot, notices=())


async def _require_uploaded(session: AsyncSession, assignment: UUID, event: Event) -> None:
    """Refuse a decision whose document is still to be uploaded: nobody could be handed its result."""
    document = event.details.get("document")
    if document is not None and not await files.decide_by(session, assignment, document):
        raise DocumentNotUploadedError("决定所附文书尚未上传，请先上传再重发", sha256=document)


async def _name_of(session: AsyncSession, department: str) -> str:
    name = await session.scalar(_DEPARTMENT, {"code": department})
    if name is None:
        raise InvalidEventError(f"事项清单中没有部门 {department}", department=department)
    return str(name)


def _answer(view: AssignmentView, event: Event) -> dict[str, Any]:
    return {"assignment": str(view.id), "event": event.id, "status": view.status.value, "status_zh": view.status.zh}
