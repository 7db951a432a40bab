"""The plan changes under way: an item turns out to be needed, or no longer to be (行政许可法 art. 34, 49)."""

from collections.abc import Iterator
from datetime import datetime

from rules.acts.applicant import require_open
from rules.catalog import Edge, EdgeKind, ItemCode, is_milestone
from rules.entries import Entry, MessageQueued, MilestoneClosed, NoticeQueued, PlanRevised, Revised, Step
from rules.errors import InvalidPlanError
from rules.identifiers import notice_id
from rules.moves import CancelAssignment, entries
from rules.network import Network, digest
from rules.network.revision import without_item
from rules.planning.readiness import GATES_AN_ITEM
from rules.snapshot import ApplicationSnapshot
from rules.vocabulary import AssignmentStatus, MessageKind, NoticeKind


def item_added(
    snapshot: ApplicationSnapshot, revised: Network, code: ItemCode, reason: str, asked_by: str | None, now: datetime
) -> tuple[Entry, ...]:
    """Enter the network that has one item more.

    What departments have goes on. An item already at its department is not decided before the new one (edge A has
    become H, as for an acceptance that came by silence); a gate that is open but not passed closes. Raises
    InvalidPlanError for an edge to what is decided or has happened, ApplicationClosedError once concluded.
    """
    require_open(snapshot)
    edges = touching(revised, code)
    gated = [edge for edge in edges if str(edge.before) == code]
    for edge in gated:
        _require_undecided(snapshot, edge)
    return (
        PlanRevised(revised),
        *_closed(snapshot, gated, now),
        *_awaiting(snapshot, gated, code),
        _step(snapshot, revised, code, reason, {"added": code, "edges": _listed(edges), "asked_by": asked_by}),
    )


def item_dropped(
    snapshot: ApplicationSnapshot, code: ItemCode, reason: str, asked_by: str | None, now: datetime
) -> tuple[Entry, ...]:
    """Enter that an item no longer applies; its department, if it has one already, is told to stop.

    Raises NotFoundError, InvalidPlanError for an item that has ended or is the last, ApplicationClosedError.
    """
    require_open(snapshot)
    item = snapshot.network.item(code)
    view = snapshot.assignments.get(code)
    if view is not None and view.status.final:
        raise InvalidPlanError(f"{item.name}{view.status.zh}，不能再移出", item=code, assignment_status=view.status)
    revised = without_item(snapshot.network, code, known=view is not None)
    stopped: tuple[Entry, ...] = ()
    if view is not None:
        stopped = entries(snapshot, CancelAssignment(view.id, code, AssignmentStatus.CANCELLED, reason), now)
    edges = touching(snapshot.network, code)
    details: dict[str, object] = {"dropped": code, "edges": _listed(edges), "asked_by": asked_by}
    return (
        *stopped,
        PlanRevised(revised),
        *_released(snapshot, code),
        _step(snapshot, revised, code, reason, details),
    )


def _require_undecided(snapshot: ApplicationSnapshot, edge: Edge) -> None:
    after = edge.after
    if is_milestone(after):
        if after in snapshot.milestones_reached:
            raise InvalidPlanError(f"{after} 已经发生，不能再设前置", milestone=after)
        return
    view = snapshot.assignments.get(ItemCode(after))
    if edge.kind in GATES_AN_ITEM and view is not None and view.status.final:
        raise InvalidPlanError(f"{after} {view.status.zh}，不能再设前置", item=after)


def _closed(snapshot: ApplicationSnapshot, gated: list[Edge], now: datetime) -> Iterator[Entry]:
    """Close the gates that stand open without having been passed: no construction before (环境影响评价法 art. 25)."""
    for code in dict.fromkeys(edge.after for edge in gated if edge.after in snapshot.milestones_opened):
        notice = notice_id(snapshot.number, NoticeKind.GATE_CLOSED, f"{code}/{now.isoformat()}")
        body = {"milestone": code, "because": gated[0].before}
        yield MilestoneClosed(code)
        yield NoticeQueued(notice, NoticeKind.GATE_CLOSED, f"{code} 新增前置手续，暂不得进行", body)
        yield Step("gate.closed", code, details=body)


def _awaiting(snapshot: ApplicationSnapshot, gated: list[Edge], code: ItemCode) -> Iterator[Entry]:
    for edge in gated:
        view = snapshot.assignments.get(ItemCode(edge.after))
        if view is not None and edge.kind in (EdgeKind.ACCEPTANCE, EdgeKind.DECISION) and code not in view.awaits:
            yield Revised(view.item, {"awaits": (*view.awaits, code)})


def _released(snapshot: ApplicationSnapshot, code: ItemCode) -> Iterator[Entry]:
    for view in snapshot.assignments.values():
        if code not in view.awaits or view.status.final:
            continue
        left = tuple(item for item in view.awaits if item != code)
        yield Revised(view.item, {"awaits": left})
        if not left:
            yield MessageQueued(view.item, MessageKind.PREREQUISITES_MET, f"without/{code}", {"awaits": []})
            yield Step("prerequisites.met", view.item, details={"items": [code]})


def touching(network: Network, code: str) -> list[Edge]:
    """Return the edges that begin or end at an item."""
    return [edge for edge in network.edges if code in (edge.before, edge.after)]


def _listed(edges: list[Edge]) -> list[list[str]]:
    return [[edge.before, edge.after, edge.kind.value] for edge in edges]


def _step(
    snapshot: ApplicationSnapshot, revised: Network, code: ItemCode, reason: str, details: dict[str, object]
) -> Step:
    said = {name: value for name, value in details.items() if value is not None}
    return Step("plan.revised", code, digest(snapshot.network), digest(revised), reason, said)
