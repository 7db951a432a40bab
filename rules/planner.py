"""What should happen next to an application: the moves due, whom it waits for, the next timer, or its outcome.

Pure, total and deterministic: the same snapshot at the same instant gives the same plan, whoever asks and however
often. Nothing here knows how a move is carried out.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from rules import closing, duties, renewal, using
from rules.delivery.duty import AFTERWARDS
from rules.moves import Conclude, InsideMove, OutsideMove, applied
from rules.planning import (
    commitments,
    deadlines,
    delivering,
    hearing,
    lights,
    readiness,
    receipts,
    sending,
    silence,
    stopping,
    waiting,
    withdrawing,
)
from rules.planning.waiting import Wait
from rules.snapshot import ApplicationSnapshot
from rules.vocabulary import ApplicationStatus, Outcome

__all__ = ["Plan", "Wait", "plan", "settle"]


@dataclass(frozen=True, slots=True)
class Plan:
    """The answer of the planner; ``outcome`` is set when nothing is left to do or to wait for."""

    inside: tuple[InsideMove, ...] = ()
    outside: tuple[OutsideMove, ...] = ()
    waits: tuple[Wait, ...] = ()
    next_timer: datetime | None = None
    outcome: Outcome | None = None


def plan(snapshot: ApplicationSnapshot, now: datetime) -> Plan:
    """Say what is due. While inside moves are due nothing else is said: apply them and ask again."""
    inside = tuple(_inside(snapshot, now))
    if inside:
        return Plan(inside=inside)
    outside = tuple(sending.outside(snapshot, now))
    owed = sending.owed(snapshot) or commitments.open_(snapshot)
    # Closing is a matter of time and of the applicant's word: the tables see to it, and no run waits for it.
    over = snapshot.status in (ApplicationStatus.DELIVERED, ApplicationStatus.CLOSED) and not owed
    return Plan(
        outside=outside,
        waits=tuple(waiting.waits(snapshot, now)),
        next_timer=min(_timers(snapshot, now), default=None),
        outcome=snapshot.outcome if over else None,
    )


def settle(snapshot: ApplicationSnapshot, now: datetime) -> tuple[ApplicationSnapshot, tuple[InsideMove, ...], Plan]:
    """Apply inside moves until none is due; return the snapshot reached, the moves in order, and its plan."""
    made: list[InsideMove] = []
    while (current := plan(snapshot, now)).inside:
        for move in current.inside:
            snapshot = applied(snapshot, move, now)
        made.extend(current.inside)
    return snapshot, tuple(made), current


def _inside(snapshot: ApplicationSnapshot, now: datetime) -> Iterator[InsideMove]:
    followed = tuple(commitments.commitments(snapshot, now))
    yield from followed
    yield from delivering.moves(snapshot, now)
    if snapshot.status in AFTERWARDS:
        yield from closing.moves(snapshot, now)
        return
    if followed:
        return
    passed = tuple(using.moves(snapshot, now))
    yield from passed
    if passed:
        return
    leaving = snapshot.withdrawal_requested
    if not leaving and (settlings := tuple(stopping.settlings(snapshot))):
        yield from settlings
        return
    stops = tuple(withdrawing.withdrawals(snapshot, now) if leaving else stopping.stops(snapshot))
    yield from stops
    if stops:
        return
    if leaving:
        yield from hearing.closings(snapshot)
    else:
        # First alone: a light need not be shown of what silence has just ended.
        silences: tuple[InsideMove, ...] = (*renewal.moves(snapshot, now),) or (*silence.silences(snapshot, now),)
        yield from silences
        if silences:
            return
        yield from readiness.openings(snapshot)
        yield from readiness.gates(snapshot)
        yield from readiness.releases(snapshot)
        due = tuple(receipts.moves(snapshot, now))
        yield from due
        if due:
            return
        yield from lights.lights(snapshot, now)
        yield from hearing.hearings(snapshot, now)
        yield from deadlines.moves(snapshot, now)
        yield from duties.moves(snapshot, now)
    if (outcome := stopping.joined(snapshot)) is not None:
        yield Conclude(outcome)


def _timers(snapshot: ApplicationSnapshot, now: datetime) -> Iterator[datetime]:
    yield from sending.timers(snapshot)
    yield from commitments.timers(snapshot, now)
    yield from delivering.timers(snapshot, now)
    if snapshot.status in AFTERWARDS:
        yield from closing.timers(snapshot, now)
        return
    yield from using.timers(snapshot, now)
    if snapshot.withdrawal_requested:
        yield from withdrawing.timers(snapshot)
    else:
        yield from lights.timers(snapshot, now)
        yield from receipts.timers(snapshot, now)
        yield from hearing.timers(snapshot, now)
        yield from silence.timers(snapshot, now)
        yield from deadlines.timers(snapshot, now)
        yield from renewal.timers(snapshot, now)
        yield from duties.timers(snapshot, now)
