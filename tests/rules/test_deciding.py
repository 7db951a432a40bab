"""Decisions: of which kind, on what conditions, dated when, and a negative one only by two people."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from rules.acts.filing import negative, same_person
from rules.acts.report import Report
from rules.catalog import ItemCode
from rules.clocks import ClockEvent, ClockEventKind
from rules.commitments.record import CommitmentView
from rules.entries import Clocked, Decided, Filed, NoticeQueued, Step
from rules.errors import (
    FilingIncompleteError,
    InvalidEventError,
    InvalidNumberError,
    NotAllowedNowError,
    PrerequisitesOpenError,
)
from rules.numbers import check_filing_number, filing_number
from rules.planner import settle
from rules.vocabulary import AssignmentStatus as S
from rules.vocabulary import CommitmentKind, DecisionKind, DepartmentAct, NoticeKind, Outcome
from tests.rules.assignments import MONDAY, NUMBER, REASONS, REFUSED, of, report, under_review, with_terms
from tests.rules.networks import network_item

DECIDED = DepartmentAct.DECIDED
HOUR = timedelta(hours=1)


def only(entries: Any, kind: type) -> Any:
    [found] = [entry for entry in entries if isinstance(entry, kind)]
    return found


@pytest.mark.parametrize(
    ("decision", "terms", "status", "outcome"),
    [
        ("granted", {}, S.GRANTED, Outcome.GRANTED),
        ("granted_by_commitment", {"by_commitment": True}, S.GRANTED, Outcome.GRANTED),
        ("partly_granted", {}, S.PARTLY_GRANTED, Outcome.PARTLY_GRANTED),
        ("not_required", {}, S.NOT_REQUIRED, Outcome.GRANTED),
        ("refused", {}, S.REFUSED, Outcome.REFUSED),
    ],
)
def test_every_kind_of_decision_has_its_status_and_outcome(
    decision: str, terms: dict[str, Any], status: S, outcome: Outcome
) -> None:
    given = {"decision": decision, **REASONS, "handler": "王芳", "approver": "李强"}
    snapshot = under_review(with_terms(**terms))
    if decision == "granted_by_commitment":
        letter = CommitmentView(UUID(int=1), ItemCode("P"), CommitmentKind.NOTIFIED, (), "原件")
        snapshot = replace(snapshot, commitments=(letter,))
    after, entries = report(snapshot, DECIDED, **given)

    assert of(after).status is status
    assert only(entries, Decided).kind.value == decision
    assert settle(after, MONDAY)[0].outcome is outcome


def test_a_partial_grant_of_what_is_not_required_leaves_the_whole_granted() -> None:
    snapshot = under_review(network_item("P", required=False))
    after, _ = report(snapshot, DECIDED, decision="partly_granted", **REASONS)

    assert settle(after, MONDAY)[0].outcome is Outcome.GRANTED


def test_a_grant_by_commitment_needs_an_item_of_the_published_list() -> None:
    with pytest.raises(InvalidEventError, match="告知承诺"):
        report(under_review(), DECIDED, decision="granted_by_commitment")


@pytest.mark.parametrize("decision", ["granted", "granted_by_commitment", "partly_granted"])
def test_no_grant_comes_before_what_it_awaits(decision: str) -> None:
    snapshot = under_review(with_terms(by_commitment=True), awaits=(ItemCode("Q"),))
    with pytest.raises(PrerequisitesOpenError):
        report(snapshot, DECIDED, decision=decision, **REASONS)


def test_neither_a_refusal_nor_that_nothing_is_required_waits() -> None:
    for given in ({**REFUSED, "approver": "李强"}, {"decision": "not_required", **REASONS}):
        after, _ = report(under_review(awaits=(ItemCode("Q"),)), DECIDED, **given)
        assert (of(after).status.final, of(after).awaits) == (True, ())


@pytest.mark.parametrize("decision", ["partly_granted", "not_required"])
@pytest.mark.parametrize("missing", ["reason", "legal_basis"])
def test_what_is_less_than_a_grant_gives_reason_and_law(decision: str, missing: str) -> None:
    given = {name: value for name, value in REASONS.items() if name != missing}
    with pytest.raises(InvalidEventError):
        report(under_review(), DECIDED, decision=decision, **given)


def test_a_grant_names_the_result_document_where_the_item_has_one() -> None:
    snapshot = under_review(replace(network_item("P"), result="施工许可证"))
    with pytest.raises(InvalidEventError):
        report(snapshot, DECIDED, decision="granted")

    after, _ = report(snapshot, DECIDED, decision="granted", document_number="〔2026〕1号")
    assert of(after).status is S.GRANTED


@pytest.mark.parametrize(
    ("known", "decided", "fine"),
    [
        # Civil dates in Asia/Shanghai: 16:00 UTC is midnight there.
        (datetime(2026, 3, 2, 15, 59, tzinfo=UTC), datetime(2026, 3, 2, 0, 0, tzinfo=UTC), True),
        (datetime(2026, 3, 2, 16, 0, tzinfo=UTC), datetime(2026, 3, 2, 15, 59, tzinfo=UTC), False),
    ],
)
@pytest.mark.parametrize("kind", [ClockEventKind.RECEIVED, ClockEventKind.ACCEPTED])
def test_no_decision_is_dated_before_receipt_or_acceptance(
    kind: ClockEventKind, known: datetime, decided: datetime, fine: bool
) -> None:
    snapshot = under_review(clock=(ClockEvent(kind, known),))
    if fine:
        assert of(report(snapshot, DECIDED, decided, decision="granted")[0]).status is S.GRANTED
    else:
        with pytest.raises(InvalidEventError):
            report(snapshot, DECIDED, decided, decision="granted")


def test_a_later_event_of_the_clock_dates_nothing() -> None:
    received = ClockEvent(ClockEventKind.RECEIVED, MONDAY)
    asked = ClockEvent(ClockEventKind.CORRECTION_STARTED, MONDAY + timedelta(days=3))
    snapshot = under_review(clock=(received, asked), status=S.CORRECTION_REQUIRED)

    assert of(report(snapshot, DECIDED, decision="granted")[0]).status is S.GRANTED


def test_a_decision_enters_the_acceptance_nobody_reported_as_a_step_of_its_own() -> None:
    received = under_review(clock=(ClockEvent(ClockEventKind.RECEIVED, MONDAY),), status=S.RECEIVED)
    after, entries = report(received, DECIDED, decision="granted")
    steps = [entry.kind for entry in entries if isinstance(entry, Step)]
    assert steps == ["acceptance.implied", "decision.granted"]
    assert of(after).occurred(ClockEventKind.ACCEPTED)

    again = [entry.kind for entry in report(under_review(), DECIDED, decision="granted")[1] if isinstance(entry, Step)]
    assert again == ["decision.granted"]


def test_that_nothing_is_required_accepts_nothing() -> None:
    received = under_review(clock=(ClockEvent(ClockEventKind.RECEIVED, MONDAY),), status=S.RECEIVED)
    after, entries = report(received, DECIDED, decision="not_required", **REASONS)

    assert not of(after).occurred(ClockEventKind.ACCEPTED)
    assert only(entries, NoticeQueued).kind is NoticeKind.NOT_REQUIRED


def test_a_partial_grant_tells_what_can_be_done_about_the_rest() -> None:
    _, entries = report(under_review(), DECIDED, decision="partly_granted", **REASONS)
    notice = only(entries, NoticeQueued)

    assert notice.kind is NoticeKind.GRANT
    assert [remedy["within"] for remedy in notice.body["remedies"]] == ["60日", "6个月"]


def test_a_decision_ends_a_special_procedure_that_is_still_open() -> None:
    held = ClockEvent(ClockEventKind.HOLD_STARTED, MONDAY + HOUR, 10)
    snapshot = under_review(status=S.SPECIAL_PROCEDURE)
    snapshot = replace(snapshot, assignments={"P": replace(of(snapshot), clock=(*of(snapshot).clock, held))})  # type: ignore[dict-item]
    _, entries = report(snapshot, DECIDED, MONDAY + 2 * HOUR, **REFUSED)
    ended = [entry.event for entry in entries if isinstance(entry, Clocked)]
    assert [(event.kind, event.at) for event in ended] == [(ClockEventKind.HOLD_ENDED, MONDAY + 2 * HOUR)]

    # Never before it began: sorted by time, the stop would last for good.
    _, entries = report(snapshot, DECIDED, MONDAY, **REFUSED)
    assert [e.event.at for e in entries if isinstance(e, Clocked)] == [MONDAY + HOUR]


def test_a_refusal_by_two_people_takes_effect_at_once_and_is_filed() -> None:
    given = {**REFUSED, "approver": "李强", "facts": "缺合格书", "papers": ["合格书"], "document_number": "1号"}
    after, entries = report(under_review(), DECIDED, **given)
    filed, decision, notice = (only(entries, kind) for kind in (Filed, Decided, NoticeQueued))

    assert of(after).status is S.REFUSED
    assert (filed.number, filed.handler, filed.approver) == (filing_number(NUMBER, 1), "王芳", "李强")
    assert (filed.facts, filed.papers, filed.kind) == ("缺合格书", ("合格书",), DecisionKind.REFUSE)
    assert (filed.notice, decision.filing, decision.document_number) == (notice.id, filed.number, "1号")
    assert (notice.kind, notice.body["document_number"], notice.body["papers"]) == (
        NoticeKind.REFUSAL,
        "1号",
        ["合格书"],
    )
    assert after.filings == 1
    assert [e.kind for e in entries if isinstance(e, Step)] == ["denial.filed", "decision.refused"]


@pytest.mark.parametrize("missing", ["reason", "legal_basis", "handler"])
def test_a_refusal_lacks_nothing(missing: str) -> None:
    given = {name: value for name, value in REFUSED.items() if name != missing}
    with pytest.raises(FilingIncompleteError) as caught:
        report(under_review(), DECIDED, **given, approver="李强")
    assert caught.value.details == {"missing": [missing]}


def test_the_handler_of_the_assignment_is_the_handler_of_its_refusal() -> None:
    given = {**REASONS, "decision": "refused", "approver": "李强"}
    _, entries = report(under_review(handler="赵云"), DECIDED, **given)

    assert only(entries, Filed).handler == "赵云"
    with pytest.raises(FilingIncompleteError):
        report(under_review(handler="李强"), DECIDED, **given)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("王芳", "王芳", True),
        ("王芳", " 王\u3000芳 ", True),
        ("Li Qiang", "LI QIANG", True),
        ("liqiang", "ＬｉＱｉａｎｇ", True),
        ("王芳", "王方", False),
        ("王芳", "王芳芳", False),
    ],
)
def test_a_name_written_otherwise_is_no_second_person(one: str, other: str, same: bool) -> None:
    assert same_person(one, other) is same
    snapshot = under_review()
    if same:
        with pytest.raises(FilingIncompleteError):
            report(snapshot, DECIDED, **{**REFUSED, "handler": one}, approver=other)
    else:
        assert of(report(snapshot, DECIDED, **{**REFUSED, "handler": one}, approver=other)[0]).status is S.REFUSED


def test_a_proposed_refusal_keeps_its_clock_and_takes_effect_when_approved() -> None:
    proposed, entries = report(under_review(), DECIDED, **REFUSED)
    assert of(proposed).status is S.REFUSAL_PROPOSED
    assert not of(proposed).occurred(ClockEventKind.STOPPED)
    assert not [entry for entry in entries if isinstance(entry, Decided | Filed | NoticeQueued)]

    at = MONDAY + HOUR
    after, entries = report(proposed, DepartmentAct.REFUSAL_APPROVED, at, approver="李强")
    assert (of(after).status, of(after).proposal) == (S.REFUSED, None)
    decision, filed = only(entries, Decided), only(entries, Filed)
    assert (decision.decided_at, filed.filed_at, filed.reason) == (at, at, REASONS["reason"])


def test_a_proposed_refusal_is_neither_approved_nor_returned_by_its_handler_or_before_it_was_made() -> None:
    proposed, _ = report(under_review(), DECIDED, MONDAY + HOUR, **REFUSED)
    for act in (DepartmentAct.REFUSAL_APPROVED, DepartmentAct.REFUSAL_RETURNED):
        with pytest.raises(FilingIncompleteError):
            report(proposed, act, MONDAY + HOUR, approver="王芳", reason="x")
        with pytest.raises(NotAllowedNowError):
            report(proposed, act, MONDAY, approver="李强", reason="x")


def test_a_returned_refusal_is_under_review_again_and_may_be_proposed_anew() -> None:
    proposed, _ = report(under_review(), DECIDED, **REFUSED)
    returned, entries = report(proposed, DepartmentAct.REFUSAL_RETURNED, approver="李强", reason="再核")

    assert (of(returned).status, of(returned).proposal) == (S.UNDER_REVIEW, None)
    assert [e.kind for e in entries if isinstance(e, Step)] == ["refusal.returned"]
    assert of(report(returned, DECIDED, **REFUSED)[0]).status is S.REFUSAL_PROPOSED


def test_there_is_nothing_to_approve_where_nothing_is_proposed() -> None:
    for act in (DepartmentAct.REFUSAL_APPROVED, DepartmentAct.REFUSAL_RETURNED):
        with pytest.raises(NotAllowedNowError):
            report(under_review(), act, approver="李强", reason="x")


@pytest.mark.parametrize(
    ("kind", "status", "notice"),
    [
        (DecisionKind.REFUSE, S.REFUSED, NoticeKind.REFUSAL),
        (DecisionKind.NOT_ACCEPT, S.NOT_ACCEPTED, NoticeKind.NOT_ACCEPTED),
    ],
)
def test_every_negative_decision_goes_the_same_way(kind: DecisionKind, status: S, notice: NoticeKind) -> None:
    snapshot = under_review(clock=(ClockEvent(ClockEventKind.RECEIVED, MONDAY),), status=S.RECEIVED)
    told = Report(DepartmentAct.NOT_ACCEPTED, MONDAY, {**REASONS, "handler": "王芳", "approver": "李强"})
    entries = negative(snapshot, of(snapshot), told, kind)

    assert only(entries, NoticeQueued).kind is notice
    assert only(entries, Filed).kind is kind
    assert any(getattr(entry, "after", None) is status for entry in entries)


def test_what_counts_as_accepted_meanwhile_is_no_longer_refused_acceptance() -> None:
    received = ClockEvent(ClockEventKind.RECEIVED, MONDAY)
    proposal = {**REASONS, "handler": "王芳", "kind": "not_accepted", "before": "received", "proposed_at": str(MONDAY)}
    waiting = under_review(clock=(received,), status=S.REFUSAL_PROPOSED, proposal=proposal)
    assert of(report(waiting, DepartmentAct.REFUSAL_APPROVED, approver="李强")[0]).status is S.NOT_ACCEPTED
    returned, _ = report(waiting, DepartmentAct.REFUSAL_RETURNED, approver="李强", reason="可受理")
    assert of(returned).status is S.RECEIVED

    deemed = under_review(status=S.REFUSAL_PROPOSED, proposal=proposal)
    with pytest.raises(NotAllowedNowError, match="视为受理"):
        report(deemed, DepartmentAct.REFUSAL_APPROVED, approver="李强")
    returned, _ = report(deemed, DepartmentAct.REFUSAL_RETURNED, approver="李强", reason="可受理")
    assert of(returned).status is S.UNDER_REVIEW


def test_a_filings_number_shows_slips_of_the_pen() -> None:
    number = filing_number(NUMBER, 7)
    assert number.startswith("FD-211282-20260302-00001-07-")
    check_filing_number(number)
    for wrong in (number[:-1] + ("0" if number[-1] != "0" else "1"), number.replace("07", "70"), "DB" + number[2:]):
        with pytest.raises(InvalidNumberError):
            check_filing_number(wrong)


@pytest.mark.parametrize("serial", [0, 100])
def test_an_application_has_at_most_ninety_nine_filings(serial: int) -> None:
    with pytest.raises(InvalidNumberError):
        filing_number(NUMBER, serial)
    assert filing_number(NUMBER, 99)
