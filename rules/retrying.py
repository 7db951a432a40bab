"""When a message that did not arrive is tried again, and when a department's endpoint is left alone for a while.

An endpoint's circuit is closed while it works, open while it is left alone, and half open when one message may try
whether it works again. Its instants are real time, those of a message's schedule are the office's.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

#: Failures one after the other after which an endpoint is left alone.
FAILURES: Final = 5
#: After as many, one message at a time is enough to find out.
_SUSPECT: Final = 2
_FIRST_REST, _LONGEST_REST = timedelta(seconds=5), timedelta(minutes=2)
_FIRST_RETRY, _LAST_RETRY = timedelta(minutes=1), timedelta(hours=1)


class CircuitState(StrEnum):
    """Whether an endpoint is sent to."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


class Admission(StrEnum):
    """Whether a message may be sent to an endpoint now."""

    GO = "go"
    #: Others are under way; it gets its turn.
    FULL = "full"
    #: The endpoint is left alone.
    REST = "rest"


@dataclass(frozen=True, slots=True)
class Circuit:
    """What is known of an endpoint; ``opened_at`` is None while it is closed."""

    failures: int = 0
    opened_at: datetime | None = None
    #: When it may be tried again.
    probe_at: datetime | None = None
    #: Tries in vain since it opened.
    probes: int = 0
    #: When it last came back.
    closed_at: datetime | None = None

    def state(self, now: datetime) -> CircuitState:
        """Tell the state at an instant."""
        if self.opened_at is None:
            return CircuitState.CLOSED
        return CircuitState.OPEN if self.probe_at is not None and now < self.probe_at else CircuitState.HALF_OPEN


def room(circuit: Circuit, under_way: int, at_once: int, now: datetime) -> int:
    """Say how many more messages an endpoint may get now."""
    state = circuit.state(now)
    if state is CircuitState.OPEN:
        return 0
    most = 1 if state is CircuitState.HALF_OPEN or circuit.failures >= _SUSPECT else at_once
    return max(0, most - under_way)


def admission(circuit: Circuit, under_way: int, at_once: int, now: datetime) -> Admission:
    """Say whether a message may be sent now. A half-open endpoint that is being tried counts as left alone."""
    if room(circuit, under_way, at_once, now):
        return Admission.GO
    return Admission.FULL if circuit.state(now) is CircuitState.CLOSED else Admission.REST


def succeeded(circuit: Circuit, now: datetime) -> Circuit:
    """Take in that the endpoint works: a refusal, too, is an answer."""
    return Circuit(closed_at=circuit.closed_at if circuit.opened_at is None else now)


def failed(circuit: Circuit, now: datetime) -> Circuit:
    """Take in that a message did not arrive. What was sent before the circuit opened does not prolong the rest."""
    circuit = replace(circuit, failures=circuit.failures + 1)
    if circuit.opened_at is None:
        if circuit.failures < FAILURES:
            return circuit
        return replace(circuit, opened_at=now, probe_at=now + _FIRST_REST)
    if circuit.state(now) is CircuitState.OPEN:
        return circuit
    probes = circuit.probes + 1
    return replace(circuit, probes=probes, probe_at=now + min(_FIRST_REST * 2**probes, _LONGEST_REST))


def asked_to_rest(circuit: Circuit, until: datetime, now: datetime) -> Circuit:
    """Take in that the endpoint wants to be left alone until an instant (429 with Retry-After)."""
    latest = max(until, circuit.probe_at) if circuit.probe_at is not None else until
    return replace(circuit, opened_at=circuit.opened_at or now, probe_at=latest)


def next_attempt(attempts: int, held_since: datetime, now: datetime, *, at_most: timedelta) -> datetime | None:
    """Say when a message that has been tried ``attempts`` times before is tried again; None: it is parked.

    A minute later, twice as long each time, up to an hour; parked once it has been held for ``at_most``.
    """
    if now - held_since >= at_most:
        return None
    wait: timedelta = _FIRST_RETRY * 2 ** min(attempts, 10)
    return now + min(wait, _LAST_RETRY)
