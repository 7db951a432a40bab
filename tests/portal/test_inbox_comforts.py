"""Working through an inbox: filters that are kept, and one act on several assignments with an outcome for each."""

import re
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import text

from casework.saved_filters import MOST
from kit.database import transaction
from models import Role
from tests.portal.browsing import ORIGIN, Visitor, registered, visitor
from tests.portal.conftest import Portal


@pytest.fixture
async def handler(portal: Portal, plain_http: None) -> Visitor:
    return await visitor(portal, "wu")


@pytest.fixture
async def launched(portal: Portal) -> list[str]:
    """Three applications whose first assignments are with MSB."""
    numbers = [await portal.launch(project_name=name) for name in ("清河路一号", "清河路二号", "滨江路_百分百%")]
    for number in numbers:
        await portal.deliver(number)
    return numbers


async def assignment(portal: Portal, number: str) -> str:
    return str((await portal.line(number, "E01"))["assignment"])


async def batch(browser: Visitor, act: str, assignments: list[str], **form: Any) -> httpx.Response:
    event = {"event": uuid4().hex, **form}
    return await browser.send("/inbox", "/inbox/batch", act=act, assignment=assignments, **event)


def projects(html: str) -> list[str]:
    return sorted(each for each in ("清河路一号", "清河路二号", "滨江路_百分百%") if f">{each}<" in html)


async def test_several_are_claimed_at_once_and_each_outcome_is_told(
    handler: Visitor, portal: Portal, launched: list[str]
) -> None:
    ids = [await assignment(portal, number) for number in launched]
    await portal.tell(launched[1], "E01", "decided", decision="granted", document_number="〔2026〕1号")

    portal.wait(minutes=5)

    await batch(handler, "accept", ids)
    answer = await batch(handler, "claim", ids)

    assert answer.status_code == 200
    assert re.search(r"已办 2 / 3，未办 1", answer.text)
    assert answer.text.index("清河路二号") < answer.text.index("清河路一号")  # what failed is seen first
    assert "已有决定" in answer.text
    assert [(await portal.line(number, "E01"))["status"] for number in launched] == [
        "under_review",
        "granted",
        "under_review",
    ]
    steps = (await portal.get(f"/api/v1/applications/{launched[0]}/steps")).json()["steps"]
    assert [step["actor"] for step in steps if step["kind"] == "review.started"] == ["wu"]


async def test_a_batch_sent_twice_is_done_once_though_later(
    handler: Visitor, portal: Portal, launched: list[str]
) -> None:
    ids, event = [await assignment(portal, number) for number in launched], uuid4().hex
    for _ in range(2):
        answer = await batch(handler, "note", ids, event=event, text="已电话沟通")
        assert "已办 3 / 3" in answer.text
        portal.wait(seconds=7)
    steps = (await portal.get(f"/api/v1/applications/{launched[0]}/steps")).json()["steps"]
    assert [step["actor"] for step in steps if step["details"].get("text") == "已电话沟通"] == ["wu"]


async def test_a_form_sent_again_later_is_the_same_form(handler: Visitor, portal: Portal, launched: list[str]) -> None:
    page, event = f"/inbox/{await assignment(portal, launched[0])}", uuid4().hex
    for _ in range(2):
        assert (await handler.send(page, f"{page}/note", event=event, text="已电话沟通")).status_code == 303
        portal.wait(seconds=7)
    assert (await handler.send(page, f"{page}/note", event=event, text="其他")).status_code == 409


async def test_another_departments_assignment_in_a_batch_is_one_that_does_not_exist(
    portal: Portal, plain_http: None, launched: list[str]
) -> None:
    await registered(("ma", Role.HANDLER, "TAX"))
    other = await visitor(portal, "ma")
    token = re.findall(r'name="_token" value="([^"]+)"', await other.see("/inbox"))[0]
    form = {"_token": token, "event": uuid4().hex, "act": "claim", "assignment": await assignment(portal, launched[0])}
    answer = await other.client.post("/inbox/batch", data=form, headers=ORIGIN)
    assert (answer.status_code, "没有找到部门任务" in answer.text, "清河路" in answer.text) == (200, True, False)
    assert (await portal.line(launched[0], "E01"))["status"] == "received"


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"act": "grant"}, 404),
        ({"act": "refuse"}, 404),
        ({"act": "claim", "assignment": []}, 422),
        ({"act": "claim", "assignment": ["nonsense"]}, 422),
        ({"act": "claim", "assignment": [str(UUID(int=n)) for n in range(51)]}, 422),
        ({"act": "claim", "event": "nonsense"}, 422),
        ({"act": "note", "text": " "}, 422),
        ({"act": "claim", "_token": "of another"}, 403),
    ],
    ids=str,
)
async def test_no_decision_is_made_in_a_batch_and_no_half_form_is_taken(
    handler: Visitor, portal: Portal, launched: list[str], form: dict[str, Any], status: int
) -> None:
    chosen = form.get("assignment", [await assignment(portal, launched[0])])
    given = {"event": uuid4().hex, **form, "assignment": chosen}
    assert (await handler.send("/inbox", "/inbox/batch", **given)).status_code == status
    assert (await portal.line(launched[0], "E01"))["status"] == "received"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("words=清河路", ["清河路一号", "清河路二号"]),
        ("words=_百分百%", ["滨江路_百分百%"]),
        ("words=%25", ["滨江路_百分百%"]),
        ("words=没有这个", []),
        ("whose=mine", ["清河路一号"]),
        ("status=under_review", ["清河路一号"]),
        ("status=received&words=二号", ["清河路二号"]),
        ("item=E01", ["清河路一号", "清河路二号", "滨江路_百分百%"]),
        ("item=E02", []),
        ("light=red", []),
        ("status=nonsense&light=nonsense", ["清河路一号", "清河路二号", "滨江路_百分百%"]),
        ("ended=true&words=清河路", []),
    ],
)
async def test_a_filter_shows_what_it_asks_for(
    handler: Visitor, portal: Portal, launched: list[str], query: str, found: list[str]
) -> None:
    for act in ("accept", "claim"):
        await batch(handler, act, [await assignment(portal, launched[0])])
    assert projects(await handler.see(f"/inbox?{query}")) == sorted(found)


async def test_a_filter_is_kept_under_a_name_for_oneself_alone(
    portal: Portal, handler: Visitor, launched: list[str]
) -> None:
    await registered(("chen", Role.HEAD, "MSB"))
    colleague = await visitor(portal, "chen")
    kept = await handler.send("/inbox", "/inbox/filters", name="我<b>的", query="whose=mine&words=清河路&junk=1")
    assert kept.status_code == 303
    assert dict(httpx.URL(kept.headers["location"]).params) == {"words": "清河路", "whose": "mine"}

    html = await handler.see("/inbox")
    assert "我&lt;b&gt;的" in html
    address = re.findall(r'<a href="(/inbox\?[^"]*words[^"]+)"', html)[0].replace("&amp;", "&")
    assert projects(await handler.see(address)) == []
    assert "我&lt;b&gt;的" not in await colleague.see("/inbox")

    await handler.send("/inbox", "/inbox/filters/forget", name="我<b>的")
    assert "我&lt;b&gt;的" not in await handler.see("/inbox")


@pytest.mark.parametrize(("name", "query"), [("", "item=E01"), ("x" * 41, "item=E01"), ("空", ""), ("空", "status=no")])
async def test_a_filter_without_a_name_or_that_asks_for_nothing_is_not_kept(
    handler: Visitor, name: str, query: str
) -> None:
    assert (await handler.send("/inbox", "/inbox/filters", name=name, query=query)).status_code == 422


async def test_nobody_keeps_filters_without_end(handler: Visitor) -> None:
    for n in range(MOST):
        await handler.send("/inbox", "/inbox/filters", name=f"第{n}个", query=f"words={n}")
    assert (await handler.send("/inbox", "/inbox/filters", name="第0个", query="words=新")).status_code == 303
    assert (await handler.send("/inbox", "/inbox/filters", name="再一个", query="words=1")).status_code == 409
    async with transaction() as session:
        assert await session.scalar(text("SELECT count(*) FROM saved_filters")) == MOST


async def test_a_filtered_list_goes_on_filtered(
    handler: Visitor, portal: Portal, launched: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.pages.inbox._PAGE", 1)
    html = await handler.see("/inbox?words=清河路")
    onward = re.findall(r'rel="next" href="([^"]+)"', html)[0].replace("&amp;", "&")
    following = await handler.see(onward)
    assert projects(html) + projects(following) != []
    assert sorted(projects(html) + projects(following)) == ["清河路一号", "清河路二号"]
