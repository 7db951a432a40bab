"""What an assignment that has ended counts for on the boards: promised and used working days, and who used them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from rules.catalog import Limit
from rules.clocks import ClockEvent, ClockEventKind, Light, reading
from rules.ledgers import ledger
from rules.workdays import Calendar, local_date

#: What sets a clock going or prolongs it; everything else only stops it.
_LENGTH: Final = (ClockEventKind.RECEIVED, ClockEventKind.ACCEPTED, ClockEventKind.EXTENDED)
_LATE: Final = (Light.RED, Light.BLACK)


@dataclass(frozen=True, slots=True)
class Figures:
    """Working days; ``timed`` tells that a clock had started, without which nothing was promised."""

    timed: bool
    late: bool
    promised: int
    department: int
    applicant: int
    center: int
    stopped: int


def figures(
    legal: Limit,
    promised: Limit,
    clock: Sequence[ClockEvent],
    opened_at: datetime,
    ended_at: datetime,
    calendar: Calendar,
) -> Figures:
    """Count the course of an assignment that has ended, in working days whatever the unit of its limit.

    The promise is the limit with its extension and without stops; the center's days are those until the receipt.
    """
    spent = ledger(clock, ended_at, calendar)
    shown = reading(legal, promised, clock, ended_at, calendar)
    bare = reading(legal, promised, [event for event in clock if event.kind in _LENGTH], ended_at, calendar)
    received = min((event.at for event in clock if event.kind is ClockEventKind.RECEIVED), default=ended_at)
    timed = bare.started_on is not None and bare.promised_due is not None
    length = calendar.count_working_days(bare.started_on, bare.promised_due) if timed else 0  # type: ignore[arg-type]
    return Figures(
        timed=timed,
        late=shown.light in _LATE,
        promised=length,
        department=spent.department,
        applicant=spent.applicant,
        center=calendar.count_working_days(local_date(opened_at), max(local_date(opened_at), local_date(received))),
        stopped=spent.stopped,
    )
