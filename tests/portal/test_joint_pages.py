"""Joint reviews and inspections on a page: summoned, recorded and called off by the center or the lead department."""

from datetime import timedelta
from typing import Any

import pytest

from kit.settings import settings
from models import Role
from tests.portal.browsing import registered, visitor
from tests.portal.conftest import Portal
from tests.portal.test_joint import restaurant


@pytest.fixture(autouse=True)
async def people(portal: Portal, configured: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAIBAN_PORTAL_URL", "http://office")
    settings.cache_clear()
    await registered(("su", Role.SUPERVISOR, None), ("ding", Role.HANDLER, "TAX"))


@pytest.fixture
async def number(portal: Portal) -> str:
    """A restaurant, all of whose stages the MSB leads."""
    return await restaurant(portal)


def field(at: Any) -> str:
    return f"{at:%Y-%m-%dT%H:%M}"


async def summoned(portal: Portal, number: str, who: str = "zhang", kind: str = "inspection") -> Any:
    """Summon the departments of two items at work, a day from now; return the visitor and the answer."""
    report = await portal.report(number)
    items = [line["item"] for line in report["lines"] if line["assignment"] and line["status"] == "received"][:2]
    form = {"kind": kind, "stage": report["stages"][0]["code"], "items": items, "place": "清河路 12 号"}
    planned = field(portal.now + timedelta(days=1))
    someone = await visitor(portal, who)
    page = f"/applications/{number}/sessions"
    return someone, await someone.send(page, page, **form, planned_at=planned, guests="TAX")


async def test_an_inspection_is_summoned_and_recorded_by_the_agent(portal: Portal, number: str) -> None:
    zhang, answer = await summoned(portal, number)
    assert answer.status_code == 303, answer.text
    page = f"/applications/{number}/sessions"
    html = await zhang.see(page)
    assert "联合踏勘 1" in html
    assert "清河路 12 号" in html
    [planned] = (await portal.report(number))["sessions"]

    portal.now += timedelta(days=1, hours=1)
    alone = {f"present.{code}": "王芳、李强" for code in planned["departments"] if code != "TAX"}
    form = {"held_at": field(portal.now), "minutes": "现场与图纸一致", **alone, "present.TAX": "赵敏"}
    refused = await zhang.send(page, f"{page}/1/hold", **form)
    assert (refused.status_code, "TAX 到场人员不足 2 人" in refused.text) == (422, True)

    form |= {"present.TAX": "", "concluded.MSB": "符合条件"}
    assert (await zhang.send(page, f"{page}/1/hold", **form)).status_code == 303
    [held] = (await portal.report(number))["sessions"]
    assert (held["status"], held["attendance"]["MSB"], held["conclusions"]) == (
        "held",
        ["王芳", "李强"],
        {"MSB": "符合条件"},
    )
    assert "未到场" in await zhang.see(page)


async def test_a_review_is_called_off_with_its_reason(portal: Portal, number: str) -> None:
    zhang, _ = await summoned(portal, number, kind="review")
    page = f"/applications/{number}/sessions"
    assert (await zhang.send(page, f"{page}/1/cancel", reason="")).status_code == 422
    assert (await zhang.send(page, f"{page}/1/cancel", reason="大雪封路")).status_code == 303
    [session] = (await portal.report(number))["sessions"]
    assert session["status"] == "cancelled"
    assert (await zhang.send(page, f"{page}/1/cancel", reason="再取消")).status_code == 409


async def test_the_lead_department_arranges_and_another_sees_nothing(portal: Portal, number: str) -> None:
    _, answer = await summoned(portal, number, who="wu")
    assert answer.status_code == 303
    page = f"/applications/{number}/sessions"
    ding, su = await visitor(portal, "ding"), await visitor(portal, "su")
    assert (await ding.client.get(page)).status_code == 404
    html = await su.see(page)
    assert "联合踏勘 1" in html
    assert "/sessions/1/hold" not in html


@pytest.mark.parametrize(("what", "value"), [("planned_at", ""), ("items", []), ("kind", "party")])
async def test_an_incomplete_summons_is_refused(portal: Portal, number: str, what: str, value: Any) -> None:
    report = await portal.report(number)
    items = [line["item"] for line in report["lines"] if line["status"] == "received"]
    planned = field(portal.now + timedelta(days=1))
    form = {"kind": "review", "stage": report["stages"][0]["code"], "items": items, "planned_at": planned, what: value}
    zhang, page = await visitor(portal, "zhang"), f"/applications/{number}/sessions"
    assert (await zhang.send(page, page, **form)).status_code == 422
