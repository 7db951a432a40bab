"""The clock of a stage that several departments handle together (行政许可法 art. 26(2), 42(2)).

It runs beside the departments' own clocks and never shortens or lengthens what one of them owes by its own law.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

from rules.catalog import ClockStart, Limit, LimitUnit
from rules.clocks import ClockEvent, ClockEventKind, ClockReading, reading
from rules.entries import Entry, JointExtended, NoticeQueued, Step
from rules.errors import NotFoundError, RefusedOnRecordError
from rules.identifiers import notice_id
from rules.ledgers import Holdings, holdings
from rules.snapshot import ApplicationSnapshot
from rules.spans import OPEN, within
from rules.terms import Approver
from rules.vocabulary import NoticeKind
from rules.workdays import SHANGHAI, local_date

#: When each item's assignment was opened, and when it ended.
Tenures = Mapping[str, tuple[datetime, datetime | None]]
_SOURCE = "行政许可法第四十二条第二款"


@dataclass(frozen=True, slots=True)
class JointClock:
    """What the clock of one stage shows, its limit being ``days`` with any extension."""

    stage: str
    days: int
    clock: ClockReading


def joint_clocks(snapshot: ApplicationSnapshot, tenures: Tenures, now: datetime) -> tuple[JointClock, ...]:
    """Read the clock of every joint stage that has begun; the snapshot needs the clocks of ended assignments too."""
    found = (_joint_clock(snapshot, stage.code, tenures, now) for stage in snapshot.network.stages)
    return tuple(each for each in found if each is not None)


def extend(
    snapshot: ApplicationSnapshot,
    stage: str,
    tenures: Tenures,
    *,
    days: int,
    approver: str,
    level: Approver,
    reason: str,
    now: datetime,
) -> tuple[Entry, ...]:
    """Extend the joint limit of a stage once and tell the applicant why (行政许可法 art. 42(2)).

    Raises NotFoundError for a stage that is not handled jointly or has not begun, RefusedOnRecordError when it is
    late, the second time, too long, or not approved by the head of the government.
    """
    joint = _joint_clock(snapshot, stage, tenures, now)
    if joint is None:
        raise NotFoundError(f"{stage} 不是已开始并联办理的阶段", stage=stage)
    given = {"stage": stage, "days": days, "approver": approver, "approver_level": level.value, "reason": reason}
    allowed = snapshot.network.join.joint_extension_days
    due = joint.clock.legal_due
    objection = None
    if due is not None and local_date(now) > due:
        objection = f"并联办理时限 {due.isoformat()} 已过，不能再延期（{_SOURCE}）"
    elif stage in snapshot.joint_extensions or days > allowed:
        objection = f"并联办理只能延期一次，且不得超过 {allowed} 个工作日（{_SOURCE}）"
    elif level is not Approver.GOVERNMENT_HEAD:
        objection = f"并联办理延期须经{Approver.GOVERNMENT_HEAD.zh}批准（{_SOURCE}）"
    if objection is not None:
        raise RefusedOnRecordError(objection, (Step("extension.rejected", reason=objection, details=given),), **given)
    notice = notice_id(snapshot.number, NoticeKind.EXTENSION, f"joint/{stage}")
    return (
        JointExtended(stage, days, approver, reason),
        NoticeQueued(notice, NoticeKind.EXTENSION, f"延期通知书：并联办理延长 {days} 个工作日", given),
        Step(f"notice.{NoticeKind.EXTENSION}", details=given),
        Step("extension.granted", reason=reason, details=given),
    )


def _joint_clock(snapshot: ApplicationSnapshot, stage: str, tenures: Tenures, now: datetime) -> JointClock | None:
    join = snapshot.network.join
    items = [item for item in snapshot.network.items if item.stage == stage]
    if join.joint_limit_days == 0 or len({item.department for item in items}) < 2:
        return None
    events = list(_events(snapshot, [item.code for item in items], tenures, now))
    if not any(event.kind is ClockEventKind.ACCEPTED for event in events):
        return None
    extended = snapshot.joint_extensions.get(stage, 0)
    days = join.joint_limit_days + extended
    limit = Limit(days, LimitUnit.WORKING_DAY, ClockStart.ACCEPTANCE, source=_SOURCE)
    thresholds = snapshot.network.policies.thresholds
    return JointClock(stage, days, reading(limit, limit, events, now, snapshot.calendar, thresholds))


def _events(snapshot: ApplicationSnapshot, items: list[str], tenures: Tenures, now: datetime) -> Iterator[ClockEvent]:
    """Tell of a stage as of one clock: from its first acceptance to its last end, without what no authority held."""
    views = {item: view for item in items if (view := snapshot.assignments.get(item)) is not None}  # type: ignore[call-overload]
    held = Holdings()
    for item, view in views.items():
        opened_at, ended_at = tenures[item]
        held += holdings(view.clock, opened_at, ended_at, now, snapshot.calendar)
    accepted = [e.at for view in views.values() for e in view.clock if e.kind is ClockEventKind.ACCEPTED]
    if not accepted:
        return
    yield ClockEvent(ClockEventKind.ACCEPTED, min(accepted))
    for span in within(held.outside, local_date(min(accepted)), OPEN):
        yield ClockEvent(ClockEventKind.HOLD_STARTED, _noon(span.after))
        if span.until != OPEN:
            yield ClockEvent(ClockEventKind.HOLD_ENDED, _noon(span.until))
    if len(views) == len(items) and all(view.status.final for view in views.values()):
        ends = [e.at for view in views.values() for e in view.clock if e.kind is ClockEventKind.STOPPED]
        yield ClockEvent(ClockEventKind.STOPPED, max(ends, default=now))


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), SHANGHAI)
