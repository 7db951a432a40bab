"""How long a department may ask for corrections, and how long the applicant may answer (行政许可法 art. 32)."""

from datetime import date, datetime, timedelta
from typing import Final

from rules.clocks import ClockEventKind
from rules.frozen import while_same
from rules.snapshot import ApplicationSnapshot, AssignmentView
from rules.terms import Correction, ReceiptSilence
from rules.vocabulary import AssignmentStatus
from rules.workdays import ONE_DAY, Calendar, Deadline, end_of_day, local_date

#: A notice must go out on the window's last day although the timer that sends it may ring a little late.
MARGIN: Final = timedelta(hours=1)
_NATURAL_DAYS: Final = "ND"


def asks_until(correction: Correction, received_on: date, calendar: Calendar) -> Deadline:
    """Return the last day on which a department may ask (行政许可法 art. 32(4); special laws set other windows).

    The day of receipt is not counted (民法典 art. 201); natural days, and windows of 0 days, which mean on the spot,
    roll to a working day (art. 203).
    """
    if correction.unit == _NATURAL_DAYS or correction.days == 0:
        return calendar.add_natural_days(received_on, correction.days)
    return calendar.add_working_days(received_on, correction.days)


def answers_until(correction: Correction, told_on: date, calendar: Calendar) -> Deadline | None:
    """Return the applicant's last day to correct, counted from the notice; None: no limit, as 行政许可法 sets none."""
    if correction.applicant_days is None:
        return None
    return calendar.add_working_days(told_on, correction.applicant_days)


def window(snapshot: ApplicationSnapshot, view: AssignmentView) -> Deadline | None:
    """Return the last day on which the department of an assignment may ask; None before it is received."""
    return snapshot.once_of(view, _window)


def _window(snapshot: ApplicationSnapshot, view: AssignmentView) -> Deadline | None:
    received = happened(view, ClockEventKind.RECEIVED)
    if received is None:
        return None
    correction = snapshot.network.item(view.item).terms.correction
    return asks_until(correction, local_date(received), snapshot.calendar)


def passed(snapshot: ApplicationSnapshot, view: AssignmentView, at: datetime) -> bool:
    """Tell whether the time to ask was over at an instant; never on days that are not published yet."""
    last = window(snapshot, view)
    return last is not None and not last.provisional and local_date(at) > last.on


def may_ask(snapshot: ApplicationSnapshot, view: AssignmentView, now: datetime) -> bool:
    """Tell whether a department has neither accepted nor asked, and still could ask."""
    if view.status is AssignmentStatus.OPENED:
        return True
    return view.status is AssignmentStatus.RECEIVED and not passed(snapshot, view, now)


def unanswered(view: AssignmentView) -> bool:
    """Tell whether the applicant has heard nothing since the receipt; what a department only proposes nobody hears."""
    if view.status is AssignmentStatus.REFUSAL_PROPOSED:
        return not view.occurred(ClockEventKind.ACCEPTED) and not view.asked
    return view.status is AssignmentStatus.RECEIVED


def deems_acceptance(snapshot: ApplicationSnapshot, view: AssignmentView, at: datetime) -> bool:
    """Tell whether silence has accepted: neither notice nor acceptance in the window (行政许可法 art. 32(4)).

    Also when something that its decision awaits is missing, or an answer that it is not accepted waits for its second
    person: the department was silent all the same.
    """
    silence = snapshot.network.item(view.item).terms.correction.silence
    return unanswered(view) and silence is ReceiptSilence.DEEMED_ACCEPTED and passed(snapshot, view, at)


def escalates_on(snapshot: ApplicationSnapshot, view: AssignmentView) -> date | None:
    """Return the day after which silence that accepts nothing is told to people, again after each further window.

    So no assignment that a department leaves lying is ever without a timer. None when the department has answered, or
    its silence accepts; on days that are not published yet silence accepts nothing.
    """
    return snapshot.once_of(view, _escalates_on)


def _escalates_on(snapshot: ApplicationSnapshot, view: AssignmentView) -> date | None:
    last = window(snapshot, view)
    if not unanswered(view) or last is None:
        return None
    correction = snapshot.network.item(view.item).terms.correction
    if correction.silence is ReceiptSilence.DEEMED_ACCEPTED and not last.provisional:
        return None
    told = latest(view, ClockEventKind.WINDOW_PASSED)
    if told is None:
        return last.on
    return snapshot.calendar.add_working_days(local_date(told), max(1, correction.days)).on


def tells_at(snapshot: ApplicationSnapshot, asked: tuple[AssignmentView, ...], now: datetime) -> datetime:
    """Return when the corrections asked for are told to the applicant in one notice.

    They are gathered for the city's time from the first, but told before the first window ends: the department has
    done its duty by asking in time, because the center receives and tells on its behalf (综合窗口), and so the center
    must tell in the department's time. At once when no department is left that could still ask.
    """
    if not any(may_ask(snapshot, view, now) for view in snapshot.assignments.values()):
        return now
    first = min(_asked_at(view) for view in asked)
    gathered = first + timedelta(hours=snapshot.network.policies.notice_window_hours)
    ends = [end_of_day(last.on) - MARGIN for view in asked if (last := window(snapshot, view)) is not None]
    return min([gathered, *ends])


def untold(snapshot: ApplicationSnapshot) -> tuple[AssignmentView, ...]:
    """Return the assignments whose corrections the applicant has not been told of yet, first asked first."""
    return while_same(snapshot, _untold, snapshot.assignments)


def _untold(snapshot: ApplicationSnapshot) -> tuple[AssignmentView, ...]:
    found = [
        view
        for view in snapshot.assignments.values()
        if view.status is AssignmentStatus.CORRECTION_REQUIRED and not view.occurred(ClockEventKind.CORRECTION_TOLD)
    ]
    return tuple(sorted(found, key=lambda view: (_asked_at(view), view.item))) if found else ()


def answer_due(snapshot: ApplicationSnapshot, view: AssignmentView) -> Deadline | None:
    """Return the applicant's last day to answer the notice of an assignment; None without notice or limit."""
    return snapshot.once_of(view, _answer_due)


def _answer_due(snapshot: ApplicationSnapshot, view: AssignmentView) -> Deadline | None:
    told = happened(view, ClockEventKind.CORRECTION_TOLD)
    if told is None or view.status is not AssignmentStatus.CORRECTION_REQUIRED:
        return None
    correction = snapshot.network.item(view.item).terms.correction
    return answers_until(correction, local_date(told), snapshot.calendar)


def reminded_from(snapshot: ApplicationSnapshot, view: AssignmentView) -> date | None:
    """Return the day from which the applicant is reminded; None when reminded, or the time is too short for it."""
    return snapshot.once_of(view, _reminded_from)


def _reminded_from(snapshot: ApplicationSnapshot, view: AssignmentView) -> date | None:
    due, told = answer_due(snapshot, view), happened(view, ClockEventKind.CORRECTION_TOLD)
    if due is None or told is None or view.occurred(ClockEventKind.CORRECTION_REMINDED):
        return None
    day = snapshot.calendar.working_day_before(due.on, snapshot.network.policies.cure_reminder_days)
    return day if day > local_date(told) else None


def beginning_of(day: date) -> datetime:
    """Return the UTC instant at which a civil day begins in Asia/Shanghai."""
    return end_of_day(day - ONE_DAY)


def happened(view: AssignmentView, kind: ClockEventKind) -> datetime | None:
    """Return when something of this kind first happened to the clock of an assignment."""
    return min((event.at for event in view.clock if event.kind is kind), default=None)


def latest(view: AssignmentView, kind: ClockEventKind) -> datetime | None:
    """Return when something of this kind last happened to the clock of an assignment."""
    return max((event.at for event in view.clock if event.kind is kind), default=None)


def _asked_at(view: AssignmentView) -> datetime:
    started = [event.at for event in view.clock if event.kind is ClockEventKind.CORRECTION_STARTED]
    return min(started)
