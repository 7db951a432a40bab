"""Who has something to say in a procedure says it on a page: applicants on theirs, agents on the application's."""

import pytest

from tests.portal.browsing import visitor
from tests.portal.conftest import FORM, Portal
from tests.portal.test_applicant_pages import entered
from tests.portal.test_cancellation import kinds

pytestmark = pytest.mark.usefixtures("plain_http")

RIGHTS = {"addressee": "清河餐饮", "subject": "拟不予登记<b>：名称近似", "contact": "3号窗口"}
OPENED = {"ground": "force_majeure", "facts": "洪水冲毁", "evidence": "证明1号", "handler": "王芳"}


async def accepted(portal: Portal, number: str) -> None:
    await portal.deliver(number)
    assert (await portal.tell(number, "E01", "accepted", handler="王芳")).status_code == 200
    await portal.deliver(number)


async def opened(portal: Portal, number: str) -> None:
    await portal.deliver(number)
    await portal.grant(number, "E01")
    assert (await portal.tell(number, "E01", "cancellation_opened", **OPENED)).status_code == 200
    await portal.deliver(number)


async def test_an_applicant_asks_for_the_hearing_that_was_offered(portal: Portal) -> None:
    applicant, number = await entered(portal)
    await accepted(portal, number)
    assert "hearing-request" not in await applicant.see(number)
    early = await applicant.send(number, "hearing-request", item="E01", by="清河餐饮")
    assert early.status_code == 409  # nobody was told of the right
    assert (await portal.tell(number, "E01", "hearing_told", **RIGHTS)).status_code == 200

    html = await applicant.see(number)
    assert "拟不予登记&lt;b&gt;：名称近似" in html
    assert "2026-03-09" in html  # the fifth working day
    assert (await applicant.send(number, "hearing-request", item="E01")).status_code == 422  # by whom?
    assert (await applicant.send(number, "hearing-request", item="C04", by="清河餐饮")).status_code == 404
    answer = await applicant.send(number, "hearing-request", item="E01", by="清河餐饮")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/track/{number}?done=hearing")

    assert "hearing-request" not in await applicant.see(number)
    assert (await portal.line(number, "E01"))["procedures"]["hearing"]["by"] == "清河餐饮"
    again = await applicant.send(number, "hearing-request", item="E01", by="清河餐饮")
    assert again.status_code == 409


async def test_a_holder_is_heard_before_the_permit_is_struck_off(portal: Portal) -> None:
    applicant, number = await entered(portal)
    await opened(portal, number)
    html = await applicant.see(number)
    assert "洪水冲毁" in html
    assert "拟注销许可" in html
    said = {"item": "E01", "by": "清河餐饮", "statement": "可以修复"}
    assert (await applicant.send(number, "statement", **{**said, "statement": " "})).status_code == 422
    assert (await applicant.send(number, "statement", **said)).headers["location"] == f"/track/{number}?done=stated"
    assert (await portal.line(number, "E01"))["procedures"]["cancellation"]["statement"] == "可以修复"
    assert await kinds(number) == ["cancellation.opened", "cancellation.stated"]


async def test_an_applicants_own_system_says_it_too(portal: Portal) -> None:
    launched = (await portal.post("/api/v1/applications", FORM)).json()
    number, code = launched["number"], {"Tracking-Code": launched["tracking_code"]}
    await accepted(portal, number)
    assert (await portal.tell(number, "E01", "hearing_told", **RIGHTS)).status_code == 200
    address = f"/api/v1/tracking/{number}/items/E01"
    wrong = await portal.client.post(
        f"{address}/hearing-request", json={"by": "清河餐饮"}, headers={"Tracking-Code": "0"}
    )
    assert wrong.status_code == 404
    asked = await portal.client.post(f"{address}/hearing-request", json={"by": "清河餐饮"}, headers=code)
    assert asked.status_code == 200, asked.text
    stated = await portal.client.post(
        f"{address}/statement", json={"by": "清河餐饮", "statement": "如实"}, headers=code
    )
    assert stated.status_code == 409  # nothing is to be taken from anybody


async def test_an_agent_hands_in_what_an_applicant_has_to_say(portal: Portal) -> None:
    number = await portal.launch()
    await opened(portal, number)
    agent, page = await visitor(portal, "zhang"), f"/applications/{number}"
    html = await agent.see(page)
    assert f"{page}/acts/statement" in html
    assert f"{page}/acts/cancellation" not in html
    assert f"{page}/acts/hearing" not in html
    missing = await agent.send(page, f"{page}/acts/statement", item="E01", by="清河餐饮")
    assert (missing.status_code, 'id="wrong-statement-statement"' in missing.text) == (422, True)
    said = {"item": "E01", "by": "清河餐饮", "statement": "可以修复"}
    assert (await agent.send(page, f"{page}/acts/statement", **said)).status_code == 303
    assert await kinds(number) == ["cancellation.opened", "cancellation.stated"]


async def test_an_agent_hands_in_that_a_permit_is_given_up(portal: Portal) -> None:
    number = await portal.launch()
    await portal.deliver(number)
    await portal.grant(number, "E01")
    agent, page = await visitor(portal, "zhang"), f"/applications/{number}"
    assert f"{page}/acts/cancellation" in await agent.see(page)
    assert f"{page}/acts/cancellation" not in await (await visitor(portal, "qian")).see(page)
    said = {"item": "E01", "by": "清河餐饮", "reason": "停业"}
    # The holder's own right: neither did they sign the request, nor does the engagement say that the agent may.
    assert (await agent.send(page, f"{page}/acts/cancellation", **said)).status_code == 403
    signed = {**said, "applicant_request": "注销申请书1号"}
    assert (await agent.send(page, f"{page}/acts/cancellation", **signed)).status_code == 303
    assert (await portal.line(number, "E01"))["procedures"]["cancellation"]["evidence"] == "注销申请书1号"
    assert f"{page}/acts/cancellation" not in await agent.see(page)
