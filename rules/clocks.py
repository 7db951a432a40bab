"""The legal clock of an assignment, computed from what happened and never kept as a countdown."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from operator import attrgetter
from typing import Final

from rules.catalog import ClockStart, Limit, LimitUnit
from rules.limit_course import LimitCourse
from rules.spans import OPEN, Span, union
from rules.terms import Thresholds
from rules.vocabulary import Word
from rules.workdays import OFFICIAL, ONE_DAY, Calendar, end_of_day, local_date, months_after


class ClockEventKind(StrEnum):
    """What can happen to a clock."""

    RECEIVED = "received"
    ACCEPTED = "accepted"
    CORRECTION_STARTED = "correction_started"
    CORRECTION_ENDED = "correction_ended"
    HOLD_STARTED = "hold_started"
    HOLD_ENDED = "hold_ended"
    EXTENDED = "extended"
    #: Review is finished and only deferred materials are missing (容缺受理): the applicant's time.
    CURE_STARTED = "cure_started"
    CURE_ENDED = "cure_ended"
    #: Decided, withdrawn or cancelled: the clock ends.
    STOPPED = "stopped"
    #: The corrections asked for have been told to the applicant: their time to answer runs from here.
    CORRECTION_TOLD = "correction_told"
    CORRECTION_REMINDED = "correction_reminded"
    #: The time to ask for corrections has passed in silence that accepts nothing, and people have been told.
    WINDOW_PASSED = "window_passed"


class Light(Word):
    """How urgent an assignment is, from calm to illegal."""

    GREEN = "green", "绿灯"
    YELLOW = "yellow", "黄灯"
    RED = "red", "红灯"
    BLACK = "black", "超法定时限"


_STOPPING: Final = frozenset(
    {ClockEventKind.CORRECTION_STARTED, ClockEventKind.CURE_STARTED, ClockEventKind.HOLD_STARTED}
)


@dataclass(frozen=True, slots=True)
class ClockEvent:
    """One thing that happened to a clock; ``days`` is how long an extension or a special procedure was granted for."""

    kind: ClockEventKind
    at: datetime
    days: int | None = None
    reason: str = ""
    #: The civil date of the event in Asia/Shanghai, which every reading of the clock asks for.
    on: date = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "on", local_date(self.at))


@dataclass(frozen=True, slots=True)
class ClockReading:
    """What a clock shows: ``used`` and ``stopped_days`` count in the promised limit's unit, without the first day."""

    started_on: date | None
    used: int
    stopped_days: int
    #: Days left of the promised limit, negative once overdue.
    remaining: int
    legal_remaining: int
    #: None before the start, and while a stop holds the deadline open.
    promised_due: date | None
    legal_due: date | None
    #: The days rest on a calendar that is not published yet.
    provisional: bool
    running: bool
    light: Light
    #: When the light changes if nothing else happens.
    changes_at: datetime | None
    #: The day of the first reminder; None without one, or while a stop holds the deadline open.
    remind_on: date | None = None


@dataclass(frozen=True, slots=True)
class OpenHold:
    """A special procedure that has not been reported as ended; None: nobody told how long it may last."""

    started_on: date
    #: The last day that does not count.
    until: date | None


@dataclass(frozen=True, slots=True)
class Clock:
    """The clock of a legal and a promised limit after what has happened: all of it that does not depend on today."""

    limit: Limit
    promised: Limit
    legal: LimitCourse | None
    promise: LimitCourse | None
    ended_on: date | None
    yellow_on: date | None
    remind_on: date | None

    @classmethod
    def of(
        cls,
        limit: Limit,
        promised: Limit,
        past: Sequence[ClockEvent],
        calendar: Calendar = OFFICIAL,
        thresholds: Thresholds = Thresholds(),
        remind_percent: int = 0,
    ) -> "Clock":
        """Lay out both limits over events that have all happened, in their order."""
        ended_on = _first(past, ClockEventKind.STOPPED)
        legal, promise = _courses(limit, promised, past, calendar)
        yellow_on = promise.yellow_on(thresholds) if promise else None
        remind_on = promise.remind_on(remind_percent, yellow_on) if promise and ended_on is None else None
        return cls(limit, promised, legal, promise, ended_on, yellow_on, remind_on)

    def read(self, today: date) -> ClockReading:
        """Read it on the day of its last event or later."""
        legal, promise, ended_on = self.legal, self.promise, self.ended_on
        day = ended_on or today
        started = [course for course in (promise, legal) if course is not None]
        running = bool(started) and ended_on is None and not any(course.stopped(day) for course in started)
        light = self._light(day)
        used = promise.used(day) if promise else 0
        return ClockReading(
            started_on=started[0].started_on if started else None,
            used=used,
            stopped_days=promise.elapsed(promise.started_on, day) - used if promise else 0,
            remaining=promise.counted(promise.due.on) - used if promise else self.promised.days,
            legal_remaining=legal.remaining(day) if legal else self.limit.days,
            promised_due=promise.known_due if promise else None,
            legal_due=legal.known_due if legal else None,
            provisional=any(course.provisional for course in started),
            running=running,
            light=Light.GREEN if ended_on is not None and light is Light.YELLOW else light,
            changes_at=self._changes_at(today, light) if ended_on is None else None,
            remind_on=self.remind_on,
        )

    def _light(self, day: date) -> Light:
        """Judge the urgency (优化营商环境条例 art. 36); by days not yet published nobody is late, only warned."""
        legal, promise = self.legal, self.promise
        late = [course for course in (legal, promise) if course is not None and course.overdue(day)]
        certain = [course for course in late if not course.due.provisional]
        if certain:
            return Light.BLACK if certain[0] is legal else Light.RED
        if late:
            return Light.YELLOW
        if promise is not None and self.yellow_on is not None and promise.judged_on(day) >= self.yellow_on:
            return Light.YELLOW
        return Light.GREEN

    def _changes_at(self, today: date, light: Light) -> datetime | None:
        """Find the end of the last day that shows today's light; only the three turning points can change it."""
        turning = [self.yellow_on] if self.yellow_on is not None else []
        turning += [course.due.on + ONE_DAY for course in (self.legal, self.promise) if course is not None]
        for day in sorted(day for day in turning if day > today):
            if self._light(day) is not light:
                return end_of_day(day - ONE_DAY)
        return None


def reading(
    limit: Limit,
    promised: Limit,
    events: Sequence[ClockEvent],
    now: datetime,
    calendar: Calendar = OFFICIAL,
    thresholds: Thresholds = Thresholds(),
    remind_percent: int = 0,
) -> ClockReading:
    """Read the clock of a legal and a promised limit (行政许可法 art. 42, 45; 优化营商环境条例 art. 36).

    Events count by their civil date; one dated after today has not happened yet. While a stop lasts the clock
    shows the day the stop began; a deadline of that very day still passes. A special procedure ends no later than
    the days told for it: its deadlines are known while it lasts. An ended clock is green if it ended in time, else
    it keeps its overdue light.
    """
    today = local_date(now)
    return Clock.of(limit, promised, past_events(events, today), calendar, thresholds, remind_percent).read(today)


def open_hold(events: Sequence[ClockEvent], calendar: Calendar) -> OpenHold | None:
    """Return the special procedure that lasts, and the last day the applicant was told it may take."""
    if not stops_at_all(events):
        return None
    spans = _spans(sorted(events, key=attrgetter("at")), ClockEventKind.HOLD_STARTED, ClockEventKind.HOLD_ENDED)
    started = [event for event, until in spans if until == OPEN]
    if not started:
        return None
    last = started[-1]
    return OpenHold(last.on, None if last.days is None else calendar.add_working_days(last.on, last.days).on)


def stops_at_all(past: Iterable[ClockEvent]) -> bool:
    """Tell whether anything happened that stops a clock, which nothing does to most."""
    return any(event.kind in _STOPPING for event in past)


def corrections(past: Sequence[ClockEvent]) -> list[Span]:
    """Find the applicant's times to correct; acceptance ends them, later notices stop nothing (行政许可法 art. 32)."""
    accepted_on = _first(past, ClockEventKind.ACCEPTED) or OPEN
    spans = _spans(past, ClockEventKind.CORRECTION_STARTED, ClockEventKind.CORRECTION_ENDED)
    return [Span(event.on, min(until, accepted_on)) for event, until in spans]


def cures(past: Sequence[ClockEvent]) -> list[Span]:
    """Find the times in which a finished review waited for deferred materials: not charged to the department."""
    return [Span(e.on, until) for e, until in _spans(past, ClockEventKind.CURE_STARTED, ClockEventKind.CURE_ENDED)]


def holds(past: Sequence[ClockEvent], calendar: Calendar) -> list[Span]:
    """Find the special procedures: hearing, testing, expert review (行政许可法 art. 45).

    Time beyond the days that the applicant was told counts again: only what was told in writing is left out.
    """
    spans = _spans(past, ClockEventKind.HOLD_STARTED, ClockEventKind.HOLD_ENDED)
    return [
        Span(event.on, until if event.days is None else min(until, calendar.add_working_days(event.on, event.days).on))
        for event, until in spans
    ]


def past_events(events: Sequence[ClockEvent], today: date) -> list[ClockEvent]:
    return sorted([event for event in events if event.on <= today], key=attrgetter("at"))


def _first(past: Iterable[ClockEvent], kind: ClockEventKind) -> date | None:
    for event in past:
        if event.kind is kind:
            return event.on
    return None


def _started(start: ClockStart, past: Sequence[ClockEvent]) -> date | None:
    """Return the day a limit starts: 受理之日 (行政许可法 art. 42) or 收到之日 (环境影响评价法 art. 22)."""
    return _first(past, ClockEventKind.ACCEPTED if start is ClockStart.ACCEPTANCE else ClockEventKind.RECEIVED)


def _courses(
    limit: Limit, promised: Limit, past: Sequence[ClockEvent], calendar: Calendar
) -> tuple[LimitCourse | None, LimitCourse | None]:
    """Lay out both limits past the stops that count: those opened before the clock ended and the legal limit passed."""
    extension = _extension(past, limit)
    ended_on = _first(past, ClockEventKind.STOPPED) or date.max
    all_stops = [*corrections(past), *cures(past), *holds(past, calendar)] if stops_at_all(past) else []
    stops = [stop for stop in union(all_stops) if stop.after < ended_on]
    legal = _course(limit, past, stops, extension, calendar)
    if legal is not None and stops:
        stops = [stop for stop in stops if stop.after < legal.due.on]
        legal = _course(limit, past, stops, extension, calendar)
    return legal, _course(promised, past, stops, extension, calendar)


def _course(
    limit: Limit, past: Sequence[ClockEvent], stops: Iterable[Span], extension: ClockEvent | None, calendar: Calendar
) -> LimitCourse | None:
    """Lay out a limit that has started; an extension counts if granted before the limit passed (行政许可法 art. 42)."""
    started_on = _started(limit.start, past)
    if started_on is None:
        return None
    clipped = [Span(max(stop.after, started_on), stop.until) for stop in stops if stop.until > started_on]
    course = LimitCourse(
        calendar,
        # Counted in natural days, a month keeps its length whatever stops the clock meanwhile.
        LimitUnit.NATURAL_DAY if limit.unit is LimitUnit.MONTH else limit.unit,
        _days(limit.unit, limit.days, started_on),
        started_on,
        stops=tuple(stop for stop in clipped if stop.until != OPEN),
        held_from=next((stop.after for stop in clipped if stop.until == OPEN), None),
    )
    if extension is not None and (course.held or extension.on <= course.due.on):
        course = replace(course, days=_days(limit.unit, limit.days + (extension.days or 0), started_on))
    return course


def _days(unit: LimitUnit, n: int, started_on: date) -> int:
    """Return the length of a period of ``n`` units; n months end on the day of the same number (民法典 art. 202)."""
    if unit is not LimitUnit.MONTH:
        return n
    return (months_after(started_on, n) - started_on).days


def _extension(past: Iterable[ClockEvent], limit: Limit) -> ClockEvent | None:
    """Return the one extension that may be granted, with at most the legal days (行政许可法 art. 42)."""
    event = next((event for event in past if event.kind is ClockEventKind.EXTENDED), None)
    if event is None:
        return None
    return replace(event, days=limit.extension if event.days is None else min(event.days, limit.extension))


def _spans(past: Iterable[ClockEvent], start: ClockEventKind, end: ClockEventKind) -> list[tuple[ClockEvent, date]]:
    """Pair each start with the day of its end, the latest open start first; OPEN without one."""
    spans: list[tuple[ClockEvent, date]] = []
    opened: list[ClockEvent] = []
    for event in past:
        if event.kind is start:
            opened.append(event)
        elif event.kind is end and opened:
            spans.append((opened.pop(), event.on))
    return [*spans, *((event, OPEN) for event in opened)]
