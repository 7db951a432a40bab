"""What should happen next to an application: the moves due, whom it waits for, the next timer, or its outcome.

Pure, total and deterministic: the same snapshot at the same instant gives the same plan, whoever asks and however
often. Nothing here knows how a move is carried out.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from rules import closing, renewal, using
from rules.deadlines import RemindEarly, SetDeadline
from rules.delivery.duty import AFTERWARDS
from rules.frozen import while_same
from rules.moves import Conclude, InsideMove, OutsideMove, ShowLight, applied
from rules.planning import (
    commitments,
    delivering,
    hearing,
    readiness,
    receipts,
    sending,
    siblings,
    stopping,
    waiting,
    withdrawing,
)
from rules.planning.day import day
from rules.planning.waiting import Wait
from rules.snapshot import ApplicationSnapshot
from rules.vocabulary import ApplicationStatus, Outcome

__all__ = ["Plan", "Wait", "outlook", "plan", "settle", "settled"]


#: Moves that write down what is so already: nothing else becomes due by them.
_RECORDS: Final = frozenset({SetDeadline, ShowLight, RemindEarly})


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
    return Plan(inside=inside) if inside else outlook(snapshot, now)


def outlook(snapshot: ApplicationSnapshot, now: datetime) -> Plan:
    """Say what is due outside and what is waited for where no inside move is due."""
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
    snapshot, made = settled(snapshot, now)
    return snapshot, made, outlook(snapshot, now)


def settled(snapshot: ApplicationSnapshot, now: datetime) -> tuple[ApplicationSnapshot, tuple[InsideMove, ...]]:
    """Apply inside moves until none is due; return the snapshot reached and the moves in order."""
    made: list[InsideMove] = []
    while inside := tuple(_inside(snapshot, now)):
        for move in inside:
            snapshot = applied(snapshot, move, now)
        made.extend(inside)
        if _RECORDS.issuperset(map(type, inside)):
            break
    return snapshot, tuple(made)


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
    leaving, still = snapshot.withdrawal_requested, _nothing_follows(snapshot)
    if not leaving and not still and (settlings := tuple(stopping.settlings(snapshot))):
        yield from settlings
        return
    if leaving or not still:
        stops = tuple(withdrawing.withdrawals(snapshot, now) if leaving else stopping.stops(snapshot))
        yield from stops
        if stops:
            return
    if leaving:
        yield from hearing.closings(snapshot)
    else:
        today = day(snapshot, now)
        # First alone: a light need not be shown of what silence has just ended.
        silences: tuple[InsideMove, ...] = (*renewal.moves(snapshot, now),) or today.silences
        yield from silences
        if silences:
            return
        if not still:
            yield from readiness.openings(snapshot)
            yield from readiness.gates(snapshot)
        yield from readiness.releases(snapshot)
        due = (*today.receipts, *receipts.tellings(snapshot, now))
        yield from due
        if due:
            return
        yield from (ShowLight(view.id, view.item, light, now) for view, light in today.lights)
        yield from hearing.hearings(snapshot, now)
        yield from today.deadlines
        yield from today.duties
    if not still and (outcome := stopping.joined(snapshot)) is not None:
        yield Conclude(outcome)


def _nothing_follows(snapshot: ApplicationSnapshot) -> bool:
    """Tell whether nothing follows from how far the items have come and from what has been brought for them."""
    return while_same(
        snapshot,
        _is_still,
        snapshot.progress,
        snapshot.materials_provided,
        snapshot.materials_asked,
        snapshot.commitments,
        snapshot.milestones_opened,
        snapshot.verdict,
        snapshot.siblings,
    )


def _is_still(snapshot: ApplicationSnapshot) -> bool:
    concluded = stopping.joined(snapshot) is not None or siblings.news(snapshot) or stopping.stopping(snapshot)
    beginning = any(not missed for _, missed in readiness.lacking(snapshot)) or any(readiness.unasked(snapshot))
    return not concluded and not beginning and not any(readiness.gates(snapshot))


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
        if (at := day(snapshot, now).next_timer) is not None:
            yield at
        yield from receipts.telling_timers(snapshot, now)
        yield from hearing.timers(snapshot, now)
        yield from renewal.timers(snapshot, now)
