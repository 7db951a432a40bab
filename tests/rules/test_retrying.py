"""When an endpoint is left alone and tried again, and when a message is: tables of instants."""

from datetime import UTC, datetime, timedelta

import pytest

from rules.retrying import (
    FAILURES,
    Admission,
    Circuit,
    CircuitState,
    admission,
    asked_to_rest,
    failed,
    next_attempt,
    room,
    succeeded,
)

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def opened() -> Circuit:
    circuit = Circuit()
    for _ in range(FAILURES):
        circuit = failed(circuit, NOON)
    return circuit


def test_only_failures_one_after_the_other_open_a_circuit() -> None:
    circuit = Circuit()
    for _ in range(FAILURES - 1):
        circuit = failed(circuit, NOON)
    assert circuit.state(NOON) is CircuitState.CLOSED
    assert failed(succeeded(circuit, NOON), NOON).state(NOON) is CircuitState.CLOSED
    assert failed(circuit, NOON).state(NOON) is CircuitState.OPEN


@pytest.mark.parametrize(
    ("seconds", "state"), [(0, CircuitState.OPEN), (4.9, CircuitState.OPEN), (5, CircuitState.HALF_OPEN)]
)
def test_an_open_circuit_rests_before_it_may_be_tried(seconds: float, state: CircuitState) -> None:
    assert opened().state(after(seconds)) is state


def test_each_try_in_vain_doubles_the_rest_up_to_two_minutes() -> None:
    circuit, now, rests = opened(), after(5), []
    for _ in range(7):
        circuit = failed(circuit, now)
        assert circuit.probe_at is not None
        rests.append((circuit.probe_at - now).total_seconds())
        now = circuit.probe_at
    assert rests == [10, 20, 40, 80, 120, 120, 120]
    assert circuit.opened_at == NOON


def test_what_was_sent_before_the_circuit_opened_does_not_prolong_the_rest() -> None:
    circuit = failed(opened(), after(3))
    assert (circuit.probe_at, circuit.probes) == (after(5), 0)


def test_an_answer_closes_the_circuit_and_says_when() -> None:
    circuit = succeeded(opened(), after(9))
    assert (circuit.state(after(9)), circuit.failures, circuit.closed_at) == (CircuitState.CLOSED, 0, after(9))
    assert succeeded(circuit, after(20)).closed_at == after(9)  # it has not been away since


@pytest.mark.parametrize(
    ("failures", "under_way", "places"), [(0, 0, 4), (1, 3, 1), (0, 4, 0), (0, 6, 0), (2, 0, 1), (2, 1, 0)]
)
def test_a_closed_circuit_takes_some_at_once_and_one_when_it_is_suspect(
    failures: int, under_way: int, places: int
) -> None:
    circuit = Circuit()
    for _ in range(failures):
        circuit = failed(circuit, NOON)
    assert room(circuit, under_way, 4, NOON) == places
    assert admission(circuit, under_way, 4, NOON) is (Admission.GO if places else Admission.FULL)


@pytest.mark.parametrize(
    ("seconds", "under_way", "answer"), [(1, 0, Admission.REST), (5, 0, Admission.GO), (5, 1, Admission.REST)]
)
def test_an_open_circuit_takes_none_and_a_half_open_one_a_single_try(
    seconds: float, under_way: int, answer: Admission
) -> None:
    assert admission(opened(), under_way, 4, after(seconds)) is answer


def test_a_department_that_asks_for_a_rest_gets_it_and_no_shorter_one() -> None:
    circuit = asked_to_rest(Circuit(), after(30), NOON)
    assert (circuit.state(after(29)), circuit.state(after(30))) == (CircuitState.OPEN, CircuitState.HALF_OPEN)
    assert circuit.failures == 0
    assert asked_to_rest(circuit, after(10), after(1)).probe_at == after(30)
    assert asked_to_rest(circuit, after(60), after(1)).opened_at == NOON


@pytest.mark.parametrize(("attempts", "minutes"), [(0, 1), (1, 2), (5, 32), (6, 60), (7, 60), (5000, 60)])
def test_a_message_is_tried_later_and_later_up_to_an_hour(attempts: int, minutes: int) -> None:
    assert next_attempt(attempts, NOON, NOON, at_most=timedelta(hours=1)) == NOON + timedelta(minutes=minutes)


@pytest.mark.parametrize(("held", "parked"), [(71.9, False), (72, True)])
def test_a_message_is_parked_when_its_schedule_has_ended(held: float, parked: bool) -> None:
    since = NOON - timedelta(hours=held)
    assert (next_attempt(9, since, NOON, at_most=timedelta(hours=72)) is None) is parked
