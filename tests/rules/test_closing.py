"""Nothing is closed that is not finished, delivered, and accepted by the applicant (防假办结、被办结)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from rules.acts import confirming, handing
from rules.closing import Close, Ground, RefuseClosing, obstacles, window
from rules.commitments.record import CommitmentView
from rules.delivery.record import (
    ClosingView,
    DecisionView,
    DeliveryChannel,
    DeliveryStatus,
    DeliveryWish,
    ObjectionKind,
)
from rules.effects import entered
from rules.entries import Step
from rules.errors import ClosureRefusedError, NotAllowedNowError, NotFoundError
from rules.identifiers import commitment_id, objection_id
from rules.planner import plan
from rules.snapshot import ApplicationSnapshot
from rules.vocabulary import ApplicationStatus, CommitmentKind, DecisionKind, Outcome
from rules.vocabulary import AssignmentStatus as S
from rules.workdays import end_of_day
from tests.rules.afterwards import delivery, granted, item, made, settled, steps, told
from tests.rules.assignments import MONDAY, NUMBER, of, under_review

P = item().code
LAST_DAY = date(2026, 3, 9)  # five working days after Monday 2026-03-02
OVER = end_of_day(LAST_DAY)
GRANT = DecisionView(DecisionKind.GRANT, MONDAY, "1号")
FILED = DecisionView(DecisionKind.REFUSE, MONDAY, filing="FD")


def delivered(**changes: Any) -> ApplicationSnapshot:
    """Granted, told and delivered online, all on Monday."""
    return replace(told(granted(), MONDAY), **changes)


def grounds(snapshot: ApplicationSnapshot, at: datetime = OVER) -> list[Ground]:
    return [obstacle.ground for obstacle in obstacles(snapshot, at)]


def objected(
    snapshot: ApplicationSnapshot, kind: ObjectionKind = ObjectionKind.OTHER, at: datetime = MONDAY
) -> ApplicationSnapshot:
    return settled(entered(snapshot, *confirming.objected(snapshot, kind, "不对", None, "申请人", at, 1)), at)


def test_it_closes_when_the_time_to_object_has_passed_in_silence_and_not_a_second_earlier() -> None:
    snapshot = delivered()
    assert plan(snapshot, MONDAY).next_timer == OVER
    assert made(snapshot, OVER - timedelta(seconds=1)) == ()
    assert made(snapshot, OVER) == (Close(),)
    closed = settled(snapshot, OVER)
    assert (closed.status, closed.outcome) == (ApplicationStatus.CLOSED, Outcome.GRANTED)
    assert (plan(closed, OVER).next_timer, plan(closed, OVER).waits) == (None, ())


def test_it_closes_at_once_when_the_applicant_confirms() -> None:
    snapshot = delivered()
    confirmed = entered(snapshot, *confirming.confirmed(snapshot, MONDAY))
    assert made(confirmed, MONDAY) == (Close(),)
    assert confirming.confirmed(confirmed, MONDAY) == ()
    assert confirming.confirmed(settled(confirmed, MONDAY), MONDAY) == ()


def test_nobody_confirms_what_has_not_been_delivered() -> None:
    with pytest.raises(NotAllowedNowError):
        confirming.confirmed(granted(), MONDAY)


def test_the_flow_run_ends_with_the_delivery_and_waits_for_no_closing() -> None:
    current = plan(delivered(), MONDAY)
    assert (current.outcome, [wait.what for wait in current.waits]) == (Outcome.GRANTED, ["confirmation"])


@pytest.mark.parametrize(
    ("status", "decision", "found"),
    [
        (S.GRANTED, GRANT, None),
        (S.GRANTED, None, Ground.RESULT),
        (S.GRANTED, replace(GRANT, document_number=None), Ground.RESULT),
        (S.PARTLY_GRANTED, replace(GRANT, document_number=None), Ground.RESULT),
        (S.REFUSED, FILED, None),
        (S.REFUSED, replace(FILED, filing=None), Ground.RESULT),
        (S.REFUSED, replace(GRANT, filing="FD"), Ground.RESULT),
        (S.REFUSED, None, Ground.RESULT),
        (S.NOT_ACCEPTED, replace(FILED, kind=DecisionKind.NOT_ACCEPT), None),
        (S.NOT_ACCEPTED, None, Ground.RESULT),
        (S.RETURNED, DecisionView(DecisionKind.RETURN, MONDAY, legal_basis="第三十二条"), None),
        (S.RETURNED, DecisionView(DecisionKind.RETURN, MONDAY), Ground.RESULT),
        (S.WITHDRAWN, None, Ground.RESULT),
        (S.DEEMED_APPROVED, None, None),
        (S.BLOCKED, None, None),
        (S.CORRECTION_REQUIRED, None, Ground.OPEN_BUSINESS),
        (S.SPECIAL_PROCEDURE, None, Ground.OPEN_BUSINESS),
        (S.PENDING_CURE, None, Ground.OPEN_BUSINESS),
        (S.REFUSAL_PROPOSED, None, Ground.RESULT),
    ],
)
def test_each_item_has_something_to_show_for_its_end(
    status: S, decision: DecisionView | None, found: Ground | None
) -> None:
    snapshot = delivered()
    view = replace(of(snapshot), status=status)
    snapshot = replace(snapshot, assignments={P: view}, decisions={view.id: decision} if decision else {})
    assert grounds(snapshot) == ([found] if found else [])


def test_a_withdrawal_is_shown_by_the_applicants_request() -> None:
    snapshot = delivered(withdrawal_requested_at=MONDAY)
    assert grounds(replace(snapshot, assignments={P: replace(of(snapshot), status=S.WITHDRAWN)})) == []


def test_an_item_that_was_never_opened_is_not_finished() -> None:
    assert grounds(delivered(assignments={})) == [Ground.RESULT]


def test_what_is_not_delivered_is_not_closed() -> None:
    snapshot = told(granted(wish=DeliveryWish(DeliveryChannel.WINDOW)), MONDAY)
    assert grounds(snapshot) == [Ground.DELIVERY, Ground.APPLICANT]
    assert grounds(replace(delivered(), deliveries=())) == [Ground.DELIVERY]


def test_what_the_applicant_was_not_told_or_may_still_object_to_is_not_closed() -> None:
    assert Ground.APPLICANT in grounds(granted())
    assert grounds(delivered(), MONDAY) == [Ground.APPLICANT]
    assert grounds(delivered(), OVER - timedelta(seconds=1)) == [Ground.APPLICANT]
    assert grounds(delivered(), OVER) == []
    assert window(granted()) is None


def test_the_time_to_object_does_not_end_on_days_that_are_not_published() -> None:
    late = datetime(2026, 12, 30, 1, tzinfo=UTC)
    snapshot = delivered(closing=ClosingView(delivered_at=late))
    assert made(snapshot, datetime(2027, 6, 1, tzinfo=UTC)) == ()
    assert plan(snapshot, late).next_timer is None
    confirmed = entered(snapshot, *confirming.confirmed(snapshot, late))
    assert made(confirmed, late) == (Close(),)


def test_open_commitments_keep_it_open() -> None:
    commitment = CommitmentView(commitment_id(NUMBER, P, "s"), P, CommitmentKind.TOLERANCE, ("甲",), "原件")
    assert grounds(delivered(commitments=(commitment,))) == [Ground.OPEN_BUSINESS]


def test_an_open_complaint_keeps_it_open_and_its_end_closes_it() -> None:
    snapshot = delivered(complaints=("TS-1",))
    assert made(snapshot, OVER) == (RefuseClosing(("投诉 TS-1 尚未办结",)),)
    after = settled(snapshot, OVER)
    assert (after.status, made(after, OVER)) == (ApplicationStatus.DELIVERED, ())  # recorded once
    assert [wait.what for wait in plan(after, OVER).waits] == ["confirmation", "complaint"]
    another = replace(after, complaints=("TS-1", "TS-2"))
    assert len(made(another, OVER)) == 1  # and once more when something else stands in the way
    assert made(replace(after, complaints=()), OVER) == (Close(),)


def test_a_closing_that_is_asked_for_too_early_is_refused_on_record() -> None:
    snapshot = delivered()
    with pytest.raises(ClosureRefusedError) as refusal:
        confirming.closing_requested(snapshot, MONDAY)

    assert steps(refusal.value.entries) == ["closure.rejected"]  # type: ignore[arg-type]
    assert [each["ground"] for each in refusal.value.details["obstacles"]] == ["applicant"]  # type: ignore[attr-defined]
    kept = entered(snapshot, *refusal.value.entries)  # type: ignore[arg-type]
    assert made(kept, OVER) == (Close(),)  # the time to object still ends
    assert steps(confirming.closing_requested(snapshot, OVER)) == ["application.closed"]
    assert confirming.closing_requested(settled(snapshot, OVER), OVER) == ()


@pytest.mark.parametrize("closed", [False, True])
def test_an_objection_opens_it_again_until_it_is_answered(closed: bool) -> None:
    snapshot = settled(delivered(), OVER) if closed else delivered()
    entries = confirming.objected(snapshot, ObjectionKind.WRONG_RESULT, "面积有误", P, "申请人", OVER, 1)
    assert steps(entries) == ["objection.raised", "application.reopened"]
    open_ = settled(entered(snapshot, *entries), OVER)
    assert (open_.status, open_.concluded_at) == (ApplicationStatus.CONCLUDED, MONDAY)
    assert plan(open_, OVER).outcome is None
    assert [wait.what for wait in plan(open_, OVER).waits] == ["objection"]
    assert Ground.APPLICANT in grounds(open_)

    later = OVER + timedelta(days=1)
    answer = confirming.answered(open_, objection_id(NUMBER, 1), "已更正", "zhaoj", later)
    after = settled(entered(open_, *answer), later)
    assert (after.status, after.closing.delivered_at) == (ApplicationStatus.DELIVERED, later)
    assert window(after).on == date(2026, 3, 18)  # type: ignore[union-attr]


def test_a_confirmation_of_before_does_not_outlive_an_objection() -> None:
    snapshot = delivered(complaints=("TS-1",))
    confirmed = settled(entered(snapshot, *confirming.confirmed(snapshot, MONDAY)), MONDAY)
    assert objected(confirmed).closing.confirmed_at is None


def test_what_was_not_received_is_delivered_anew_against_a_signature() -> None:
    snapshot = objected(delivered(), ObjectionKind.NOT_RECEIVED)
    assert (delivery(snapshot).attempt, delivery(snapshot).channel) == (2, DeliveryChannel.WINDOW)
    assert delivery(snapshot).status is DeliveryStatus.PREPARED
    answered = settled(
        entered(snapshot, *confirming.answered(snapshot, objection_id(NUMBER, 1), "重新送达", "zhaoj", MONDAY)), MONDAY
    )
    assert answered.status is ApplicationStatus.CONCLUDED  # the answer is no delivery
    received = entered(answered, *handing.delivered(answered, P, {"signer": "刘晓"}, MONDAY))
    assert settled(received, MONDAY).status is ApplicationStatus.DELIVERED


def test_the_course_of_a_pending_application_is_complained_of_and_not_objected_to() -> None:
    with pytest.raises(NotAllowedNowError):
        confirming.objected(under_review(), ObjectionKind.OTHER, "太慢", None, "申请人", MONDAY, 1)
    with pytest.raises(NotFoundError):
        confirming.objected(delivered(), ObjectionKind.OTHER, "不对", "Z", "申请人", MONDAY, 1)  # type: ignore[arg-type]
    with pytest.raises(NotFoundError):
        confirming.answered(delivered(), objection_id(NUMBER, 1), "答复", "zhaoj", MONDAY)


def test_what_closing_rests_on_is_in_its_record() -> None:
    snapshot = delivered()
    [_, silent] = confirming.closing_requested(snapshot, OVER)
    assert isinstance(silent, Step)
    assert silent.details == {"outcome": Outcome.GRANTED, "objection_until": "2026-03-09"}
    confirmed = entered(snapshot, *confirming.confirmed(snapshot, MONDAY, receipt="回证1号"))
    [_, spoken] = confirming.closing_requested(confirmed, MONDAY)
    assert isinstance(spoken, Step)
    assert spoken.details == {"outcome": Outcome.GRANTED, "confirmed_at": MONDAY.isoformat()}
