"""What rests on a permit: when it is valid no longer, what it had opened closes, and what was granted on it is flagged.

Nothing falls with it: each organ looks at its own grant (行政许可法 art. 69).
"""

from collections.abc import Iterator

from rules.catalog import ItemCode, NodeCode, is_milestone
from rules.entries import MilestoneClosed, Step
from rules.reopening import dependants
from rules.snapshot import ApplicationSnapshot, AssignmentView


def dependants_granted(snapshot: ApplicationSnapshot, item: ItemCode) -> Iterator[AssignmentView]:
    """Find what was granted on the basis of another item's result."""
    for code in dependants(snapshot, item):
        view = snapshot.assignments.get(code)
        if view is not None and view.status.favourable:
            yield view


def closed(snapshot: ApplicationSnapshot, item: ItemCode) -> Iterator[MilestoneClosed]:
    """Close the milestones that the permit had opened and that have not been reached."""
    for edge in snapshot.network.dependents(item):
        node = NodeCode(edge.after)
        ahead = node in snapshot.milestones_opened and node not in snapshot.milestones_reached
        if is_milestone(node) and ahead:
            yield MilestoneClosed(node)


def flagged(snapshot: ApplicationSnapshot, item: ItemCode, how: str) -> Iterator[Step]:
    """Flag what was granted on a permit; ``how`` says what has become of it: 已撤销."""
    for view in dependants_granted(snapshot, item):
        yield Step("basis.lost", view.item, reason=f"所依据的 {item} {how}", details={"basis": item})
