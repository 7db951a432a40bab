"""Clocks over short histories whose reading can be counted on a wall calendar."""

from datetime import UTC, date, datetime

import pytest

from rules.catalog import ClockStart, Limit, LimitUnit
from rules.clocks import ClockEvent, ClockEventKind, ClockReading, Light, Thresholds, reading
from rules.ledgers import Ledger, ledger
from rules.workdays import OFFICIAL, SHANGHAI, end_of_day

K = ClockEventKind


def at(text: str) -> datetime:
    """A moment in Shanghai; ten in the morning unless told."""
    moment = text if " " in text else f"{text} 10:00"
    return datetime.fromisoformat(moment).replace(tzinfo=SHANGHAI).astimezone(UTC)


def event(kind: K, when: str, days: int | None = None) -> ClockEvent:
    return ClockEvent(kind, at(when), days)


def working(days: int, start: ClockStart = ClockStart.ACCEPTANCE, extension: int = 0) -> Limit:
    return Limit(days, LimitUnit.WORKING_DAY, start, extension)


def natural(days: int, start: ClockStart = ClockStart.RECEIPT) -> Limit:
    return Limit(days, LimitUnit.NATURAL_DAY, start)


def read(legal: int, promised: int, now: str, *events: ClockEvent, extension: int = 0) -> ClockReading:
    return reading(working(legal, extension=extension), working(promised), events, at(now))


d = date.fromisoformat
ACCEPTED = event(K.ACCEPTED, "2026-03-02")  # a Monday; March 2026 has no holiday


# Start and deadline


def test_the_day_of_acceptance_is_not_counted() -> None:
    shown = read(20, 10, "2026-03-02 23:59", ACCEPTED)

    assert shown == ClockReading(
        started_on=d("2026-03-02"),
        used=0,
        stopped_days=0,
        remaining=10,
        legal_remaining=20,
        promised_due=d("2026-03-16"),
        legal_due=d("2026-03-30"),
        provisional=False,
        running=True,
        light=Light.GREEN,
        changes_at=at("2026-03-12 00:00"),
    )


def test_before_acceptance_the_decision_clock_has_not_started() -> None:
    shown = read(20, 10, "2026-03-20", event(K.RECEIVED, "2026-03-02"))

    assert (shown.started_on, shown.used, shown.remaining, shown.legal_remaining) == (None, 0, 10, 20)
    assert (shown.promised_due, shown.legal_due, shown.changes_at) == (None, None, None)
    assert (shown.running, shown.light) == (False, Light.GREEN)


def test_a_correction_before_acceptance_costs_the_decision_clock_nothing() -> None:
    history = (
        event(K.RECEIVED, "2026-03-02"),
        event(K.CORRECTION_STARTED, "2026-03-03"),
        event(K.CORRECTION_ENDED, "2026-03-12"),
        event(K.ACCEPTED, "2026-03-12"),
    )
    shown = read(20, 10, "2026-03-13", *history)

    assert (shown.started_on, shown.used, shown.stopped_days) == (d("2026-03-12"), 1, 0)
    assert shown.promised_due == OFFICIAL.add_working_days(d("2026-03-12"), 10).on


def test_a_late_notice_does_not_stop_the_clock_of_what_is_deemed_accepted_from_receipt() -> None:
    history = (
        event(K.RECEIVED, "2026-02-09"),
        event(K.ACCEPTED, "2026-02-09"),  # deemed, entered after the make-up Saturday 02-14
        event(K.CORRECTION_STARTED, "2026-02-24"),
    )
    shown = read(20, 20, "2026-03-02", *history)

    assert shown.legal_due == d("2026-03-13")
    assert shown.running


def test_a_clock_from_receipt_waits_for_the_correction() -> None:
    history = (
        event(K.RECEIVED, "2026-03-02"),
        event(K.CORRECTION_STARTED, "2026-03-04"),
        event(K.CORRECTION_ENDED, "2026-03-11"),
    )
    limit = working(10, ClockStart.RECEIPT)

    waiting = reading(limit, limit, history[:2], at("2026-03-09"))
    assert (waiting.running, waiting.used, waiting.stopped_days) == (False, 2, 3)
    assert (waiting.promised_due, waiting.legal_due, waiting.changes_at) == (None, None, None)

    resumed = reading(limit, limit, history, at("2026-03-12"))
    assert (resumed.running, resumed.used, resumed.stopped_days) == (True, 3, 5)
    assert resumed.legal_due == d("2026-03-23")


def test_a_notice_after_acceptance_does_not_stop_a_clock_from_receipt_either() -> None:
    history = (
        event(K.RECEIVED, "2026-03-02"),
        event(K.ACCEPTED, "2026-03-04"),
        event(K.CORRECTION_STARTED, "2026-03-06"),
    )
    limit = working(10, ClockStart.RECEIPT)

    assert reading(limit, limit, history, at("2026-03-12")) == reading(limit, limit, history[:2], at("2026-03-12"))


def test_acceptance_ends_a_correction_that_nobody_ended() -> None:
    history = (
        event(K.RECEIVED, "2026-03-02"),
        event(K.CORRECTION_STARTED, "2026-03-04"),
        event(K.ACCEPTED, "2026-03-11"),
    )
    limit = working(10, ClockStart.RECEIPT)

    assert reading(limit, limit, history, at("2026-03-12")).legal_due == d("2026-03-23")


def test_legal_and_promised_limits_may_start_with_different_acts() -> None:
    history = (event(K.RECEIVED, "2026-03-02"), event(K.ACCEPTED, "2026-03-05"))
    shown = reading(natural(30), working(10), history, at("2026-03-06"))

    assert (shown.legal_due, shown.promised_due) == (d("2026-04-01"), d("2026-03-19"))
    assert (shown.used, shown.remaining, shown.legal_remaining) == (1, 9, 26)


def test_natural_days_roll_past_a_holiday() -> None:
    history = [event(K.RECEIVED, "2026-08-05")]

    last_moment = reading(natural(60), natural(60), history, at("2026-10-08 23:59:59"))
    assert (last_moment.legal_due, last_moment.light) == (d("2026-10-08"), Light.YELLOW)
    assert (last_moment.used, last_moment.remaining, last_moment.legal_remaining) == (64, 0, 0)
    assert reading(natural(60), natural(60), history, at("2026-10-09 00:00")).light is Light.BLACK


def test_natural_days_that_would_end_inside_a_hold_end_after_it() -> None:
    history = [
        event(K.RECEIVED, "2026-03-02"),
        event(K.HOLD_STARTED, "2026-03-15"),  # the Sunday on which 13 days end, before the Monday they roll to
        event(K.HOLD_ENDED, "2026-03-18"),
    ]

    assert reading(natural(13), natural(13), history, at("2026-03-19")).legal_due == d("2026-03-19")


@pytest.mark.parametrize(
    ("received", "due"), [("2026-03-02", "2026-03-02"), ("2026-03-07", "2026-03-09"), ("2026-02-14", "2026-02-14")]
)
def test_an_immediate_item_is_due_the_same_day_or_the_next_working_day(received: str, due: str) -> None:
    limit = working(0, ClockStart.RECEIPT)
    history = [event(K.RECEIVED, received)]

    shown = reading(limit, limit, history, at(f"{due} 23:59:59"))
    assert (shown.promised_due, shown.legal_due) == (d(due), d(due))
    assert (shown.light, shown.changes_at) == (Light.GREEN, end_of_day(d(due)))
    assert reading(limit, limit, history, end_of_day(d(due))).light is Light.BLACK


# Suspension


def test_the_day_a_hold_starts_is_consumed_and_the_day_it_ends_is_not() -> None:
    history = (ACCEPTED, event(K.HOLD_STARTED, "2026-03-04"), event(K.HOLD_ENDED, "2026-03-06"))
    shown = read(20, 10, "2026-03-09", *history)

    assert (shown.used, shown.stopped_days, shown.remaining) == (3, 2, 7)
    assert shown.promised_due == d("2026-03-18")


def test_a_hold_that_ends_the_day_it_starts_stops_nothing() -> None:
    history = (ACCEPTED, event(K.HOLD_STARTED, "2026-03-04 09:00"), event(K.HOLD_ENDED, "2026-03-04 17:00"))

    assert read(20, 10, "2026-03-09", *history).promised_due == d("2026-03-16")


def test_overlapping_holds_are_one_and_end_with_the_last() -> None:
    history = (
        ACCEPTED,
        event(K.HOLD_STARTED, "2026-03-04"),
        event(K.HOLD_STARTED, "2026-03-05"),
        event(K.HOLD_ENDED, "2026-03-06"),
        event(K.HOLD_ENDED, "2026-03-10"),
    )

    assert not read(20, 10, "2026-03-09", *history).running
    assert read(20, 10, "2026-03-11", *history).promised_due == d("2026-03-20")


def test_the_order_in_which_events_arrive_does_not_matter() -> None:
    history = (ACCEPTED, event(K.HOLD_STARTED, "2026-03-04"), event(K.HOLD_ENDED, "2026-03-06"))

    assert read(20, 10, "2026-03-09", *history) == read(20, 10, "2026-03-09", *reversed(history))


def test_while_held_the_clock_shows_the_day_the_hold_began() -> None:
    history = (ACCEPTED, event(K.HOLD_STARTED, "2026-03-12"))
    shown = read(20, 10, "2026-06-30", *history)

    assert (shown.running, shown.used, shown.remaining, shown.legal_remaining) == (False, 8, 2, 12)
    assert (shown.light, shown.changes_at) == (Light.YELLOW, None)
    assert (shown.promised_due, shown.legal_due) == (None, None)


def test_a_hold_opened_after_the_legal_deadline_changes_nothing() -> None:
    overdue = read(5, 5, "2026-03-20", ACCEPTED)

    assert overdue.light is Light.BLACK
    assert read(5, 5, "2026-03-20", ACCEPTED, event(K.HOLD_STARTED, "2026-03-10")) == overdue


def test_a_hold_opened_after_the_promise_passed_keeps_it_red_and_saves_the_legal_limit() -> None:
    shown = read(10, 5, "2026-04-30", ACCEPTED, event(K.HOLD_STARTED, "2026-03-11"))

    assert (shown.light, shown.running) == (Light.RED, False)
    assert (shown.promised_due, shown.remaining) == (d("2026-03-09"), -2)
    assert (shown.legal_due, shown.legal_remaining) == (None, 3)


def test_a_hold_opened_on_the_last_day_of_the_promise_does_not_save_it() -> None:
    history = (ACCEPTED, event(K.HOLD_STARTED, "2026-03-09"))
    same_day = read(10, 5, "2026-03-09 18:00", *history)
    next_day = read(10, 5, "2026-03-10", *history)

    assert (same_day.promised_due, same_day.light) == (d("2026-03-09"), Light.YELLOW)
    assert same_day.changes_at == end_of_day(d("2026-03-09"))
    assert (next_day.promised_due, next_day.light, next_day.changes_at) == (d("2026-03-09"), Light.RED, None)


def test_an_event_dated_after_today_has_not_happened_yet() -> None:
    tomorrow = event(K.STOPPED, "2026-03-05 00:00")

    assert read(20, 10, "2026-03-04 23:59", ACCEPTED, tomorrow) == read(20, 10, "2026-03-04 23:59", ACCEPTED)


# Extension


def test_an_extension_adds_its_days_to_both_limits() -> None:
    shown = read(20, 10, "2026-03-10", ACCEPTED, event(K.EXTENDED, "2026-03-10", 10), extension=10)

    assert (shown.promised_due, shown.legal_due) == (d("2026-03-30"), d("2026-04-14"))
    assert (shown.used, shown.remaining) == (6, 14)


@pytest.mark.parametrize(("days", "granted"), [(None, 10), (4, 4), (10, 10), (30, 10)])
def test_an_extension_is_at_most_what_the_law_allows(days: int | None, granted: int) -> None:
    shown = read(20, 20, "2026-03-10", ACCEPTED, event(K.EXTENDED, "2026-03-10", days), extension=10)

    assert shown.legal_due == OFFICIAL.add_working_days(d("2026-03-02"), 20 + granted).on


def test_a_second_extension_adds_nothing() -> None:
    extensions = event(K.EXTENDED, "2026-03-10", 10), event(K.EXTENDED, "2026-04-01", 10)

    assert read(20, 20, "2026-04-02", ACCEPTED, *extensions, extension=10).legal_due == d("2026-04-14")


def test_an_extension_after_the_deadline_adds_nothing() -> None:
    on_the_last_day = read(20, 20, "2026-04-01", ACCEPTED, event(K.EXTENDED, "2026-03-30 23:59"), extension=10)
    a_day_later = read(20, 20, "2026-04-01", ACCEPTED, event(K.EXTENDED, "2026-03-31 00:00"), extension=10)

    assert (on_the_last_day.legal_due, on_the_last_day.light) == (d("2026-04-14"), Light.GREEN)
    assert (a_day_later.legal_due, a_day_later.light) == (d("2026-03-30"), Light.BLACK)


def test_an_extension_between_promise_and_legal_limit_saves_only_the_latter() -> None:
    shown = read(20, 10, "2026-03-20", ACCEPTED, event(K.EXTENDED, "2026-03-18", 10), extension=10)

    assert (shown.promised_due, shown.legal_due, shown.light) == (d("2026-03-16"), d("2026-04-14"), Light.RED)


def test_an_extension_during_a_hold_counts_and_combines_with_it() -> None:
    history = (
        ACCEPTED,
        event(K.HOLD_STARTED, "2026-03-27"),
        event(K.EXTENDED, "2026-05-06", 10),
        event(K.HOLD_ENDED, "2026-05-08"),
    )
    shown = read(20, 20, "2026-05-08", *history, extension=10)

    assert read(20, 20, "2026-05-06", *history[:3], extension=10).legal_remaining == 11
    assert (shown.used, shown.legal_remaining) == (19, 11)
    assert shown.legal_due == OFFICIAL.add_working_days(d("2026-05-08"), 11).on


# Lights


@pytest.mark.parametrize(
    ("legal", "promised", "now", "light"),
    [
        (20, 10, "2026-03-11", Light.GREEN),  # 7 of 10
        (20, 10, "2026-03-12", Light.YELLOW),  # 8 of 10
        (20, 10, "2026-03-16", Light.YELLOW),  # the last day
        (20, 10, "2026-03-17 00:00", Light.RED),
        (20, 10, "2026-03-30 23:59", Light.RED),
        (20, 10, "2026-03-31 00:00", Light.BLACK),
        (20, 12, "2026-03-13", Light.GREEN),  # 9 of 12 are 75 %
        (20, 12, "2026-03-16", Light.YELLOW),
        (20, 3, "2026-03-03", Light.GREEN),
        (20, 3, "2026-03-04", Light.YELLOW),  # 2 of 3, but one day left
        (20, 2, "2026-03-02", Light.GREEN),
        (20, 2, "2026-03-03", Light.YELLOW),
        (20, 1, "2026-03-02", Light.GREEN),
        (20, 1, "2026-03-03", Light.YELLOW),
        (20, 1, "2026-03-04", Light.RED),
        (20, 0, "2026-03-02", Light.GREEN),
        (20, 0, "2026-03-03", Light.RED),
    ],
)
def test_the_light_follows_the_promise_and_the_law(legal: int, promised: int, now: str, light: Light) -> None:
    assert read(legal, promised, now, ACCEPTED).light is light


def test_natural_days_turn_yellow_when_one_working_day_is_left_before_a_long_holiday() -> None:
    history = [event(K.RECEIVED, "2026-09-07")]  # 26 days end on Saturday 10-03, rolled to Thursday 10-08

    assert reading(natural(40), natural(26), history, at("2026-09-26")).light is Light.GREEN
    assert reading(natural(40), natural(26), history, at("2026-09-28")).light is Light.YELLOW  # 21 of 26
    patient = Thresholds(yellow_percent=99)
    assert reading(natural(40), natural(26), history, at("2026-09-29"), thresholds=patient).light is Light.GREEN
    assert reading(natural(40), natural(26), history, at("2026-09-30"), thresholds=patient).light is Light.YELLOW


def test_natural_days_are_not_yellow_on_the_day_they_start() -> None:
    history = [event(K.RECEIVED, "2026-03-06")]  # a Friday; one day ends on Saturday, rolled to Monday

    assert reading(natural(9), natural(1), history, at("2026-03-06")).light is Light.GREEN
    assert reading(natural(9), natural(1), history, at("2026-03-07")).light is Light.YELLOW


def test_thresholds_are_policy() -> None:
    half = Thresholds(yellow_percent=50)

    assert reading(working(20), working(10), [ACCEPTED], at("2026-03-09"), thresholds=half).light is Light.YELLOW


@pytest.mark.parametrize(
    ("decided", "light", "remaining"),
    [
        ("2026-03-16 23:59", Light.GREEN, 0),
        ("2026-03-17", Light.RED, -1),
        ("2026-03-31", Light.BLACK, -11),
    ],
)
def test_an_ended_clock_keeps_only_the_light_of_being_late(decided: str, light: Light, remaining: int) -> None:
    shown = read(20, 10, "2026-12-01", ACCEPTED, event(K.STOPPED, decided))

    assert (shown.light, shown.remaining) == (light, remaining)
    assert (shown.running, shown.changes_at) == (False, None)


def test_an_ended_clock_waits_for_nothing_even_before_its_deadline() -> None:
    shown = read(20, 10, "2026-03-05", ACCEPTED, event(K.STOPPED, "2026-03-04"))

    assert (shown.used, shown.promised_due, shown.changes_at) == (2, d("2026-03-16"), None)


def test_a_decision_during_a_hold_is_in_time() -> None:
    history = (ACCEPTED, event(K.HOLD_STARTED, "2026-03-05"), event(K.STOPPED, "2026-06-30"))

    assert read(20, 10, "2026-07-01", *history).light is Light.GREEN


def test_what_happens_after_the_end_is_ignored() -> None:
    ended = (ACCEPTED, event(K.STOPPED, "2026-03-05"))

    later = (event(K.HOLD_STARTED, "2026-03-06"), event(K.STOPPED, "2026-03-09"))
    assert read(20, 10, "2026-03-10", *ended, *later) == read(20, 10, "2026-03-10", *ended)


def test_nobody_is_late_by_provisional_days() -> None:
    accepted = event(K.ACCEPTED, "2026-11-24")
    shown = read(45, 40, "2027-03-01", accepted)

    assert (shown.legal_due, shown.provisional, shown.light) == (d("2027-01-27"), True, Light.YELLOW)
    assert shown.changes_at is None
    assert read(45, 45, "2027-03-01", accepted).light is Light.YELLOW
    assert read(30, 45, "2027-01-20", accepted).light is Light.YELLOW
    assert read(20, 45, "2027-01-20", accepted).light is Light.BLACK
    assert read(45, 20, "2027-03-01", accepted).light is Light.RED


def test_a_deadline_inside_the_published_year_passes_even_if_today_is_not_published() -> None:
    shown = read(20, 10, "2027-01-05", event(K.ACCEPTED, "2026-11-24"))

    assert (shown.legal_due, shown.provisional, shown.light) == (d("2026-12-22"), False, Light.BLACK)


@pytest.mark.parametrize(("held", "provisional"), [("2026-12-30", False), ("2027-01-05", True)])
def test_a_held_clock_is_provisional_once_it_has_used_unpublished_days(held: str, provisional: bool) -> None:
    shown = read(45, 40, "2027-03-01", event(K.ACCEPTED, "2026-11-24"), event(K.HOLD_STARTED, held))

    assert shown.provisional is provisional


def test_lights_have_chinese_names() -> None:
    assert [light.zh for light in Light] == ["绿灯", "黄灯", "红灯", "超法定时限"]


# Ledger


def test_the_ledger_divides_the_days_between_department_applicant_and_procedure() -> None:
    history = (
        event(K.RECEIVED, "2026-03-02"),
        event(K.CORRECTION_STARTED, "2026-03-04"),
        event(K.CORRECTION_ENDED, "2026-03-09"),
        event(K.ACCEPTED, "2026-03-09"),
        event(K.HOLD_STARTED, "2026-03-12"),
        event(K.HOLD_ENDED, "2026-03-18"),
        event(K.STOPPED, "2026-03-20"),
    )

    assert ledger(history, at("2026-12-31")) == Ledger(department=7, applicant=3, stopped=4)
    assert ledger(history, at("2026-03-06")) == Ledger(department=2, applicant=2, stopped=0)


def test_before_receipt_nobody_has_spent_a_day() -> None:
    assert ledger([], at("2026-03-06")) == Ledger(0, 0, 0)


def test_a_ledger_over_unpublished_days_says_so() -> None:
    assert ledger([event(K.RECEIVED, "2026-12-30")], at("2027-01-05")) == Ledger(3, 0, 0, provisional=True)
