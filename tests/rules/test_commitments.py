"""Commitments from signature to end: what is due when, what is refused, and what holds in every history."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.acts import Report, reported
from rules.acts.applicant import materials_supplied, withdrawal_requested
from rules.acts.commitments import Promise, Standing, committed
from rules.catalog import Material, MaterialSource, RefusalPolicy
from rules.clocks import ClockEventKind
from rules.commitments.moves import AddCure, EndCommitment, OrderCure, RemindCure, ReturnUncured
from rules.commitments.record import CommitmentView
from rules.delivery.moves import arrived
from rules.effects import entered
from rules.entries import BreachRecorded, Entry, NoticeQueued, Step
from rules.errors import (
    ApplicationClosedError,
    CommitmentMissingError,
    CommitmentRefusedError,
    CureOpenError,
    DaibanError,
    NotAllowedNowError,
    WithdrawalPendingError,
)
from rules.ledgers import ledger
from rules.moves import OpenAssignment, SendNotice, entries
from rules.planner import Plan, plan
from rules.snapshot import ApplicationSnapshot
from rules.terms import Terms, Tolerance, ToleranceMode
from rules.vocabulary import (
    ApplicationStatus,
    AssignmentStatus,
    CommitmentKind,
    CommitmentStatus,
    DepartmentAct,
    Ineligibility,
    MessageKind,
    NoticeKind,
    Outcome,
    Party,
)
from rules.workdays import end_of_day, local_date
from tests.rules.networks import network, network_item

MONDAY = datetime(2026, 3, 2, 2, tzinfo=UTC)
HOLD, ISSUE = Terms(tolerance=Tolerance()), Terms(tolerance=Tolerance(ToleranceMode.ISSUE_THEN_CURE))
GRANT = {"decision": "granted"}
REFUSE = {
    "decision": "refused",
    "reason": "不符合条件",
    "legal_basis": "行政许可法第三十八条",
    "handler": "王芳",
    "approver": "李强",
}
FINDING = {"reason": "现场核查不符", "legal_basis": "国办发〔2020〕42号"}


class Case:
    """One application under way; ``P`` needs 乙, which may follow, and ``Q`` comes after it."""

    def __init__(self, terms: Terms = HOLD, *, provided: str = "甲") -> None:
        materials = (
            Material("甲", False, MaterialSource.APPLICANT),
            Material("乙", True, MaterialSource.APPLICANT),
        )
        first = replace(network_item("P"), materials=materials, terms=terms)
        shape = network([first, network_item("Q")], [("P", "Q", "A")], RefusalPolicy.STOP_DEPENDENTS)
        start = ApplicationSnapshot(
            "DB-211282-20260302-00001-H", ApplicationStatus.REGISTERED, shape, materials_provided=frozenset(provided)
        )
        self.now, self.snapshot, self.kept = MONDAY, start, list[Entry]()
        self.moves: list[object] = []
        self.ends: dict[Any, int] = {}
        self.advance()

    def advance(self) -> Plan:
        while (current := plan(self.snapshot, self.now)).inside:
            for move in current.inside:
                self.moves.append(move)
                self.enter(entries(self.snapshot, move, self.now))
        return current

    def enter(self, made: tuple[Entry, ...]) -> None:
        for entry in made:
            before = {c.id: c.open for c in self.snapshot.commitments}
            self.snapshot = entered(self.snapshot, entry)
            for c in self.snapshot.commitments:
                if before.get(c.id) and not c.open:
                    self.ends[c.id] = self.ends.get(c.id, 0) + 1
                assert before.get(c.id) is not False or not c.open, "an ended commitment stays ended"
        self.kept += made

    def until(self, day: date) -> "Case":
        """Let timers ring until the morning of a day."""
        target = datetime(day.year, day.month, day.day, 2, tzinfo=UTC)
        while (timer := self.advance().next_timer) is not None and timer <= target:
            self.now = timer
        self.now = target
        self.advance()
        return self

    def commit(self, *, breached_on: date | None = None, **promised: Any) -> None:
        promise = Promise("P", "刘晓", **promised)
        self.enter(committed(self.snapshot, promise, Standing("某公司", "91", breached_on), self.now))
        self.advance()

    def tell(self, act: DepartmentAct, item: str = "P", **details: Any) -> None:
        self.enter(reported(self.snapshot, item, Report(act, self.now, details)))
        self.advance()

    def supply(self, *names: str) -> None:
        self.enter(materials_supplied(self.snapshot, names, "zhang", self.now))
        self.advance()

    def deliver(self) -> None:
        """Send all that is owed to departments and applicant."""
        while told := [move for move in self.advance().outside if isinstance(move, SendNotice)]:
            for move in told:
                self.enter(arrived(self.snapshot, move.notice, move.kind, self.now))
        self.snapshot = replace(self.snapshot, messages=())
        self.advance()

    @property
    def status(self) -> AssignmentStatus:
        return self.snapshot.assignments["P"].status  # type: ignore[index]

    @property
    def commitment(self) -> CommitmentView:
        return self.snapshot.commitments[0]

    @property
    def notices(self) -> list[NoticeKind]:
        return [entry.kind for entry in self.kept if isinstance(entry, NoticeQueued)]

    @property
    def steps(self) -> list[str]:
        return [entry.kind for entry in self.kept if isinstance(entry, Step)]

    def moved(self, kind: type) -> int:
        return sum(isinstance(move, kind) for move in self.moves)

    def body(self, kind: NoticeKind) -> Any:
        return [e.body for e in self.kept if isinstance(e, NoticeQueued) and e.kind is kind][-1]


def accepted(terms: Terms = HOLD, **promised: Any) -> Case:
    case = Case(terms)
    case.commit(**promised)
    case.tell(DepartmentAct.ACCEPTED)
    return case


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
