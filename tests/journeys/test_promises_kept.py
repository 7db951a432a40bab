"""Commitments and longer limits over the real stack: cured, lapsed, broken; extended once, by whom the law names."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
import pytest_asyncio

from bench.office import Office, office
from casework import catalogs
from kit import clock
from kit.database import transaction
from rules.catalog import ItemCode
from rules.terms import Tolerance, ToleranceMode
from rules.workdays import OFFICIAL
from tests.journeys.case import ROOT, Case, problem, today

pytestmark = [pytest.mark.stack, pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(1800)]

SMALL: dict[str, Any] = {"area": 90, "sign": False, "oil_fume": False, "discharge": False}
DINER = {"applicant_name": "开原市新城街辽北小馆", "credit_code": "92211282MAEW39XB22"}
BEANS = {"applicant_name": "开原市老城街刘记豆制品坊", "credit_code": "92211282MA7EDNCL4W"}
STALL = {"applicant_name": "开原市站前街早点铺", "credit_code": "92211282MA0KYG020K"}
INN = {"applicant_name": "开原市清河人家餐饮有限公司", "credit_code": "91211282MAUGHRLX6J"}


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def desk() -> AsyncIterator[Office]:
    """An office whose departments say nothing of their own; E08 issues before the cure, as other provinces do."""
    async with office(clock_setting="2026-03-02T09:00+08:00@hand", watch_seconds=1) as opened:
        async with transaction() as session:
            _, catalog = await catalogs.newest(session)
            code = ItemCode("E08")
            terms = replace(catalog.items[code].terms, tolerance=Tolerance(ToleranceMode.ISSUE_THEN_CURE, 3))
            items = {**catalog.items, code: replace(catalog.items[code], terms=terms)}
            await catalogs.publish(session, replace(catalog, items=items), now=clock.now())
        yield opened


def tolerance(item: str, material: str) -> dict[str, Any]:
    return {
        "without": [material],
        "commitments": [{"item": item, "signer": "刘晓", "kind": "tolerance", "materials": [material]}],
    }


async def pass_days(desk: Office, last: date, hour: str = "00:01") -> None:
    """Let a last day end."""
    await desk.pass_to(f"{last + timedelta(days=1)}T{hour}:00+08:00")


async def commitments(case: Case) -> list[dict[str, Any]]:
    answer = await case.desk.http.get(f"{ROOT}/{case.number}/commitments", headers=case.desk.agent)
    found: list[dict[str, Any]] = answer.json()["commitments"]
    return found


async def test_a_result_that_waits_for_its_cure_lapses_with_the_cures_last_day(desk: Office) -> None:
    case = await Case.launch(desk, "J3", form={**DINER, **tolerance("E10", "设施设备清单")}, **SMALL)
    await case.grant("E01")
    await case.received("E10")
    await case.told("E10", "accepted", handler="王芳")
    accepted_on = today()
    await case.visit("E10")
    await case.told("E10", "review_finished", handler="王芳")
    assert (await case.line("E10"))["status"] == "pending_cure"
    assert problem(await case.tell("E10", "decided", decision="granted", document_number="1")) == (409, "cure-open")
    told = await case.notice("deferred_materials", "E10")
    due = OFFICIAL.add_working_days(accepted_on, 5).on
    assert told["body"]["due_on"] == due.isoformat()

    await desk.pass_to(f"{due}T23:00:00+08:00")
    assert (await case.line("E10"))["status"] == "pending_cure"
    await pass_days(desk, due)
    returned = await case.until("E10", status="returned")

    assert returned["decision"]["kind"] == "returned"
    assert (await case.step("E10", "tolerance.lapsed"))["details"]["due_on"] == due.isoformat()
    assert await case.step("E10", "assignment.returned")
    assert (await case.notice("returned", "E10"))["body"]["due_on"] == due.isoformat()
    assert [each["status"] for each in await commitments(case)] == ["lapsed"]
    # What arrives now is late, however early it was posted; and the applicant may not defer again for a while.
    await case.act("materials", {"names": ["设施设备清单"]})
    assert (await case.line("E10"))["status"] == "returned"
    credit = await desk.http.get(f"/api/v1/applicants/{DINER['credit_code']}/credit", headers=desk.agent)
    assert credit.json()["records"][0]["item"] == "E10"
    again = await Case.launch(desk, "J3", form={**DINER, "without": ["设施设备清单"], "commitments": []}, **SMALL)
    promise = tolerance("E10", "设施设备清单")["commitments"][0]
    assert problem(await again.act("commitments", promise)) == (409, "commitment-refused")


async def test_a_licence_that_is_out_is_not_revoked_by_a_cure_that_does_not_come(desk: Office) -> None:
    case = await Case.launch(desk, "J4", form={**BEANS, **tolerance("E08", "住所使用文件")}, food_licence=False)
    await case.grant("E09")
    await case.received("E08")
    await case.told("E08", "accepted", handler="王芳")
    due = OFFICIAL.add_working_days(today(), 3).on
    await case.grant("E08")
    await case.grant("E02")
    await pass_days(desk, due)
    overdue = await case.step("E08", "commitment.overdue")

    assert overdue["details"]["ordered"] == 1
    assert (await case.notice("breach", "E08"))["body"]["stage"] == "ordered"
    assert (await case.line("E08"))["status"] == "granted"
    # A person finds that it was not kept: what rests on the licence is named, nothing is undone.
    found = {"reason": "逾期未补齐住所使用文件", "legal_basis": "行政许可法第六十九条", "handler": "王芳"}
    await case.told("E08", "breach_found", **found)
    assert (await case.step("E08", "commitment.broken"))["reason"] == found["reason"]
    flagged = await case.steps(kind="basis.questioned")
    assert "E02" in [step["item"] for step in flagged]
    assert [(await case.line(item))["status"] for item in ("E08", "E02")] == ["granted", "granted"]
    assert [each["status"] for each in await commitments(case)] == ["broken"]


async def test_an_enterprise_that_grew_out_of_a_business_goes_on_as_the_same_party(desk: Office) -> None:
    """个转企 by direct change: the same code, a new name and kind."""
    case = await Case.launch(desk, "J4", form={**STALL, **tolerance("E08", "住所使用文件")})
    await case.grant("E09", "E08")
    await case.received("E11")
    await case.told("E11", "accepted", handler="王芳")
    before = await case.line("E11")
    change = {
        "name": "开原市站前街早点餐饮有限公司",
        "document": "（开原）登字〔2026〕第12号",
        "changed_on": today().isoformat(),
        "kind": "有限责任公司",
    }
    url = f"/api/v1/applicants/{STALL['credit_code']}"
    changed = await desk.http.post(f"{url}/changes", json=change, headers=desk.agent)

    assert changed.json()["applications"] == [case.number]
    report = await case.report()
    assert (report["applicant"], report["credit_code"]) == (change["name"], STALL["credit_code"])
    step = await case.step(None, "applicant.changed")
    assert (step["before"], step["after"]) == (STALL["applicant_name"], change["name"])
    assert "E11" in (await case.notice("party_changed"))["body"]["items"]
    # The pending licence keeps its clock, and what was committed is still owed.
    same = ("status", "legal_due", "accepted_at")
    after = await case.line("E11")
    assert [after[name] for name in same] == [before[name] for name in same]
    assert [each["status"] for each in await commitments(case)] == ["signed"]
    known = await desk.http.get(f"{url}/versions", headers=desk.agent)
    assert [each["kind"] for each in known.json()["versions"]] == ["有限责任公司"]
    again = await desk.http.post(f"{url}/changes", json=change, headers=desk.agent)
    assert again.json()["applications"] == []


async def test_what_is_granted_on_a_promise_is_looked_at_afterwards(desk: Office) -> None:
    kept = await Case.launch(desk, "J3", form=INN, area=420, sign=False)
    broken = await Case.launch(desk, "J3", form=INN, area=420, sign=False)
    for case in (kept, broken):
        await case.grant("E01")
        await case.received("E12")
        granted = {"decision": "granted_by_commitment", "document_number": "消准字1号", "handler": "赵强"}
        assert (await case.told("E12", "decided", **granted))["status"] == "granted"
    finding = {"reason": "疏散通道堵塞", "legal_basis": "消防法第十五条", "handler": "赵强"}
    await kept.told("E12", "breach_found", correct_within=10, **finding)
    due = OFFICIAL.add_working_days(today(), 10).on
    assert (await kept.notice("breach", "E12"))["body"]["due_on"] == due.isoformat()
    await kept.told("E12", "cure_verified", handler="赵强")
    await broken.told("E12", "breach_found", **finding)

    assert [each["status"] for each in await commitments(kept)] == ["cured"]
    assert [each["status"] for each in await commitments(broken)] == ["broken"]
    assert [step["kind"] for step in await broken.steps("E12") if "revoked" in step["kind"]] == []
    # Opening rests on it: whoever relies on the certificate is told, and a person decides what follows.
    assert (await broken.line("E12"))["status"] == "granted"


async def test_a_limit_is_extended_once_in_time_and_by_whom_the_law_names(desk: Office) -> None:
    case = await Case.launch(desk, "J3", tobacco=True, **SMALL)
    await case.grant("E01")
    await case.received("E17", "E10")
    await case.told("E17", "accepted", handler="王芳")
    await case.told("E10", "accepted", handler="王芳")
    began = today()
    asked = {"reason": "案情复杂", "approver": "局长", "handler": "王芳"}
    wrong_level = {**asked, "approver": "市长", "approver_level": "government_head"}
    for request in ({**wrong_level, "days": 10}, {**asked, "days": 11}):
        assert problem(await case.tell("E17", "extension_requested", **request)) == (409, "refused-on-record")
    assert (await case.line("E17"))["legal_due"] == OFFICIAL.add_working_days(began, 20).on.isoformat()

    await case.told("E17", "extension_requested", days=10, **asked)
    extended = OFFICIAL.add_working_days(began, 30).on
    assert (await case.line("E17"))["legal_due"] == extended.isoformat()
    assert (await case.notice("extension", "E17"))["body"]["reason"] == "案情复杂"
    again = await case.tell("E17", "extension_requested", days=10, **asked)
    assert problem(again) == (409, "refused-on-record")

    # A special procedure on top: used time goes on from where it was, and the days of the hearing do not count.
    stopped_on = OFFICIAL.add_working_days(began, 4).on
    await desk.pass_to(f"{stopped_on}T10:00:00+08:00")
    await case.told("E17", "hold_started", procedure="hearing", days=10, reason="申请人要求听证", handler="王芳")
    resumed_on = OFFICIAL.add_working_days(stopped_on, 6).on
    await desk.pass_to(f"{resumed_on}T10:00:00+08:00")
    await case.told("E17", "hold_ended", handler="王芳")
    due = OFFICIAL.add_working_days(resumed_on, 30 - 4).on
    assert (await case.line("E17"))["legal_due"] == due.isoformat()

    # E10 may have five days more, but not once its ten have passed.
    legal = date.fromisoformat((await case.line("E10"))["legal_due"])
    await pass_days(desk, max(legal, today()))
    late = await case.tell("E10", "extension_requested", days=5, **asked)
    assert problem(late) == (409, "refused-on-record")
    assert (await case.line("E10"))["legal_due"] == legal.isoformat()
    reasons = [step["reason"] for step in await case.steps(kind="extension.rejected")]
    assert len(reasons) == 4
    assert ["行政机关负责人" in reasons[0], "不得超过 10 日" in reasons[1], "已过" in reasons[3]] == [True] * 3
