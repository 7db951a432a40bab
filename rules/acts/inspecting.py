"""Looking at a site (现场核查): two officers at least, assigned in five working days (行政许可法 art. 34, 55)."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

from rules.acts import keeping
from rules.acts.report import Report, stepped
from rules.clocks import ClockEventKind
from rules.entries import Entry, Revised
from rules.errors import InvalidEventError
from rules.snapshot import ApplicationSnapshot, AssignmentView
from rules.vocabulary import AssignmentStatus, DecisionKind
from rules.workdays import Deadline, local_date

#: Under which name an assignment keeps who looks at the site, and when they did.
INSPECTION: Final = "inspection"
_OFFICERS, _WITHIN = 2, 5


def of(view: AssignmentView) -> Mapping[str, Any]:
    """Return who looks at the site, and when they did; nothing before somebody was assigned."""
    found: Mapping[str, Any] = view.procedures.get(INSPECTION, {})
    return found


def officers_of(names: Iterable[str]) -> tuple[str, ...]:
    """Return the names of the officers, two different people at least. Raises InvalidEventError."""
    found = tuple(sorted({"".join(name.split()) for name in names} - {""}))
    if len(found) < _OFFICERS:
        raise InvalidEventError(
            "现场核查须有两名以上工作人员（行政许可法第三十四条、第五十五条）", officers=list(found)
        )
    return found


def assign_by(snapshot: ApplicationSnapshot, view: AssignmentView) -> Deadline | None:
    """Return the last day to assign them: five working days from the acceptance; None where nobody has to go."""
    if not snapshot.network.item(view.item).terms.site_visit or of(view):
        return None
    accepted = next((event.on for event in view.clock if event.kind is ClockEventKind.ACCEPTED), None)
    return None if accepted is None else snapshot.calendar.add_working_days(accepted, _WITHIN)


def assigned(
    snapshot: ApplicationSnapshot, view: AssignmentView, report: Report, after: AssignmentStatus
) -> tuple[Entry, ...]:
    """Enter who will look at the site. Raises InvalidEventError for fewer than two officers."""
    officers, on, last = officers_of(report.details["officers"]), local_date(report.occurred_at), None
    if (limit := assign_by(snapshot, view)) is not None and on > limit.on:
        last = {"overdue_since": limit.on.isoformat()}
    told = Report(report.act, report.occurred_at, {**report.details, **(last or {})})
    return (
        _kept(view, officers=list(officers), assigned_on=on.isoformat()),
        *stepped(view, "site_visit.assigned", told, after),
    )


def visited(
    _snapshot: ApplicationSnapshot, view: AssignmentView, report: Report, after: AssignmentStatus
) -> tuple[Entry, ...]:
    """Enter that the site was looked at, by whom, and what was found. Raises InvalidEventError."""
    on = local_date(report.occurred_at)
    return (
        seen(view, report.details["officers"], on),
        *stepped(view, "site_visit.recorded", report, after),
    )


def seen(view: AssignmentView, officers: Iterable[str], on: date) -> Revised:
    """Keep that two officers have looked at the site, by themselves or with other departments. Raises
    InvalidEventError."""
    return _kept(view, officers=list(officers_of(officers)), visited_on=on.isoformat())


def require_visited(snapshot: ApplicationSnapshot, view: AssignmentView, kind: DecisionKind) -> None:
    """Let a grant pass for which nobody must look at the site, or somebody has. Raises InvalidEventError.

    A grant on the applicant's promise is checked afterwards (告知承诺), and a refusal may rest on the papers alone.
    """
    if kind not in (DecisionKind.GRANT, DecisionKind.PARTLY_GRANT):
        return
    if snapshot.network.item(view.item).terms.site_visit and "visited_on" not in of(view):
        raise InvalidEventError("本事项须现场核查，请先登记两名以上工作人员的核查记录", missing=["site_visited"])


def _kept(view: AssignmentView, **changes: Any) -> Revised:
    return keeping.kept(view, INSPECTION, {**of(view), **changes})
