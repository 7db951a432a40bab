"""Appointments (预约): a time with a department, which changes no clock."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from rules.appointments import (
    Appointment,
    AppointmentStatus,
    Purpose,
    answered,
    answers_to,
    booked,
    called_off,
    may_call_off,
    outside_hours,
    require_room,
    told,
)
from rules.catalog import DepartmentCode, ItemCode
from rules.effects import entered
from rules.entries import MessageQueued, Step
from rules.errors import ApplicationClosedError, InvalidAppointmentError, NotAllowedNowError, NotFoundError
from rules.planner import plan
from rules.terms import Policies
from rules.vocabulary import ApplicationStatus, MessageKind
from rules.workdays import OFFICIAL, SHANGHAI
from tests.rules.assignments import MONDAY, under_review

A = AppointmentStatus
TEN = datetime(2026, 3, 4, 10, tzinfo=SHANGHAI)
WANTED = Appointment(1, DepartmentCode("DP"), Purpose.IN_PERSON, TEN, "刘晓")


@pytest.mark.parametrize(
    ("at", "outside"),
    [
        (TEN, False),
        (TEN.replace(hour=9), False),
        (TEN.replace(hour=8, minute=59), True),
        (TEN.replace(hour=16, minute=59), False),
        (TEN.replace(hour=17), True),
        (TEN.replace(day=7), True),  # a Saturday
        (datetime(2026, 2, 14, 10, tzinfo=SHANGHAI), False),  # a Saturday that is worked
    ],
)
def test_hours_are_those_of_the_office_on_working_days(at: datetime, outside: bool) -> None:
    assert outside_hours(at, Policies(), OFFICIAL) is outside


def test_booking_changes_no_clock() -> None:
    snapshot = under_review()
    made, entries = booked(snapshot, replace(WANTED, planned_at=TEN.replace(day=7)), (), MONDAY)
    assert (made.status, made.outside_hours) == (A.REQUESTED, True)
    [step] = entries
    assert isinstance(step, Step)
    assert (step.kind, step.details["department"], step.details["outside_hours"]) == ("appointment.booked", "DP", True)
    after = entered(snapshot, *entries)
    assert after == snapshot
    assert plan(after, MONDAY) == plan(snapshot, MONDAY)


def test_it_is_with_who_has_the_item_or_with_a_department_of_the_plan() -> None:
    snapshot = under_review()
    view = snapshot.assignments[ItemCode("P")]
    moved = replace(snapshot, assignments={view.item: replace(view, department=DepartmentCode("NRB"))})
    of_item = replace(WANTED, department=DepartmentCode(""), item=ItemCode("P"))
    assert booked(moved, of_item, (), MONDAY)[0].department == "NRB"
    assert booked(replace(snapshot, assignments={}), of_item, (), MONDAY)[0].department == "DP"
    assert booked(moved, replace(WANTED, department=DepartmentCode("NRB")), (), MONDAY)[0].department == "NRB"
    with pytest.raises(InvalidAppointmentError, match="无关"):
        booked(snapshot, replace(WANTED, department=DepartmentCode("NRB")), (), MONDAY)
    with pytest.raises(NotFoundError):
        booked(snapshot, replace(WANTED, item=ItemCode("Q")), (), MONDAY)


@pytest.mark.parametrize(
    ("taken", "free"),
    [
        ((TEN,), True),
        ((TEN, TEN), False),
        ((TEN - timedelta(minutes=29), TEN + timedelta(minutes=29)), False),
        ((TEN - timedelta(minutes=30), TEN), True),
        ((TEN, TEN + timedelta(minutes=30)), True),
    ],
)
def test_a_department_takes_so_many_at_a_time(taken: tuple[datetime, ...], free: bool) -> None:
    if free:
        assert booked(under_review(), WANTED, taken, MONDAY)[0].status is A.REQUESTED
    else:
        with pytest.raises(InvalidAppointmentError, match="约满"):
            booked(under_review(), WANTED, taken, MONDAY)


@pytest.mark.parametrize(("ahead", "fits"), [(0, False), (1, True), (90 * 86400, True), (90 * 86400 + 1, False)])
def test_nobody_books_the_past_or_the_far_future(ahead: int, fits: bool) -> None:
    wanted = replace(WANTED, planned_at=MONDAY + timedelta(seconds=ahead))
    if fits:
        assert booked(under_review(), wanted, (), MONDAY)
    else:
        with pytest.raises(InvalidAppointmentError, match="90"):
            booked(under_review(), wanted, (), MONDAY)


def test_once_it_is_concluded_only_results_are_fetched() -> None:
    over = replace(under_review(), status=ApplicationStatus.CONCLUDED)
    with pytest.raises(ApplicationClosedError):
        booked(over, WANTED, (), MONDAY)
    assert booked(over, replace(WANTED, purpose=Purpose.DELIVERY), (), MONDAY)


@pytest.mark.parametrize("before", list(A))
@pytest.mark.parametrize("after", list(A)[1:])
def test_every_answer_follows_from_what_was_before(before: A, after: A) -> None:
    follows = {
        A.REQUESTED: {A.CONFIRMED, A.DECLINED, A.CANCELLED},
        A.CONFIRMED: {A.DECLINED, A.CANCELLED, A.KEPT, A.MISSED},
    }
    appointment = replace(WANTED, status=before)
    if after in follows.get(before, set()):
        changed, (step,) = answered(appointment, after, "原因", TEN)
        assert isinstance(step, Step)
        assert (changed.status, step.kind, step.before, step.after) == (after, f"appointment.{after}", before, after)
    else:
        with pytest.raises(NotAllowedNowError, match="不能再"):
            answered(appointment, after, "原因", TEN)


@pytest.mark.parametrize("after", [A.KEPT, A.MISSED])
def test_nobody_has_come_or_stayed_away_before_the_time(after: A) -> None:
    confirmed = replace(WANTED, status=A.CONFIRMED)
    assert answered(confirmed, after, "原因", TEN)
    with pytest.raises(NotAllowedNowError, match="未到"):
        answered(confirmed, after, "原因", TEN - timedelta(seconds=1))


@pytest.mark.parametrize("after", [A.CONFIRMED, A.DECLINED, A.CANCELLED, A.KEPT, A.MISSED])
def test_whoever_lets_the_other_down_says_why(after: A) -> None:
    appointment = replace(WANTED, status=A.REQUESTED if after is A.CONFIRMED else A.CONFIRMED)
    if after in (A.CONFIRMED, A.KEPT):
        assert answered(appointment, after, None, TEN)
    else:
        with pytest.raises(InvalidAppointmentError, match="原因"):
            answered(appointment, after, "", TEN)


@pytest.mark.parametrize(
    ("standing", "come", "answers"),
    [
        (AppointmentStatus.REQUESTED, False, {"confirmed", "declined", "cancelled"}),
        (AppointmentStatus.REQUESTED, True, {"confirmed", "declined", "cancelled"}),
        (AppointmentStatus.CONFIRMED, False, {"declined", "cancelled"}),
        (AppointmentStatus.CONFIRMED, True, {"declined", "cancelled", "kept", "missed"}),
        (AppointmentStatus.DECLINED, True, set()),
        (AppointmentStatus.KEPT, True, set()),
    ],
)
def test_only_what_may_follow_is_offered(standing: AppointmentStatus, come: bool, answers: set[str]) -> None:
    assert {each.value for each in answers_to(standing, come=come)} == answers


@pytest.mark.parametrize(
    ("standing", "within_a_day", "room"), [(0, 0, True), (2, 4, True), (3, 3, False), (0, 5, False), (4, 0, False)]
)
def test_an_applicant_asks_for_three_at_a_time_and_five_a_day(standing: int, within_a_day: int, room: bool) -> None:
    if room:
        require_room(standing, within_a_day)
    else:
        with pytest.raises(NotAllowedNowError):
            require_room(standing, within_a_day)


@pytest.mark.parametrize("item", [None, ItemCode("P")])
def test_the_system_of_the_department_is_told_of_what_others_say_about_an_appointment(item: ItemCode | None) -> None:
    off = replace(WANTED, item=item, status=A.CANCELLED, place="二楼", outside_hours=True)
    [message] = told(under_review(), off, "改日再约")
    assert isinstance(message, MessageQueued)
    assert (message.item, message.kind, message.serial) == ("P", MessageKind.APPOINTMENT, "1/cancelled")
    assert message.body == {
        "appointment": 1,
        "status": "cancelled",
        "purpose": "in_person",
        "planned_at": "2026-03-04T10:00:00+08:00",
        "outside_hours": True,
        "visitor": "刘晓",
        "place": "二楼",
        "reason": "改日再约",
    }


def test_a_system_without_an_assignment_of_the_application_is_told_nothing() -> None:
    snapshot = under_review()
    assert told(snapshot, replace(WANTED, department=DepartmentCode("DQ"))) == ()
    assert told(snapshot, replace(WANTED, item=ItemCode("Q"))) == ()
    assert told(under_review(clock=()), WANTED) == ()


@pytest.mark.parametrize(
    ("standing", "ahead", "may"),
    [
        *((status, 1, status in (A.REQUESTED, A.CONFIRMED)) for status in A),
        (A.REQUESTED, 0, False),
        (A.CONFIRMED, 0, False),
        (A.CONFIRMED, -1, False),
    ],
)
def test_an_applicant_calls_off_what_has_not_begun(standing: A, ahead: int, may: bool) -> None:
    now = TEN - timedelta(seconds=ahead)
    appointment = replace(WANTED, status=standing)
    assert may_call_off(standing, TEN, now) is may
    if may:
        changed, (step,) = called_off(appointment, "改日再约", now)
        assert isinstance(step, Step)
        assert (changed.status, step.kind, step.reason) == (A.CANCELLED, "appointment.cancelled", "改日再约")
    else:
        with pytest.raises(NotAllowedNowError, match="不能再取消"):
            called_off(appointment, "改日再约", now)
