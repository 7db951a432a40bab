"""A winter that ends in a year without a calendar, and what changes under way: powers, facts, complaints, bundles.

The clock is put forward by hand; the notice of the working days of 2027 comes late.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import pytest
import pytest_asyncio

from bench.office import Office, office
from casework import calendars, catalogs, people, queries
from deployments.furnishing import LOCAL_AGENTS
from kit import clock
from kit.database import transaction
from kit.signing import ensure_department_secrets
from models import Role
from rules.catalog import DepartmentCode, ItemCode
from rules.workdays import Calendar, CalendarDocument
from tests.journeys.case import ROOT, Case, day, problem, today

pytestmark = [pytest.mark.stack, pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(1800)]

NOTICE = "国办发明电〔2026〕9号"
OFF = (date(2027, 1, 1), date(2027, 1, 4), date(2027, 1, 5))
MADE_UP = date(2027, 1, 9)
YEAR = CalendarDocument(NOTICE, 2027, (*((each, False, "元旦") for each in OFF), (MADE_UP, True, "元旦调休")))
SMALL: dict[str, Any] = {"area": 90, "oil_fume": False, "discharge": False, "sign": False}
MANAGER = "manager-token-of-the-winter-journeys"


@dataclass(frozen=True, slots=True)
class Winter:
    """What was shown before the notice came, and the applications that are late by it."""

    desk: Office
    calendar: Calendar
    shop: Case
    joint: dict[str, Any]
    #: Of each item, on the day of its acceptance and a fortnight into the year without a calendar.
    accepted: dict[str, dict[str, Any]]
    unpublished: dict[str, dict[str, Any]]
    judged_early: list[dict[str, Any]]


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def winter() -> AsyncIterator[Winter]:
    """A plant of 24 November, and a shop of 10 December about which its departments say nothing more."""
    async with office(clock_setting="2026-11-24T09:00+08:00@hand", watch_seconds=1) as desk:
        plant = await Case.launch(desk, "J1", enterprise_exists=True)
        await plant.received("A06")
        await plant.told("A06", "accepted", handler="王芳")
        joint = next(each for each in (await plant.report())["joint"] if each["stage"] == "land")
        await desk.pass_to("2026-12-10T09:00+08:00")
        shop = await Case.launch(desk, "J3", **{**SMALL, "sign": True, "tobacco": True})
        await shop.grant("E01")
        await shop.received("E14", "E17")
        accepted = {}
        for item in ("E14", "E17"):
            await shop.told(item, "accepted", handler="王芳")
            accepted[item] = await shop.line(item)
        await desk.pass_to("2027-01-20T09:00+08:00")
        unpublished = {item: await shop.line(item) for item in ("E14", "E17")}
        judged_early = await shop.steps(kind="escalated.supervision")
        async with transaction() as session:
            by, approver = LOCAL_AGENTS[0][0], LOCAL_AGENTS[1][0]
            await calendars.load(session, [YEAR], by=by, approver=approver, now=clock.now())
            await people.register(session, "du01", "周督查", [Role.MANAGER], token=MANAGER)
            calendar = await calendars.current(session)
        for item in ("E14", "E17"):
            await shop.step(item, "escalated.supervision")
        yield Winter(desk, calendar, shop, joint, accepted, unpublished, judged_early)


async def test_a_deadline_beyond_the_calendar_is_provisional_and_nobody_is_late_by_it(winter: Winter) -> None:
    # 45 working days from the first acceptance reach a year whose notice is not published.
    assert (winter.joint["days"], winter.joint["due"], winter.joint["provisional"]) == (45, "2027-01-27", True)
    told = winter.accepted["E14"]
    assert (told["legal_due"], told["provisional"]) == ("2027-01-08", True)
    # The promise of December has passed, on published days; that the law is broken nobody can know yet.
    assert winter.unpublished["E14"]["light"] == "red"
    assert not {"E14", "E17"} & {step["item"] for step in winter.judged_early}

    recomputed = (await winter.shop.steps("E14", "deadline.recomputed"))[-1]
    assert NOTICE in recomputed["reason"]
    assert recomputed["details"]["changes"]["legal_due"] == ["2027-01-08", "2027-01-11"]
    line = await winter.shop.line("E14")
    assert (line["legal_due"], line["provisional"], line["status"]) == ("2027-01-11", False, "accepted")
    assert NOTICE in (await winter.shop.notice("deadline_moved", "E14"))["body"]["reason"]


async def test_who_cannot_be_ordered_by_the_city_is_brought_before_its_superior(winter: Winter) -> None:
    async with transaction() as session:
        issued = await queries.issued_documents(session, winter.shop.number)
    orders = {each.item: each for each in issued if each.kind == "supervision_order" and each.item in ("E14", "E17")}
    addressees = {}
    for item, order in orders.items():
        shown = await winter.desk.http.get(f"/api/v1/documents/{order.number}", params={"code": order.check_code})
        addressees[item] = shown.json()["addressee"]
        step = await winter.shop.step(item, "escalated.supervision")
        assert "法定时限 2027-01-11 已过" in step["reason"]
        named = {each["number"]: each.get("addressee") for each in step["details"]["documents"]}
        assert named[order.number] == addressees[item]

    # The tobacco bureau is led from above, the bureau of the city's appearance by the city.
    assert addressees == {"E14": "开原市城市管理综合执法局", "E17": "铁岭市烟草专卖局"}


async def test_a_file_that_is_with_the_superior_is_not_in_the_departments_time(winter: Winter) -> None:
    ensure_department_secrets(["CTB"])  # it works in the inbox; here its system speaks for it
    case = await Case.launch(winter.desk, "J1", enterprise_exists=True, heritage_zone=True)
    await case.received("P11")
    await case.told("P11", "accepted", handler="王芳")
    before = (await case.line("P11"))["legal_due"]
    await case.told("P11", "hold_started", procedure="superior_decision", days=20, reason="初审同意", handler="王芳")

    wait = next(each for each in (await case.report())["waits"] if each["what"] == "P11")
    until = winter.calendar.add_working_days(today(), 20).on
    assert (wait["party"], wait["until"]) == ("superior", until.isoformat())
    assert (await case.line("P11"))["legal_due"] > before
    await case.told("P11", "hold_ended", handler="王芳")
    wait = next(each for each in (await case.report())["waits"] if each["what"] == "P11")
    assert (wait["party"], wait["who"]) == ("department", "CTB")


async def test_a_new_version_moves_what_is_not_accepted_and_a_power_takes_its_clock_along(winter: Winter) -> None:
    desk, calendar = winter.desk, winter.calendar
    case = await Case.launch(desk, "J3", **{**SMALL, "discharge": True})
    await case.grant("E01")
    await case.received("E10", "E15")
    await case.told("E15", "accepted", handler="王芳")
    accepted_on = today()
    await desk.pass_to(f"{calendar.add_working_days(accepted_on, 3).on}T09:00:00+08:00")
    async with transaction() as session:
        _, catalog = await catalogs.newest(session)
        sewage, food = catalog.items[ItemCode("E15")], catalog.items[ItemCode("E10")]
        items = {
            **catalog.items,
            sewage.code: replace(sewage, department=DepartmentCode("UMB"), legal=replace(sewage.legal, days=6)),
            food.code: replace(food, legal=replace(food.legal, days=6)),
        }
        version, _ = await catalogs.publish(session, replace(catalog, items=items), now=clock.now())
    line = await case.until("E15", department="UMB")

    # Accepted: the limit of the day of acceptance, and not a day of it given back.
    assert (day(line["accepted_at"]), line["status"]) == (accepted_on, "accepted")
    assert line["legal_due"] == calendar.add_working_days(accepted_on, 20).on.isoformat()
    taken = await case.step("E15", "assignment.taken_over")
    assert (taken["details"]["from"], taken["details"]["used_days"]) == ("HCB", 3)
    assert f"第 {version} 版" in taken["reason"]
    # Not accepted yet: the shorter limit binds the acceptance to come.
    await case.told("E10", "accepted", handler="王芳")
    assert (await case.line("E10"))["legal_due"] == calendar.add_working_days(today(), 6).on.isoformat()
    moved = await case.step(None, "plan.version_moved")
    assert (moved["details"]["version"], moved["details"]["accepted"]) == (version, ["E15"])
    await case.grant("E15")


async def test_an_enlarged_plant_is_looked_at_again_only_where_it_rests_on_what_changed(winter: Winter) -> None:
    case = await Case.launch(winter.desk, "J1", enterprise_exists=True)
    await case.grant("A01", "A06", "P02")
    await case.received("P12")
    brought = {"names": ["环境影响报告表"], "replace": True}
    assert (await case.act("materials", brought)).status_code == 200

    await case.until("P02", status="received")
    assert "环境影响报告表" in (await case.step("P02", "assignment.reopened"))["reason"]
    # What rests on it waits for the new answer; what does not is left alone, and no grant is taken back.
    assert (await case.line("P12"))["awaits"] == ["P02"]
    assert (await case.step("P12", "basis.changed"))["reason"] == "所依据的 P02 重新审查"
    assert [(await case.line(item))["status"] for item in ("A01", "A06")] == ["granted", "granted"]
    assert not [step for step in await case.steps() if "revoked" in step["kind"]]
    # The scale now calls for a report instead of a form: one item more, one less, with the reason.
    why = {"reason": "扩建后应编制环境影响报告书（环境影响评价法第二十四条）", "asked_by": "EEB"}
    edges = [["P01", "P12", "H"], ["P01", "#START", "S"]]
    for revision in ({"action": "add", "item": "P01", "edges": edges}, {"action": "drop", "item": "P02"}):
        answer = await case.act("items", {**revision, **why})
        assert answer.status_code == 200, answer.text
    assert (await case.line("P12"))["awaits"] == ["P01"]
    assert [step["reason"] for step in await case.steps(kind="plan.revised")] == [why["reason"]] * 2


async def test_answering_a_complaint_ends_neither_the_matter_nor_the_ticket(winter: Winter) -> None:
    desk = winter.desk
    case = await Case.launch(desk, "J5")
    await case.received("E01")
    manager = {"Authorization": f"Bearer {MANAGER}"}
    said = {
        "subject": "dragging",
        "channel": "hotline",
        "complainant": "刘晓",
        "words": "企业登记没有答复",
        "number": case.number,
        "item": "E01",
    }
    ticket = (await desk.http.post("/api/v1/complaints", json=said, headers=desk.agent)).json()
    url = f"/api/v1/complaints/{ticket['id']}"
    for turn, content in (("assignment", {"to": LOCAL_AGENTS[1][0]}), ("answer", {"answer": "已办理"})):
        turned = await desk.http.post(f"{url}/{turn}", json=content, headers=manager)
        assert turned.status_code == 200, turned.text

    # Answered "handled", and the ticket shows what is still open of the matter.
    assert [each["item"] for each in turned.json()["open_matters"]] == ["E01"]
    closed = await desk.http.post(f"{url}/closing", headers=manager)
    assert problem(closed) == (409, "call-back-missing")
    # The matter ends; while the ticket is open it is not closed, whatever the applicant confirms.
    await case.refuse("E01", "名称不符合规定", "市场主体登记管理条例第十九条")
    await desk.until_completed(case.number, seconds=300)
    code = await desk.http.post(f"{ROOT}/{case.number}/tracking-code", headers=desk.agent)
    headers = {"Tracking-Code": code.json()["tracking_code"]}
    confirmed = await desk.http.post(f"/api/v1/tracking/{case.number}/confirmation", headers=headers)
    assert confirmed.json()["status"] == "delivered"
    obstacles = (await case.report())["closing"]["obstacles"]
    assert [each["ground"] for each in obstacles] == ["complaint"]
    assert await case.step(None, "closure.rejected")


async def test_a_bundle_promises_its_longest_way_and_holds_no_licence_beyond_its_own_time(winter: Winter) -> None:
    desk, calendar = winter.desk, winter.calendar
    bundle = {**SMALL, "area": 420, "sign": True}
    each_alone = await Case.launch(desk, "J3", **bundle)
    together = await Case.launch(desk, "J3", form={"delivery": {"together": True}}, **bundle)
    # What is promised for the whole is the longest way through it, not the sum of its parts.
    told = await together.report()
    promised = {line["item"]: line["promised_days"] for line in told["lines"]}
    assert promised["E12"] == 0 < promised["E14"] < promised["E10"]
    assert told["promised_days"] == promised["E01"] + promised["E10"] < sum(promised.values())
    for case in (each_alone, together):
        await case.grant("E01")
        await case.received("E10", "E12", "E14")
        await case.told("E12", "decided", decision="granted_by_commitment", document_number="消1", handler="赵强")
        await case.told("E14", "accepted", handler="王芳")
        assert (await case.line("E14"))["legal_due"] == calendar.add_working_days(today(), 20).on.isoformat()
    decided_on, last = today(), calendar.add_working_days(today(), 10).on

    # Fire safety is decided at once and delivered the next morning, not with the sign that may take twenty days.
    await desk.pass_to(f"{decided_on + timedelta(days=1)}T00:01:00+08:00")
    assert (await each_alone.step("E12", "delivery.completed"))["reason"] is None
    assert await together.steps("E12", "delivery.sent") == []
    # 一并出件 waits for the others, but not beyond the ten days of its own delivery.
    await desk.pass_to(f"{last}T00:01:00+08:00")
    sent = await together.step("E12", "delivery.completed")
    assert day(sent["at"]) == last
    assert (await together.line("E14"))["status"] == "accepted"
    assert await together.steps("E12", "escalated.delivery") == []
