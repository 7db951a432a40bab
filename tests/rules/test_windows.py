"""How long a department may ask and an applicant may answer, by the days of the law (行政许可法 art. 32)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from rules.planner import plan
from rules.snapshot import ApplicationSnapshot
from rules.terms import Correction, Policies, ReceiptSilence
from rules.vocabulary import AssignmentStatus, DepartmentAct
from rules.windows import MARGIN, answers_until, asks_until, reminded_from, tells_at, untold
from rules.workdays import OFFICIAL, end_of_day
from tests.rules.receipts import at, later, office, opened, tell, view_of

ASK = DepartmentAct.CORRECTION_REQUESTED


@pytest.mark.parametrize(
    ("days", "unit", "received_on", "last"),
    [
        (5, "WD", date(2026, 2, 9), date(2026, 2, 14)),  # a make-up Saturday is the fifth working day
        (5, "WD", date(2026, 2, 14), date(2026, 2, 28)),  # the Spring Festival between
        (5, "WD", date(2026, 3, 8), date(2026, 3, 13)),  # received on a Sunday
        (3, "ND", date(2026, 2, 9), date(2026, 2, 12)),  # 排污许可管理条例 art. 9
        (3, "ND", date(2026, 3, 4), date(2026, 3, 9)),  # ends on a Saturday, rolls to Monday
        (0, "WD", date(2026, 3, 4), date(2026, 3, 4)),  # on the spot
        (0, "WD", date(2026, 3, 7), date(2026, 3, 9)),  # handed in on a Saturday
        (0, "ND", date(2026, 3, 7), date(2026, 3, 9)),
        (1, "WD", date(2026, 3, 6), date(2026, 3, 9)),
    ],
)
def test_the_window_ends_on_its_last_day(days: int, unit: str, received_on: date, last: date) -> None:
    assert asks_until(Correction(days, unit), received_on, OFFICIAL).on == last


def test_an_applicant_has_no_limit_unless_the_law_of_the_item_sets_one() -> None:
    assert answers_until(Correction(), date(2026, 3, 2), OFFICIAL) is None
    limit = answers_until(Correction(applicant_days=10), date(2026, 3, 2), OFFICIAL)
    assert limit is not None
    assert limit.on == date(2026, 3, 16)


@pytest.mark.parametrize(
    ("asked", "days", "hours", "told"),
    [
        ("2026-03-02T10:00", 5, 24, at("2026-03-03T10:00")),  # the city's time to gather
        ("2026-03-02T10:00", 5, 4, at("2026-03-02T14:00")),
        ("2026-03-02T10:00", 0, 24, at("2026-03-02T23:00")),  # before the first window ends
        ("2026-03-02T23:30", 0, 24, at("2026-03-02T23:00")),  # too late to gather: at once
        ("2026-03-09T10:00", 5, 24, at("2026-03-09T23:00")),  # on the last day
    ],
)
def test_corrections_are_gathered_but_told_in_the_departments_time(
    asked: str, days: int, hours: int, told: datetime
) -> None:
    policies = Policies(notice_window_hours=hours)
    snapshot = opened(office("X", "Y", correction=Correction(days), policies=policies), at("2026-03-02T09:00"))
    snapshot, _ = tell(snapshot, "X", ASK, at(asked), missing=["甲"])

    assert tells_at(snapshot, untold(snapshot), at(asked)) == told
    assert timedelta(hours=1) == MARGIN


def test_a_provisional_day_accepts_nothing_by_silence_but_people_are_told() -> None:
    received = at("2098-12-29T09:00")
    snapshot = opened(office("X"), received)
    after, moves, current = later(snapshot, received + timedelta(days=12))

    assert view_of(after, "X").status is AssignmentStatus.RECEIVED
    assert [type(move).__name__ for move in moves] == ["EscalateSilence"]
    assert current.next_timer is not None


@pytest.mark.parametrize("silence", list(ReceiptSilence))
@pytest.mark.parametrize("days", [0, 1, 5])
def test_no_received_item_is_ever_without_a_timer(silence: ReceiptSilence, days: int) -> None:
    now = at("2026-03-02T09:00")
    snapshot = opened(office("X", correction=Correction(days, silence=silence)), now)
    for _ in range(30):
        snapshot, _, current = later(snapshot, now)
        if view_of(snapshot, "X").light == "black":
            return
        assert current.next_timer is not None
        assert current.next_timer > now
        now = current.next_timer
    assert silence is ReceiptSilence.ESCALATE


def test_the_timer_rings_when_the_windows_last_day_is_over_and_not_before() -> None:
    snapshot = opened(office("X"), at("2026-02-09T09:00"))
    over = end_of_day(date(2026, 2, 14))

    assert plan(snapshot, at("2026-02-09T09:00")).next_timer == over
    assert plan(snapshot, over - timedelta(seconds=1)).inside == ()
    assert len(plan(snapshot, over).inside) == 1


def reminded(applicant_days: int, days_before: int) -> date | None:
    policies = Policies(notice_window_hours=0, cure_reminder_days=days_before)
    snapshot: ApplicationSnapshot = opened(
        office("X", correction=Correction(applicant_days=applicant_days), policies=policies), at("2026-03-02T09:00")
    )
    snapshot, _ = tell(snapshot, "X", ASK, at("2026-03-02T10:00"), missing=["甲"])
    snapshot, _, _ = later(snapshot, at("2026-03-02T10:00"))
    return reminded_from(snapshot, view_of(snapshot, "X"))


@pytest.mark.parametrize(
    ("applicant_days", "days_before", "on"),
    [(10, 2, date(2026, 3, 12)), (10, 0, date(2026, 3, 16)), (3, 2, date(2026, 3, 3)), (2, 2, None), (1, 2, None)],
)
def test_the_applicant_is_reminded_before_the_end_unless_the_time_is_shorter_than_that(
    applicant_days: int, days_before: int, on: date | None
) -> None:
    assert reminded(applicant_days, days_before) == on


def test_unreceived_assignments_have_no_window() -> None:
    snapshot, _, _ = later(office("X"), datetime(2026, 3, 2, tzinfo=UTC))

    assert view_of(snapshot, "X").status is AssignmentStatus.OPENED
    assert later(snapshot, datetime(2026, 6, 2, tzinfo=UTC))[1] == ()
    assert replace(view_of(snapshot, "X")).clock == ()
