"""A newer catalog version while an application is open: limits change, powers move to another department."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from rules.acts.report import Report
from rules.acts.transferring import transferred
from rules.catalog import Catalog, DepartmentCode
from rules.clocks import ClockEventKind
from rules.delivery.duty import AFTERWARDS
from rules.effects import entered
from rules.entries import Entry, MessageQueued, MessagesVoided, PlanRevised, Revised, Step
from rules.network import Network, digest
from rules.network.versions import Standing, under_version
from rules.snapshot import ApplicationSnapshot, AssignmentView
from rules.vocabulary import AssignmentStatus, DepartmentAct, MessageKind

#: What is under way in these is its department's own work, which does not move.
_BEGUN: Final = frozenset({AssignmentStatus.RECEIVED, AssignmentStatus.UNDER_REVIEW, AssignmentStatus.REFUSAL_PROPOSED})


def standing(view: AssignmentView | None) -> Standing:
    """Say how far an item has come; one accepted by silence is accepted, too."""
    if view is None:
        return Standing.UNOPENED
    if view.status.final:
        return Standing.ENDED
    return Standing.ACCEPTED if view.occurred(ClockEventKind.ACCEPTED) else Standing.RECEIVED


def moved(snapshot: ApplicationSnapshot, catalog: Catalog, version: int, now: datetime) -> tuple[Entry, ...]:
    """Enter what a newer version changes; nothing where it changes nothing, or where the application is over.

    A power that has moved takes its assignment along, in the clock already used, as any transfer does; the new limit
    binds later acceptances only (法不溯及既往; 行政许可法 art. 8).
    """
    if snapshot.status in AFTERWARDS or snapshot.withdrawal_requested:
        return ()
    standings = {item.code: standing(snapshot.assignments.get(item.code)) for item in snapshot.network.items}
    revised = under_version(snapshot.network, catalog, standings)
    if revised is snapshot.network:
        return ()
    changed = [new for old, new in zip(snapshot.network.items, revised.items, strict=True) if old != new]
    kept = [item.code for item in revised.items if standings[item.code] is Standing.ACCEPTED]
    step = Step(
        "plan.version_moved",
        before=digest(snapshot.network),
        after=digest(revised),
        reason=f"事项清单第 {version} 版施行：尚未受理的事项按新版办理，已经受理的按受理时的规定办理",
        details={"version": version, "moved": [item.code for item in changed], "accepted": kept},
    )
    plan = PlanRevised(revised)
    return plan, step, *_handed_over(entered(snapshot, plan), revised, version, now)


def _handed_over(snapshot: ApplicationSnapshot, revised: Network, version: int, now: datetime) -> Iterator[Entry]:
    for item in revised.items:
        view = snapshot.assignments.get(item.code)
        if view is None or view.status.final or view.department == item.department:
            continue
        reason = f"职权划转：事项清单第 {version} 版将{item.name}划归{item.department_name}"
        if view.status is AssignmentStatus.OPENED:
            yield from _redirected(view, item.department, reason, version)
            continue
        details = {"department": item.department, "department_name": item.department_name, "reason": reason}
        yield from transferred(snapshot, view, Report(DepartmentAct.TRANSFERRED, now, details), _taken_up(view))
        if view.proposal is not None:
            # Nobody is left to sign it: the new department forms its own view.
            yield Revised(view.item, {"proposal": None})


def _taken_up(view: AssignmentView) -> AssignmentStatus:
    """Say where the new department begins: before or after the acceptance, as the old one had got."""
    if view.status not in _BEGUN:
        return view.status
    accepted = view.occurred(ClockEventKind.ACCEPTED)
    return AssignmentStatus.ACCEPTED if accepted else AssignmentStatus.OPENED


def _redirected(view: AssignmentView, department: DepartmentCode, reason: str, version: int) -> tuple[Entry, ...]:
    """Send what its department has not received yet to the other; there is no clock to take along."""
    return (
        MessagesVoided(view.item),
        Revised(view.item, {"department": department}),
        MessageQueued(view.item, MessageKind.DISPATCHED, f"version/{version}"),
        Step("assignment.redirected", view.item, before=view.department, after=department, reason=reason),
    )
