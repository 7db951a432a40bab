"""Which items may go to their departments, which milestones may happen, which decisions wait no longer."""

from collections.abc import Iterator
from typing import Final

from rules.catalog import EdgeKind, ItemCode, NodeCode, is_milestone
from rules.commitments import tolerance
from rules.frozen import once
from rules.moves import AskMaterials, BeginApproval, InsideMove, OpenAssignment, OpenGate, ReleaseDecision
from rules.network import NetworkItem
from rules.snapshot import ApplicationSnapshot
from rules.vocabulary import ApplicationStatus
from rules.windows import untold

GATES_AN_ITEM: Final = (EdgeKind.ACCEPTANCE, EdgeKind.DECISION)
GATES_A_MILESTONE: Final = (
    EdgeKind.ACCEPTANCE,
    EdgeKind.DECISION,
    EdgeKind.START,
    EdgeKind.OPENING,
    EdgeKind.WORLD,
)


def lost_prerequisite(snapshot: ApplicationSnapshot, node: str) -> str | None:
    """Name a prerequisite of an item that can never be met any more (行政许可法 art. 34; blocked, not refused)."""
    for before in snapshot.network.prerequisites(NodeCode(node), *GATES_AN_ITEM):
        if lost(snapshot, before):
            return before
    return None


def lost(snapshot: ApplicationSnapshot, node: NodeCode) -> bool:
    if is_milestone(node):
        if node in snapshot.milestones_reached:
            return False
        return any(lost(snapshot, before) for before in snapshot.network.prerequisites(node, *GATES_A_MILESTONE))
    view = snapshot.assignments.get(ItemCode(node))
    return view is not None and view.status.final and not view.status.favourable


def met(snapshot: ApplicationSnapshot, node: NodeCode) -> bool:
    if is_milestone(node):
        return node in snapshot.milestones_reached
    view = snapshot.assignments.get(ItemCode(node))
    return view is not None and view.status.favourable


def ready(snapshot: ApplicationSnapshot) -> tuple[NetworkItem, ...]:
    """Items not yet opened whose prerequisites of acceptance are all met.

    In parallel with what its decision awaits (edge H) means not before that is open itself: a department's clock
    would run, and its light turn red, for weeks in which nothing could be decided.
    """
    return once(snapshot, _ready)


def _ready(snapshot: ApplicationSnapshot) -> tuple[NetworkItem, ...]:
    return tuple(item for item in snapshot.network.items if _is_ready(snapshot, item))


def _is_ready(snapshot: ApplicationSnapshot, item: NetworkItem) -> bool:
    if item.code in snapshot.assignments:
        return False
    befores = snapshot.network.prerequisites(item.code, EdgeKind.ACCEPTANCE)
    beside = snapshot.network.prerequisites(item.code, EdgeKind.DECISION)
    return all(met(snapshot, before) for before in befores) and all(
        ItemCode(code) in snapshot.assignments for code in beside
    )


def lacking(snapshot: ApplicationSnapshot) -> tuple[tuple[NetworkItem, tuple[str, ...]], ...]:
    """Name, of each item that is ready, what the applicant has neither brought nor committed to bring (容缺受理)."""
    return once(snapshot, _lacking)


def _lacking(snapshot: ApplicationSnapshot) -> tuple[tuple[NetworkItem, tuple[str, ...]], ...]:
    return tuple((item, missing(snapshot, item)) for item in ready(snapshot))


def missing(snapshot: ApplicationSnapshot, item: NetworkItem) -> tuple[str, ...]:
    """What the applicant has neither brought nor committed to bring (容缺受理)."""
    return tolerance.missing(item, snapshot.materials_provided, snapshot.commitments)


def openings(snapshot: ApplicationSnapshot) -> Iterator[InsideMove]:
    begun = snapshot.status is ApplicationStatus.IN_APPROVAL
    for item, missed in lacking(snapshot):
        if missed:
            continue
        if not begun:
            begun = True
            yield BeginApproval()
        befores = snapshot.network.prerequisites(NodeCode(item.code), EdgeKind.DECISION)
        awaits = tuple(ItemCode(before) for before in befores if not met(snapshot, before))
        yield OpenAssignment(item.code, item.department, awaits)
    # While corrections are being gathered, what the center misses goes into their notice: one for everything.
    if (names := tuple(unasked(snapshot))) and not untold(snapshot):
        yield AskMaterials(names)


def unasked(snapshot: ApplicationSnapshot) -> Iterator[str]:
    """Name what is missing for the items that are ready and has not been asked for, each once."""
    wanted = dict.fromkeys(name for _, missed in lacking(snapshot) for name in missed)
    yield from (name for name in wanted if name not in snapshot.materials_asked)


def gates(snapshot: ApplicationSnapshot) -> Iterator[InsideMove]:
    for milestone in snapshot.network.milestones:
        if milestone in snapshot.milestones_opened:
            continue
        if all(met(snapshot, before) for before in snapshot.network.prerequisites(milestone, *GATES_A_MILESTONE)):
            yield OpenGate(milestone)


def releases(snapshot: ApplicationSnapshot) -> Iterator[InsideMove]:
    for view in snapshot.assignments.values():
        if view.awaits and not view.status.final and all(met(snapshot, NodeCode(item)) for item in view.awaits):
            yield ReleaseDecision(view.id, view.item)
