"""One limit from the day of its start over the days that count: which day is its n-th, and which its last."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from rules.catalog import LimitUnit
from rules.spans import Span
from rules.terms import Thresholds
from rules.workdays import ONE_DAY, Calendar, Deadline


@dataclass(frozen=True, slots=True)
class LimitCourse:
    """One limit of ``days`` in ``unit``, run from the day of its start over the days that count."""

    calendar: Calendar
    unit: LimitUnit
    days: int
    started_on: date
    stops: tuple[Span, ...]  # with a known end, disjoint, ascending
    held_from: date | None  # the stop whose end is not known
    #: The last day of the limit if the stop that has not ended were none (行政许可法 art. 82).
    due: Deadline = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "due", self._due())

    def elapsed(self, after: date, until: date) -> int:
        """Count the unit's days d with after < d <= until, stopped or not."""
        if self.unit is LimitUnit.NATURAL_DAY:
            return max(0, (until - after).days)
        return self.calendar.count_working_days(after, until)

    def counted(self, day: date) -> int:
        """Count the days that count, up to and including ``day``."""
        stopped = sum(self.elapsed(stop.after, min(stop.until, day)) for stop in self.stops)
        return self.elapsed(self.started_on, day) - stopped

    def nth_day(self, n: int) -> date:
        """Return the n-th day that counts: the day of the start does not (民法典 art. 201), stopped days do not."""
        position, left = self.started_on, n
        for stop in self.stops:
            before = self.elapsed(position, stop.after)
            if before >= left:
                break
            position, left = stop.until, left - before
        if self.unit is LimitUnit.NATURAL_DAY:
            return position + timedelta(days=left)
        return self.calendar.add_working_days(position, left).on

    def _due(self) -> Deadline:
        """Find the last day.

        Natural days, and limits of 0 days that start on a day of rest, roll to a working day (民法典 art. 203).
        """
        last = self.nth_day(self.days)
        if self.unit is LimitUnit.WORKING_DAY and self.days > 0:
            return Deadline(last, not self.calendar.covers(self.started_on, last))
        on = self.calendar.roll_forward(last).on
        for stop in self.stops:
            if stop.after < on <= stop.until:
                on = self.calendar.roll_forward(stop.until + ONE_DAY).on
        return Deadline(on, not self.calendar.covers(last - ONE_DAY, on))

    @property
    def held(self) -> bool:
        """A stop began before the deadline and has not ended; one that begins later saves nothing."""
        return self.held_from is not None and self.held_from < self.due.on

    @property
    def known_due(self) -> date | None:
        return None if self.held else self.due.on

    @property
    def provisional(self) -> bool:
        """The deadline, or what has been used of it so far, rests on days that are not published yet."""
        if self.held_from is None or not self.held:
            return self.due.provisional
        return self.unit is LimitUnit.WORKING_DAY and not self.calendar.covers(self.started_on, self.held_from)

    def stopped(self, day: date) -> bool:
        """Tell whether the clock stands still from ``day`` on; it goes on the day after a stop ends."""
        return self.held_from is not None or any(stop.after <= day < stop.until for stop in self.stops)

    def judged_on(self, day: date) -> date:
        """Return ``day``, or the day on which the lasting stop began if that is earlier."""
        return day if self.held_from is None else min(day, self.held_from)

    def used(self, day: date) -> int:
        return self.counted(self.judged_on(day))

    def remaining(self, day: date) -> int:
        """Count the days left after ``day``, negative once overdue."""
        return self.counted(self.due.on) - self.used(day)

    def overdue(self, day: date) -> bool:
        return not self.held and day > self.due.on

    def yellow_on(self, thresholds: Thresholds) -> date | None:
        """Return the first yellow day: never the day of the start, and none for a limit of 0 days."""
        if self.days == 0:
            return None
        share = -(-self.days * thresholds.yellow_percent // 100)
        if self.unit is LimitUnit.WORKING_DAY:
            return self.nth_day(max(1, min(share, self.days - thresholds.yellow_days_left)))
        few_left = self.calendar.working_day_before(self.due.on, thresholds.yellow_days_left)
        return max(self.started_on + ONE_DAY, min(self.nth_day(share), few_left))

    def remind_on(self, percent: int, yellow_on: date | None) -> date | None:
        """Return the day by which ``percent`` of the limit is used; None when yellow comes no later, or without one."""
        if percent == 0 or yellow_on is None or self.held:
            return None
        day = self.nth_day(max(1, -(-self.days * percent // 100)))
        return day if day < yellow_on else None
