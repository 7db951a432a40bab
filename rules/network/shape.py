"""The frozen network of one application, its look-ups computed once."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from rules.catalog import (
    DepartmentCode,
    Edge,
    EdgeKind,
    ItemCode,
    ItemKind,
    JourneyCode,
    Limit,
    Material,
    NodeCode,
    RefusalPolicy,
    Stage,
)
from rules.errors import NotFoundError
from rules.graph import topological_order
from rules.terms import Join, Policies, Terms


@dataclass(frozen=True, slots=True)
class NetworkItem:
    """An approval item as this application needs it, department and stage resolved."""

    code: ItemCode
    name: str
    name_en: str
    department: DepartmentCode
    department_name: str
    kind: ItemKind
    legal: Limit
    promised: Limit
    materials: tuple[Material, ...]
    result: str
    stage: str
    required: bool = True
    terms: Terms = Terms()
    #: Names of materials that the journey lets the applicant replace by a commitment (告知承诺).
    waived: tuple[str, ...] = ()


# Without slots: the lookups below are computed once and kept beside the fields.
@dataclass(frozen=True)
class Network:
    """What is to be approved, in which stage, and what must come before what; never changes."""

    journey: JourneyCode
    name: str
    refusal_policy: RefusalPolicy
    stages: tuple[Stage, ...]
    items: tuple[NetworkItem, ...]
    milestones: tuple[NodeCode, ...]
    edges: tuple[Edge, ...]
    join: Join = Join()
    policies: Policies = Policies()

    def item(self, code: str) -> NetworkItem:
        """Return the approval item of that code. Raises NotFoundError when the network has none."""
        try:
            return self._items[code]
        except KeyError:
            raise NotFoundError(f"本申请没有事项 {code}", item=code) from None

    def prerequisites(self, node: str, *kinds: EdgeKind) -> tuple[NodeCode, ...]:
        """Return the nodes before ``node`` by edges of these kinds (none given: of any), as declared."""
        try:
            return self._prerequisites[node, kinds]
        except KeyError:
            edges = self._edges_of(self._incoming, node)
            found = tuple(edge.before for edge in edges if not kinds or edge.kind in kinds)
            return self._prerequisites.setdefault((node, kinds), found)

    def dependents(self, node: str) -> tuple[Edge, ...]:
        """Return the edges that start at ``node``, as declared."""
        return self._edges_of(self._outgoing, node)

    def topological(self) -> tuple[NodeCode, ...]:
        """Return every node after all its prerequisites, always in the same order. Raises CatalogError on a cycle."""
        return self._order

    def descendants(self, node: str) -> tuple[NodeCode, ...]:
        """Return every node that directly or indirectly depends on ``node``, in topological order."""
        self._edges_of(self._outgoing, node)
        return self._descendants[node]

    @cached_property
    def nodes(self) -> tuple[NodeCode, ...]:
        """Items, then milestones, as declared."""
        return (*(NodeCode(item.code) for item in self.items), *self.milestones)

    def _edges_of(self, side: Mapping[str, tuple[Edge, ...]], node: str) -> tuple[Edge, ...]:
        try:
            return side[node]
        except KeyError:
            raise NotFoundError(f"本申请没有事项或里程碑 {node}", node=node) from None

    @cached_property
    def _items(self) -> dict[str, NetworkItem]:
        return {item.code: item for item in self.items}

    @cached_property
    def _prerequisites(self) -> dict[tuple[str, tuple[EdgeKind, ...]], tuple[NodeCode, ...]]:
        return {}

    @cached_property
    def _incoming(self) -> dict[str, tuple[Edge, ...]]:
        found: dict[str, list[Edge]] = {node: [] for node in self.nodes}
        for edge in self.edges:
            found[edge.after].append(edge)
        return {node: tuple(edges) for node, edges in found.items()}

    @cached_property
    def _outgoing(self) -> dict[str, tuple[Edge, ...]]:
        found: dict[str, list[Edge]] = {node: [] for node in self.nodes}
        for edge in self.edges:
            found[edge.before].append(edge)
        return {node: tuple(edges) for node, edges in found.items()}

    @cached_property
    def _order(self) -> tuple[NodeCode, ...]:
        return topological_order(self.nodes, self.edges)

    @cached_property
    def _descendants(self) -> dict[str, tuple[NodeCode, ...]]:
        reached: dict[str, set[NodeCode]] = {}
        for node in reversed(self._order):
            followers = [edge.after for edge in self._outgoing[node]]
            reached[node] = set(followers).union(*(reached[follower] for follower in followers))
        return {node: tuple(each for each in self._order if each in found) for node, found in reached.items()}
