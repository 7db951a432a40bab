"""Order and cycles of a graph of approval items and milestones."""

from collections.abc import Iterable, Sequence
from heapq import heapify, heappop, heappush

from rules.catalog import Edge, NodeCode
from rules.errors import CatalogError


def topological_order(nodes: Sequence[NodeCode], edges: Sequence[Edge]) -> tuple[NodeCode, ...]:
    """Order ``nodes`` so that every edge points forward; of those ready, the first in ``nodes`` comes first.

    Raises CatalogError when prerequisites form a cycle, which it names.
    """
    rank = {node: position for position, node in enumerate(nodes)}
    after: dict[NodeCode, list[NodeCode]] = {node: [] for node in nodes}
    missing = dict.fromkeys(nodes, 0)
    for edge in edges:
        after[edge.before].append(edge.after)
        missing[edge.after] += 1
    ready = [rank[node] for node in nodes if not missing[node]]
    heapify(ready)
    order: list[NodeCode] = []
    while ready:
        node = nodes[heappop(ready)]
        order.append(node)
        for follower in after[node]:
            missing[follower] -= 1
            if not missing[follower]:
                heappush(ready, rank[follower])
    if len(order) < len(nodes):
        cycle = find_cycle(edges)
        raise CatalogError(f"前置关系成环：{' → '.join(cycle or ())}", cycle=list(cycle or ()))
    return tuple(order)


def find_cycle(edges: Iterable[Edge]) -> tuple[NodeCode, ...] | None:
    """Name one cycle, its first node repeated at the end; None when there is none."""
    after: dict[NodeCode, list[NodeCode]] = {}
    for edge in edges:
        after.setdefault(edge.before, []).append(edge.after)
    cleared: set[NodeCode] = set()
    for start in after:
        cycle = _cycle_from(start, after, cleared)
        if cycle:
            return cycle
    return None


def _cycle_from(
    start: NodeCode, after: dict[NodeCode, list[NodeCode]], cleared: set[NodeCode]
) -> tuple[NodeCode, ...] | None:
    # Iterative, because a hostile file may hold a chain longer than Python's stack.
    trail: list[NodeCode] = []
    on_trail: set[NodeCode] = set()
    pending: list[tuple[NodeCode, bool]] = [(start, False)]
    while pending:
        node, leaving = pending.pop()
        if leaving:
            on_trail.discard(trail.pop())
            cleared.add(node)
        elif node in on_trail:
            return (*trail[trail.index(node) :], node)
        elif node not in cleared:
            trail.append(node)
            on_trail.add(node)
            pending.append((node, True))
            pending.extend((follower, False) for follower in reversed(after.get(node, ())))
    return None
