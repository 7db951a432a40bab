"""The daily report: every assignment that has not ended is somebody's, and every way to end counts."""

import pytest

from rules.daily import COUNTED, COURSE, TURNS, DailyFigure
from rules.vocabulary import AssignmentStatus

F, S = DailyFigure, AssignmentStatus


def test_every_assignment_under_way_waits_for_exactly_one_and_none_that_has_ended() -> None:
    assert set(TURNS) == {status for status in AssignmentStatus if not status.final}


@pytest.mark.parametrize(
    ("status", "turn"),
    [
        (S.OPENED, F.BY_CENTER),
        (S.RECEIVED, F.BY_DEPARTMENT),
        (S.UNDER_REVIEW, F.BY_DEPARTMENT),
        (S.CORRECTION_REQUIRED, F.BY_APPLICANT),
        (S.PENDING_CURE, F.BY_APPLICANT),
        (S.REFUSAL_PROPOSED, F.BY_LEADER),
        (S.SPECIAL_PROCEDURE, F.BY_PROCEDURE),
    ],
)
def test_who_has_to_act(status: AssignmentStatus, turn: DailyFigure) -> None:
    assert TURNS[status] is turn


@pytest.mark.parametrize(
    ("step", "figure"),
    [
        ("assignment.received", F.RECEIVED),
        ("acceptance.granted", F.ACCEPTED),
        ("acceptance.deemed", F.ACCEPTED),
        ("decision.partly_granted", F.GRANTED),
        ("decision.deemed", F.GRANTED),
        ("acceptance.refused", F.REFUSED),
        ("decision.refused", F.REFUSED),
        ("application.concluded", F.CONCLUDED),
    ],
)
def test_what_a_step_counts_as(step: str, figure: DailyFigure) -> None:
    assert COUNTED[step] is figure


def test_how_a_day_stood_is_not_added_up() -> None:
    assert COURSE.isdisjoint({F.OPEN, F.APPLICATIONS, F.DUE_TODAY, F.YELLOW, F.RED, F.BLACK, *TURNS.values()})
