"""Filings, complaints, findings, ratings, conflicts and sending as pages: who sees them, and what their forms do."""

import re

import pytest
from sqlalchemy import text

from casework import board_counting
from kit.database import transaction
from kit.settings import settings
from models import Role
from tests.portal.browsing import registered, visitor
from tests.portal.conftest import Portal

BASIS = {"reason": "住所不符", "legal_basis": "市场主体登记管理条例第十九条", "handler": "王芳"}


@pytest.fixture(autouse=True)
def plain_http(configured: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAIBAN_PORTAL_URL", "http://office")
    settings.cache_clear()


@pytest.fixture
async def people(portal: Portal) -> None:
    """A supervisor, and the heads of two departments."""
    await registered(("su", Role.SUPERVISOR, None), ("chen", Role.HEAD, "MSB"), ("he", Role.HEAD, "TAX"))


async def refused(portal: Portal) -> tuple[str, str]:
    """An application with a filed refusal: its number and the filing's."""
    number = await portal.launch()
    await portal.deliver(number)
    told = await portal.tell(number, "E01", "decided", decision="refused", **BASIS, approver="李强")
    assert told.status_code == 200, told.text
    await portal.deliver(number)
    return number, (await portal.line(number, "E01"))["decision"]["filing"]


async def test_a_proposal_is_signed_by_the_head_where_it_is_listed(portal: Portal, people: None) -> None:
    number = await portal.launch()
    await portal.deliver(number)
    assert (await portal.tell(number, "E01", "decided", decision="refused", **BASIS)).status_code in (200, 202)
    head, other, boss = [await visitor(portal, account) for account in ("chen", "he", "zhao")]
    assert "住所不符" in await boss.see("/filings")
    assert "approve-refusal" not in await boss.see("/filings")
    assert "住所不符" not in await other.see("/filings")

    html = await head.see("/filings")
    action = re.search(r'action="(/inbox/[^"]+/approve-refusal)"', html)
    event = re.search(r'name="event" value="(\w+)"', html)
    assert action is not None
    assert event is not None
    assert (await head.send("/filings", action[1], event=event[1])).status_code == 303
    assert (await portal.line(number, "E01"))["status"] == "refused"
    assert "已备案" in await head.see("/filings")


async def test_a_filing_is_sent_back_explained_and_approved(portal: Portal, people: None) -> None:
    number, filing = await refused(portal)
    path = f"/filings/{filing}/review"
    watch, head, other = [await visitor(portal, account) for account in ("su", "chen", "he")]
    assert "审查无异议" in await watch.see("/filings")
    assert filing in await head.see("/filings")
    assert filing not in await other.see("/filings")
    assert "审查无异议" not in await head.see("/filings")

    assert (await head.send("/filings", path, kind="approved")).status_code == 403
    assert (await watch.send("/filings", path, kind="explained", reason="甲")).status_code == 403
    assert (await watch.send("/filings", path, kind="sent_back")).status_code == 422
    assert (await head.send("/filings", path, kind="explained", reason="早了")).status_code == 409
    assert (await watch.send("/filings", path, kind="sent_back", reason="事实不清")).status_code == 303
    assert (await other.send("/filings", path, kind="explained", reason="乙")).status_code == 404
    assert (await head.send("/filings", path, kind="explained", reason="已补充勘验笔录")).status_code == 303
    assert (await watch.send("/filings", path, kind="approved")).status_code == 303

    html = await watch.see("/filings")
    assert all(word in html for word in ("退回说明", "事实不清", "已补充勘验笔录", "备案无异议"))
    kinds = [step["kind"] for step in (await portal.get(f"/api/v1/applications/{number}/steps")).json()["steps"]]
    assert kinds[-3:] == ["filing.sent_back", "filing.explained", "filing.approved"]


async def test_a_complaint_goes_its_way_with_evidence_and_a_second_person(portal: Portal, people: None) -> None:
    number = await portal.launch()
    said = {"subject": "dragging", "channel": "hotline", "complainant": "刘晓", "words": "太慢", "number": number}
    ticket = (await portal.post("/api/v1/complaints", said, "zhao")).json()["id"]
    path = f"/complaints/{ticket}"
    boss, watch = await visitor(portal, "zhao"), await visitor(portal, "su")
    assert "尚有未办结事项" in await watch.see("/complaints")
    assert (await watch.send(path, f"{path}/assignment", to="zhang")).status_code == 403

    assert (await boss.send(path, f"{path}/assignment", to="zhang")).status_code == 303
    serials = re.findall(r'name="steps" value="(\d+)"', await boss.see(path))
    assert (await boss.send(path, f"{path}/answer", answer="已催办", steps=serials[-1:])).status_code == 303
    assert (await boss.send(path, f"{path}/call-back", satisfied="yes", words="满意")).status_code == 409
    assert (await watch.send(path, f"{path}/call-back", satisfied="no", words="还没办")).status_code == 303
    assert "重新办理" in await watch.see(path)
    html = await watch.see(path)
    assert f"#{serials[-1]} " in html
    assert ("收到投诉" in html, ">complaint." in html) == (True, False)

    await boss.send(path, f"{path}/assignment", to="zhang")
    await boss.send(path, f"{path}/answer", answer="已办理")
    assert (await watch.send(path, f"{path}/call-back", satisfied="yes", words="满意")).status_code == 303
    assert (await boss.send(path, f"{path}/closing")).status_code == 303
    assert number not in await watch.see("/complaints")
    assert number in await watch.see("/complaints?all=true")
    assert (await watch.send(path, f"{path}/reopening", reason="来电称仍未办理")).status_code == 303


async def test_findings_are_kept_and_shown_with_their_facts(portal: Portal, people: None) -> None:
    number = await portal.launch()
    await portal.deliver(number)
    basis = {"procedure": "expert_review", "days": 2, "reason": "专家评审"}
    assert (await portal.tell(number, "E01", "accepted")).status_code == 200
    held = await portal.tell(number, "E01", "hold_started", **basis)
    if held.status_code != 200:  # the catalog may give the item no special procedure: the facts are entered by hand
        async with transaction() as session:
            await session.execute(
                text(
                    "INSERT INTO clock_events (application_id, assignment_id, kind, at, days, reason)"
                    " SELECT application_id, id, 'hold_started', :at, 2, '专家评审' FROM assignments"
                ),
                {"at": portal.now},
            )
    portal.wait(days=9)
    for found in (1, 0):
        async with transaction() as session:
            await board_counting.count(session, now=portal.now, limit=9)
            assert bool(await board_counting.keep_findings(session, now=portal.now)) is bool(found)
    watch = await visitor(portal, "su")
    html = await watch.see("/findings")
    assert "特别程序超过告知期限" in html
    assert "实际工作日" in html
    assert number in await watch.see("/findings?kind=stop_too_long")
    assert number not in await watch.see("/findings?kind=refiled")
    portal.wait(hours=2)
    async with transaction() as session:
        await board_counting.keep_findings(session, now=portal.now)
        assert await session.scalar(text("SELECT count(*) FROM kept_findings WHERE kind = 'stop_too_long'")) == 1


async def test_ratings_are_counted_by_department_and_set_aside(portal: Portal, people: None) -> None:
    number, _ = await refused(portal)
    code = (await portal.post(f"/api/v1/applications/{number}/tracking-code", {})).json()["tracking_code"]
    header = {"Tracking-Code": code}
    bad = {"grade": "very_bad", "words": "来回跑", "item": "E01"}
    given = await portal.client.post(f"/api/v1/tracking/{number}/ratings", json=bad, headers=header)
    assert given.status_code == 201, given.text

    async def counted() -> list[str]:
        async with transaction() as session:
            await board_counting.count(session, now=portal.now, limit=9)
        return re.findall(r"市场监督管理局</th>(.*?)</tr>", await boss.see("/ratings"))

    boss, watch = await visitor(portal, "zhao"), await visitor(portal, "su")
    assert re.findall(r">(\d+)<", (await counted())[0]) == ["0", "0", "0", "0", "1"]
    assert "来回跑" in await watch.see("/ratings?grade=very_bad")
    assert "来回跑" not in await watch.see("/ratings?grade=good")
    form = {"number": number, "item": "E01", "reason": "与办理无关"}
    assert (await watch.send("/ratings", "/ratings/set-aside", **form)).status_code == 403
    assert (await boss.send("/ratings", "/ratings/set-aside", **form)).status_code == 303
    assert (await counted()) == []
    assert "与办理无关" in await watch.see("/ratings")


async def test_a_stuck_message_is_sent_again_or_goes_by_the_inbox(portal: Portal, people: None) -> None:
    number = await portal.launch()
    async with transaction() as session:
        stuck = "UPDATE department_messages SET parked_at = :at, last_error = '502', attempts = 9 RETURNING id"
        message = await session.scalar(text(stuck), {"at": portal.now})
    boss = await visitor(portal, "zhao")
    html = await boss.see("/sending")
    assert number in html
    assert "停止重试" in html
    assert (await boss.send("/sending", f"/sending/{message}/retry")).status_code == 422
    assert (await boss.send("/sending", f"/sending/{message}/discard", reason="甲")).status_code == 409
    assert (await boss.send("/sending", f"/sending/{message}/retry", reason="系统已恢复")).status_code == 303
    assert number not in await boss.see("/sending")
    again = await boss.send("/sending", f"/sending/{message}/retry", reason="系统已恢复")
    assert again.status_code == 409


async def test_a_contradiction_is_resolved_once(portal: Portal, people: None) -> None:
    number, _ = await refused(portal)
    late = await portal.tell(number, "E01", "decided", decision="granted", document_number="〔2026〕9号")
    assert late.status_code == 409
    boss = await visitor(portal, "zhao")
    html = await boss.see("/conflicts")
    conflict = re.search(r'action="(/conflicts/\d+)"', html)
    assert conflict is not None
    form = {"resolution": "stands", "reason": "部门确认系误报"}
    assert (await boss.send("/conflicts", conflict[1], resolution="stands")).status_code == 422
    assert (await boss.send("/conflicts", conflict[1], **form)).status_code == 303
    assert "没有存疑决定" in await boss.see("/conflicts")
    assert "部门确认系误报" in await boss.see("/conflicts?all=true")


async def test_what_people_write_is_shown_and_never_run(portal: Portal, people: None) -> None:
    attack = "<script>alert(1)</script>"
    said = {"subject": "other", "channel": "hall", "complainant": attack, "words": attack}
    ticket = (await portal.post("/api/v1/complaints", said, "zhao")).json()["id"]
    boss = await visitor(portal, "zhao")
    for path in ("/complaints", f"/complaints/{ticket}"):
        assert attack not in await boss.see(path)


async def test_the_first_page_of_those_who_watch_is_the_board(portal: Portal, people: None) -> None:
    for account in ("zhao", "su"):
        answer = await (await visitor(portal, account)).get("/")
        assert answer.headers["location"] == "/board"
