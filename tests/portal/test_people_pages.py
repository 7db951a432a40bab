"""Pages for what the API has of people: absences, enquiries, engagements; the same acts with the same limits."""

import pytest
from sqlalchemy import text

from kit.database import transaction
from models import Role
from tests.portal.browsing import registered, visitor
from tests.portal.conftest import Portal
from tests.portal.visitors import UNKNOWN

pytestmark = pytest.mark.usefixtures("plain_http")


async def test_everybody_records_their_own_absence_and_comes_back(portal: Portal) -> None:
    handler = await visitor(portal, "wu")
    assert "无人离岗" in await handler.see("/absences")
    first = portal.now.date()
    form = {"first": str(first), "last": "2099-01-01", "items": "E01、E02", "reason": "年休假"}
    assert (await handler.send("/absences", "/absences", **form)).headers["location"] == "/absences?done=1"
    html = await handler.see("/absences")
    assert "E01、E02" in html
    assert "年休假" in html
    assert (await handler.send("/absences", "/absences/returns", account="wu")).status_code == 303
    assert "无人离岗" in await handler.see("/absences")


async def test_another_is_away_by_a_managers_word_alone(portal: Portal) -> None:
    today = str(portal.now.date())
    handler, boss = await visitor(portal, "wu"), await visitor(portal, "zhao")
    refused = await handler.send("/absences", "/absences", account="zhang", first=today)
    assert (refused.status_code, "只能登记自己的离岗" in refused.text) == (403, True)
    assert 'name="account"' not in await handler.see("/absences")
    assert (await boss.send("/absences", "/absences", account="zhang", first=today)).status_code == 303
    assert (await handler.send("/absences", "/absences/returns", account="zhang")).status_code == 403
    assert "另行通知" in await handler.see("/absences")
    async with transaction() as session:
        kept = "SELECT p.account, a.recorded_by FROM absences a JOIN people p ON p.id = a.person_id"
        rows = await session.execute(text(kept))
        assert [tuple(row) for row in rows] == [("zhang", "zhao")]


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({}, 422),
        ({"first": "soon"}, 422),
        ({"first": "2026-03-09", "last": "2026-03-02"}, 422),
        ({"first": "2026-03-09", "items": "Z99"}, 404),
        ({"first": "2026-03-09", "backup": "nobody"}, 404),
    ],
    ids=str,
)
async def test_an_absence_that_cannot_be_is_refused(portal: Portal, form: dict[str, str], status: int) -> None:
    assert (await (await visitor(portal, "wu")).send("/absences", "/absences", **form)).status_code == status


async def test_who_is_asked_first_answers_until_another_accepts(portal: Portal) -> None:
    number = await portal.launch()
    first, second, third = [await visitor(portal, account) for account in ("zhang", "wu", "zhao")]
    asked = {"asker": "刘晓", "subject": "营业执照何时能领？", "number": number}
    assert (await first.send("/enquiries", "/enquiries", **asked)).status_code == 303
    async with transaction() as session:
        id_ = await session.scalar(text("SELECT id FROM enquiries"))
    path = f"/enquiries/{id_}"
    assert "营业执照何时能领" in await third.see("/enquiries")
    assert (await second.send("/enquiries", f"{path}/resolution", answer="明天")).status_code == 403

    assert (await first.send("/enquiries", f"{path}/hand-over", to="wu", reason="属市场监管局")).status_code == 303
    assert "接受移交" in await second.see("/enquiries")
    assert "接受移交" not in await third.see("/enquiries")
    assert (await second.send("/enquiries", f"{path}/hand-over/answer", accepted="no")).status_code == 422
    assert (await second.send("/enquiries", f"{path}/hand-over/answer", accepted="yes")).status_code == 303
    assert (await first.send("/enquiries", f"{path}/resolution", answer="明天")).status_code == 403
    assert (await second.send("/enquiries", f"{path}/resolution", answer="明天可领")).status_code == 303
    assert "没有咨询" in await first.see("/enquiries")
    assert "明天可领" in await first.see("/enquiries?all=true")


async def test_an_enquiry_that_went_from_hand_to_hand_stands_out(portal: Portal) -> None:
    first, second = await visitor(portal, "zhang"), await visitor(portal, "wu")
    await first.send("/enquiries", "/enquiries", asker="刘晓", subject="在哪里办？")
    async with transaction() as session:
        id_ = await session.scalar(text("SELECT id FROM enquiries"))
    for _ in range(2):
        await first.send("/enquiries", f"/enquiries/{id_}/hand-over", to="wu")
        declined = {"accepted": "no", "reason": "不属我局"}
        assert (await second.send("/enquiries", f"/enquiries/{id_}/hand-over/answer", **declined)).status_code == 303
    assert "在哪里办" in await first.see("/enquiries?alarming=true")
    assert "已转手" in await first.see("/enquiries")


async def test_an_engagement_is_suspended_resumed_signed_anew_and_ended(portal: Portal) -> None:
    number = await portal.launch()
    agent = await visitor(portal, "zhang")
    page = f"/applications/{number}/engagement"
    assert "有效" in await agent.see(page)
    assert page in await agent.see(f"/applications/{number}")

    paused = {"because": "fees_unpaid", "note": "图审费用未缴纳", "resumes_when": "缴清图审费用"}
    assert (await agent.send(page, f"{page}/suspension", **paused)).status_code == 303
    html = await agent.see(page)
    assert "缴清图审费用" in html
    assert "已中止" in html
    assert (await agent.send(page, f"{page}/resumption", note="已缴清")).status_code == 303
    assert (await agent.send(page, f"{page}/reminders", how="电话催告补交章程")).status_code == 303

    new = {"reference": "委托书〔2026〕9号", "items": "E01,E02", "express": ["withdraw", "commit"]}
    assert (await agent.send(page, page, **new)).status_code == 303
    html = await agent.see(page)
    assert "委托书〔2026〕9号" in html
    assert "E01、E02" in html
    assert "作出承诺" in html.split("可以代为")[1][:200]

    assert (await agent.send(page, f"{page}/end", because="revoked", note="改由企业自行办理")).status_code == 303
    html = await agent.see(page)
    assert "申请人撤销委托" in html
    assert "已终止" in html
    async with transaction() as session:
        kinds = (await session.execute(text("SELECT kind FROM step_records"))).scalars().all()
    assert {"entrustment.signed", "entrustment.revoked"} <= set(kinds)


async def test_an_engagement_is_looked_at_by_the_center_and_changed_by_those_in_charge(portal: Portal) -> None:
    await registered(("su", Role.SUPERVISOR, None))
    number = await portal.launch()
    page = f"/applications/{number}/engagement"
    watching, handler = await visitor(portal, "su"), await visitor(portal, "wu")
    assert "终止委托" not in await watching.see(page)
    assert (await handler.get(page)).status_code == 403
    assert (await watching.send(page, f"{page}/end", because="revoked")).status_code == 403
    agent = await visitor(portal, "zhang")
    assert (await agent.get(f"/applications/{UNKNOWN}/engagement")).status_code == 404
