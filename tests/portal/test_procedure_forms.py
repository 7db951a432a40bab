"""Hearings, site visits and revocations are entered in the inbox, each by who may."""

from typing import Any
from uuid import uuid4

import pytest

from casework import queries
from kit.database import transaction
from models import Role
from tests.portal.browsing import Visitor, registered, visitor
from tests.portal.conftest import Portal

APART = "听证、现场核查、撤销和注销许可"
OFFICERS = "王芳\n李强"


@pytest.fixture
async def handler(portal: Portal, plain_http: None) -> Visitor:
    return await visitor(portal, "wu")


@pytest.fixture
async def head(portal: Portal, plain_http: None) -> Visitor:
    await registered(("chen", Role.HEAD, "MSB"))
    return await visitor(portal, "chen")


@pytest.fixture
async def under_review(portal: Portal) -> str:
    number = await portal.launch()
    await portal.deliver(number)
    assert (await portal.tell(number, "E01", "accepted")).is_success
    return str(number)


async def page_of(portal: Portal, number: str) -> str:
    return f"/inbox/{(await portal.line(number, 'E01'))['assignment']}"


async def kinds(number: str) -> list[str]:
    async with transaction() as session:
        return [step.kind for step in await queries.steps(session, number, limit=500)]


async def filled(browser: Visitor, page: str, key: str, **form: Any) -> int:
    answer = await browser.send(page, f"{page}/{key}", event=uuid4().hex, **form)
    return int(answer.status_code)


async def test_a_hearing_is_told_asked_for_announced_and_held(
    handler: Visitor, portal: Portal, under_review: str
) -> None:
    page = await page_of(portal, under_review)
    assert APART in await handler.see(page)

    told = {"addressee": "清河餐饮", "subject": "拟不予许可", "contact": "三号窗口", "third_party": "no"}
    assert await filled(handler, page, "tell-hearing", **told) == 303
    assert await filled(handler, page, "request-hearing", by="清河餐饮") == 303
    when = {"place": "三楼会议室", "presider": "孙法", "examiners": "wu", "public": "yes"}
    assert await filled(handler, page, "announce-hearing", held_at="", **when) == 422
    assert await filled(handler, page, "announce-hearing", held_at="next week", **when) == 422
    assert await filled(handler, page, "announce-hearing", held_at="2026-03-20T09:00", **when) == 303
    assert (await portal.line(under_review, "E01"))["status"] == "special_procedure"

    portal.now = portal.now.replace(day=20, hour=18)
    assert await filled(handler, page, "hold-hearing", record="听证笔录〔2026〕2号") == 303
    done = await kinds(under_review)
    assert [kind for kind in done if kind.startswith("hearing.")] == [
        "hearing.told",
        "hearing.requested",
        "hearing.announced",
        "hearing.held",
    ]


async def test_a_site_is_visited_by_two(handler: Visitor, portal: Portal, under_review: str) -> None:
    page = await page_of(portal, under_review)
    assert await filled(handler, page, "assign-officers", officers="王芳", planned_on="2026-03-05") == 422
    assert await filled(handler, page, "assign-officers", officers=OFFICERS, planned_on="2026-03-05") == 303
    assert await filled(handler, page, "visit-site", officers=OFFICERS, findings="与申报一致") == 303
    assert {"site_visit.assigned", "site_visit.recorded"} <= set(await kinds(under_review))


async def test_a_permit_is_revoked_by_the_head_once_its_holder_could_speak(
    handler: Visitor, head: Visitor, portal: Portal, under_review: str
) -> None:
    await portal.grant(under_review, "E01")
    page = await page_of(portal, under_review)
    why = {"facts": "材料系伪造", "legal_basis": "行政许可法第六十九条第二款", "authority": "市场监督管理局"}
    assert await filled(handler, page, "open-revocation", ground="because", **why) == 422
    assert await filled(handler, page, "open-revocation", ground="deception", **why) == 303
    assert f"{page}/revoke" not in await handler.see(page)

    decided = {
        "reason": "以欺骗取得",
        "legal_basis": why["legal_basis"],
        "public_interest": "无重大损害",
        "handler": "wu",
    }
    assert await filled(head, page, "revoke", **decided) == 409  # the holder has five working days
    portal.wait(days=14)
    assert await filled(head, page, "revoke", **{**decided, "handler": "chen"}) == 403
    assert await filled(head, page, "revoke", **decided) == 303
    assert (await portal.line(under_review, "E01"))["status"] == "revoked"
