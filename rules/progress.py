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
    #: How the items have ended that have come to a department, or were closed before; None: they are at work.
    ends: Mapping[ItemCode, AssignmentStatus | None]
    milestones_reached: frozenset[NodeCode]
    memo: dict[Any, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def is_of(
        self, network: Network, ends: Mapping[ItemCode, AssignmentStatus | None], reached: frozenset[NodeCode]
    ) -> bool:
        """Tell whether this is the progress of an application with these."""
        return self.network is network and self.ends == ends and self.milestones_reached == reached

    @property
    def nothing_lost(self) -> bool:
        """Tell whether everything that has ended has ended well: then nothing is stopped behind it."""
        return all(status is None or status.favourable for status in self.ends.values())

    def ended(self, item: str) -> bool:
        """Tell whether nothing more can happen to an item."""
        return self.ends.get(ItemCode(item)) is not None

    def met(self, node: str) -> bool:
        """Tell whether what comes after an item or milestone may go on."""
        if is_milestone(node):
            return node in self.milestones_reached
        status = self.ends.get(ItemCode(node))
        return status is not None and status.favourable
