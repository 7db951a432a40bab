"""A permit that was granted is struck off (注销): asked for by its holder, or opened by the department."""

from typing import Any
from uuid import uuid4

import pytest

from casework import queries
from kit.database import transaction
from models import Role
from tests.portal.browsing import Visitor, registered, visitor
from tests.portal.conftest import Portal

ROOT = "/api/v1/applications"
ASKED = {"by": "开原市清河餐饮有限公司", "reason": "门店停业", "applicant_request": "注销申请书〔2026〕1号"}
STRUCK_OFF = {"decision": "struck_off", "reason": "被许可人申请", "handler": "王芳", "approver": "李强"}


@pytest.fixture
async def granted(portal: Portal) -> str:
    number = await portal.launch()
    await portal.deliver(number)
    await portal.grant(number, "E01")
    await portal.deliver(number)
    return str(number)


async def ask(portal: Portal, number: str, item: str = "E01", **changes: Any) -> Any:
    said = {name: value for name, value in {**ASKED, **changes}.items() if value is not None}
    return await portal.post(f"{ROOT}/{number}/items/{item}/cancellation-request", said)


async def told(portal: Portal, number: str) -> list[tuple[str, str]]:
    """The notices and the documents that the applicant has."""
    documents = (await portal.get(f"{ROOT}/{number}/documents")).json()["documents"]
    return [(each["kind"], each["number"][:2]) for each in documents if "cancellation" in each["kind"]]


async def kinds(number: str) -> list[str]:
    async with transaction() as session:
        found = [step.kind for step in await queries.steps(session, number, limit=500)]
    return [kind for kind in found if "cancellation" in kind or "struck_off" in kind]


async def test_whoever_withdrew_too_late_gives_the_permit_up(portal: Portal, granted: str) -> None:
    left = {"reason": "项目取消", "applicant_request": "撤件申请书〔2026〕3号"}
    assert (await portal.post(f"{ROOT}/{granted}/withdrawal", left)).status_code == 200
    portal.wait(days=60)
    await portal.deliver(granted)
    before = await portal.report(granted)
    assert (before["status"], before["outcome"]) == ("delivered", "withdrawn")
    assert (await portal.line(granted, "E01"))["status"] == "granted"

    assert (await ask(portal, granted, applicant_request=None)).status_code == 403  # it is the holder's own right
    answer = await ask(portal, granted)
    assert answer.status_code == 200, answer.text
    assert (await portal.line(granted, "E01"))["procedures"]["cancellation"]["ground"] == "requested"
    assert (await ask(portal, granted)).status_code == 409
    await portal.deliver(granted)  # the department is told, although the run of the application had ended

    alone = await portal.tell(granted, "E01", "cancellation_decided", **{**STRUCK_OFF, "approver": "王芳"})
    assert (alone.status_code, alone.json()["type"].rpartition("/")[2]) == (422, "filing-incomplete")
    done = await portal.tell(granted, "E01", "cancellation_decided", **STRUCK_OFF)
    assert (done.status_code, done.json()["status"]) == (200, "struck_off"), done.text
    assert await kinds(granted) == ["cancellation.requested", "result.struck_off"]
    assert await told(portal, granted) == [("cancellation", "ZD")]
    assert (await portal.report(granted))["outcome"] == before["outcome"]  # how the application ended stays
    assert (await ask(portal, granted)).status_code == 409  # it is over


async def test_only_what_the_department_granted_and_has_is_struck_off(portal: Portal, granted: str) -> None:
    opened = {"ground": "force_majeure", "facts": "洪水冲毁", "evidence": "证明1号", "handler": "王芳"}
    assert (await ask(portal, granted, "E02")).status_code == 409  # not decided
    assert (await ask(portal, granted, "C04")).status_code == 404
    assert (await portal.tell(granted, "E02", "cancellation_opened", **opened)).status_code == 409
    line = await portal.line(granted, "E01")
    foreign = portal.event(line["assignment"], "cancellation_opened", opened, source="department/PSB")
    assert (await portal.send(line["assignment"], foreign, "PSB")).status_code in (403, 404)
    early = await portal.tell(granted, "E01", "cancellation_decided", **STRUCK_OFF)
    assert early.status_code == 409  # nothing is under way
    assert (await portal.tell(granted, "E01", "cancellation_opened", **opened, ended_on="soon")).status_code == 422
    assert (await portal.tell(granted, "E01", "cancellation_opened", **opened)).status_code == 200
    assert await told(portal, granted) == [("cancellation_opened", "ZS")]
    spoken = await portal.post(f"{ROOT}/{granted}/items/E01/statement", {"by": "刘晓", "statement": "可以修复"})
    assert spoken.status_code == 200, spoken.text
    assert (await portal.tell(granted, "E01", "cancellation_decided", **STRUCK_OFF)).status_code == 200
    assert await kinds(granted) == ["cancellation.opened", "cancellation.stated", "result.struck_off"]


async def test_whoever_filed_for_the_applicant_does_not_strike_off(portal: Portal, granted: str) -> None:
    assert (await ask(portal, granted)).status_code == 200
    bent = await portal.tell(granted, "E01", "cancellation_decided", **{**STRUCK_OFF, "handler": "zhang"})
    assert (bent.status_code, bent.json()["type"].rpartition("/")[2]) == (403, "conflict-of-interest")


async def test_the_head_of_the_department_strikes_off_on_a_page(portal: Portal, granted: str, plain_http: None) -> None:
    await registered(("chen", Role.HEAD, "MSB"))
    handler, head = await visitor(portal, "wu"), await visitor(portal, "chen")
    page = f"/inbox/{(await portal.line(granted, 'E01'))['assignment']}"
    opened = {"ground": "holder_terminated", "facts": "已清算", "evidence": "登字12号"}
    assert await filled(handler, page, "open-cancellation", **opened) == 422  # the day is missing
    assert await filled(handler, page, "open-cancellation", **opened, ended_on="2026-03-02") == 303
    assert f"{page}/strike-off" not in await handler.see(page)
    decided = {"reason": "法人终止", "handler": "wu"}
    assert await filled(head, page, "strike-off", **decided) == 409  # the holder has five working days
    portal.wait(days=14)
    assert await filled(head, page, "strike-off", **{**decided, "handler": "chen"}) == 403
    assert await filled(head, page, "strike-off", **decided) == 303
    assert (await portal.line(granted, "E01"))["status"] == "struck_off"
    assert "注销许可" in await head.see(page)


async def filled(browser: Visitor, page: str, key: str, **form: Any) -> int:
    answer = await browser.send(page, f"{page}/{key}", event=uuid4().hex, **form)
    return int(answer.status_code)
