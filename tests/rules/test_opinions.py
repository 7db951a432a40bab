"""Several departments are heard on one item: asked on acceptance, each with days of its own, silence with its law."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from rules.acts import Report, reported
from rules.acts.opining import arrived, opined
from rules.catalog import RefusalPolicy
from rules.clocks import ClockEventKind
from rules.effects import entered
from rules.entries import Entry, MessageQueued, Step
from rules.errors import (
    AssignmentClosedError,
    InvalidEventError,
    NotAllowedNowError,
    OpinionsAwaitedError,
    OpinionsOpposedError,
)
from rules.moves import SendMessage, entries
from rules.planner import plan
from rules.snapshot import ApplicationSnapshot, OpinionView
from rules.terms import Cooperation, JoinPolicy, Terms, Voice
from rules.vocabulary import (
    ApplicationStatus,
    AssignmentStatus,
    DepartmentAct,
    MessageKind,
    OpinionAnswer,
    OpinionStatus,
    Party,
)
from rules.workdays import SHANGHAI
from tests.rules.networks import network, network_item

P = JoinPolicy
MONDAY = datetime(2026, 3, 2, 9, tzinfo=SHANGHAI)  # the two weeks after it have no holiday
FIRE, WATER, ROADS = Voice("FRB", "消防"), Voice("WRB", "水利"), Voice("TRB", "交通")
LAW = "开政发〔2026〕1号"
GRANT = {"decision": "granted", "document_number": "1"}
REFUSE = {
    "decision": "refused",
    "reason": "不符合规划",
    "legal_basis": "城乡规划法第四十条",
    "handler": "王芳",
    "approver": "李强",
}


class Case:
    """One item of its own department, on which others are heard."""

    def __init__(self, policy: JoinPolicy, voices: tuple[Voice, ...] = (FIRE, WATER), **terms: Any) -> None:
        cooperation = Cooperation(voices, policy, **terms)
        item = replace(network_item("A"), terms=Terms(cooperation=cooperation))
        shape = network([item], [], RefusalPolicy.STOP_DEPENDENTS)
        self.now = MONDAY
        self.snapshot = ApplicationSnapshot("DB-211282-20260302-00001-H", ApplicationStatus.REGISTERED, shape)
        self.made: list[Entry] = []
        self.settle()

    def enter(self, what: Iterable[Entry]) -> "Case":
        made = tuple(what)
        self.made += made
        self.snapshot = entered(self.snapshot, *made)
        self.settle()
        return self

    def settle(self) -> None:
        while (current := plan(self.snapshot, self.now)).inside:
            for move in current.inside:
                made = entries(self.snapshot, move, self.now)
                self.made += made
                self.snapshot = entered(self.snapshot, *made)

    def at(self, **span: int) -> "Case":
        self.now = MONDAY + timedelta(**span)
        self.settle()
        return self

    def accept(self) -> "Case":
        self.enter(reported(self.snapshot, "A", Report(DepartmentAct.ACCEPTED, self.now)))
        return self.deliver()

    def deliver(self) -> "Case":
        """Let everything said to departments arrive."""
        asked = [m.department for m in self.snapshot.messages if m.kind is MessageKind.OPINION_ASKED]
        self.snapshot = replace(self.snapshot, messages=())
        for department in asked:
            self.enter(arrived(self.opinion(department), self.now))
        self.settle()
        return self

    def say(self, department: str, opinion: str, **details: Any) -> "Case":
        report = Report(DepartmentAct.OPINION_GIVEN, self.now, {"opinion": opinion, **details})
        return self.enter(opined(self.snapshot, self.opinion(department).id, report))

    def decide(self, **details: Any) -> "Case":
        return self.enter(reported(self.snapshot, "A", Report(DepartmentAct.DECIDED, self.now, details)))

    def opinion(self, department: str) -> OpinionView:
        return next(each for each in self.snapshot.opinions if each.department == department)

    def statuses(self) -> dict[str, str]:
        return {each.department: each.status.value for each in self.snapshot.opinions}

    def told(self, kind: MessageKind) -> list[str]:
        return [
            str(e.department) for e in self.made if isinstance(e, MessageQueued) and e.kind is kind and e.department
        ]

    def steps(self, kind: str) -> list[Step]:
        return [e for e in self.made if isinstance(e, Step) and e.kind == kind]

    @property
    def status(self) -> AssignmentStatus:
        return next(iter(self.snapshot.assignments.values())).status


def test_departments_are_asked_when_the_item_is_accepted_and_not_before() -> None:
    case = Case(P.ALL)
    case.enter(reported(case.snapshot, "A", Report(DepartmentAct.CLAIMED, case.now)))
    assert case.snapshot.opinions == ()

    case.enter(reported(case.snapshot, "A", Report(DepartmentAct.ACCEPTED, case.now)))

    assert case.statuses() == {"FRB": "sent", "WRB": "sent"}
    assert case.told(MessageKind.OPINION_ASKED) == ["FRB", "WRB"]
    assert len(case.steps("opinion.requested")) == 2


def test_a_question_waits_for_nobody_elses_message() -> None:
    case = Case(P.ALL)
    case.snapshot = replace(
        case.snapshot, messages=tuple(replace(m, rejected_at=case.now) for m in case.snapshot.messages)
    )
    case.enter(reported(replace(case.snapshot), "A", Report(DepartmentAct.ACCEPTED, case.now)))

    sent = [move for move in plan(case.snapshot, case.now).outside if isinstance(move, SendMessage)]
    assert [move.department for move in sent] == ["FRB", "WRB"]


def test_everybody_to_be_heard_is_waited_for_by_the_day_it_has() -> None:
    waits = plan(Case(P.ALL, days=5).accept().snapshot, MONDAY).waits

    heard = {wait.who: str(wait.until) for wait in waits if wait.party is Party.DEPARTMENT and wait.who != "DA"}
    assert heard == {"FRB": "2026-03-09", "WRB": "2026-03-09"}


@pytest.mark.parametrize("decision", [GRANT, REFUSE])
def test_nothing_is_decided_before_the_opinions_are_heard(decision: dict[str, str]) -> None:
    case = Case(P.ALL).accept().say("FRB", "agree")

    with pytest.raises(OpinionsAwaitedError) as caught:
        case.decide(**decision)

    assert caught.value.details["awaited"] == ["WRB"]
    assert "水利" in caught.value.message
    assert case.say("WRB", "agree").decide(**decision).status.value == decision["decision"]


def test_before_acceptance_a_decision_is_told_that_opinions_follow() -> None:
    with pytest.raises(OpinionsAwaitedError, match="受理后即征求意见"):
        Case(P.ALL).decide(**GRANT)


@pytest.mark.parametrize(
    ("policy", "said", "grantable"),
    [
        (P.ALL, "FRB-", False),
        (P.ALL, "FRB+", None),
        (P.ALL, "FRB+ WRB+ TRB+", True),
        (P.ANY, "FRB+", True),
        (P.ANY, "FRB-", None),
        (P.ANY, "FRB- WRB- TRB-", False),
        (P.QUORUM, "FRB+ WRB+", True),
        (P.QUORUM, "FRB- WRB-", False),
        (P.QUORUM, "FRB+ WRB-", None),
        (P.WEIGHTED, "TRB+", True),
        (P.WEIGHTED, "TRB-", None),
        (P.VETO, "WRB+", True),
        (P.VETO, "FRB- TRB-", None),
        (P.VETO, "WRB-", False),
        (P.LEAD, "FRB+ WRB+", None),
        (P.LEAD, "FRB- WRB- TRB-", True),
    ],
)
def test_the_policy_says_whose_opinions_suffice(policy: JoinPolicy, said: str, *, grantable: bool | None) -> None:
    voices = (FIRE, replace(WATER, veto=True), replace(ROADS, weight=2))
    case = Case(policy, voices, needed=2).accept()
    for each in said.split():
        agrees = each.endswith("+")
        case.say(each[:-1], "agree" if agrees else "disagree", **({} if agrees else {"reason": "影响行洪"}))

    decision = {**GRANT, "reason": "已采取措施"}
    if grantable is None:
        with pytest.raises(OpinionsAwaitedError):
            case.decide(**decision)
    elif grantable:
        assert case.decide(**decision).status is AssignmentStatus.GRANTED
    else:
        with pytest.raises(OpinionsOpposedError) as caught:
            case.decide(**decision)
        assert caught.value.details["opposed"] == [each[:-1] for each in said.split() if each.endswith("-")]
        assert case.decide(**REFUSE).status is AssignmentStatus.REFUSED


def test_a_lead_that_grants_against_an_opinion_gives_its_own_reasons() -> None:
    case = Case(P.LEAD).accept().say("FRB", "disagree", reason="间距不足").say("WRB", "agree")

    with pytest.raises(InvalidEventError, match="消防"):
        case.decide(**GRANT)
    assert case.decide(**GRANT, reason="设计已修改").status is AssignmentStatus.GRANTED


def test_a_lead_whom_nobody_opposes_needs_no_reasons() -> None:
    case = Case(P.LEAD).accept().say("FRB", "agree").say("WRB", "agree_with_conditions", conditions="设雨水口")

    assert case.decide(**GRANT).status is AssignmentStatus.GRANTED


def test_a_disagreement_without_reasons_is_refused_not_counted_as_consent() -> None:
    case = Case(P.ALL).accept()

    with pytest.raises(InvalidEventError, match="不同意须说明理由"):
        case.say("FRB", "disagree")
    with pytest.raises(InvalidEventError, match="附条件同意须写明条件"):
        case.say("FRB", "agree_with_conditions")
    assert case.statuses()["FRB"] == "sent"


def test_an_opinion_is_given_once() -> None:
    case = Case(P.ALL).accept().say("FRB", "agree")

    with pytest.raises(NotAllowedNowError):
        case.say("FRB", "disagree", reason="后悔")


def test_who_must_ask_its_superior_answers_twice_and_is_waited_for_meanwhile() -> None:
    case = Case(P.ALL, (FIRE,)).accept().say("FRB", "must_forward_up").at(days=60)

    assert case.opinion("FRB").status is OpinionStatus.ANSWERED
    waits = [wait for wait in plan(case.snapshot, case.now).waits if wait.who == "FRB"]
    assert [wait.until for wait in waits] == [None]
    with pytest.raises(OpinionsAwaitedError):
        case.decide(**GRANT)
    assert case.say("FRB", "agree").decide(**GRANT).status is AssignmentStatus.GRANTED


def test_a_department_may_sign_for_the_question_first_or_last() -> None:
    case = Case(P.ALL).accept()
    for department in ("FRB", "WRB"):
        if department == "WRB":
            case.say("WRB", "agree")
        signed = Report(DepartmentAct.CLAIMED, case.now, {"handler": "王芳"})
        case.enter(opined(case.snapshot, case.opinion(department).id, signed))

    assert case.statuses() == {"FRB": "signed_for", "WRB": "answered"}
    with pytest.raises(NotAllowedNowError):
        opined(case.snapshot, case.opinion("FRB").id, Report(DepartmentAct.DECIDED, case.now, GRANT))


def test_whoever_answers_has_been_asked_even_if_we_do_not_know() -> None:
    case = Case(P.ALL)
    case.enter(reported(case.snapshot, "A", Report(DepartmentAct.ACCEPTED, case.now)))
    assert case.opinion("FRB").received_at is None

    assert case.say("FRB", "agree").opinion("FRB").received_at == MONDAY
    assert arrived(case.opinion("FRB"), case.now) == ()


# Asked on Monday 2 March with five working days: the last is Monday 9 March.
def test_silence_lapses_when_the_last_day_is_over_and_a_person_is_told() -> None:
    case = Case(P.ALL, days=5).accept().say("WRB", "agree")
    assert plan(case.snapshot, case.now).next_timer is not None
    assert case.at(days=7, hours=14).statuses()["FRB"] == "sent"

    case.at(days=7, hours=15)

    assert case.statuses() == {"FRB": "lapsed", "WRB": "answered"}
    assert case.told(MessageKind.SUPERVISED) == ["FRB"]
    assert case.told(MessageKind.DEEMED) == []
    [step] = case.steps("opinion.lapsed")
    assert (step.details["deemed"], step.details["due_on"]) == (False, "2026-03-09")
    # No silent consent: the others wait, and a late answer is welcome.
    with pytest.raises(OpinionsAwaitedError):
        case.decide(**GRANT)
    assert case.say("FRB", "agree").decide(**GRANT).status is AssignmentStatus.GRANTED


def test_a_timer_is_set_for_the_end_of_the_last_day() -> None:
    case = Case(P.ALL, days=1).accept()
    # The light of the item itself changes later.
    assert plan(case.snapshot, case.now).next_timer == datetime(2026, 3, 4, tzinfo=SHANGHAI)


def test_a_lead_may_decide_alone_once_the_days_have_passed() -> None:
    case = Case(P.LEAD, days=5).accept()
    with pytest.raises(OpinionsAwaitedError):
        case.at(days=7).decide(**GRANT)

    assert case.at(days=8).decide(**GRANT).status is AssignmentStatus.GRANTED


def test_a_decision_dated_before_the_last_day_is_over_is_early_whenever_it_is_reported() -> None:
    case = Case(P.LEAD, days=5).accept()
    early = Report(DepartmentAct.DECIDED, MONDAY + timedelta(days=7), GRANT)
    case.now = MONDAY + timedelta(days=8)

    with pytest.raises(OpinionsAwaitedError):
        reported(case.snapshot, "A", early)


def test_silence_is_consent_only_by_a_published_document_and_after_a_warning() -> None:
    case = Case(P.ALL, (FIRE,), days=5, silence_basis=LAW).accept()
    assert case.at(days=3, hours=14).told(MessageKind.SILENCE_WARNED) == []
    assert case.at(days=3, hours=15).told(MessageKind.SILENCE_WARNED) == ["FRB"]
    assert len(case.steps("opinion.warned")) == 1
    case.deliver().at(days=8)

    assert case.statuses() == {"FRB": "lapsed"}
    assert (case.opinion("FRB").deemed, case.told(MessageKind.DEEMED)) == (True, ["FRB"])
    [step] = case.steps("opinion.lapsed")
    assert (step.reason, step.details["deemed"]) == (LAW, True)
    assert case.told(MessageKind.SUPERVISED) == []
    with pytest.raises(NotAllowedNowError):
        case.say("FRB", "disagree", reason="迟到")
    assert case.decide(**GRANT).status is AssignmentStatus.GRANTED


def test_silence_is_no_consent_of_a_department_that_was_not_reached() -> None:
    case = Case(P.ALL, (FIRE,), days=5, silence_basis=LAW).accept()
    case.at(days=8)  # the warning is on its way
    assert case.statuses() == {"FRB": "sent"}

    unasked = Case(P.LEAD, (FIRE,), days=5)
    unasked.enter(reported(unasked.snapshot, "A", Report(DepartmentAct.ACCEPTED, unasked.now)))
    unasked.at(days=60)
    assert unasked.statuses() == {"FRB": "sent"}
    with pytest.raises(OpinionsAwaitedError):
        unasked.decide(**GRANT)


def test_silence_has_no_consequence_on_days_that_are_not_official() -> None:
    case = Case(P.LEAD, (FIRE,), days=5)
    case.now = datetime(2026, 12, 29, 9, tzinfo=SHANGHAI)
    case.accept()
    case.now = datetime(2027, 3, 1, 9, tzinfo=SHANGHAI)
    case.settle()

    assert case.statuses() == {"FRB": "sent"}
    with pytest.raises(OpinionsAwaitedError):
        case.decide(**GRANT)


def test_nothing_is_asked_any_more_once_the_item_has_ended() -> None:
    case = Case(P.ANY).accept().say("FRB", "agree").decide(**GRANT)

    assert case.statuses() == {"FRB": "answered", "WRB": "void"}
    assert case.told(MessageKind.CANCELLED) == ["WRB"]
    with pytest.raises(AssignmentClosedError):
        case.say("WRB", "agree")
    assert [wait for wait in plan(case.snapshot, case.now).waits if wait.who == "WRB"] == []


def test_a_withdrawal_ends_the_questions_too() -> None:
    case = Case(P.ALL).accept()
    case.snapshot = replace(case.snapshot, withdrawal_requested_at=case.now)
    case.now += timedelta(days=2)
    case.settle()

    assert case.statuses() == {"FRB": "void", "WRB": "void"}


def test_who_was_told_that_nothing_is_asked_is_not_waited_for_when_the_item_is_reviewed_again() -> None:
    case = Case(P.ALL).accept().say("FRB", "agree")
    given, silent = case.snapshot.opinions
    void = (given, replace(silent, status=OpinionStatus.VOID))
    case.snapshot = replace(case.snapshot, opinions=void)

    assert case.decide(**GRANT).status is AssignmentStatus.GRANTED


def test_an_opinion_is_no_report_about_ones_own_item() -> None:
    case = Case(P.ALL).accept()

    with pytest.raises(NotAllowedNowError):
        reported(case.snapshot, "A", Report(DepartmentAct.OPINION_GIVEN, case.now, {"opinion": "agree"}))


def test_an_item_on_which_nobody_is_heard_is_decided_as_ever() -> None:
    item = network_item("A")
    shape = network([item], [], RefusalPolicy.STOP_DEPENDENTS)
    case = Case(P.ALL)
    case.snapshot = ApplicationSnapshot("DB-211282-20260302-00001-H", ApplicationStatus.REGISTERED, shape)
    case.settle()

    assert case.decide(**GRANT).status is AssignmentStatus.GRANTED


def test_the_days_of_a_silence_begin_with_the_receipt() -> None:
    case = Case(P.ALL, (FIRE,), days=5)
    case.enter(reported(case.snapshot, "A", Report(DepartmentAct.ACCEPTED, case.now)))
    case.at(days=2)
    case.deliver()

    assert case.at(days=8).statuses() == {"FRB": "sent"}
    assert case.at(days=10).statuses() == {"FRB": "lapsed"}


def test_every_answer_is_one_of_the_closed_set() -> None:
    case = Case(P.ALL).accept()
    assert {each.value for each in OpinionAnswer} == {"agree", "agree_with_conditions", "disagree", "must_forward_up"}
    with pytest.raises(ValueError, match="whatever"):
        case.say("FRB", "whatever")


def test_asking_needs_no_second_acceptance() -> None:
    case = Case(P.ALL).accept()
    case.enter(reported(case.snapshot, "A", Report(DepartmentAct.ACCEPTED, case.now)))

    assert len(case.snapshot.opinions) == 2
    assert sum(e.kind is ClockEventKind.ACCEPTED for e in next(iter(case.snapshot.assignments.values())).clock) == 1


def test_the_lead_is_told_what_each_has_said_and_whom_it_still_awaits() -> None:
    case = Case(P.LEAD, days=5).accept().say("WRB", "agree_with_conditions", conditions="退让河道十米")
    case.at(days=8)

    heard = [e for e in case.made if isinstance(e, MessageQueued) and e.kind is MessageKind.OPINION_HEARD]
    told = [{k: v for k, v in e.body.items() if k != "heard"} for e in heard]
    assert told == [
        {
            "department": "WRB",
            "status": "answered",
            "answer": "agree_with_conditions",
            "deemed": False,
            "conditions": "退让河道十米",
            "awaited": ["FRB"],
        },
        {"department": "FRB", "status": "lapsed", "deemed": False, "awaited": []},
    ]
    # To the lead, on its own assignment; an answer given after all is told too.
    assert {(e.item, e.department) for e in heard} == {("A", None)}
    case.say("FRB", "disagree", reason="通道不足四米")
    last = [e.body for e in case.made if isinstance(e, MessageQueued) and e.kind is MessageKind.OPINION_HEARD][-1]
    assert (last["answer"], last["reason"]) == ("disagree", "通道不足四米")
