"""What a simulated department does before it grants, and what its decision says."""

from collections.abc import Iterator
from typing import Any

from deployments.simulation.habits import Conduct
from rules.acts import inspecting
from rules.moves import SendMessage
from rules.network import NetworkItem
from rules.opinions import over
from rules.snapshot import ApplicationSnapshot, AssignmentView, OpinionView
from rules.vocabulary import AssignmentStatus, DecisionKind, DepartmentAct

_OFFICERS = ("甲", "丙")


def details(habit: Conduct, view: AssignmentView, year: int) -> dict[str, Any]:
    """Write what a decision says: a grant its number, what is less its reason and law."""
    # Its own reasons, should it grant against the opinion of another.
    favourable = {"document_number": f"开{view.item}〔{year}〕", "reason": "综合各方意见，符合法定条件"}
    law = {"legal_basis": "行政许可法第三十八条"}
    match habit.decision:
        case DecisionKind.REFUSE:
            return {"reason": "不符合条件", **law, **({"approver": "乙"} if habit.approved_at_once else {})}
        case DecisionKind.PARTLY_GRANT:
            return {**favourable, "reason": "其余部分不符合条件", **law}
        case _:
            return favourable


def extension(item: NetworkItem) -> dict[str, Any]:
    """Ask for all the time that the law allows, by whom it wants to allow it."""
    level = item.terms.extension_approver.value
    return {"days": item.legal.extension, "reason": "情况复杂", "approver": "局长", "approver_level": level}


def question(snapshot: ApplicationSnapshot, move: SendMessage) -> OpinionView:
    """Find what a department is asked for its opinion about."""
    asked = move.item, move.department
    return next(o for o in snapshot.opinions if (o.item, o.department) == asked and not over(snapshot, o))


def unvisited(snapshot: ApplicationSnapshot, view: AssignmentView) -> bool:
    """Tell whether somebody has still to look at the site."""
    return snapshot.network.item(view.item).terms.site_visit and "visited_on" not in inspecting.of(view)


def assignment(snapshot: ApplicationSnapshot, view: AssignmentView) -> Iterator[tuple[DepartmentAct, dict[str, Any]]]:
    """Name the officers, unless somebody has, or it is not under review."""
    at_work = view.status in (AssignmentStatus.ACCEPTED, AssignmentStatus.UNDER_REVIEW)
    if at_work and inspecting.assign_by(snapshot, view) is not None:
        yield DepartmentAct.OFFICERS_ASSIGNED, {"officers": _OFFICERS}


def visit(snapshot: ApplicationSnapshot, view: AssignmentView) -> Iterator[tuple[DepartmentAct, dict[str, Any]]]:
    """Look at the site: of an application that is accepted, if only then."""
    if unvisited(snapshot, view) and view.status is not AssignmentStatus.PENDING_CURE:
        if view.status is AssignmentStatus.RECEIVED:
            yield DepartmentAct.ACCEPTED, {"handler": "甲"}
        yield DepartmentAct.SITE_VISITED, {"officers": _OFFICERS, "findings": "一致"}
