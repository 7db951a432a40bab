"""Looking at a site: two officers at least, in time, and before a grant (行政许可法 art. 34(3), 55(2))."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from rules.acts.inspecting import assign_by, officers_of
from rules.acts.inspecting import of as inspection_of
from rules.clocks import ClockEvent, ClockEventKind
from rules.entries import Step
from rules.errors import InvalidEventError
from rules.planner import plan, settle
from rules.snapshot import ApplicationSnapshot
from rules.vocabulary import AssignmentStatus as S
from rules.vocabulary import DepartmentAct as A
from rules.workdays import SHANGHAI, end_of_day
from tests.rules.assignments import MONDAY, REFUSED, of, report, under_review, with_terms

TWO = ["王芳", "李强"]
LAST = date(2026, 3, 9)
GRANTED = {"decision": "granted", "handler": "王芳"}


def inspected() -> ApplicationSnapshot:
    """P needs a look at the site; its clock is kept from mattering."""
    return replace(under_review(with_terms(site_visit=True)))


@pytest.mark.parametrize("names", [[], ["王芳"], ["王芳", "王芳"], ["王芳", " 王 芳 "], ["王芳", "  "]])
def test_one_officer_is_none_however_often_written(names: list[str]) -> None:
    with pytest.raises(InvalidEventError, match="两名"):
        officers_of(names)
    for act, more in ((A.OFFICERS_ASSIGNED, {}), (A.SITE_VISITED, {"findings": "一致"})):
        with pytest.raises(InvalidEventError, match="两名"):
            report(inspected(), act, MONDAY, officers=names, **more)


def test_they_are_assigned_within_five_working_days_of_acceptance_or_supervision_is_told() -> None:
    snapshot = inspected()
    limit = assign_by(snapshot, of(snapshot))
    assert limit is not None
    assert limit.on == LAST
    assert end_of_day(LAST) >= (plan(settle(snapshot, MONDAY)[0], MONDAY).next_timer or end_of_day(LAST))
    before, _, _ = settle(snapshot, end_of_day(LAST) - timedelta(seconds=1))
    assert "escalated" not in of(before).procedures
    after, _, _ = settle(before, end_of_day(LAST))
    assert of(after).procedures["escalated"] == {"inspection": LAST.isoformat()}
    assert len(settle(after, end_of_day(LAST) + timedelta(hours=1))[0].messages) == len(after.messages)


@pytest.mark.parametrize(("day", "late"), [(9, None), (10, LAST.isoformat())])
def test_who_assigns_late_is_on_record(day: int, late: str | None) -> None:
    when = datetime(2026, 3, day, 9, tzinfo=SHANGHAI)
    snapshot, entries = report(inspected(), A.OFFICERS_ASSIGNED, when, officers=TWO)
    [step] = [entry for entry in entries if isinstance(entry, Step)]
    assert (step.kind, step.details.get("overdue_since")) == ("site_visit.assigned", late)
    assert inspection_of(of(snapshot)) == {"officers": sorted(TWO), "assigned_on": f"2026-03-{day:02}"}
    assert assign_by(snapshot, of(snapshot)) is None


def test_where_nobody_has_to_go_nobody_is_late() -> None:
    snapshot = under_review()
    assert assign_by(snapshot, of(snapshot)) is None
    received = under_review(with_terms(site_visit=True), clock=(ClockEvent(ClockEventKind.RECEIVED, MONDAY),))
    assert assign_by(received, of(received)) is None


def test_no_grant_comes_before_the_visit_but_a_refusal_may() -> None:
    with pytest.raises(InvalidEventError, match="现场核查"):
        report(inspected(), A.DECIDED, MONDAY, **GRANTED)
    assert of(report(inspected(), A.DECIDED, MONDAY, **REFUSED, approver="李强")[0]).status is S.REFUSED
    assigned, _ = report(inspected(), A.OFFICERS_ASSIGNED, MONDAY, officers=TWO)
    with pytest.raises(InvalidEventError, match="现场核查"):
        report(assigned, A.DECIDED, MONDAY, **GRANTED)
    seen, entries = report(assigned, A.SITE_VISITED, MONDAY, officers=TWO, findings="一致")
    assert [entry.kind for entry in entries if isinstance(entry, Step)] == ["site_visit.recorded"]
    assert inspection_of(of(seen))["visited_on"] == "2026-03-02"
    assert of(report(seen, A.DECIDED, MONDAY, **GRANTED)[0]).status is S.GRANTED
    assert of(report(under_review(), A.DECIDED, MONDAY, **GRANTED)[0]).status is S.GRANTED
