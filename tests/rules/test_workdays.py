"""The calendar against published notices, known deadlines, and a day-by-day count."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.workdays import OFFICIAL, SHANGHAI, Calendar, Deadline, Notice, end_of_day, local_date

YEARS = {2024: 251, 2025: 248, 2026: 248}
MONTHS_2026 = [21, 16, 22, 21, 19, 21, 23, 21, 22, 18, 21, 23]
MAKE_UP_DAYS = {
    2024: ["02-04", "02-18", "04-07", "04-28", "05-11", "09-14", "09-29", "10-12"],
    2025: ["01-26", "02-08", "04-27", "09-28", "10-11"],
    2026: ["01-04", "02-14", "02-28", "05-09", "09-20", "10-10"],
}
#: 国办发明电〔2025〕7号.
DAYS_OFF_2026 = [
    ("2026-01-01", "2026-01-03"),
    ("2026-02-15", "2026-02-23"),
    ("2026-04-04", "2026-04-06"),
    ("2026-05-01", "2026-05-05"),
    ("2026-06-19", "2026-06-21"),
    ("2026-09-25", "2026-09-27"),
    ("2026-10-01", "2026-10-07"),
]
GOLDEN = [
    ("2026-02-09", 5, "2026-02-14"),
    ("2026-02-14", 5, "2026-02-28"),
    ("2026-02-28", 5, "2026-03-06"),
    ("2026-09-14", 5, "2026-09-20"),
    ("2026-09-20", 5, "2026-09-28"),
    ("2026-03-08", 5, "2026-03-13"),
    ("2026-05-06", 3, "2026-05-09"),
    ("2026-02-05", 20, "2026-03-11"),
    ("2026-09-18", 20, "2026-10-22"),
    ("2026-09-24", 10, "2026-10-15"),
    ("2026-03-02", 45, "2026-05-08"),
    ("2026-03-02", 60, "2026-05-28"),
    ("2025-09-26", 5, "2025-10-10"),
    ("2025-12-29", 5, "2026-01-06"),
]

d = date.fromisoformat
published = st.dates(date(2004, 1, 1), date(2026, 6, 30))
anywhere = st.dates(date(1991, 1, 1), date(2096, 12, 31))


def days_between(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


@pytest.mark.parametrize(("anchor", "n", "due"), GOLDEN)
def test_known_deadlines_fall_on_the_day_the_notices_give(anchor: str, n: int, due: str) -> None:
    assert OFFICIAL.add_working_days(d(anchor), n) == Deadline(d(due), provisional=False)


def test_sixty_natural_days_that_end_in_the_national_holiday_roll_to_the_day_after_it() -> None:
    assert OFFICIAL.add_natural_days(d("2026-08-05"), 60) == Deadline(d("2026-10-08"), provisional=False)


def test_natural_days_that_end_on_a_make_up_sunday_do_not_roll() -> None:
    assert OFFICIAL.add_natural_days(d("2026-09-10"), 10).on == d("2026-09-20")


@pytest.mark.parametrize(("year", "total"), YEARS.items())
def test_a_year_has_its_official_number_of_working_days(year: int, total: int) -> None:
    assert OFFICIAL.count_working_days(date(year - 1, 12, 31), date(year, 12, 31)) == total


@pytest.mark.parametrize("month", range(1, 13))
def test_each_month_of_2026_has_its_official_number_of_working_days(month: int) -> None:
    first = date(2026, month, 1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)

    assert OFFICIAL.count_working_days(first - timedelta(days=1), last) == MONTHS_2026[month - 1]


@pytest.mark.parametrize("year", MAKE_UP_DAYS)
def test_exactly_the_announced_weekend_days_are_worked(year: int) -> None:
    weekend = [day for day in days_between(date(year, 1, 1), date(year, 12, 31)) if day.weekday() >= 5]

    assert [f"{day:%m-%d}" for day in weekend if OFFICIAL.is_working_day(day)] == MAKE_UP_DAYS[year]


def test_exactly_the_announced_weekdays_of_2026_are_off() -> None:
    announced = {day for first, last in DAYS_OFF_2026 for day in days_between(d(first), d(last))}
    weekdays = [day for day in days_between(d("2026-01-01"), d("2026-12-31")) if day.weekday() < 5]

    assert {day for day in weekdays if not OFFICIAL.is_working_day(day)} == {
        day for day in announced if day.weekday() < 5
    }
    assert not any(OFFICIAL.is_working_day(day) for day in announced)


@given(published)
def test_published_days_are_what_the_published_table_says(day: date) -> None:
    assert OFFICIAL.is_covered(day)
    assert OFFICIAL.is_working_day(day) is chinese_calendar.is_workday(day)


@given(anywhere, st.integers(0, 120))
def test_adding_then_counting_returns_the_number(day: date, n: int) -> None:
    assert OFFICIAL.count_working_days(day, OFFICIAL.add_working_days(day, n).on) == n


@given(anywhere, st.integers(1, 60))
def test_a_deadline_is_a_working_day_found_by_walking_day_by_day(day: date, n: int) -> None:
    walked, left = day, n
    while left:
        walked += timedelta(days=1)
        left -= OFFICIAL.is_working_day(walked)

    assert OFFICIAL.add_working_days(day, n).on == walked


@given(anywhere, st.integers(0, 60), st.integers(1, 30))
def test_a_later_start_or_a_longer_limit_never_ends_earlier(day: date, n: int, later: int) -> None:
    due = OFFICIAL.add_working_days(day, n).on

    assert due < OFFICIAL.add_working_days(day, n + later).on
    assert due <= OFFICIAL.add_working_days(day + timedelta(days=later), n).on


@given(anywhere, st.integers(0, 400), st.integers(0, 400))
def test_counts_of_adjoining_spans_add_up(day: date, first: int, second: int) -> None:
    middle, end = day + timedelta(days=first), day + timedelta(days=first + second)
    total = OFFICIAL.count_working_days(day, middle) + OFFICIAL.count_working_days(middle, end)

    assert OFFICIAL.count_working_days(day, end) == total


@given(anywhere)
def test_rolling_forward_finds_the_first_working_day(day: date) -> None:
    on = OFFICIAL.roll_forward(day).on

    assert OFFICIAL.is_working_day(on)
    assert not any(OFFICIAL.is_working_day(skipped) for skipped in days_between(day, on)[:-1])


@given(anywhere, st.integers(0, 20))
def test_so_many_working_days_lie_after_the_day_found_before_another(day: date, n: int) -> None:
    before = OFFICIAL.working_day_before(day, n)

    assert OFFICIAL.is_working_day(before)
    assert OFFICIAL.count_working_days(before, day) == n


def test_nothing_is_counted_backwards() -> None:
    assert OFFICIAL.count_working_days(d("2026-03-06"), d("2026-03-02")) == 0
    with pytest.raises(ValueError, match="negative"):
        OFFICIAL.add_working_days(d("2026-03-02"), -1)
    with pytest.raises(ValueError, match="negative"):
        OFFICIAL.add_natural_days(d("2026-03-02"), -1)


@pytest.mark.parametrize(
    ("n", "due", "provisional"), [(27, "2026-12-31", False), (28, "2027-01-04", True), (45, "2027-01-27", True)]
)
def test_a_deadline_beyond_the_published_years_is_provisional(n: int, due: str, provisional: bool) -> None:
    assert OFFICIAL.add_working_days(d("2026-11-24"), n) == Deadline(d(due), provisional)


def test_natural_days_are_provisional_only_where_the_roll_needs_an_unpublished_day() -> None:
    assert OFFICIAL.add_natural_days(d("2026-12-01"), 30) == Deadline(d("2026-12-31"), provisional=False)
    assert OFFICIAL.add_natural_days(d("2026-12-01"), 31) == Deadline(d("2027-01-04"), provisional=True)
    assert OFFICIAL.add_natural_days(d("2026-12-01"), 34) == Deadline(d("2027-01-04"), provisional=True)


def test_before_the_first_published_year_deadlines_are_provisional_too() -> None:
    assert not OFFICIAL.is_covered(d("2003-12-31"))
    assert OFFICIAL.add_working_days(d("2003-12-01"), 1).provisional


def test_in_a_published_year_the_notice_alone_decides_about_the_festivals() -> None:
    assert OFFICIAL.is_working_day(d("2012-05-02"))  # 劳动节 2012 ended on May 1


def test_beyond_the_published_years_the_fixed_festivals_are_off_and_the_moving_ones_are_not_guessed() -> None:
    weekdays = [day for day in days_between(d("2027-01-01"), d("2027-12-31")) if day.weekday() < 5]

    off = [f"{day:%m-%d}" for day in weekdays if not OFFICIAL.is_working_day(day)]
    assert off == ["01-01", "10-01"]  # the other fixed days of 2027 are weekend days
    assert not OFFICIAL.is_working_day(d("2028-05-02"))


def test_a_new_notice_turns_provisional_deadlines_into_official_ones() -> None:
    notice = Notice(2027, frozenset({d("2027-01-01"), d("2027-01-04")}), frozenset({d("2026-12-27")}), "演示")
    known = OFFICIAL.with_notice(notice)

    assert known.add_working_days(d("2026-11-24"), 45) == Deadline(d("2027-01-27"), provisional=False)
    assert known.is_working_day(d("2026-12-27"))
    assert not known.is_working_day(d("2027-01-04"))
    assert OFFICIAL.is_working_day(d("2027-01-04"))


def test_a_corrected_notice_replaces_the_earlier_one_of_its_year() -> None:
    first = OFFICIAL.with_notice(Notice(2027, frozenset({d("2027-03-01")}), frozenset()))
    corrected = first.with_notice(Notice(2027, frozenset({d("2027-03-02")}), frozenset()))

    assert corrected.is_working_day(d("2027-03-01"))
    assert not corrected.is_working_day(d("2027-03-02"))


def test_a_snow_day_moves_deadlines_in_the_city_that_decreed_it() -> None:
    snowed_in = OFFICIAL.with_overrides({d("2026-12-08"): False})

    assert snowed_in.add_working_days(d("2026-12-07"), 1) == Deadline(d("2026-12-09"), provisional=False)
    assert OFFICIAL.add_working_days(d("2026-12-07"), 1).on == d("2026-12-08")


def test_an_override_wins_over_the_notice_and_over_an_earlier_override() -> None:
    closed = OFFICIAL.with_overrides({d("2026-02-14"): False})

    assert not closed.is_working_day(d("2026-02-14"))
    assert closed.with_overrides({d("2026-02-14"): True}).is_working_day(d("2026-02-14"))


def test_one_decided_day_does_not_make_its_unpublished_neighbours_official() -> None:
    decided = OFFICIAL.with_overrides({d("2027-01-04"): True})

    assert decided.is_covered(d("2027-01-04"))
    assert not decided.is_covered(d("2027-01-05"))
    assert decided.add_working_days(d("2026-12-31"), 1).provisional


def test_a_calendar_without_any_notice_knows_nothing_for_sure() -> None:
    bare = Calendar(notices=())

    assert bare.add_working_days(d("2026-02-13"), 1) == Deadline(d("2026-02-16"), provisional=True)


def test_dates_outside_the_calendar_are_refused_not_guessed() -> None:
    with pytest.raises(OverflowError):
        OFFICIAL.count_working_days(d("1989-12-31"), d("2026-01-01"))
    with pytest.raises(OverflowError):
        OFFICIAL.add_working_days(d("2099-12-31"), 1)


@pytest.mark.parametrize("day", ["1989-12-31", "2100-01-01"])
def test_the_calendar_says_from_when_to_when_it_reaches(day: str) -> None:
    for inside in ("1990-01-01", "2099-12-31"):
        assert OFFICIAL.add_working_days(d(inside), 0).on == d(inside)
    with pytest.raises(OverflowError, match=f"{day} is outside the calendar .1990-01-01 to 2099-12-31."):
        OFFICIAL.add_working_days(d(day), 0)


@pytest.mark.parametrize("question", [OFFICIAL.is_working_day, OFFICIAL.roll_forward])
def test_an_instant_is_not_taken_for_a_date(question: Callable[[date], object]) -> None:
    with pytest.raises(TypeError, match="local_date"):
        question(datetime(2026, 2, 14, tzinfo=UTC))


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2026, 2, 13, 15, 59, 59, tzinfo=UTC), "2026-02-13"),
        (datetime(2026, 2, 13, 16, 0, tzinfo=UTC), "2026-02-14"),
        (datetime(2026, 2, 14, 23, 59, tzinfo=SHANGHAI), "2026-02-14"),
    ],
)
def test_the_civil_date_is_that_of_shanghai(instant: datetime, day: str) -> None:
    assert local_date(instant) == d(day)


def test_a_naive_instant_has_no_civil_date() -> None:
    with pytest.raises(ValueError, match="time zone"):
        local_date(datetime(2026, 2, 14))  # noqa: DTZ001 (the subject of the test)


@given(st.dates(date(1992, 1, 1), date(2098, 12, 31)))
def test_a_day_ends_where_the_next_begins(day: date) -> None:
    end = end_of_day(day)

    assert end.tzinfo is UTC
    assert local_date(end - timedelta(microseconds=1)) == day
    assert local_date(end) == day + timedelta(days=1)


def test_the_published_years_follow_one_another_without_a_gap() -> None:
    assert all(later.year == earlier.year + 1 for earlier, later in pairwise(OFFICIAL.notices))
