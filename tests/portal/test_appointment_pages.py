"""Appointments and the green channel on pages: the agent asks, the department answers, who goes first is seen."""

from datetime import timedelta

import pytest

from models import Role
from tests.portal.browsing import Visitor, registered, visitor
from tests.portal.conftest import Portal

GREEN = {"authority": "开原市人民政府", "document": "开政函〔2026〕3号", "reason": "省重点项目<b>"}
VISIT = {"item": "E01", "purpose": "on_site", "visitor": "刘晓", "planned_at": "2026-03-04T10:00"}


@pytest.fixture
async def agent(portal: Portal, plain_http: None) -> Visitor:
    return await visitor(portal, "zhang")


@pytest.fixture
async def handler(portal: Portal, plain_http: None) -> Visitor:
    return await visitor(portal, "wu")


@pytest.fixture
async def number(portal: Portal) -> str:
    launched = await portal.launch(agent="zhang")
    await portal.deliver(launched)
    return launched


async def act(browser: Visitor, number: str, name: str, **form: str) -> int:
    page = f"/applications/{number}"
    return (await browser.send(page, f"{page}/acts/{name}", **form)).status_code


async def test_who_is_in_the_green_channel_is_seen_to_go_first_everywhere(
    portal: Portal, agent: Visitor, handler: Visitor, number: str
) -> None:
    later = await portal.launch(project_name="后来的重点项目", agent="zhang")
    await portal.deliver(later)
    manager = await visitor(portal, "zhao")
    assert "绿色通道" not in await handler.see("/inbox")

    assert await act(agent, later, "green", authority="市政府", document="", reason="重点") == 422
    assert await act(agent, later, "green", **GREEN) == 303
    shown = await agent.see(f"/applications/{later}")
    assert ("省重点项目&lt;b&gt;" in shown, "acts/green-end" in shown, 'acts/green"' in shown) == (True, True, False)
    inbox = await handler.see("/inbox")
    assert inbox.index("后来的重点项目") < inbox.index("清河路项目")
    assert "绿色通道" in await handler.see(f"/inbox/{(await portal.line(later, 'E01'))['assignment']}")
    for path in ("/applications", "/board/applications?green=true", "/board/assignments"):
        assert "绿色通道" in await manager.see(path)
    only = await manager.see("/board/applications?green=true")
    assert ("后来的重点项目" in only, "清河路项目" in only) == (True, False)

    assert await act(agent, later, "green-end", reason="已竣工") == 303
    assert "绿色通道</span>" not in await handler.see("/inbox")


async def test_an_appointment_is_asked_for_confirmed_and_kept_on_pages(
    portal: Portal, agent: Visitor, handler: Visitor, number: str
) -> None:
    assert await act(agent, number, "appoint", **VISIT) == 303
    shown = await agent.see(f"/applications/{number}")
    assert "2026-03-04 10:00" in shown  # the office's time, whatever the browser's
    assert "待部门确认" in shown

    mine = f"/appointments?number={number}"
    assert 'value="confirmed"' not in await agent.see(mine)
    alone = await agent.send(mine, f"/appointments/{number}/1", status="confirmed")
    assert alone.status_code == 403
    confirmed = await handler.send("/appointments", f"/appointments/{number}/1", status="confirmed")
    assert (confirmed.status_code, confirmed.headers["location"]) == (303, "/appointments")
    assert 'value="kept"' not in await handler.see("/appointments")

    portal.now += timedelta(days=2, hours=2)
    kept = await agent.send(mine, f"/appointments/{number}/1", status="kept", shown=number)
    assert kept.headers["location"] == mine
    assert "没有预约" in await agent.see(mine)
    assert "已到场" in await agent.see(f"{mine}&all=true")


async def test_a_department_moves_an_appointment_with_a_reason(
    portal: Portal, agent: Visitor, handler: Visitor, number: str
) -> None:
    await act(agent, number, "appoint", **VISIT)
    path = f"/appointments/{number}/1"
    assert (await handler.send("/appointments", path, status="declined")).status_code == 422
    assert (await handler.send("/appointments", path, status="declined", reason="当日<i>培训")).status_code == 303
    assert "当日&lt;i&gt;培训" in await agent.see(f"/applications/{number}")
    again = await handler.send("/appointments?all=true", path, status="confirmed")
    assert again.status_code == 409


@pytest.mark.parametrize(
    "wrong", [{"planned_at": "2026-02-01T10:00"}, {"planned_at": "soon"}, {"visitor": ""}, {"purpose": "tea"}], ids=str
)
async def test_an_appointment_that_makes_no_sense_is_not_asked_for(
    agent: Visitor, number: str, wrong: dict[str, str]
) -> None:
    assert await act(agent, number, "appoint", **{**VISIT, **wrong}) == 422
    assert "没有预约" in await agent.see("/appointments")


async def test_another_department_neither_sees_nor_answers_an_appointment(
    portal: Portal, agent: Visitor, number: str
) -> None:
    await act(agent, number, "appoint", **VISIT)
    await registered(("ma", Role.HANDLER, "TAX"))
    other = await visitor(portal, "ma")
    assert "刘晓" not in await other.see(f"/appointments?number={number}&all=true")
    sent = await other.send("/appointments", f"/appointments/{number}/1", status="confirmed")
    assert sent.status_code == 404
