"""Decisions over the real stack: a refusal beside grants, raced by a withdrawal, told late, twice or out of order."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio

from bench.office import Office, office
from kit import clock
from rules.workdays import OFFICIAL, months_after
from tests.journeys.case import ROOT, Case, day, problem

pytestmark = [pytest.mark.stack, pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(1800)]

#: Real seconds for a run to end once nothing is left to do.
ENDS = 300.0
LAW = "市场主体登记管理条例第十九条"


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def desk() -> AsyncIterator[Office]:
    """An office whose departments say nothing of their own; its clock is put forward by hand."""
    async with office(clock_setting="2026-03-02T09:00+08:00@hand", watch_seconds=1) as opened:
        yield opened


async def test_one_refusal_blocks_what_rests_on_it_and_nothing_else(desk: Office) -> None:
    case = await Case.launch(desk, "J1", enterprise_exists=True)
    await case.grant("A01")
    await case.received("A06", "P02", "P04")
    await case.refuse("P02", "选址位于饮用水水源二级保护区", "水污染防治法第六十六条")

    blocked = await case.until("P12", status="blocked")
    assert (blocked["received_at"], blocked["light"], blocked["legal_due"]) == (None, None, None)
    assert (await case.step("P12", "assignment.blocked"))["reason"] == "P02"
    assert [(await case.line(item))["status"] for item in ("A01", "A06", "P04")] == ["granted", "received", "received"]
    # The refusal is the department's own act: filed, told with reasons and remedies, and nobody is late with it.
    filed = await case.step("P02", "denial.filed")
    notice = await case.notice("refusal", "P02")
    assert notice["body"]["filing"] == filed["details"]["filing"]
    assert [each["within"] for each in notice["body"]["remedies"]] == ["60日", "6个月"]
    assert (await case.line("P02"))["light"] == "green"
    assert (await case.report())["complete"] is False


async def test_what_was_granted_is_delivered_beside_a_refusal_and_serves_the_next_application(desk: Office) -> None:
    answers = {"area": 90, "sign": False, "oil_fume": False, "discharge": False}
    case = await Case.launch(desk, "J3", **answers)
    await case.grant("E01", "E02", "E03")
    await case.refuse("E10", "操作间布局生熟不分", "食品安全法第三十三条")
    await desk.until_completed(case.number, seconds=ENDS)

    report = await case.report()
    assert report["outcome"] == "partly_granted"
    assert {line["item"]: line["status"] for line in report["lines"]} == {
        "E01": "granted",
        "E02": "granted",
        "E03": "granted",
        "E10": "refused",
    }
    assert report["delivered_at"] is not None
    assert not await case.steps(kind="decision.revoked")

    again = await Case.launch(desk, "J3", form={"reapplies": case.number}, **answers)
    await again.received("E10")
    assert [(await again.line(item))["status"] for item in ("E01", "E02", "E03")] == ["granted"] * 3
    assert await desk.audit_problems() == []


async def test_a_decision_dated_before_the_withdrawal_stands_and_the_rest_is_withdrawn(desk: Office) -> None:
    case = await Case.launch(desk, "J3", area=90)
    await case.received("E01", "P03")
    decided_at = clock.now()
    asked = await case.act("withdrawal", {"reason": "另行选址", "applicant_request": "撤件申请书〔2026〕1号"})
    assert asked.status_code == 200, asked.text

    after = await case.tell("P03", "decided", decision="granted", document_number="2号")
    assert problem(after) == (409, "withdrawal-pending")
    await case.told("E01", "decided", at=decided_at, decision="granted", document_number="1号")
    await desk.pass_to(clock.now() + timedelta(hours=25))
    ended = await case.until("P03", status="withdrawn")
    await desk.until_completed(case.number, seconds=ENDS)

    assert ended["status"] == "withdrawn"
    assert (await case.line("E01"))["status"] == "granted"
    assert (await desk.standing(case.number)).outcome == "withdrawn"
    # Each item ends once, and the step says why the earlier decision is not withdrawn.
    assert "决定作出在先" in (await case.step("E01", "withdrawal.refused"))["reason"]
    assert (await case.step("P03", "assignment.withdrawn"))["reason"] == "withdrawal"
    late = await case.tell("P03", "decided", at=decided_at, decision="granted", document_number="3号")
    assert problem(late) == (409, "assignment-closed")
    assert await desk.audit_problems() == []


async def test_a_refusal_by_one_person_waits_for_the_second(desk: Office) -> None:
    case = await Case.launch(desk, "J5")
    await case.received("E01")
    refusal = {"decision": "refused", "reason": "名称不符合规定", "legal_basis": LAW, "handler": "王芳"}
    assert (await case.told("E01", "decided", **refusal))["status"] == "refusal_proposed"
    assert (await case.tell("E01", "refusal_approved", approver="王芳")).status_code == 422

    assert (await case.told("E01", "refusal_approved", approver="李强"))["status"] == "refused"
    await desk.until_completed(case.number, seconds=ENDS)

    assert (await desk.standing(case.number)).outcome == "refused"
    assert (await case.step("E01", "denial.filed"))["reason"] == "名称不符合规定"


async def test_nobody_acts_for_the_department_on_what_they_brought_in(desk: Office) -> None:
    case = await Case.launch(desk, "J5")
    await case.received("E01")
    agent = (await case.report())["agent"]

    assert problem(await case.tell("E01", "claimed", handler=agent)) == (403, "conflict-of-interest")
    assert (await case.line("E01"))["status"] == "received"


async def test_a_decision_that_comes_before_its_acceptance_counts_once_and_by_its_own_date(desk: Office) -> None:
    case = await Case.launch(desk, "J5")
    await case.received("E01")
    received_at = clock.now()
    await desk.pass_to(clock.now() + timedelta(hours=5))
    decided_at = clock.now()
    await desk.pass_to(clock.now() + timedelta(days=3))
    decision = {"decision": "granted", "document_number": "开E01", "handler": "王芳"}
    # The same message three times at once, before the acceptance that it implies has been told.
    answers = await asyncio.gather(
        *(case.tell("E01", "decided", at=decided_at, event_id="decision-1", **decision) for _ in range(3))
    )
    accepted = await case.told("E01", "accepted", at=received_at, handler="王芳")

    assert {(answer.status_code, answer.text) for answer in answers} == {(200, answers[0].text)}
    assert accepted["status"] == "granted"
    kinds = await case.kinds("E01")
    assert [kinds.count(kind) for kind in ("decision.granted", "acceptance.implied", "late.accepted")] == [1, 1, 1]
    line = await case.line("E01")
    assert day(line["decision"]["decided_at"]) == day(decided_at.isoformat())
    assert day(line["decision"]["recorded_at"]) == day(decided_at.isoformat()) + timedelta(days=3)
    # Another content under the same id is no repetition, and a second decision changes nothing.
    reused = await case.tell("E01", "decided", at=decided_at, event_id="decision-1", decision="granted")
    assert reused.status_code in (409, 422)
    other = await case.tell("E01", "decided", at=decided_at, **decision)
    assert problem(other) == (409, "already-decided")
    assert other.json()["decision"]["document_number"] == "开E01"


async def test_a_permit_that_is_not_made_use_of_is_void_by_law_after_its_extension(desk: Office) -> None:
    case = await Case.launch(desk, "J2")
    await case.grant("A01", "A07", "A08", "A09", "A10", "B02", "C03", "P03", "C04")
    await desk.pass_to(clock.now() + timedelta(days=1))
    begins = await case.step("C04", "use.due_set")
    last = months_after(day(begins["at"]), 3)
    assert begins["details"]["use_by"] == OFFICIAL.roll_forward(last).on.isoformat()

    await case.told("C04", "use_extended", months=1, reason="冬季停工", handler="王芳")
    assert (await case.tell("C04", "use_extended", months=4, reason="冬季停工", handler="王芳")).status_code == 422
    until = OFFICIAL.roll_forward(months_after(last, 1)).on
    await desk.pass_to(f"{until}T23:00:00+08:00")
    assert (await case.line("C04"))["status"] == "granted"
    await desk.pass_to(f"{until + timedelta(days=1)}T00:01:00+08:00")
    await case.until("C04", status="lapsed")

    assert "建筑法第九条" in (await case.step("C04", "result.lapsed"))["reason"]
    assert (await case.notice("lapsed", "C04"))["body"]["milestone"] == "#START"
    assert (await case.act("milestones", {"milestone": "#START"})).status_code == 409
    assert [(await case.line(item))["status"] for item in ("B02", "D01")] == ["granted", "blocked"]


async def test_a_decision_waits_for_its_hearing_and_is_revoked_by_people_alone(desk: Office) -> None:
    case = await Case.launch(desk, "J5")
    await case.received("E01")
    await case.told("E01", "accepted", handler="王芳")
    rights = {"addressee": "开原市测试有限公司", "subject": "拟不予登记：名称近似", "contact": "3号窗口"}
    await case.told("E01", "hearing_told", **rights)
    early = await case.tell("E01", "decided", decision="granted", document_number="1号")
    assert problem(early) == (409, "not-allowed-now")
    asked = await case.act("items/E01/hearing-request", {"by": "开原市测试有限公司"})
    assert asked.status_code == 200, asked.text
    held_on = OFFICIAL.add_working_days(day(clock.now().isoformat()), 7).on
    notice = {"held_at": f"{held_on}T09:00:00+08:00", "place": "三楼", "presider": "孙法", "examiners": ["王芳"]}
    await case.told("E01", "hearing_announced", **notice)
    assert (await case.line("E01"))["status"] == "special_procedure"
    await desk.pass_to(f"{held_on}T10:00:00+08:00")
    await case.told("E01", "hearing_held", record="听证笔录〔2026〕2号", handler="王芳")
    await case.grant("E01")
    assert (await case.step("E01", "decision.granted"))["details"]["hearing_record"] == "听证笔录〔2026〕2号"
    listed = await desk.http.get(f"{ROOT}/{case.number}/documents", headers=desk.agent)
    documents = {each["kind"] for each in listed.json()["documents"]}
    assert {"hearing_rights", "hearing_notice"} <= documents

    await case.grant("E02")
    opened = {
        "ground": "unqualified",
        "facts": "名称近似",
        "legal_basis": "行政许可法第六十九条",
        "authority": "市场监管局",
    }
    await case.told("E01", "revocation_opened", **opened, handler="王芳")
    revoked = {
        "decision": "revoked",
        "reason": "名称近似",
        "legal_basis": "行政许可法第六十九条",
        "document_number": "撤1号",
        "public_interest": "尚未经营",
        "compensation": "不涉及",
        "handler": "王芳",
        "approver": "李强",
    }
    assert problem(await case.tell("E01", "revocation_decided", **revoked)) == (409, "not-allowed-now")
    stated = await case.act("items/E01/statement", {"by": "刘晓", "statement": "已申请更名"})
    assert stated.status_code == 200, stated.text
    await case.told("E01", "revocation_decided", **revoked)

    assert (await case.line("E01"))["status"] == "revoked"
    # What rests on it is flagged and stays; what was not decided yet stops.
    assert [step["item"] for step in await case.steps(kind="basis.lost")] == ["E02"]
    assert [(await case.line(item))["status"] for item in ("E02", "E03")] == ["granted", "cancelled"]
    assert (await case.notice("revoked", "E01"))["body"]["document_number"] == "撤1号"


async def test_the_steps_of_a_case_are_read_by_an_agent_and_chained(desk: Office) -> None:
    case = await Case.launch(desk, "J5")
    await case.received("E01")
    answer = await desk.http.get(f"{ROOT}/{case.number}/steps?limit=200")

    assert answer.status_code == 401
    steps = await case.steps()
    assert [step["previous_hash"] for step in steps[1:]] == [step["hash"] for step in steps[:-1]]
