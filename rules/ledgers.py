"""Who spent the working days of an assignment and of an application: the parts always add up to the days passed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from rules.clocks import ClockEvent, ClockEventKind, corrections, cures, holds, past_events, stops_at_all
from rules.spans import OPEN, Span, union, within, without, working_days
from rules.workdays import OFFICIAL, Calendar, local_date


@dataclass(frozen=True, slots=True)
class Ledger:
    """Who spent the working days since receipt: the three add up to all of them."""

    department: int
    applicant: int
    stopped: int
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class Balance:
    """Who held the ball on each working day since registration: the four add up to all of them."""

    department: int
    center: int
    applicant: int
    stopped: int
    provisional: bool = False

    @property
    def total(self) -> int:
        return self.department + self.center + self.applicant + self.stopped


@dataclass(frozen=True, slots=True)
class Holdings:
    """The days on which departments, the center, the applicant and special procedures each had something in hand."""

    department: tuple[Span, ...] = ()
    center: tuple[Span, ...] = ()
    applicant: tuple[Span, ...] = ()
    stopped: tuple[Span, ...] = ()

    def __add__(self, other: "Holdings") -> "Holdings":
        return Holdings(
            self.department + other.department,
            self.center + other.center,
            self.applicant + other.applicant,
            self.stopped + other.stopped,
        )

    @property
    def outside(self) -> list[Span]:
        """The days on which no authority had anything in hand: only the applicant or a special procedure did."""
        return without((*self.applicant, *self.stopped), (*self.department, *self.center))


def ledger(events: Sequence[ClockEvent], now: datetime, calendar: Calendar = OFFICIAL) -> Ledger:
    """Divide the working days since receipt between the department, the applicant's corrections and cures, and holds.

    Ends with the clock; a day of both the applicant's and a hold is the applicant's.
    """
    past = past_events(events, local_date(now))
    received_on = _first(past, ClockEventKind.RECEIVED)
    if received_on is None:
        return Ledger(0, 0, 0)
    until = _first(past, ClockEventKind.STOPPED) or local_date(now)

    def count(stops: Sequence[Span]) -> int:
        return working_days(within(stops, received_on, until), calendar)

    applicant, away, elapsed = 0, 0, calendar.count_working_days(received_on, until)
    if stops_at_all(past):
        corrected, held = [*corrections(past), *cures(past)], holds(past, calendar)
        applicant, away = count(corrected), count([*corrected, *held])
    return Ledger(elapsed - away, applicant, away - applicant, not calendar.covers(received_on, until))


def holdings(
    events: Sequence[ClockEvent], opened_at: datetime, ended_at: datetime | None, now: datetime, calendar: Calendar
) -> Holdings:
    """Say who had one assignment in hand: the center until its receipt, then its department but for the stops."""
    past = past_events(events, local_date(now))
    ended_on = _first(past, ClockEventKind.STOPPED) or (local_date(ended_at) if ended_at else OPEN)
    received_on = min(_first(past, ClockEventKind.RECEIVED) or ended_on, ended_on)
    corrected, held = [*corrections(past), *cures(past)], holds(past, calendar)
    return Holdings(
        department=tuple(without([Span(received_on, ended_on)], [*corrected, *held])),
        center=(Span(local_date(opened_at), received_on),),
        applicant=tuple(within(corrected, received_on, ended_on)),
        stopped=tuple(within(held, received_on, ended_on)),
    )


def balance(held: Holdings, registered_at: datetime, until: datetime, calendar: Calendar = OFFICIAL) -> Balance:
    """Give each working day from registration to ``until`` to exactly one party.

    A day belongs to the departments if any of them could work on it, else to the center if it had something to hand
    out, else to the applicant, else to special procedures; a day nobody claims is the center's: it prepares before
    the first dispatch and delivers after the last decision. So no day of an authority is ever put down to the
    applicant.
    """
    first, last = local_date(registered_at), local_date(until)

    def count(*parts: tuple[Span, ...]) -> int:
        return working_days(within(union(span for part in parts for span in part), first, last), calendar)

    department = count(held.department)
    authorities = count(held.department, held.center)
    with_applicant = count(held.department, held.center, held.applicant)
    claimed = count(held.department, held.center, held.applicant, held.stopped)
    unclaimed = calendar.count_working_days(first, last) - claimed
    return Balance(
        department=department,
        center=authorities - department + unclaimed,
        applicant=with_applicant - authorities,
        stopped=claimed - with_applicant,
        provisional=not calendar.covers(first, last),
    )


def _first(past: Sequence[ClockEvent], kind: ClockEventKind) -> date | None:
    return next((event.on for event in past if event.kind is kind), None)
