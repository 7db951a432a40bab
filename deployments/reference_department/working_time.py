"""How long a department works, and when work begun at some time ends."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from deployments.reference_department.behaviours import Slow, Working
from deployments.reference_department.protocol import Limit
from rules.workdays import OFFICIAL, SHANGHAI, end_of_day

AT_ONCE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class WorkingTime:
    """Time a department works: working days, natural days or, when both are 0, a span of office time."""

    working_days: int = 0
    natural_days: int = 0
    span: timedelta = timedelta()
    #: Done within minutes and on the same day, whatever the hour.
    at_once: bool = False

    def after(self, start: datetime) -> datetime:
        """Tell when work begun at ``start`` ends: the same hour of a later day, or the end of the span."""
        if self.at_once:
            return soon(start, AT_ONCE)
        local = start.astimezone(SHANGHAI)
        if self.working_days:
            day = OFFICIAL.add_working_days(local.date(), self.working_days).on
            return datetime.combine(day, local.timetz())
        return local + timedelta(days=self.natural_days) + self.span

    def halves(self) -> tuple["WorkingTime", "WorkingTime"]:
        """Split into two that add up to no more whole days; a half without a day is done at once."""
        worked, natural = self.working_days // 2, self.natural_days // 2
        first = WorkingTime(worked, natural, self.span / 2, at_once=not (worked or natural or self.span))
        return first, WorkingTime(self.working_days - worked, self.natural_days - natural, self.span / 2)


def soon(start: datetime, span: timedelta) -> datetime:
    """Tell when what takes minutes ends that is begun at ``start``: before midnight, quicker where the day is short.

    Reading takes no day of a department's time. Longer spans end later, and none takes more than ``AT_ONCE``.
    """
    local = start.astimezone(SHANGHAI)
    left = end_of_day(local.date()) - local - timedelta.resolution
    return local + min(span, span * (left / AT_ONCE))


def working_time(behaviour: Working, promised: Limit) -> WorkingTime:
    """Tell how long the department works; an item promised at once takes ten office minutes."""
    factor = behaviour.factor if isinstance(behaviour, Slow) else 1.0
    if behaviour.minutes is not None:
        return WorkingTime(span=timedelta(minutes=behaviour.minutes) * factor)
    days = promised.days if behaviour.working_days == "promised" else behaviour.working_days
    if isinstance(behaviour, Slow):
        days = max(1, ceil(days * factor))
    if days == 0:
        return WorkingTime(at_once=True)
    if behaviour.working_days == "promised" and promised.unit == "ND":
        return WorkingTime(natural_days=days)
    return WorkingTime(working_days=days)
