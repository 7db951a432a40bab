"""Commitments from signature to end: what is due when, what is refused, and what holds in every history."""

from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.acts import Report, reported
from rules.clocks import ClockEventKind
from rules.commitments.moves import AddCure, EndCommitment, RemindCure, ReturnUncured
from rules.entries import BreachRecorded, Step
from rules.errors import (
    CommitmentRefusedError,
    CureOpenError,
    DaibanError,
    NotAllowedNowError,
)
from rules.ledgers import ledger
from rules.moves import OpenAssignment
from rules.planner import plan
from rules.terms import Terms
from rules.vocabulary import (
    AssignmentStatus,
    CommitmentKind,
    CommitmentStatus,
    DepartmentAct,
    Ineligibility,
    MessageKind,
    NoticeKind,
    Party,
)
from rules.workdays import end_of_day, local_date
from tests.rules.committing import FINDING, GRANT, HOLD, ISSUE, REFUSE, Case, accepted


def test_a_missing_deferrable_material_is_asked_for_with_the_offer_to_commit() -> None:
    case = Case()

    assert case.snapshot.assignments == {}
    offer = {"item": "P", "item_name": "事项P", "kind": "tolerance", "materials": ["乙"]}
    assert case.body(NoticeKind.MATERIALS_MISSING) == {"materials": ["乙"], "commitments": [offer]}


def test_a_commitment_opens_the_item_and_so_does_the_material_itself() -> None:
    committed_, brought = Case(), Case()
    committed_.commit()
    brought.supply("乙")

    assert committed_.moved(OpenAssignment) == brought.moved(OpenAssignment) == 1
    assert brought.snapshot.commitments == ()


def test_a_commitment_says_what_was_signed_by_whom_and_its_hash() -> None:
    case = Case()
    case.commit(own_date=date(2026, 3, 6), form="原件")
    other = Case()
    other.commit(own_date=date(2026, 3, 5), form="原件")

    (signed,) = [e for e in case.kept if isinstance(e, Step) and e.kind == "tolerance.signed"]
    assert (signed.details["signer"], signed.details["materials"], signed.details["form"]) == ("刘晓", ["乙"], "原件")
    assert signed.details["credit_check"] == {"passed": True, "breached_on": None, "bar_days": 180}
    assert case.commitment.id != other.commitment.id


def test_a_commitment_signed_twice_is_signed_once() -> None:
    case = Case()
    case.commit()
    case.commit()
    case.commit(materials=("乙",))

    assert len(case.snapshot.commitments) == 1


def test_a_bar_refuses_a_commitment_and_says_until_when() -> None:
    with pytest.raises(CommitmentRefusedError) as refused:
        Case().commit(breached_on=date(2026, 3, 1))

    assert refused.value.details["ineligibility"] is Ineligibility.BREACH_ON_RECORD
    assert refused.value.details["barred_until"] == "2026-08-28"


def test_main_materials_cannot_be_committed_to() -> None:
    with pytest.raises(CommitmentRefusedError) as refused:
        Case(provided="").commit()

    assert refused.value.details == {"ineligibility": Ineligibility.MAIN_MISSING, "item": "P"}


def test_an_own_date_that_has_passed_and_an_item_already_filed_take_no_commitment() -> None:
    with pytest.raises(NotAllowedNowError):
        Case().commit(own_date=date(2026, 3, 1))
    filed = Case(provided="甲乙")
    with pytest.raises(NotAllowedNowError):
        filed.commit()
    Case().commit(own_date=date(2026, 3, 2))


def test_acceptance_starts_the_clock_and_fixes_the_end_of_the_cure() -> None:
    case = accepted()

    assert case.commitment.due_on == date(2026, 3, 9)
    assert case.snapshot.assignments["P"].occurred(ClockEventKind.ACCEPTED)  # type: ignore[index]
    told = case.body(NoticeKind.DEFERRED_MATERIALS)
    assert (told["materials"], told["form"], told["due_on"]) == (["乙"], "原件或电子件", "2026-03-09")
    assert told["consequences"]
    assert told["article"] == "辽宁省政务服务容缺受理管理办法"
    # Working days: the reminder is due when the Thursday begins.
    assert plan(case.snapshot, case.now).next_timer == end_of_day(date(2026, 3, 4))


@pytest.mark.parametrize("act", [DepartmentAct.DECIDED, DepartmentAct.REVIEW_FINISHED])
def test_no_result_is_issued_before_the_cure(act: DepartmentAct) -> None:
    case = accepted()
    if act is DepartmentAct.REVIEW_FINISHED:
        case.tell(act)
    with pytest.raises(CureOpenError) as refused:
        case.tell(DepartmentAct.DECIDED, **GRANT)

    assert refused.value.details == {"materials": ["乙"], "due_on": "2026-03-09"}


def test_a_refusal_needs_no_cure_and_voids_the_commitment() -> None:
    case = accepted()
    case.tell(DepartmentAct.DECIDED, **REFUSE)

    assert case.status is AssignmentStatus.REFUSED
    assert case.commitment.status is CommitmentStatus.VOID
    assert not [entry for entry in case.kept if isinstance(entry, BreachRecorded)]


def test_a_finished_review_waits_for_the_applicant_at_the_applicants_expense() -> None:
    case = accepted()
    case.until(date(2026, 3, 3))
    case.tell(DepartmentAct.REVIEW_FINISHED)
    assert case.status is AssignmentStatus.PENDING_CURE
    (wait,) = (w for w in plan(case.snapshot, case.now).waits if w.what == "P" and w.party is Party.APPLICANT)
    assert wait.until == date(2026, 3, 9)

    case.until(date(2026, 3, 6)).supply("乙")

    view = case.snapshot.assignments["P"]  # type: ignore[index]
    assert view.status is AssignmentStatus.UNDER_REVIEW
    assert case.snapshot.read_clock(view, case.now).stopped_days == 3
    spent = ledger(view.clock, case.now)
    assert (spent.department, spent.applicant, spent.stopped) == (1, 3, 0)
    added = [m for m in case.snapshot.messages if m.kind is MessageKind.MATERIALS_ADDED]
    assert len(added) == 1


def test_there_is_nothing_to_wait_for_when_nothing_is_missing() -> None:
    case = accepted()
    case.supply("乙")

    with pytest.raises(NotAllowedNowError):
        case.tell(DepartmentAct.REVIEW_FINISHED)


def test_a_cure_verified_closes_the_commitment_and_the_grant_goes_through() -> None:
    case = accepted()
    case.tell(DepartmentAct.REVIEW_FINISHED)
    case.supply("乙")
    assert case.commitment.open
    case.tell(DepartmentAct.CURE_VERIFIED)
    assert case.commitment.status is CommitmentStatus.CURED
    case.tell(DepartmentAct.DECIDED, **GRANT)

    assert case.status is AssignmentStatus.GRANTED
    assert "Q" in case.snapshot.assignments


def test_materials_handed_in_at_the_department_are_brought() -> None:
    case = accepted()
    case.tell(DepartmentAct.REVIEW_FINISHED)
    case.tell(DepartmentAct.CURE_VERIFIED, handler="王芳")

    assert case.status is AssignmentStatus.UNDER_REVIEW
    assert "乙" in case.snapshot.materials_provided
    assert case.commitment.status is CommitmentStatus.CURED


def test_a_grant_after_the_materials_came_says_that_they_were_checked() -> None:
    case = accepted()
    case.supply("乙")
    case.tell(DepartmentAct.DECIDED, **GRANT)

    assert case.commitment.status is CommitmentStatus.CURED


def test_a_department_that_does_not_check_what_came_harms_nobody() -> None:
    case = accepted()
    case.supply("乙")
    assert case.commitment.due_on == date(2026, 3, 30)  # 20 working days

    assert case.until(date(2026, 3, 30)).commitment.open
    assert case.until(date(2026, 3, 31)).commitment.status is CommitmentStatus.CURED
    assert case.status is AssignmentStatus.ACCEPTED


def test_what_is_brought_before_the_item_is_filed_needs_no_commitment_any_more() -> None:
    case = Case(provided="甲")
    blocked = replace(case.snapshot, network=replace(case.snapshot.network, edges=()))
    case.snapshot = blocked
    case.commit()
    unfiled = replace(case.snapshot, assignments={}, messages=(), materials_provided=frozenset("甲乙"))
    moves = plan(unfiled, case.now).inside

    assert moves == (EndCommitment(case.commitment.id, CommitmentStatus.CURED, "brought_before_filing"),)


def test_the_applicant_is_reminded_once_two_working_days_before() -> None:
    case = accepted()
    assert case.until(date(2026, 3, 4)).moved(RemindCure) == 0
    assert case.until(date(2026, 3, 5)).moved(RemindCure) == 1
    assert case.until(date(2026, 3, 9)).moved(RemindCure) == 1
    assert case.notices.count(NoticeKind.CURE_REMINDER) == 1


def test_a_cure_too_short_for_a_reminder_has_none() -> None:
    case = accepted(own_date=date(2026, 3, 4))

    assert case.until(date(2026, 3, 4)).moved(RemindCure) == 0


def test_an_item_not_cured_in_time_is_returned_and_not_refused() -> None:
    case = accepted()
    assert case.until(date(2026, 3, 9)).status is AssignmentStatus.ACCEPTED
    case.until(date(2026, 3, 10))

    assert case.status is AssignmentStatus.RETURNED
    assert case.commitment.status is CommitmentStatus.LAPSED
    assert [entry.kind.value for entry in case.kept if isinstance(entry, BreachRecorded)] == ["cure_lapsed"]
    assert NoticeKind.RETURNED in case.notices
    assert MessageKind.CANCELLED in {message.kind for message in case.snapshot.messages}
    assert case.snapshot.assignments["Q"].status is AssignmentStatus.BLOCKED  # type: ignore[index]


def test_a_cure_that_arrives_on_the_last_day_is_in_time_and_a_day_later_is_late() -> None:
    in_time, late = accepted(), accepted()
    in_time.until(date(2026, 3, 9)).supply("乙")
    # The timer has not rung yet when the post arrives.
    late.now = end_of_day(date(2026, 3, 9))
    late.supply("乙")

    assert in_time.moved(AddCure) == 1
    assert in_time.status is AssignmentStatus.ACCEPTED
    assert (late.moved(AddCure), late.moved(ReturnUncured)) == (0, 1)


def test_a_department_cannot_verify_a_cure_after_its_end() -> None:
    case = accepted()
    case.now = end_of_day(date(2026, 3, 9))

    with pytest.raises(NotAllowedNowError):
        case.enter(reported(case.snapshot, "P", Report(DepartmentAct.CURE_VERIFIED, case.now, {})))


def test_a_withdrawal_voids_the_commitment() -> None:
    case = accepted()
    case.snapshot = replace(case.snapshot, withdrawal_requested_at=case.now - timedelta(days=2))
    case.advance()

    assert case.commitment.status is CommitmentStatus.VOID


ACTS = (
    (DepartmentAct.ACCEPTED, {}),
    (DepartmentAct.CLAIMED, {}),
    (DepartmentAct.REVIEW_FINISHED, {}),
    (DepartmentAct.CURE_VERIFIED, {}),
    (DepartmentAct.BREACH_FOUND, FINDING),
    (DepartmentAct.BREACH_FOUND, {**FINDING, "correct_within": 3}),
    (DepartmentAct.DECIDED, GRANT),
    (DepartmentAct.DECIDED, GRANT),
    (DepartmentAct.DECIDED, REFUSE),
)


@settings(max_examples=120, deadline=None)
@given(
    st.sampled_from([HOLD, ISSUE, Terms(by_commitment=True), replace(HOLD, by_commitment=True)]),
    st.integers(0, 2**32),
    st.integers(5, 60),
)
def test_in_every_history_results_are_held_timers_are_set_and_commitments_end_once(
    terms: Terms, seed: int, length: int
) -> None:
    case, random = Case(terms), Random(seed)
    for _ in range(length):
        _happen(case, random)
        current = case.advance()
        for c in case.snapshot.commitments:
            view = case.snapshot.assignments.get(c.item)
            if c.open and c.due_on is not None:
                assert current.next_timer is not None
                assert case.now < current.next_timer <= end_of_day(c.due_on)
            if c.open and view is not None and view.status.final:
                assert c.due_on is not None, "whatever is decided is followed"
            if (
                c.open
                and c.kind is CommitmentKind.TOLERANCE
                and c.supplied_at is None
                and terms.tolerance == HOLD.tolerance
            ):
                assert view is None or not view.status.final
        if current.outcome is not None:
            assert not any(c.open for c in case.snapshot.commitments)

    case.until(local_date(case.now) + timedelta(days=1))
    assert set(case.ends.values()) <= {1}
    assert set(case.ends) == {c.id for c in case.snapshot.commitments if not c.open}
    breaches = [entry.commitment for entry in case.kept if isinstance(entry, BreachRecorded)]
    assert len(breaches) == len(set(breaches))


def _happen(case: Case, random: Random) -> None:
    def act() -> None:
        kind, details = random.choice(ACTS)
        case.tell(kind, **details)

    choices = (
        act,
        act,
        act,
        lambda: case.commit(own_date=random.choice([None, local_date(case.now) + timedelta(days=random.randrange(9))])),
        lambda: case.commit(kind=CommitmentKind.NOTIFIED),
        lambda: case.supply("乙"),
        case.deliver,
        lambda: case.until(local_date(case.now) + timedelta(days=random.randrange(1, 8))),
    )
    before = case.snapshot
    view = before.assignments.get("P")  # type: ignore[call-overload]
    try:
        random.choice(choices)()
    except (DaibanError, KeyError):
        # Refused, or there is no assignment yet; nothing has been entered then.
        assert case.snapshot.commitments == before.commitments or view is None
