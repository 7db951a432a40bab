"""The result reaches the applicant in time, and nothing is closed that is not finished."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from rules.delivery import EscalateDelivery, Result, due, may_close
from rules.planner import plan, settle
from rules.snapshot import ApplicationSnapshot
from rules.vocabulary import ApplicationStatus, DecisionKind, NoticeKind
from rules.vocabulary import AssignmentStatus as S
from rules.workdays import end_of_day
from tests.rules.assignments import MONDAY, of, under_review, with_terms
from tests.rules.networks import network_item

LAST_DAY = date(2026, 3, 16)  # ten working days after Monday 2026-03-02
GRANTED = Result(DecisionKind.GRANT, document_number="1号")
FILED = Result(DecisionKind.REFUSE, filing="FD")


def concluded(at: datetime = MONDAY, **terms: Any) -> ApplicationSnapshot:
    """An application granted at ``at`` whose result has not been delivered."""
    snapshot = under_review(with_terms(**terms), status=S.GRANTED)
    after, _, _ = settle(snapshot, at)
    assert after.status is ApplicationStatus.CONCLUDED
    return after


def test_the_result_is_due_ten_working_days_after_the_last_decision() -> None:
    assert due(under_review()) is None
    deadline = due(concluded())
    assert deadline is not None
    assert (deadline.on, deadline.provisional) == (LAST_DAY, False)
    shorter = due(concluded(delivery_days=3))
    assert shorter is not None
    assert shorter.on == date(2026, 3, 5)


def test_a_late_delivery_is_brought_before_supervision_once() -> None:
    snapshot, late = concluded(), end_of_day(LAST_DAY)
    assert plan(snapshot, MONDAY).next_timer == late
    assert plan(snapshot, late - timedelta(seconds=1)).inside == ()
    assert plan(snapshot, late).inside == (EscalateDelivery(LAST_DAY),)
    after, _, current = settle(snapshot, late)
    assert after.delivery_escalated
    assert current.next_timer is None
    assert [move.kind for move in current.outside] == [NoticeKind.RESULT]  # type: ignore[union-attr]


def test_a_delivered_result_is_late_no_more() -> None:
    delivered = replace(concluded(), status=ApplicationStatus.DELIVERED, notices=())
    assert plan(delivered, datetime(2026, 6, 1, tzinfo=UTC)).inside == ()
    assert plan(delivered, MONDAY).next_timer is None


def test_nobody_is_late_on_days_that_are_not_published() -> None:
    snapshot = concluded(datetime(2026, 12, 28, 1, tzinfo=UTC))
    assert plan(snapshot, datetime(2027, 6, 1, tzinfo=UTC)).inside == ()
    assert plan(snapshot, datetime(2026, 12, 29, tzinfo=UTC)).next_timer is None


@pytest.mark.parametrize(
    ("status", "result", "obstacle"),
    [
        (S.GRANTED, GRANTED, None),
        (S.GRANTED, Result(DecisionKind.GRANT), "没有结果文书编号"),
        (S.PARTLY_GRANTED, Result(DecisionKind.PARTLY_GRANT), "没有结果文书编号"),
        (S.GRANTED, None, "没有结果文书编号"),
        (S.REFUSED, FILED, None),
        (S.REFUSED, Result(DecisionKind.REFUSE), "没有否定备案"),
        (S.REFUSED, Result(DecisionKind.GRANT, filing="FD"), "没有否定备案"),
        (S.REFUSED, None, "没有否定备案"),
        (S.NOT_ACCEPTED, Result(DecisionKind.NOT_ACCEPT, filing="FD"), None),
        (S.NOT_ACCEPTED, None, "没有否定备案"),
        (S.WITHDRAWN, None, None),
        (S.DEEMED_APPROVED, None, None),
        (S.RETURNED, None, None),
        (S.CORRECTION_REQUIRED, None, "补正尚未完成"),
        (S.SPECIAL_PROCEDURE, None, "特别程序尚未结束"),
        (S.PENDING_CURE, None, "容缺材料尚未补齐"),
        (S.REFUSAL_PROPOSED, None, "尚未办结"),
    ],
)
def test_nothing_is_closed_that_is_not_finished(status: S, result: Result | None, obstacle: str | None) -> None:
    snapshot = under_review(replace(network_item("P"), result="许可证"), status=status)
    found = may_close(snapshot, {} if result is None else {of(snapshot).item: result})

    assert found == ([] if obstacle is None else [f"事项P{obstacle}"])


def test_an_item_without_a_result_needs_no_document_and_one_never_opened_is_not_finished() -> None:
    snapshot = under_review(status=S.GRANTED)
    assert may_close(snapshot, {}) == []
    assert may_close(replace(snapshot, assignments={}), {}) == ["事项P尚未办理"]
