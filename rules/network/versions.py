"""A network under a newer catalog version: what is not accepted yet moves, what is accepted keeps its law."""

from collections.abc import Mapping
from dataclasses import replace
from enum import Enum

from rules.catalog import ApprovalItem, Catalog, ItemCode, JourneyItem, is_milestone
from rules.network.resolution import resolved_item
from rules.network.shape import Network, NetworkItem


class Standing(Enum):
    """How far an item has come, which decides what a newer version changes of it."""

    #: At no department yet.
    UNOPENED = "unopened"
    #: At its department, which has not accepted it.
    RECEIVED = "received"
    #: Accepted: the law of that day holds to the end, whoever carries it out (行政许可法 art. 8).
    ACCEPTED = "accepted"
    ENDED = "ended"


def may_follow(network: Network, catalog: Catalog) -> bool:
    """Tell whether a newer version publishes the network's journey and every item of it.

    Else it keeps its version wholly: what becomes of an abolished item is decided by people (行政许可法 art. 8).
    """
    return network.journey in catalog.journeys and all(item.code in catalog.items for item in network.items)


def under_version(network: Network, catalog: Catalog, standings: Mapping[ItemCode, Standing]) -> Network:
    """Return the network as a newer version leaves it.

    An item at no department yet is wholly that of the new version. What a department has keeps its materials, since
    nobody is asked again for what was complete when it was handed in (行政许可法 art. 32); until it is accepted its
    limits and terms are the new ones. What is accepted keeps everything but the department, where the power has been
    handed over. Which items apply and what comes before what stays: that is the applicant's plan, revised by people.
    """
    included = {str(node) for node in network.nodes if not is_milestone(node)}
    items = tuple(_under(item, catalog, standings[item.code], network, included) for item in network.items)
    return network if items == network.items else replace(network, items=items)


def _under(
    item: NetworkItem, catalog: Catalog, standing: Standing, network: Network, included: set[str]
) -> NetworkItem:
    published = catalog.items.get(item.code)
    if published is None or standing is Standing.ENDED:
        return item
    if standing is Standing.ACCEPTED:
        return replace(
            item, department=published.department, department_name=catalog.departments[published.department].name
        )
    renewed = resolved_item(catalog, _entry(item, published, catalog, network), included)
    if standing is Standing.UNOPENED:
        return renewed
    return replace(renewed, materials=item.materials, waived=item.waived)


def _entry(item: NetworkItem, published: ApprovalItem, catalog: Catalog, network: Network) -> JourneyItem:
    """Keep the item's place in this application; what its journey now replaces by a promise is the new version's."""
    journey = catalog.journeys.get(network.journey)
    declared = next((each for each in journey.items if each.item == item.code), None) if journey else None
    waived = declared.waived if declared else tuple(m.name for m in published.materials if m.name in item.waived)
    return JourneyItem(item.code, item.stage, required=item.required, waived=waived)
