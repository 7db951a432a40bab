"""A transfer keeps the clock, dispatches to the competent department and tells everybody."""

from datetime import timedelta

import pytest

from rules.entries import NoticeQueued, Step
from rules.errors import InvalidEventError, NotAllowedNowError
from rules.planner import settle
from rules.vocabulary import AssignmentStatus as S
from rules.vocabulary import DepartmentAct, MessageKind, NoticeKind
from tests.rules.assignments import MONDAY, of, report, under_review

TRANSFERRED = DepartmentAct.TRANSFERRED
LATER = MONDAY + timedelta(days=2)
GIVEN = {"department": "NRB", "department_name": "自然资源局", "reason": "事项已划转"}


def test_a_transfer_keeps_the_clock_and_tells_everybody() -> None:
    snapshot = under_review(handler="王芳", receipt_number="1")
    after, entries = report(snapshot, TRANSFERRED, LATER, **GIVEN)
    view = of(after)

    assert (view.department, view.handler, view.receipt_number) == ("NRB", None, None)
    assert view.clock == of(snapshot).clock
    assert [(m.department, m.kind) for m in after.messages] == [
        ("DP", MessageKind.CANCELLED),
        ("NRB", MessageKind.DISPATCHED),
    ]
    # Neither waits for the other: the one may be down.
    assert len(settle(after, LATER)[2].outside) == 3
    notice = next(entry for entry in entries if isinstance(entry, NoticeQueued))
    assert (notice.kind, notice.body["department_name"]) == (NoticeKind.TRANSFERRED, "自然资源局")
    taken = next(entry for entry in entries if isinstance(entry, Step) and entry.kind == "assignment.taken_over")
    assert taken.details == {
        "from": "DP",
        "reason": "事项已划转",
        "at": LATER.isoformat(),
        "used_days": 2,
        "legal_due": "2026-03-30",
    }


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (S.OPENED, S.OPENED),
        (S.RECEIVED, S.OPENED),
        (S.CORRECTION_REQUIRED, S.CORRECTION_REQUIRED),
        (S.ACCEPTED, S.ACCEPTED),
        (S.UNDER_REVIEW, S.ACCEPTED),
        (S.SPECIAL_PROCEDURE, S.SPECIAL_PROCEDURE),
    ],
)
def test_the_new_department_takes_up_what_the_old_one_had_reached(before: S, after: S) -> None:
    assert of(report(under_review(status=before), TRANSFERRED, LATER, **GIVEN)[0]).status is after


def test_a_proposed_refusal_is_settled_where_it_was_made() -> None:
    with pytest.raises(NotAllowedNowError):
        report(under_review(status=S.REFUSAL_PROPOSED, proposal={}), TRANSFERRED, LATER, **GIVEN)


def test_nobody_hands_on_to_itself() -> None:
    with pytest.raises(InvalidEventError):
        report(under_review(), TRANSFERRED, LATER, **{**GIVEN, "department": "DP"})
