"""Who held the ball: every working day belongs to exactly one party, whatever happened."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from rules.clocks import ClockEvent, ClockEventKind
from rules.ledgers import Balance, Holdings, balance, holdings
from rules.spans import Span, union, without, working_days
from rules.workdays import OFFICIAL, SHANGHAI

K = ClockEventKind
START = date(2026, 3, 2)
days = st.integers(-10, 90).map(lambda n: START + timedelta(days=n))
spans = st.lists(st.builds(Span, days, days), max_size=5)


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}T10:00").replace(tzinfo=SHANGHAI).astimezone(UTC)


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=SHANGHAI)


def members(found: list[Span]) -> set[date]:
    return {span.after + timedelta(days=n) for span in found for n in range(1, (span.until - span.after).days + 1)}


@given(spans, spans)
def test_spans_are_sets_of_days(some: list[Span], others: list[Span]) -> None:
    assert members(union(some)) == members(some)
    assert members(without(some, others)) == members(some) - members(others)
    assert working_days(union(some), OFFICIAL) == sum(map(OFFICIAL.is_working_day, members(some)))


@settings(deadline=None)
@given(spans, spans, spans, spans, days)
def test_the_parties_days_always_add_up_to_the_days_passed(
    department: list[Span], center: list[Span], applicant: list[Span], stopped: list[Span], until: date
) -> None:
    held = Holdings(tuple(department), tuple(center), tuple(applicant), tuple(stopped))
    spent = balance(held, noon(START), noon(until))

    passed = {START + timedelta(days=n) for n in range(1, (until - START).days + 1)}
    working = {day for day in passed if OFFICIAL.is_working_day(day)}
    departments = members(department) & working
    centers = (members(center) & working) - departments
    applicants = (members(applicant) & working) - departments - centers
    procedures = (members(stopped) & working) - departments - centers - applicants
    nobody = working - departments - centers - applicants - procedures
    assert spent == Balance(len(departments), len(centers | nobody), len(applicants), len(procedures))
    assert spent.total == len(working)


def test_a_life_is_divided_between_center_department_applicant_and_procedure() -> None:
    history = (
        ClockEvent(K.RECEIVED, at("2026-03-04")),
        ClockEvent(K.CORRECTION_STARTED, at("2026-03-05")),
        ClockEvent(K.CORRECTION_ENDED, at("2026-03-10")),
        ClockEvent(K.ACCEPTED, at("2026-03-10")),
        ClockEvent(K.HOLD_STARTED, at("2026-03-12"), 3),
        ClockEvent(K.STOPPED, at("2026-03-20")),
    )
    held = holdings(history, at("2026-03-03"), at("2026-03-20"), at("2026-03-25"), OFFICIAL)

    spent = balance(held, at("2026-03-02"), at("2026-03-24"))
    # Registered Monday, received Wednesday; one day, three of correction, two and then, after three of the procedure
    # that count for nobody, three more; two to deliver.
    assert spent == Balance(department=6, center=4, applicant=3, stopped=3)


def test_what_no_authority_has_in_hand_is_outside() -> None:
    a, b, c = START, START + timedelta(days=4), START + timedelta(days=9)
    held = Holdings(department=(Span(a, b),), stopped=(Span(a, c),))

    assert held.outside == [Span(b, c)]


def test_an_unfinished_ledger_over_unpublished_days_says_so() -> None:
    assert balance(Holdings(), at("2026-12-30"), at("2027-01-05")).provisional
    assert not balance(Holdings(), at("2026-12-28"), at("2026-12-30")).provisional
