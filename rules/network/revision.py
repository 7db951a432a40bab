"""A network with an approval item more, or less, than the application was launched with."""

from collections.abc import Sequence
from dataclasses import replace

from rules.catalog import Catalog, Edge, ItemCode, JourneyItem, Stage, is_milestone
from rules.errors import CatalogError, InvalidPlanError
from rules.network.resolution import resolved_item
from rules.network.shape import Network


def with_item(
    network: Network,
    catalog: Catalog,
    code: ItemCode,
    *,
    edges: Sequence[Edge] | None = None,
    stage: str | None = None,
    required: bool = True,
) -> Network:
    """Add an item of the catalog; stage and edges are those of the journey where they are not given.

    Raises InvalidPlanError for an item that is unknown or already there, an edge that leads elsewhere, a cycle.
    """
    if code not in catalog.items:
        raise InvalidPlanError(f"事项清单没有事项 {code}", item=code)
    nodes: set[str] = {*network.nodes, code}
    if code in set(map(str, network.nodes)):
        raise InvalidPlanError(f"本申请已有事项 {code}", item=code)
    entry = _entry(catalog, network, code, stage, required=required)
    added = _template_edges(catalog, network, code, nodes) if edges is None else tuple(dict.fromkeys(edges))
    for edge in added:
        if not _touches(edge, code) or not {edge.before, edge.after} <= nodes:
            raise InvalidPlanError(f"前置关系 {edge.before}→{edge.after} 不在本申请的 {code} 上", item=code)
    included = {node for node in nodes if not is_milestone(node)}
    revised = replace(
        network,
        stages=_stages(catalog, network, entry.stage),
        items=(*network.items, resolved_item(catalog, entry, included)),
        edges=(*network.edges, *added),
    )
    return _acyclic(revised)


def without_item(network: Network, code: ItemCode, *, known: bool) -> Network:
    """Take an item out; one a department already knows stays on the list, gating nothing and asked of nobody.

    Raises InvalidPlanError when nothing would be left to approve.
    """
    edges = tuple(edge for edge in network.edges if not _touches(edge, code))
    others = [item for item in network.items if item.code != code]
    if not any(item.required for item in others):
        raise InvalidPlanError(f"{code} 之外没有必办事项，请改为撤件", item=code)
    optional = replace(network.item(code), required=False)
    items = tuple(optional if item.code == code else item for item in network.items)
    return replace(network, items=items if known else tuple(others), edges=edges)


def _entry(catalog: Catalog, network: Network, code: ItemCode, stage: str | None, *, required: bool) -> JourneyItem:
    template = catalog.journeys[network.journey]
    declared = next((entry for entry in template.items if entry.item == code), None)
    chosen = stage or (declared.stage if declared else None)
    if chosen is None or all(each.code != chosen for each in template.stages):
        offered = "、".join(each.code for each in template.stages)
        raise InvalidPlanError(f"请指明 {code} 属于哪个阶段：{offered}", item=code, stage=stage)
    waived = declared.waived if declared else ()
    return JourneyItem(code, chosen, required=required, waived=waived)


def _template_edges(catalog: Catalog, network: Network, code: str, nodes: set[str]) -> tuple[Edge, ...]:
    declared = catalog.journeys[network.journey].edges
    return tuple(e for e in declared if _touches(e, code) and {e.before, e.after} <= nodes)


def _touches(edge: Edge, code: str) -> bool:
    return code in (str(edge.before), str(edge.after))


def _stages(catalog: Catalog, network: Network, used: str) -> tuple[Stage, ...]:
    codes = {stage.code for stage in network.stages} | {used}
    return tuple(stage for stage in catalog.journeys[network.journey].stages if stage.code in codes)


def _acyclic(network: Network) -> Network:
    try:
        network.topological()
    except CatalogError as error:
        raise InvalidPlanError(error.message, **error.details) from error
    return network
