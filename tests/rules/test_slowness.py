"""What a steward is told: silence, extensions, stops and red lights, each at its very edge and never for nothing."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest

from rules.catalog import DepartmentCode, ItemCode, RefusalPolicy
from rules.clocks import ClockEvent, ClockEventKind
from rules.slowness import Alert, AlertKind, slow
from rules.snapshot import ApplicationSnapshot, AssignmentView
from rules.terms import Policies
from rules.vocabulary import ApplicationStatus, AssignmentStatus
from rules.workdays import SHANGHAI
from tests.rules.networks import network, network_item

K, S = ClockEventKind, AssignmentStatus
X, Y = ItemCode("X"), ItemCode("Y")
SHAPE = network([network_item("X"), network_item("Y")], [], RefusalPolicy.STOP_DEPENDENTS)


def at(day: int, hour: int = 9) -> datetime:
    """An hour in March 2026, whose second is a Monday and which has no holiday; the 32nd is the first of April."""
    return datetime(2026, 3, 1, hour, tzinfo=SHANGHAI) + timedelta(days=day - 1)


def view(
    *events: tuple[ClockEventKind, int] | tuple[ClockEventKind, int, int],
    item: ItemCode = X,
    status: AssignmentStatus = S.UNDER_REVIEW,
    awaits: tuple[ItemCode, ...] = (),
) -> AssignmentView:
    clock = tuple(ClockEvent(kind, at(day), *days) for kind, day, *days in events)
    department = DepartmentCode(f"D{item}")
    return AssignmentView(UUID(int=1), item, department, 1, status, awaits=awaits, clock=clock)


def snapshot(*views: AssignmentView, status: ApplicationStatus = ApplicationStatus.IN_APPROVAL) -> ApplicationSnapshot:
    return ApplicationSnapshot("N", status, SHAPE, {each.item: each for each in views})


def told(*views: AssignmentView, now: datetime, heard: dict[ItemCode, datetime] | None = None) -> list[AlertKind]:
    return [alert.kind for alert in slow(snapshot(*views), heard or {}, now)]


RECEIVED = (K.RECEIVED, 2)


# Five working days after Monday the 2nd is Monday the 9th.
@pytest.mark.parametrize(("day", "silent"), [(2, False), (6, False), (8, False), (9, True), (10, True)])
def test_a_department_is_silent_after_five_working_days_without_a_word(day: int, silent: bool) -> None:
    # Not accepted, so no clock runs and no light turns.
    assert told(view(RECEIVED, status=S.RECEIVED), now=at(day)) == [AlertKind.SILENT] * silent


def test_a_word_of_the_department_begins_the_silence_anew() -> None:
    waiting = view(RECEIVED, status=S.RECEIVED)

    assert told(waiting, now=at(9), heard={X: at(3)}) == []
    assert told(waiting, now=at(10), heard={X: at(3)}) == [AlertKind.SILENT]
    assert told(waiting, now=at(9), heard={Y: at(3)}) == [AlertKind.SILENT]
    [alert] = slow(snapshot(waiting), {X: at(1)}, at(10))
    assert alert == Alert(AlertKind.SILENT, X, "DX", date(2026, 3, 2), 6)


def test_an_event_of_the_clock_is_a_word() -> None:
    assert told(view(RECEIVED, (K.CORRECTION_ENDED, 4), status=S.RECEIVED), now=at(10)) == []


@pytest.mark.parametrize("status", S)
def test_only_who_holds_the_ball_is_silent(status: AssignmentStatus) -> None:
    holds = status in (S.RECEIVED, S.ACCEPTED, S.UNDER_REVIEW, S.REFUSAL_PROPOSED)

    assert (AlertKind.SILENT in told(view(RECEIVED, status=status), now=at(20))) is holds


def test_who_awaits_another_departments_grant_or_has_not_begun_is_not_silent() -> None:
    assert told(view(RECEIVED, status=S.ACCEPTED, awaits=(Y,)), now=at(20)) == []
    assert told(view(status=S.RECEIVED), now=at(20)) == []


# The item promises five working days from acceptance: the last is the 9th.
@pytest.mark.parametrize(("day", "red"), [(9, False), (10, True)])
def test_a_red_light_is_told_when_the_promise_has_passed(day: int, red: bool) -> None:
    working = view(RECEIVED, (K.ACCEPTED, 2))
    alerts = slow(snapshot(working), {X: at(day)}, at(day))

    assert alerts == ((Alert(AlertKind.RED_LIGHT, X, "DX", date(2026, 3, 9), 1),) if red else ())


def test_an_overdue_legal_limit_is_told_too() -> None:
    assert told(view(RECEIVED, (K.ACCEPTED, 2)), now=at(60), heard={X: at(60)}) == [AlertKind.RED_LIGHT]


# Three working days told on Tuesday the 3rd end on Friday the 6th; the weekend does not count.
@pytest.mark.parametrize(("day", "beyond"), [(6, 0), (8, 0), (9, 1), (10, 2)])
def test_a_stop_that_outlasts_what_the_applicant_was_told_is_told(day: int, beyond: int) -> None:
    stopped = view(RECEIVED, (K.ACCEPTED, 2), (K.HOLD_STARTED, 3, 3), status=S.SPECIAL_PROCEDURE)
    alerts = slow(snapshot(stopped), {}, at(day))

    expected = Alert(AlertKind.STOP_TOO_LONG, X, "DX", date(2026, 3, 3), beyond)
    assert alerts == ((expected,) if beyond else ())


def test_the_latest_stop_counts_and_one_that_ended_does_not() -> None:
    ended = (K.HOLD_STARTED, 3, 1), (K.HOLD_ENDED, 5)
    again = view(RECEIVED, (K.ACCEPTED, 2), *ended, (K.HOLD_STARTED, 9, 5), status=S.SPECIAL_PROCEDURE)

    assert told(again, now=at(12)) == []
    assert told(again, now=at(17)) == [AlertKind.STOP_TOO_LONG]
    over = view(RECEIVED, (K.ACCEPTED, 2), *ended)
    assert AlertKind.STOP_TOO_LONG not in told(over, now=at(6))


def test_a_stop_without_days_was_told_no_end() -> None:
    untold = view(RECEIVED, (K.ACCEPTED, 2), (K.HOLD_STARTED, 3), status=S.SPECIAL_PROCEDURE)

    assert told(untold, now=at(9)) == []


def test_the_second_extension_of_an_application_is_told_wherever_the_first_was() -> None:
    first = view(RECEIVED, (K.EXTENDED, 3, 5), item=X, status=S.GRANTED)
    second = view(RECEIVED, (K.EXTENDED, 4, 5), item=Y)

    assert told(view(RECEIVED, (K.EXTENDED, 4, 5), item=Y), now=at(5)) == []
    alerts = slow(snapshot(second, first), {}, at(5))
    assert alerts == (Alert(AlertKind.REPEATED_EXTENSION, Y, "DY", date(2026, 3, 4), 2),)


def test_extensions_are_counted_in_the_order_they_were_granted() -> None:
    later = view(RECEIVED, (K.EXTENDED, 5, 5), item=X)
    earlier = view(RECEIVED, (K.EXTENDED, 4, 5), item=Y)

    assert [(alert.item, alert.days) for alert in slow(snapshot(later, earlier), {}, at(6))] == [(X, 2)]


def test_three_extensions_of_one_item_are_one_alert() -> None:
    thrice = view(RECEIVED, *((K.EXTENDED, day, 5) for day in (3, 4, 5)))

    assert [(alert.kind, alert.days) for alert in slow(snapshot(thrice), {}, at(6))] == [
        (AlertKind.REPEATED_EXTENSION, 3)
    ]


def test_an_item_that_has_ended_is_not_told() -> None:
    ended = view(RECEIVED, (K.ACCEPTED, 2), (K.EXTENDED, 3, 1), (K.EXTENDED, 4, 1), status=S.REFUSED)

    assert told(ended, now=at(60)) == []


@pytest.mark.parametrize("status", ApplicationStatus)
def test_only_an_application_in_approval_can_be_slow(status: ApplicationStatus) -> None:
    found = slow(snapshot(view(RECEIVED, status=S.RECEIVED), status=status), {}, at(20))

    assert bool(found) is (status is ApplicationStatus.IN_APPROVAL)


@pytest.mark.parametrize(("days", "silent"), [(1, True), (2, True), (3, False)])
def test_how_long_silence_lasts_is_the_citys_policy(days: int, silent: bool) -> None:
    waiting = snapshot(view(RECEIVED, status=S.RECEIVED))
    patient = replace(waiting, network=replace(SHAPE, policies=Policies(slow_days=days)))

    assert bool(slow(patient, {}, at(4))) is silent


ASKED = {"cancellation": {"ground": "requested", "facts": "停业", "opened_on": "2026-03-02", "by": "云帆公司"}}


def holders(status: AssignmentStatus = S.GRANTED, **known: object) -> AssignmentView:
    """A permit that its holder wants struck off since Monday the 2nd, and what else is known of that."""
    return replace(view(status=status), procedures={"cancellation": {**ASKED["cancellation"], **known}})


@pytest.mark.parametrize(("day", "silent"), [(6, False), (8, False), (9, True), (30, True)])
@pytest.mark.parametrize("status", [ApplicationStatus.IN_APPROVAL, ApplicationStatus.CLOSED])
def test_a_holders_request_is_not_left_lying_whatever_became_of_the_rest(
    status: ApplicationStatus, day: int, silent: bool
) -> None:
    found = slow(snapshot(holders(), status=status), {}, at(day))
    assert [(alert.kind, alert.item, alert.since) for alert in found] == [
        (AlertKind.SILENT, X, date(2026, 3, 2))
    ] * silent


def test_what_the_department_has_answered_or_opened_itself_is_not_waited_for() -> None:
    assert told(holders(struck_off_on="2026-03-04"), now=at(30)) == []
    assert told(holders(ground="expired"), now=at(30)) == []
    assert told(holders(), now=at(9), heard={X: at(3)}) == []
