"""What looks like a false closing or like dragging is found, and what is in order is not."""

from dataclasses import replace
from datetime import timedelta

from rules.clocks import ClockEvent, ClockEventKind
from rules.findings import Course, FindingKind, Recorded, of_courses, of_steps
from rules.vocabulary import DecisionKind
from rules.workdays import OFFICIAL
from tests.rules.assignments import MONDAY, NUMBER

DAY = timedelta(days=1)
COURSE = Course(NUMBER, "P", 1, MONDAY, legal_due=MONDAY + 28 * DAY)
RETURN = replace(COURSE, decision=DecisionKind.RETURN, decided_at=MONDAY, recorded_at=MONDAY)
STEP = Recorded(NUMBER, 1, "application.closed", MONDAY, "zhao")


def kinds(*courses: Course, after: int = 40) -> list[FindingKind]:
    return [finding.kind for finding in of_courses(courses, OFFICIAL, MONDAY + after * DAY)]


def stopped(start: int, end: int | None, days: int | None = 5, reason: str = "专家评审") -> Course:
    events = [ClockEvent(ClockEventKind.HOLD_STARTED, MONDAY + start * DAY, days, reason)]
    if end is not None:
        events.append(ClockEvent(ClockEventKind.HOLD_ENDED, MONDAY + end * DAY))
    return replace(COURSE, clock=tuple(events))


def test_a_stop_in_order_is_not_found() -> None:
    assert kinds(COURSE) == []
    assert kinds(stopped(1, 8)) == []  # Tuesday to Tuesday: five working days, as told


def test_a_stop_that_nobody_was_told_the_length_or_the_reason_of_is_found() -> None:
    assert kinds(stopped(1, 2, days=None)) == [FindingKind.STOP_WITHOUT_BASIS]
    assert kinds(stopped(1, 2, reason="")) == [FindingKind.STOP_WITHOUT_BASIS]


def test_a_stop_longer_than_told_is_found_also_while_it_lasts() -> None:
    assert kinds(stopped(1, 9)) == [FindingKind.STOP_TOO_LONG]
    assert kinds(stopped(1, None), after=9) == [FindingKind.STOP_TOO_LONG]
    assert kinds(stopped(1, None), after=8) == []


def test_a_stop_that_begins_when_the_time_is_nearly_over_is_found() -> None:
    assert kinds(stopped(25, 26)) == [FindingKind.STOP_AT_THE_END]  # Friday before the Monday of the limit
    assert kinds(stopped(24, 25)) == []


def test_what_was_returned_and_filed_again_within_days_is_found() -> None:
    again = replace(COURSE, number="DB-2", opened_at=MONDAY + 10 * DAY)
    assert kinds(again, RETURN) == [FindingKind.REFILED]
    assert kinds(replace(again, opened_at=MONDAY + 11 * DAY), RETURN) == []
    assert kinds(replace(again, applicant=2), RETURN) == []
    assert kinds(replace(again, item="Q"), RETURN) == []
    assert kinds(again, replace(RETURN, decision=DecisionKind.REFUSE)) == []


def test_a_return_in_the_last_hour_is_found() -> None:
    due = MONDAY + 28 * DAY
    late = replace(RETURN, recorded_at=due - timedelta(hours=1), decided_at=due - timedelta(hours=1))
    assert kinds(late) == [FindingKind.RETURNED_AT_THE_END]
    assert kinds(replace(late, recorded_at=due - timedelta(hours=2))) == []


def test_a_decision_dated_before_the_day_it_was_reported_is_found_but_not_what_the_law_dates_back() -> None:
    reported = replace(COURSE, decision=DecisionKind.GRANT, decided_at=MONDAY, recorded_at=MONDAY + DAY)
    assert kinds(reported) == [FindingKind.REPORTED_LATE]
    assert kinds(replace(reported, recorded_at=MONDAY)) == []
    assert kinds(replace(reported, decision=DecisionKind.DEEMED)) == []


def test_many_closings_by_one_person_are_found_once() -> None:
    steps = [replace(STEP, serial=n, at=MONDAY + timedelta(minutes=n)) for n in range(10)]
    [found] = of_steps(reversed(steps))
    assert (found.kind, found.evidence["by"], len(found.evidence["numbers"])) == (FindingKind.BULK_CLOSING, "zhao", 10)
    assert list(of_steps(steps[:9])) == []
    assert list(of_steps(replace(step, actor="system") for step in steps)) == []
    assert list(of_steps(replace(step, at=MONDAY + 2 * step.serial * timedelta(minutes=1)) for step in steps)) == []


def test_what_was_asked_for_although_no_list_has_it_is_found() -> None:
    asked = replace(STEP, kind="correction.noticed", details={"missing": ["甲", "丁"], "unlisted": ["丁"]})
    [found] = of_steps([asked])
    assert (found.kind, found.evidence["unlisted"]) == (FindingKind.UNLISTED_MATERIAL, ["丁"])
    assert list(of_steps([replace(asked, details={"missing": ["甲"]})])) == []


def test_what_the_applicant_did_not_receive_and_closings_that_were_refused_are_found() -> None:
    objected = replace(STEP, kind="objection.raised", details={"kind": "not_received"})
    refused = replace(STEP, kind="closure.rejected", details={"reasons": ["投诉 1 尚未办结"]})
    assert [each.kind for each in of_steps([objected, refused])] == [
        FindingKind.NOT_RECEIVED,
        FindingKind.CLOSING_REJECTED,
    ]
    assert list(of_steps([replace(objected, details={"kind": "other"})])) == []
