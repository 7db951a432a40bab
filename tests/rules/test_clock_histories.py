"""Clocks over any history: what must hold whatever happened, and a day-by-day count as the judge."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.catalog import ClockStart, Limit, LimitUnit
from rules.clocks import ClockEvent, ClockEventKind, ClockReading, Thresholds, reading
from rules.ledgers import ledger
from rules.workdays import OFFICIAL, SHANGHAI, local_date

K = ClockEventKind
ONE_DAY = timedelta(days=1)

starts = st.dates(date(2018, 1, 1), date(2024, 6, 30))
units = st.sampled_from([LimitUnit.WORKING_DAY, LimitUnit.NATURAL_DAY])
spans = st.lists(st.tuples(st.integers(-20, 60), st.integers(0, 25)), max_size=6)


def on(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 10, tzinfo=SHANGHAI).astimezone(UTC)


def holds_from(start: date, pairs: Sequence[tuple[int, int]]) -> list[ClockEvent]:
    events = []
    for begins, lasts in pairs:
        first = on(start + begins * ONE_DAY)
        # An hour later, so that a hold which ends the day it starts ends after its start.
        events += [ClockEvent(K.HOLD_STARTED, first), ClockEvent(K.HOLD_ENDED, first + lasts * ONE_DAY + ONE_DAY / 24)]
    return events


def stopped_days(start: date, pairs: Sequence[tuple[int, int]]) -> set[date]:
    return {start + (begins + n) * ONE_DAY for begins, lasts in pairs for n in range(1, lasts + 1)}


@given(starts, st.integers(1, 45), spans)
def test_on_the_deadline_exactly_the_limit_is_used_whatever_the_suspensions(
    start: date, days: int, pairs: list[tuple[int, int]]
) -> None:
    limit = Limit(days, LimitUnit.WORKING_DAY, ClockStart.ACCEPTANCE)
    history = [ClockEvent(K.ACCEPTED, on(start)), *holds_from(start, pairs)]
    due = reading(limit, limit, history, on(start + 4000 * ONE_DAY)).legal_due

    assert due is not None
    assert reading(limit, limit, history, on(due)).used == days

    skipped, walked, left = stopped_days(start, pairs), start, days
    while left:
        walked += ONE_DAY
        left -= OFFICIAL.is_working_day(walked) and walked not in skipped
    assert due == walked


@given(starts, st.integers(1, 45), spans)
def test_natural_days_end_on_the_first_working_day_that_counts(
    start: date, days: int, pairs: list[tuple[int, int]]
) -> None:
    limit = Limit(days, LimitUnit.NATURAL_DAY, ClockStart.RECEIPT)
    history = [ClockEvent(K.RECEIVED, on(start)), *holds_from(start, pairs)]
    due = reading(limit, limit, history, on(start + 4000 * ONE_DAY)).legal_due

    skipped, walked, left = stopped_days(start, pairs), start, days
    while left > 0 or not OFFICIAL.is_working_day(walked) or walked in skipped:
        walked += ONE_DAY
        left -= walked not in skipped
    assert due == walked


@given(
    start=starts,
    unit=units,
    legal=st.integers(0, 30),
    promised=st.integers(0, 30),
    pairs=spans,
    extended=st.none() | st.integers(0, 60),
    held=st.none() | st.integers(0, 80),
    passed=st.integers(0, 120),
    yellow=st.integers(1, 100),
)
def test_the_light_changes_exactly_at_the_announced_instant(
    start: date,
    unit: LimitUnit,
    legal: int,
    promised: int,
    pairs: list[tuple[int, int]],
    extended: int | None,
    held: int | None,
    passed: int,
    yellow: int,
) -> None:
    now = on(start + passed * ONE_DAY)
    history = [ClockEvent(K.RECEIVED, on(start)), *holds_from(start, pairs)]
    if extended is not None:
        history.append(ClockEvent(K.EXTENDED, on(start + extended * ONE_DAY), 5))
    if held is not None:
        history.append(ClockEvent(K.HOLD_STARTED, on(start + held * ONE_DAY)))
    known = [event for event in history if event.at <= now]

    def show(moment: datetime) -> ClockReading:
        return reading(
            Limit(legal, unit, ClockStart.RECEIPT, 10),
            Limit(promised, LimitUnit.WORKING_DAY, ClockStart.RECEIPT),
            known,
            moment,
            thresholds=Thresholds(yellow),
        )

    shown = show(now)
    if shown.changes_at is None:
        assert {show(now + n * ONE_DAY).light for n in range(1, 200)} == {shown.light}
        return
    assert shown.changes_at > now
    assert show(shown.changes_at).light is not shown.light
    assert show(shown.changes_at - timedelta(microseconds=1)).light is shown.light
    for n in range((local_date(shown.changes_at) - local_date(now)).days):
        assert show(now + n * ONE_DAY).light is shown.light


@given(starts, units, st.integers(0, 30), spans, st.integers(0, 150))
def test_used_and_stopped_days_are_all_the_days_passed(
    start: date, unit: LimitUnit, days: int, pairs: list[tuple[int, int]], passed: int
) -> None:
    now = start + passed * ONE_DAY
    limit = Limit(days, unit, ClockStart.RECEIPT)
    shown = reading(limit, limit, [ClockEvent(K.RECEIVED, on(start)), *holds_from(start, pairs)], on(now))

    elapsed = passed if unit is LimitUnit.NATURAL_DAY else OFFICIAL.count_working_days(start, now)
    assert shown.used + shown.stopped_days == elapsed
    assert shown.used >= 0
    assert shown.stopped_days >= 0


@given(starts, spans, st.integers(-10, 20), st.integers(0, 20), st.integers(0, 150))
def test_the_ledger_adds_up_to_the_working_days_since_receipt(
    start: date, pairs: list[tuple[int, int]], asked: int, answered: int, passed: int
) -> None:
    now = start + passed * ONE_DAY
    correction = [
        ClockEvent(K.CORRECTION_STARTED, on(start + asked * ONE_DAY)),
        ClockEvent(K.CORRECTION_ENDED, on(start + (asked + answered) * ONE_DAY)),
    ]
    spent = ledger([ClockEvent(K.RECEIVED, on(start)), *correction, *holds_from(start, pairs)], on(now))

    assert spent.department + spent.applicant + spent.stopped == OFFICIAL.count_working_days(start, now)
    assert min(spent.department, spent.applicant, spent.stopped) >= 0


@pytest.mark.parametrize(
    ("percent", "day"),
    [(0, None), (1, "2026-03-03"), (50, "2026-03-09"), (51, "2026-03-10"), (70, "2026-03-11"), (71, None), (80, None)],
)
def test_the_first_reminder_comes_with_its_share_of_the_promise_and_only_before_yellow(
    percent: int, day: str | None
) -> None:
    limit = Limit(10, LimitUnit.WORKING_DAY, ClockStart.ACCEPTANCE)
    accepted_at = datetime(2026, 3, 2, 9, tzinfo=SHANGHAI)
    accepted = ClockEvent(ClockEventKind.ACCEPTED, accepted_at)
    held = ClockEvent(ClockEventKind.HOLD_STARTED, accepted_at)
    found = [
        reading(limit, limit, events, accepted_at, remind_percent=percent) for events in ((accepted,), (accepted, held))
    ]
    assert [each.remind_on.isoformat() if each.remind_on else None for each in found] == [day, None]
