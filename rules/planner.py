"""What should happen next to an application: the moves due, whom it waits for, the next timer, or its outcome.

Pure, total and deterministic: the same snapshot at the same instant gives the same plan, whoever asks and however
often. Nothing here knows how a move is carried out.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from rules.catalog import EdgeKind, ItemCode, MaterialSource, NodeCode, RefusalPolicy, is_milestone
from rules.clocks import ClockReading
from rules.moves import (
    AskMaterials,
    BeginApproval,
    BlockItem,
    CancelAssignment,
    Conclude,
    InsideMove,
    OpenAssignment,
    OpenGate,
    OutsideMove,
    ReleaseDecision,
    SendMessage,
    SendNotice,
    ShowLight,
    applied,
)
from rules.network import NetworkItem
from rules.snapshot import ApplicationSnapshot, AssignmentView
from rules.vocabulary import ApplicationStatus, AssignmentStatus, MessageKind, Outcome, Party

_GATES_AN_ITEM = (EdgeKind.ACCEPTANCE, EdgeKind.DECISION)
_GATES_A_MILESTONE = (EdgeKind.ACCEPTANCE, EdgeKind.DECISION, EdgeKind.START, EdgeKind.OPENING, EdgeKind.WORLD)


@dataclass(frozen=True, slots=True)
class Wait:
    """Whom the application waits for, for what, and until when they have promised it."""

    party: Party
    who: str
    what: str
    until: date | None = None


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
    outside = tuple(_outside(snapshot, now))
    return Plan(
        outside=outside,
        waits=tuple(_waits(snapshot, now)),
        next_timer=_next_timer(snapshot, now),
        outcome=snapshot.outcome if snapshot.status is ApplicationStatus.DELIVERED and not _owed(snapshot) else None,
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
    if snapshot.status in (ApplicationStatus.CONCLUDED, ApplicationStatus.DELIVERED):
        return
    stops = tuple(_stops(snapshot))
    yield from stops
    if stops:
        return
    yield from _openings(snapshot)
    yield from _gates(snapshot)
    yield from _releases(snapshot)
    yield from _lights(snapshot, now)
    if (outcome := _joined(snapshot)) is not None:
        yield Conclude(outcome)


def _stops(snapshot: ApplicationSnapshot) -> Iterator[InsideMove]:
    """Close what can no longer be granted: after a withdrawal, a refusal of everything, or a lost prerequisite."""
    stop_all = _stopped_as_a_whole(snapshot)
    for item in snapshot.network.items:
        view = snapshot.assignments.get(item.code)
        if view is not None and view.status.final:
            continue
        if snapshot.withdrawal_requested:
            cause: str | None = "withdrawal"
            becomes = AssignmentStatus.WITHDRAWN
        else:
            cause = stop_all or _lost_prerequisite(snapshot, item.code)
            becomes = AssignmentStatus.CANCELLED
        if cause is None:
            continue
        if view is None:
            yield BlockItem(item.code, item.department, NodeCode(cause))
        else:
            yield CancelAssignment(view.id, item.code, becomes, cause)


def _stopped_as_a_whole(snapshot: ApplicationSnapshot) -> str | None:
    """Name the required item that stops all others under the policy STOP_ALL.

    That is one which can no longer be granted, whether refused itself or behind a refusal: which of the two comes
    first must not matter.
    """
    if snapshot.network.refusal_policy is not RefusalPolicy.STOP_ALL:
        return None
    lost = (item.code for item in snapshot.network.items if item.required and _lost(snapshot, NodeCode(item.code)))
    return next(lost, None)


def _lost_prerequisite(snapshot: ApplicationSnapshot, node: str) -> str | None:
    """Name a prerequisite of an item that can never be met any more (行政许可法 art. 34; blocked, not refused)."""
    for before in snapshot.network.prerequisites(NodeCode(node), *_GATES_AN_ITEM):
        if _lost(snapshot, before):
            return before
    return None


def _lost(snapshot: ApplicationSnapshot, node: NodeCode) -> bool:
    if is_milestone(node):
        if node in snapshot.milestones_reached:
            return False
        return any(_lost(snapshot, before) for before in snapshot.network.prerequisites(node, *_GATES_A_MILESTONE))
    view = snapshot.assignments.get(ItemCode(node))
    return view is not None and view.status.final and view.status is not AssignmentStatus.GRANTED


def _met(snapshot: ApplicationSnapshot, node: NodeCode) -> bool:
    if is_milestone(node):
        return node in snapshot.milestones_reached
    view = snapshot.assignments.get(ItemCode(node))
    return view is not None and view.status is AssignmentStatus.GRANTED


def _ready(snapshot: ApplicationSnapshot) -> Iterator[NetworkItem]:
    """Items not yet opened whose prerequisites of acceptance are all met.

    In parallel with what its decision awaits (edge H) means not before that is open itself: a department's clock
    would run, and its light turn red, for weeks in which nothing could be decided.
    """
    for item in snapshot.network.items:
        if item.code in snapshot.assignments:
            continue
        befores = snapshot.network.prerequisites(NodeCode(item.code), EdgeKind.ACCEPTANCE)
        beside = snapshot.network.prerequisites(NodeCode(item.code), EdgeKind.DECISION)
        if all(_met(snapshot, before) for before in befores) and all(
            ItemCode(code) in snapshot.assignments for code in beside
        ):
            yield item


def _missing(snapshot: ApplicationSnapshot, item: NetworkItem) -> tuple[str, ...]:
    """Main materials that only the applicant can bring and has not brought."""
    return tuple(
        m.name
        for m in item.materials
        if m.source is MaterialSource.APPLICANT and not m.deferrable and m.name not in snapshot.materials_provided
    )


def _openings(snapshot: ApplicationSnapshot) -> Iterator[InsideMove]:
    missing: dict[str, None] = {}
    begun = snapshot.status is ApplicationStatus.IN_APPROVAL
    for item in _ready(snapshot):
        if lacking := _missing(snapshot, item):
            missing.update(dict.fromkeys(lacking))
            continue
        if not begun:
            begun = True
            yield BeginApproval()
        befores = snapshot.network.prerequisites(NodeCode(item.code), EdgeKind.DECISION)
        awaits = tuple(ItemCode(before) for before in befores if not _met(snapshot, before))
        yield OpenAssignment(item.code, item.department, awaits)
    if unasked := tuple(name for name in missing if name not in snapshot.materials_asked):
        yield AskMaterials(unasked)


def _gates(snapshot: ApplicationSnapshot) -> Iterator[InsideMove]:
    for milestone in snapshot.network.milestones:
        if milestone in snapshot.milestones_opened:
            continue
        if all(_met(snapshot, before) for before in snapshot.network.prerequisites(milestone, *_GATES_A_MILESTONE)):
            yield OpenGate(milestone)


def _releases(snapshot: ApplicationSnapshot) -> Iterator[InsideMove]:
    for view in snapshot.assignments.values():
        if view.awaits and not view.status.final and all(_met(snapshot, NodeCode(item)) for item in view.awaits):
            yield ReleaseDecision(view.id, view.item)


def _read(snapshot: ApplicationSnapshot, view: AssignmentView, now: datetime) -> ClockReading:
    return snapshot.read_clock(view, now)


def _running(snapshot: ApplicationSnapshot) -> Iterator[AssignmentView]:
    for view in snapshot.assignments.values():
        if not view.status.final and view.clock:
            yield view


def _lights(snapshot: ApplicationSnapshot, now: datetime) -> Iterator[InsideMove]:
    for view in _running(snapshot):
        light = _read(snapshot, view, now).light
        if light is not view.light:
            yield ShowLight(view.id, view.item, light, now)


def _joined(snapshot: ApplicationSnapshot) -> Outcome | None:
    """Join when every item has ended; only the set of grants and refusals counts, never their order or number."""
    views = [snapshot.assignments.get(item.code) for item in snapshot.network.items]
    if not all(view is not None and view.status.final for view in views):
        return None
    if snapshot.withdrawal_requested:
        return Outcome.WITHDRAWN
    granted = {view.item for view in views if view is not None and view.status is AssignmentStatus.GRANTED}
    required = {item.code for item in snapshot.network.items if item.required}
    if required <= granted:
        return Outcome.GRANTED
    if not granted or _stopped_as_a_whole(snapshot) is not None:
        return Outcome.REFUSED
    return Outcome.PARTLY_GRANTED


def _outside(snapshot: ApplicationSnapshot, now: datetime) -> Iterator[OutsideMove]:
    items = {view.id: view.item for view in snapshot.assignments.values()}
    busy = set()
    for message in snapshot.messages:
        # One at a time per assignment and in order: a department must not hear of materials before the dispatch.
        if message.assignment in busy or message.rejected:
            busy.add(message.assignment)
            continue
        busy.add(message.assignment)
        if message.retry_at is None or message.retry_at <= now:
            yield SendMessage(message.id, message.department, message.kind, items[message.assignment])
    for notice in snapshot.notices:
        yield SendNotice(notice.id, notice.kind)


def _owed(snapshot: ApplicationSnapshot) -> bool:
    """Tell whether a department has still to be told something after the end."""
    return any(not message.rejected for message in snapshot.messages) or bool(snapshot.notices)


def _waits(snapshot: ApplicationSnapshot, now: datetime) -> Iterator[Wait]:
    if snapshot.status in (ApplicationStatus.CONCLUDED, ApplicationStatus.DELIVERED):
        if _owed(snapshot):
            yield Wait(Party.CENTER, "", "delivery")
        return
    undelivered = {m.assignment: m for m in snapshot.messages if m.kind is MessageKind.DISPATCHED}
    for view in snapshot.assignments.values():
        if view.status.final:
            continue
        message = undelivered.get(view.id)
        if message is not None and message.rejected:
            yield Wait(Party.AGENT, "", view.item)
        elif message is not None:
            yield Wait(Party.CENTER, view.department, view.item)
        elif view.status is AssignmentStatus.CORRECTION_REQUIRED:
            yield Wait(Party.APPLICANT, "", view.item)
        else:
            due = _read(snapshot, view, now).promised_due if view.clock else None
            yield Wait(Party.DEPARTMENT, view.department, view.item, due)
    for item in _ready(snapshot):
        for name in _missing(snapshot, item):
            yield Wait(Party.APPLICANT, "", name)
    for milestone in snapshot.network.milestones:
        if _worth_reporting(snapshot, milestone):
            yield Wait(Party.AGENT, "", milestone)


def _worth_reporting(snapshot: ApplicationSnapshot, milestone: NodeCode) -> bool:
    """Tell whether an open milestone, once reported, lets something else go on."""
    reached, opened = snapshot.milestones_reached, snapshot.milestones_opened
    return milestone in opened and milestone not in reached and bool(snapshot.network.dependents(milestone))


def _next_timer(snapshot: ApplicationSnapshot, now: datetime) -> datetime | None:
    timers = [m.retry_at for m in snapshot.messages if m.retry_at is not None and not m.rejected]
    if snapshot.status not in (ApplicationStatus.CONCLUDED, ApplicationStatus.DELIVERED):
        timers += [at for v in _running(snapshot) if (at := _read(snapshot, v, now).changes_at) is not None]
    return min(timers, default=None)
