"""Which items may go to their departments, which milestones may happen, which decisions wait no longer."""

from collections.abc import Iterator
from typing import Final

from rules.catalog import EdgeKind, ItemCode, NodeCode, is_milestone
from rules.commitments import tolerance
from rules.frozen import once, while_same
from rules.moves import AskMaterials, BeginApproval, InsideMove, OpenAssignment, OpenGate, ReleaseDecision
from rules.network import NetworkItem
from rules.progress import Progress
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


def lost_prerequisite(progress: Progress, item: ItemCode) -> str | None:
    """Name a prerequisite of an item that can never be met any more (行政许可法 art. 34; blocked, not refused)."""
    for before in progress.network.prerequisites(item, *GATES_AN_ITEM):
        if lost(progress, before):
            return before
    return None


def lost(progress: Progress, node: NodeCode) -> bool:
    """Tell whether an item or milestone can never be met any more."""
    if progress.met(node):
        return False
    if is_milestone(node):
        return any(lost(progress, before) for before in progress.network.prerequisites(node, *GATES_A_MILESTONE))
    return progress.ended(node)


def ready(snapshot: ApplicationSnapshot) -> tuple[NetworkItem, ...]:
    """Items not yet opened whose prerequisites of acceptance are all met.

    In parallel with what its decision awaits (edge H) means not before that is open itself: a department's clock
    would run, and its light turn red, for weeks in which nothing could be decided.
    """
    return once(snapshot.progress, _ready)


def _ready(progress: Progress) -> tuple[NetworkItem, ...]:
    return tuple(item for item in progress.network.items if _is_ready(progress, item))


def _is_ready(progress: Progress, item: NetworkItem) -> bool:
    if item.code in progress.ends:
        return False
    befores = progress.network.prerequisites(item.code, EdgeKind.ACCEPTANCE)
    beside = progress.network.prerequisites(item.code, EdgeKind.DECISION)
    return all(map(progress.met, befores)) and all(ItemCode(code) in progress.ends for code in beside)


def lacking(snapshot: ApplicationSnapshot) -> tuple[tuple[NetworkItem, tuple[str, ...]], ...]:
    """Name, of each item that is ready, what the applicant has neither brought nor committed to bring (容缺受理)."""
    return while_same(snapshot, _lacking, snapshot.progress, snapshot.materials_provided, snapshot.commitments)


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
        awaits = tuple(ItemCode(before) for before in befores if not snapshot.progress.met(before))
        yield OpenAssignment(item.code, item.department, awaits)
    # While corrections are being gathered, what the center misses goes into their notice: one for everything.
    if (names := tuple(unasked(snapshot))) and not untold(snapshot):
        yield AskMaterials(names)


def unasked(snapshot: ApplicationSnapshot) -> Iterator[str]:
    """Name what is missing for the items that are ready and has not been asked for, each once."""
    wanted = dict.fromkeys(name for _, missed in lacking(snapshot) for name in missed)
    yield from (name for name in wanted if name not in snapshot.materials_asked)


def gates(snapshot: ApplicationSnapshot) -> Iterator[InsideMove]:
    for milestone in once(snapshot.progress, _free):
        if milestone not in snapshot.milestones_opened:
            yield OpenGate(milestone)


def _free(progress: Progress) -> tuple[NodeCode, ...]:
    """Milestones before which nothing is left to do."""
    gates_of = {
        milestone: progress.network.prerequisites(milestone, *GATES_A_MILESTONE)
        for milestone in progress.network.milestones
    }
    return tuple(milestone for milestone, befores in gates_of.items() if all(map(progress.met, befores)))


def releases(snapshot: ApplicationSnapshot) -> Iterator[InsideMove]:
    yield from while_same(snapshot, _releases, snapshot.assignments, snapshot.progress)


def _releases(snapshot: ApplicationSnapshot) -> tuple[InsideMove, ...]:
    waiting = (view for view in snapshot.assignments.values() if view.awaits and not view.status.final)
    return tuple(ReleaseDecision(v.id, v.item) for v in waiting if all(map(snapshot.progress.met, v.awaits)))
