"""Decisions as they are kept: filed by two people, put right by new rows, handed on with their time, and barred."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from casework import bans, queries
from casework.casefile import Actor
from casework.department_events import Event, receive
from rules.errors import (
    AssignmentClosedError,
    FilingIncompleteError,
    InvalidEventError,
    NotFoundError,
    ReapplicationBarredError,
    WrongDepartmentError,
)
from rules.numbers import check_filing_number
from rules.reapplication import Misconduct
from rules.vocabulary import AssignmentStatus, DepartmentAct, Outcome, Party

REFUSED = {"decision": "refused", "reason": "不符合条件", "legal_basis": "行政许可法第三十八条"}


@pytest.fixture
async def number(desk: Any) -> str:
    """An enterprise whose registration is at its department."""
    launched = await desk.launch("J5")
    await desk.deliver(launched)
    return str(launched)


async def test_a_refusal_is_filed_and_the_applicant_told_of_remedies(desk: Any, number: str) -> None:
    await desk.refuse(number, "E01")

    [filing] = await queries.filings(desk.session, limit=10)
    check_filing_number(filing.number)
    assert (filing.application, filing.item, filing.kind.value) == (number, "E01", "refused")
    assert (filing.handler, filing.approver, filing.told_at) == ("王芳", "李强", None)
    decision = (await desk.line(number, "E01")).decision
    assert decision is not None
    assert decision.filing == filing.number
    notice = next(n for n in (await desk.report(number)).notices if n.kind == "refusal")
    assert [remedy["within"] for remedy in notice.body["remedies"]] == ["60日", "6个月"]
    assert notice.body["filing"] == filing.number
    assert sorted(await desk.deliver(number)) == ["refusal", "result"]
    assert (await queries.filings(desk.session, limit=1))[0].told_at == desk.now


async def test_a_proposed_refusal_takes_effect_when_a_second_person_approves_it(desk: Any, number: str) -> None:
    await desk.tell(number, "E01", DepartmentAct.DECIDED, **REFUSED, handler="王芳")
    report = await desk.report(number)
    assert (await desk.statuses(number))["E01"] is AssignmentStatus.REFUSAL_PROPOSED
    assert [wait.party for wait in report.waits] == [Party.LEADER]
    assert "待负责人审批" in report.waiting
    with pytest.raises(FilingIncompleteError):
        await desk.tell(number, "E01", DepartmentAct.REFUSAL_APPROVED, approver="王 芳")
    desk.wait(hours=3)
    await desk.tell(number, "E01", DepartmentAct.REFUSAL_APPROVED, approver="李强")

    line = await desk.line(number, "E01")
    assert line.decision is not None
    assert (line.status, line.decision.decided_at) == (AssignmentStatus.REFUSED, desk.now)
    assert (await desk.report(number)).outcome is Outcome.REFUSED


async def test_a_returned_refusal_goes_on_in_review_and_may_end_in_a_grant(desk: Any, number: str) -> None:
    await desk.tell(number, "E01", DepartmentAct.DECIDED, **REFUSED, handler="王芳")
    await desk.tell(number, "E01", DepartmentAct.REFUSAL_RETURNED, approver="李强", reason="可以补正")
    assert (await desk.statuses(number))["E01"] is AssignmentStatus.UNDER_REVIEW
    await desk.grant(number, "E01")

    assert await queries.filings(desk.session, limit=10) == []


@pytest.mark.parametrize("kind", ["refused", "not_accepted"])
async def test_the_database_knows_no_refusal_without_filing(desk: Any, number: str, kind: str) -> None:
    assignment = await desk.assignment(number, "E01")
    insert = (
        "INSERT INTO decisions (assignment_id, kind, decided_at, recorded_at, source)"
        " VALUES (:id, :kind, now(), now(), 'x')"
    )
    with pytest.raises(DBAPIError, match="ck_decisions_filed"):
        await desk.session.execute(text(insert), {"id": assignment, "kind": kind})


@pytest.mark.parametrize("table", ["decisions", "refusal_filings"])
async def test_what_is_decided_and_filed_is_not_edited(desk: Any, number: str, table: str) -> None:
    await desk.refuse(number, "E01")

    with pytest.raises(DBAPIError, match="append-only"):
        await desk.session.execute(text(f"UPDATE {table} SET reason = 'x'"))  # noqa: S608 - a constant


async def test_a_slip_is_put_right_beside_the_decision_even_after_the_end(desk: Any, number: str) -> None:
    await desk.refuse(number, "E01")
    await desk.deliver(number)
    assert (await desk.report(number)).complete
    correct = {"document_number": "〔2026〕18号", "why": "漏写文号"}
    await desk.tell(number, "E01", DepartmentAct.DECISION_CORRECTED, **correct)

    report = await desk.report(number)
    decision = (await desk.line(number, "E01")).decision
    assert decision is not None
    assert decision.document_number is None
    assert [(c.detail, c.before, c.after) for c in decision.corrections] == [("document_number", None, "〔2026〕18号")]
    assert report.complete
    assert next(n for n in report.notices if n.kind == "decision_corrected").sent_at == desk.now
    with pytest.raises(InvalidEventError):
        await desk.tell(number, "E01", DepartmentAct.DECISION_CORRECTED, **correct)
    at = desk.now - timedelta(minutes=5)
    with pytest.raises(InvalidEventError):
        await desk.tell(number, "E01", DepartmentAct.DECISION_CORRECTED, at=at, document_number="x", why="早")


async def test_an_item_goes_on_at_another_department_in_the_same_time(desk: Any) -> None:
    number = await desk.launch("J3")
    await desk.deliver(number)
    await desk.grant(number, "E01", "P03")
    await desk.deliver(number)
    await desk.tell(number, "E10", DepartmentAct.ACCEPTED, handler="王芳")
    before = await desk.line(number, "E10")
    desk.wait(days=1)
    given = {"department": "TAX", "reason": "事项已划转", "id": "t-1", "at": desk.now}
    first = await desk.tell(number, "E10", DepartmentAct.TRANSFERRED, **given)

    line = await desk.line(number, "E10")
    assert (line.department, line.status, line.handler) == ("TAX", AssignmentStatus.ACCEPTED, None)
    assert (line.accepted_at, line.legal_due) == (before.accepted_at, before.legal_due)
    assert line.used == 1
    assert sorted(await desk.deliver(number)) == ["cancelled E10", "dispatched E10", "transferred"]
    assert (await desk.line(number, "E10")).receipt_number == "R-E10"
    # The old department may repeat what it said, and say nothing new.
    assert before.assignment is not None
    actor = Actor(f"department/{before.department}")
    again = Event("t-1", DepartmentAct.TRANSFERRED, desk.now, {"department": "TAX", "reason": "事项已划转"})
    new = Event("t-2", DepartmentAct.CLAIMED, desk.now)
    told = await receive(desk.session, before.assignment, before.department, again, actor=actor, now=desk.now)
    assert told == first
    with pytest.raises(WrongDepartmentError):
        await receive(desk.session, before.assignment, before.department, new, actor=actor, now=desk.now)
    await desk.grant(number, "E10")
    assert (await desk.line(number, "E10")).status is AssignmentStatus.GRANTED


@pytest.mark.parametrize("target", ["XYZ", "MSB"])
async def test_nobody_hands_on_to_itself_or_to_nobody(desk: Any, number: str, target: str) -> None:
    with pytest.raises(InvalidEventError):
        await desk.tell(number, "E01", DepartmentAct.TRANSFERRED, department=target, reason="不属职权")


async def test_a_grant_names_its_result_document(desk: Any, number: str) -> None:
    with pytest.raises(InvalidEventError, match="编号"):
        await desk.tell(number, "E01", DepartmentAct.DECIDED, decision="granted")


async def test_what_was_never_decided_is_not_put_right(desk: Any, number: str) -> None:
    await desk.withdraw(number)
    await desk.confirm_withdrawal(number)

    with pytest.raises(AssignmentClosedError):
        await desk.tell(number, "E01", DepartmentAct.DECISION_CORRECTED, document_number="1", why="x")


async def test_an_applicant_who_deceived_may_not_apply_again_until_the_bar_ends(desk: Any, number: str) -> None:
    given = {"decided_on": desk.now.date(), "document_number": "〔2026〕罚1号", "reason": "提供虚假材料"}
    ban = await bans.bar(
        desk.session, "91211282MA0KYF01X8", "E01", Misconduct.FALSE_PAPERS, actor=Actor("zhao"), now=desk.now, **given
    )
    assert ban.until.isoformat() == "2027-03-02"

    with pytest.raises(ReapplicationBarredError) as caught:
        await desk.launch("J5")
    assert caught.value.details == {"barred": {"E01": "2027-03-02"}}
    desk.wait(days=366)
    assert await desk.launch("J5")


@pytest.mark.parametrize(("code", "item"), [("91211282MA0KYF01X8", "XXX"), ("unknown", "E01")])
async def test_a_bar_needs_an_applicant_and_an_item(desk: Any, number: str, code: str, item: str) -> None:
    given = {"decided_on": desk.now.date(), "document_number": "1", "reason": "x"}
    with pytest.raises(NotFoundError):
        await bans.bar(desk.session, code, item, Misconduct.DECEPTION, actor=Actor("zhao"), now=desk.now, **given)
