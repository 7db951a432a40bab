"""Detectors of false closing and of dragging: what a supervisor should look at, each finding with what it rests on.

A finding accuses nobody: it says which recorded facts are unusual, and where they stand.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any, Final

from rules.clocks import ClockEvent, ClockEventKind
from rules.vocabulary import DecisionKind, Word
from rules.workdays import Calendar, local_date

#: So many closings by one person within so long are looked at.
_BULK: Final = 10
_BULK_WITHIN: Final = timedelta(minutes=10)
#: A stop that begins with so few working days left, or a return so shortly before the limit.
_LAST_DAYS: Final = 2
_LAST_MOMENT: Final = timedelta(hours=1)
#: Natural days in which the same applicant files again what was returned.
_REFILED_WITHIN: Final = timedelta(days=10)


class FindingKind(Word):
    """What is unusual."""

    REFILED = "refiled", "退件后短期内重新申报（疑似重置时限）"
    STOP_WITHOUT_BASIS = "stop_without_basis", "特别程序未告知期限"
    STOP_TOO_LONG = "stop_too_long", "特别程序超过告知期限"
    STOP_AT_THE_END = "stop_at_the_end", "期限将满才启动特别程序"
    RETURNED_AT_THE_END = "returned_at_the_end", "期限届满前退件"
    BULK_CLOSING = "bulk_closing", "同一人短时间内批量结案"
    REPORTED_LATE = "reported_late", "决定日期早于上报日期"
    NOT_RECEIVED = "not_received", "申请人称未收到结果"
    CLOSING_REJECTED = "closing_rejected", "结案被拦截"
    UNLISTED_MATERIAL = "unlisted_material", "要求清单以外的材料"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to look at, of which application and item, and the facts it rests on."""

    kind: FindingKind
    number: str
    item: str | None
    at: datetime
    evidence: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Course:
    """One assignment's course: its clock, and how it ended."""

    number: str
    item: str
    applicant: int
    opened_at: datetime
    clock: tuple[ClockEvent, ...] = ()
    decision: DecisionKind | None = None
    decided_at: datetime | None = None
    recorded_at: datetime | None = None
    legal_due: datetime | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """A recorded step: who did what, when."""

    number: str
    serial: int
    kind: str
    at: datetime
    actor: str
    item: str | None = None
    details: dict[str, Any] = field(default_factory=dict)


def of_courses(courses: Sequence[Course], calendar: Calendar, now: datetime) -> Iterator[Finding]:
    """Look at how assignments went."""
    for course in courses:
        yield from _stops(course, calendar, now)
        yield from _ends(course)
    yield from _refiled(courses)


def _stops(course: Course, calendar: Calendar, now: datetime) -> Iterator[Finding]:
    """Find stops of untold length, longer than told, or begun when the time is nearly over (行政许可法 art. 45)."""
    starts = [event for event in course.clock if event.kind is ClockEventKind.HOLD_STARTED]
    ends = [event for event in course.clock if event.kind is ClockEventKind.HOLD_ENDED]
    for place, start in enumerate(starts):
        over = ends[place].at if place < len(ends) else now
        told = {"started_at": start.at.isoformat(), "told_days": start.days, "reason": start.reason}
        if not start.days or not start.reason:
            yield Finding(FindingKind.STOP_WITHOUT_BASIS, course.number, course.item, start.at, told)
        elif (days := calendar.count_working_days(start.on, local_date(over))) > start.days:
            evidence = {**told, "working_days": days}
            yield Finding(FindingKind.STOP_TOO_LONG, course.number, course.item, start.at, evidence)
        if course.legal_due is not None and start.at <= course.legal_due:
            left = calendar.count_working_days(start.on, local_date(course.legal_due))
            if left < _LAST_DAYS:
                evidence = {**told, "working_days_left": left}
                yield Finding(FindingKind.STOP_AT_THE_END, course.number, course.item, start.at, evidence)


def _ends(course: Course) -> Iterator[Finding]:
    """Find returns in the last moment, and decisions that were dated before the day they were reported."""
    if course.decision is None or course.decided_at is None or course.recorded_at is None:
        return
    evidence = {"decided_at": course.decided_at.isoformat(), "recorded_at": course.recorded_at.isoformat()}
    late = local_date(course.recorded_at) > local_date(course.decided_at)
    # Silence and returns are dated by the law itself and entered when their day is over.
    if late and course.decision not in (DecisionKind.DEEMED, DecisionKind.RETURN):
        yield Finding(FindingKind.REPORTED_LATE, course.number, course.item, course.recorded_at, evidence)
    if course.decision is not DecisionKind.RETURN or course.legal_due is None:
        return
    if timedelta(0) <= course.legal_due - course.recorded_at <= _LAST_MOMENT:
        evidence["legal_due"] = course.legal_due.isoformat()
        yield Finding(FindingKind.RETURNED_AT_THE_END, course.number, course.item, course.recorded_at, evidence)


def _refiled(courses: Sequence[Course]) -> Iterator[Finding]:
    """Find items that the same applicant filed again shortly after their return: the clock began anew."""
    by_matter = sorted(courses, key=lambda each: (each.applicant, each.item, each.opened_at))
    for _, group in groupby(by_matter, key=lambda each: (each.applicant, each.item)):
        earlier: Course | None = None
        for course in group:
            if earlier is not None and earlier.recorded_at is not None:
                gap = course.opened_at - earlier.recorded_at
                if timedelta(0) <= gap <= _REFILED_WITHIN and course.number != earlier.number:
                    evidence = {"returned": earlier.number, "returned_at": earlier.recorded_at.isoformat()}
                    yield Finding(FindingKind.REFILED, course.number, course.item, course.opened_at, evidence)
            earlier = course if course.decision is DecisionKind.RETURN else None


def of_steps(steps: Iterable[Recorded]) -> Iterator[Finding]:
    """Look at what is on record: closings many at once, refused or objected to, and demands that no list has."""
    closings: dict[str, list[Recorded]] = {}
    for step in sorted(steps, key=lambda each: (each.at, each.number, each.serial)):
        evidence = {"step": step.serial, **step.details}
        if step.kind == "closure.rejected":
            yield Finding(FindingKind.CLOSING_REJECTED, step.number, step.item, step.at, evidence)
        elif step.kind == "correction.noticed" and step.details.get("unlisted"):
            yield Finding(FindingKind.UNLISTED_MATERIAL, step.number, step.item, step.at, evidence)
        elif step.kind == "objection.raised" and step.details.get("kind") == "not_received":
            yield Finding(FindingKind.NOT_RECEIVED, step.number, step.item, step.at, evidence)
        elif step.kind in ("application.closed", "complaint.closed") and step.actor not in ("system", "applicant"):
            recent = [each for each in closings.get(step.actor, []) if step.at - each.at <= _BULK_WITHIN]
            closings[step.actor] = [*recent, step]
            if len(closings[step.actor]) == _BULK:
                numbers = [each.number for each in closings[step.actor]]
                evidence = {"by": step.actor, "within_minutes": 10, "numbers": numbers}
                yield Finding(FindingKind.BULK_CLOSING, step.number, None, step.at, evidence)
