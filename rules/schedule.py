"""How long a network takes: the longest chain of limits, everything one after another, and reviews overlapping.

Days of both units count alike here (ten working days and ten natural days are ten, a month is thirty): a forecast
compares plans, deadlines are computed from the calendar. Milestones, and with them W edges, take no days:
construction time is the applicant's, not the government's.
"""

from dataclasses import dataclass
from typing import Final, Literal

from rules.catalog import EdgeKind, LimitUnit, NodeCode, is_milestone
from rules.errors import NotFoundError
from rules.network import Network

WhichLimit = Literal["promised", "legal"]
_DAYS_OF_A_MONTH: Final = 30


@dataclass(frozen=True, slots=True)
class CriticalPath:
    """The chain that decides the duration, and its length in days."""

    days: int
    path: tuple[NodeCode, ...]


def critical_path(network: Network, limit: WhichLimit, until: NodeCode | None = None) -> CriticalPath:
    """Find the longest chain, every edge of whatever kind meaning finish before start, up to ``until`` or the end.

    Of prerequisites finished at the same time the one declared first is named, of ends the one with most hand-overs.
    Raises NotFoundError for an unknown ``until``.
    """
    finish: dict[NodeCode, int] = {}
    chains: dict[NodeCode, tuple[NodeCode, ...]] = {}
    for node in network.topological():
        previous = max(network.prerequisites(node), key=finish.__getitem__, default=None)
        finish[node] = _days(network, node, limit) + (0 if previous is None else finish[previous])
        chains[node] = (node,) if previous is None else (*chains[previous], node)
    if until is not None and until not in finish:
        raise NotFoundError(f"本申请没有事项或里程碑 {until}", node=until)
    # A milestone takes no time: a chain that ends with one ends, for the offices, with the item before it.
    ends = [until] if until is not None else [node for node in finish if not is_milestone(node)]
    last = max(ends, key=lambda node: (finish[node], len(chains[node])), default=None)
    return CriticalPath(0, ()) if last is None else CriticalPath(finish[last], chains[last])


def serial_days(network: Network, limit: WhichLimit) -> int:
    """Add up all limits: the time when one item waits for the other, as without parallel approval."""
    return sum(_days(network, node, limit) for node in network.nodes)


def overlapped_days(network: Network, limit: WhichLimit) -> int:
    """Compute the time when an H edge only holds back the decision.

    An item starts when its other prerequisites are finished and its H prerequisites have started, runs its limit, and
    is finished no earlier than its H prerequisites.
    """
    start: dict[NodeCode, int] = {}
    finish: dict[NodeCode, int] = {}
    for node in network.topological():
        held = network.prerequisites(node, EdgeKind.DECISION)
        others = network.prerequisites(node, *(kind for kind in EdgeKind if kind is not EdgeKind.DECISION))
        start[node] = max([0, *(finish[each] for each in others), *(start[each] for each in held)])
        finish[node] = max([start[node] + _days(network, node, limit), *(finish[each] for each in held)])
    return max(finish.values(), default=0)


def _days(network: Network, node: NodeCode, limit: WhichLimit) -> int:
    if is_milestone(node):
        return 0
    item = network.item(node)
    wanted = item.promised if limit == "promised" else item.legal
    return wanted.days * _DAYS_OF_A_MONTH if wanted.unit is LimitUnit.MONTH else wanted.days
