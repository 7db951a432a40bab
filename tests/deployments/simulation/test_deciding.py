"""What simulated departments do about the sites they must look at."""

from dataclasses import replace
from typing import Any

import pytest

from deployments.simulation import deciding
from rules.acts import Report, reported
from rules.effects import entered
from rules.vocabulary import AssignmentStatus, DepartmentAct
from tests.rules.assignments import MONDAY, of, under_review, with_terms

VISITED = with_terms(site_visit=True)
S, A = AssignmentStatus, DepartmentAct


@pytest.mark.parametrize(
    ("status", "clock", "acts"),
    [
        (S.RECEIVED, {"clock": ()}, [A.ACCEPTED, A.SITE_VISITED]),
        (S.UNDER_REVIEW, {}, [A.SITE_VISITED]),
        (S.PENDING_CURE, {}, []),
    ],
)
def test_a_site_is_looked_at_before_the_grant(status: AssignmentStatus, clock: Any, acts: list[DepartmentAct]) -> None:
    snapshot = under_review(VISITED, status=status, **clock)
    assert [act for act, _ in deciding.visit(snapshot, of(snapshot))] == acts
    assert not list(deciding.visit(under_review(status=status), of(snapshot)))


def test_two_officers_are_named_once_and_nothing_is_left_to_visit_after_the_visit() -> None:
    snapshot = under_review(VISITED)
    for acts in (deciding.assignment, deciding.visit):
        [(act, details)] = acts(snapshot, of(snapshot))
        assert len(set(details["officers"])) == 2
        snapshot = entered(snapshot, *reported(snapshot, "P", Report(act, MONDAY, details)))
        assert not list(deciding.assignment(snapshot, of(snapshot)))
    assert not deciding.unvisited(snapshot, of(snapshot))
    received = replace(of(under_review(VISITED)), status=S.RECEIVED)
    assert not list(deciding.assignment(snapshot, received))
