"""How far the items and milestones of an application have come: what has ended, what has been met, what is lost."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from rules.catalog import ItemCode, NodeCode, is_milestone
from rules.network import Network
from rules.vocabulary import AssignmentStatus


# Without slots: it remembers what was found of it (rules.frozen).
@dataclass(frozen=True)
class Progress:
    """What prerequisites and verdicts depend on, and nothing else: neither time nor papers nor messages."""

    network: Network
    #: Of the items that have come to a department, or were closed before.
    statuses: Mapping[ItemCode, AssignmentStatus]
    milestones_reached: frozenset[NodeCode]
    memo: dict[Any, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def is_of(
        self, network: Network, statuses: Mapping[ItemCode, AssignmentStatus], reached: frozenset[NodeCode]
    ) -> bool:
        """Tell whether this is the progress of an application with these."""
        return self.network is network and self.statuses == statuses and self.milestones_reached == reached

    @property
    def nothing_lost(self) -> bool:
        """Tell whether everything that has ended has ended well: then nothing is stopped behind it."""
        return all(status.favourable or not status.final for status in self.statuses.values())

    def ended(self, item: str) -> bool:
        """Tell whether nothing more can happen to an item."""
        status = self.statuses.get(ItemCode(item))
        return status is not None and status.final

    def met(self, node: str) -> bool:
        """Tell whether what comes after an item or milestone may go on."""
        if is_milestone(node):
            return node in self.milestones_reached
        status = self.statuses.get(ItemCode(node))
        return status is not None and status.favourable
