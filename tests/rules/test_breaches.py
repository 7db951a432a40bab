"""What follows a licence that was given on a commitment: it is kept, checked, cured late, broken, or nobody looks."""

from datetime import date, timedelta

import pytest

from rules.acts.applicant import withdrawal_requested
from rules.commitments.moves import OrderCure
from rules.entries import BreachRecorded, Step
from rules.errors import (
    ApplicationClosedError,
    CommitmentMissingError,
    NotAllowedNowError,
    WithdrawalPendingError,
)
from rules.terms import Terms
from rules.vocabulary import (
    ApplicationStatus,
    AssignmentStatus,
    CommitmentKind,
    CommitmentStatus,
    DepartmentAct,
    NoticeKind,
    Outcome,
    Party,
)
from tests.rules.committing import FINDING, GRANT, ISSUE, Case, accepted


def issued() -> Case:
    case = accepted(ISSUE)
    case.tell(DepartmentAct.DECIDED, **GRANT)
    case.tell(DepartmentAct.DECIDED, item="Q", **GRANT)
    case.deliver()
    return case


def test_a_licence_issued_before_the_cure_is_followed_to_its_end() -> None:
    case = issued()
    current = case.advance()
    assert (case.snapshot.status, current.outcome) == (ApplicationStatus.DELIVERED, None)
    assert next((w.party, w.what, w.until) for w in current.waits) == (Party.APPLICANT, "P", date(2026, 3, 9))

    case.until(date(2026, 3, 6)).supply("乙")
    case.tell(DepartmentAct.CURE_VERIFIED)
    case.deliver()

    assert case.commitment.status is CommitmentStatus.CURED
    assert case.advance().outcome is Outcome.GRANTED
    assert [wait.what for wait in case.advance().waits] == ["confirmation"]


def test_a_concluded_application_takes_only_what_was_committed_to() -> None:
    case = issued()
    with pytest.raises(ApplicationClosedError):
        case.supply("戊")
    case.supply("乙")

    assert case.commitment.supplied_at == case.now


def test_an_issued_licence_is_never_taken_back_by_time_alone() -> None:
    case = issued().until(date(2026, 3, 10))
    assert case.commitment.open
    assert case.notices.count(NoticeKind.BREACH) == 1
    assert case.body(NoticeKind.BREACH)["stage"] == "ordered"
    assert case.commitment.due_on == date(2026, 3, 24)

    case.until(date(2026, 4, 30))
    assert case.status is AssignmentStatus.GRANTED
    assert case.commitment.open
    assert case.notices.count(NoticeKind.BREACH) == 1
    assert case.moved(OrderCure) == 4  # the department is reminded every ten working days, the applicant once
    assert case.notices.count(NoticeKind.BREACH) == 1


@pytest.mark.parametrize(
    ("until", "orders", "told"),
    [((2026, 3, 24), 1, 0), ((2026, 4, 8), 2, 0), ((2026, 4, 23), 3, 0), ((2026, 6, 30), 4, 1)],
)
def test_a_department_that_does_not_deal_with_a_breach_is_ordered_three_times_and_then_left_to_its_superiors(
    until: tuple[int, int, int], orders: int, told: int
) -> None:
    case = issued().until(date(*until))

    assert (case.commitment.orders, case.steps.count("escalated.supervision")) == (orders, told)
    plan = case.advance()
    assert case.commitment.open
    assert any(wait.party is Party.DEPARTMENT and wait.what == case.commitment.item for wait in plan.waits)
    assert (plan.next_timer is None) is bool(told)


def test_a_late_cure_of_an_issued_licence_is_still_a_cure() -> None:
    case = issued().until(date(2026, 3, 12))
    case.supply("乙")
    case.tell(DepartmentAct.CURE_VERIFIED)

    assert case.commitment.status is CommitmentStatus.CURED


def test_a_person_finds_the_breach_and_what_rests_on_the_licence_is_named_not_undone() -> None:
    case = issued()
    with pytest.raises(NotAllowedNowError):
        case.tell(DepartmentAct.BREACH_FOUND, **FINDING)  # there is still time
    case.until(date(2026, 3, 10))
    case.tell(DepartmentAct.BREACH_FOUND, **FINDING)

    assert case.commitment.status is CommitmentStatus.BROKEN
    assert [entry.kind.value for entry in case.kept if isinstance(entry, BreachRecorded)] == ["commitment_broken"]
    assert {view.status for view in case.snapshot.assignments.values()} == {AssignmentStatus.GRANTED}
    assert [(e.item, e.reason) for e in case.kept if isinstance(e, Step) and e.kind == "basis.questioned"] == [
        ("Q", "P")
    ]
    assert case.body(NoticeKind.BREACH)["dependants"] == ["Q"]


def test_a_promise_is_signed_before_filing_granted_at_once_and_checked_afterwards() -> None:
    case = Case(Terms(by_commitment=True), provided="甲乙")
    assert case.snapshot.assignments == {}
    assert case.body(NoticeKind.MATERIALS_MISSING)["commitments"][0]["kind"] == "notified"

    case.commit(kind=CommitmentKind.NOTIFIED)
    case.tell(DepartmentAct.DECIDED, **GRANT)
    assert case.commitment.due_on == date(2026, 3, 30)
    case.tell(DepartmentAct.BREACH_FOUND, correct_within=3, **FINDING)
    assert (case.commitment.open, case.commitment.due_on) == (True, date(2026, 3, 5))
    assert case.body(NoticeKind.BREACH)["stage"] == "ordered"

    case.until(date(2026, 3, 6))
    assert case.commitment.open  # a person decides
    case.tell(DepartmentAct.BREACH_FOUND, **FINDING)
    assert case.commitment.status is CommitmentStatus.BROKEN


def test_supervision_is_told_however_often_a_department_orders_correction_itself() -> None:
    case = Case(Terms(by_commitment=True), provided="甲乙")
    case.commit(kind=CommitmentKind.NOTIFIED)
    case.tell(DepartmentAct.DECIDED, **GRANT)
    for _ in range(4):
        case.tell(DepartmentAct.BREACH_FOUND, correct_within=3, **FINDING)
    assert "escalated.supervision" not in case.steps

    case.until(date(2026, 4, 30))
    assert case.steps.count("escalated.supervision") == 1
    case.tell(DepartmentAct.BREACH_FOUND, correct_within=3, **FINDING)
    case.until(date(2026, 6, 30))
    assert case.steps.count("escalated.supervision") == 2


def test_a_promise_is_followed_up_when_the_rest_of_the_application_is_withdrawn() -> None:
    case = Case(Terms(by_commitment=True), provided="甲乙")
    case.commit(kind=CommitmentKind.NOTIFIED)
    case.tell(DepartmentAct.DECIDED, **GRANT)
    case.enter(withdrawal_requested(case.snapshot, "取消", case.now))
    case.now += timedelta(hours=1)

    with pytest.raises(WithdrawalPendingError):
        case.tell(DepartmentAct.CLAIMED, item="Q")
    case.tell(DepartmentAct.BREACH_FOUND, **FINDING)
    assert case.commitment.status is CommitmentStatus.BROKEN


def test_a_promise_nobody_finds_fault_with_in_time_is_kept() -> None:
    case = Case(Terms(by_commitment=True), provided="甲乙")
    case.commit(kind=CommitmentKind.NOTIFIED)
    case.tell(DepartmentAct.DECIDED, **GRANT)

    assert case.until(date(2026, 3, 30)).commitment.open
    assert case.until(date(2026, 3, 31)).commitment.status is CommitmentStatus.CURED


def test_a_decision_on_a_promise_needs_the_letter() -> None:
    from rules.acts.commitments import require_commitment
    from rules.vocabulary import DecisionKind

    case = accepted()
    case.supply("乙")
    view = case.snapshot.assignments["P"]  # type: ignore[index]

    with pytest.raises(CommitmentMissingError):
        require_commitment(case.snapshot, view, DecisionKind.GRANT_BY_COMMITMENT)
    require_commitment(case.snapshot, view, DecisionKind.GRANT)
    promised = Case(Terms(by_commitment=True), provided="甲乙")
    promised.commit(kind=CommitmentKind.NOTIFIED)
    view = promised.snapshot.assignments["P"]  # type: ignore[index]
    require_commitment(promised.snapshot, view, DecisionKind.GRANT_BY_COMMITMENT)
