"""The boards: sums that were counted, lists that go on where they ended, and nothing of another department."""

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from casework import board_counting
from kit.database import transaction
from kit.settings import settings
from models import Role
from portal.pages import boards
from tests.portal.browsing import ORIGIN, registered, visitor
from tests.portal.conftest import Portal

RUN = "7d9a6a50-2f3e-4a7c-9f3e-0d6c1c9b7a11"


@pytest.fixture(autouse=True)
def plain_http(configured: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAIBAN_PORTAL_URL", "http://office")
    monkeypatch.setenv("DAIBAN_PREFECT_UI_URL", "http://prefect.example")
    settings.cache_clear()


@pytest.fixture
async def people(portal: Portal) -> None:
    """A supervisor, and the heads of two departments."""
    await registered(("su", Role.SUPERVISOR, None), ("chen", Role.HEAD, "MSB"), ("he", Role.HEAD, "TAX"))


async def counted(portal: Portal) -> int:
    async with transaction() as session:
        return await board_counting.count(session, now=portal.now, limit=100)


async def granted(portal: Portal, **changes: Any) -> str:
    number = await portal.launch(**changes)
    await portal.deliver(number)
    portal.wait(days=1)
    await portal.grant(number, "E01")
    await portal.deliver(number)
    return number


@pytest.mark.parametrize(
    ("account", "status"),
    [("zhao", 200), ("qian", 200), ("su", 200), ("chen", 200), ("zhang", 403), ("wu", 403), ("sun", 403)],
)
async def test_managers_supervisors_and_heads_look_at_the_board(
    portal: Portal, people: None, account: str, status: int
) -> None:
    assert (await (await visitor(portal, account)).get("/board")).status_code == status


async def test_the_board_shows_what_was_counted_and_when(portal: Portal, people: None) -> None:
    boss = await visitor(portal, "zhao")
    assert "尚未统计" in await boss.see("/board")
    await granted(portal)

    assert (await boss.send("/board", "/board/refresh")).status_code == 303
    html = await boss.see("/board")
    assert f"统计截至 {portal.now:%Y-%m-%d %H:%M}" in html
    figures = re.findall(r"<strong>(\d+)</strong>", html)
    assert (figures[0], int(figures[1])) == ("1", 5)  # one application, the five items that follow the first
    assert re.search(r"市场监督管理局</th><td class=\"number\">1</td>", html)
    assert (await (await visitor(portal, "su")).send("/board", "/board/refresh")).status_code == 403


async def test_a_head_sees_the_own_department_alone(portal: Portal, people: None) -> None:
    number = await granted(portal)
    await counted(portal)
    msb, tax = await visitor(portal, "chen"), await visitor(portal, "he")
    own, other = await tax.see("/board/assignments"), await msb.see("/board/assignments?department=TAX")

    assert number in own
    assert number not in other
    assert "市场监督管理局" not in await tax.see("/board")
    for path in ("/board/applications", "/complaints", "/findings", "/ratings", "/sending", "/conflicts"):
        assert (await tax.get(path)).status_code == 403, path


async def test_the_list_of_assignments_filters_and_goes_on_where_it_ended(
    portal: Portal, people: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(boards, "_PAGE", 2)
    numbers = [await portal.launch(project_name=f"项目{n}") for n in range(3)]
    for number in numbers:
        await portal.deliver(number)
    async with transaction() as session:
        dated = "UPDATE assignments SET promised_due = :day, light = 'red' WHERE application_id = :id"
        rows = (await session.execute(text("SELECT id, number FROM applications ORDER BY id"))).all()
        due = portal.now.date() + timedelta(days=3)
        await session.execute(text(dated), {"day": due, "id": rows[2].id})
        await session.execute(
            text("UPDATE application_runs SET flow_run_id = :run WHERE application_id = :id"),
            {"run": RUN, "id": rows[2].id},
        )
    boss = await visitor(portal, "zhao")

    seen, path = [], "/board/assignments"
    while path:
        html = await boss.see(path)
        seen += re.findall(r'<small class="number">(DB-[^<]+)</small>', html)
        following = re.search(r'rel="next" href="([^"]+)"', html)
        path = following[1].replace("&amp;", "&") if following else ""
    assert (seen[0], sorted(seen)) == (rows[2].number, sorted(numbers))
    red = await boss.see("/board/assignments?department=MSB&light=red")
    assert re.findall(r'<small class="number">(DB-[^<]+)</small>', red) == [rows[2].number]
    assert f"http://prefect.example/runs/flow-run/{RUN}" in red
    assert rows[2].number in await boss.see(f"/board/assignments?due={due}")
    assert rows[2].number not in await boss.see("/board/assignments?due=2026-01-05")
    assert f"http://prefect.example/runs/flow-run/{RUN}" in await boss.see("/board/applications?journey=J5")


@pytest.mark.parametrize("query", ["light=blue", "due=tomorrow", "after=2026", "after=~x", "department=x'"])
async def test_what_is_no_filter_is_refused(portal: Portal, people: None, query: str) -> None:
    answer = await (await visitor(portal, "zhao")).get(f"/board/assignments?{query}")
    assert answer.status_code == 422


async def test_a_form_of_another_site_counts_nothing(portal: Portal, people: None) -> None:
    boss = await visitor(portal, "zhao")
    answer = await boss.client.post("/board/refresh", data={"_token": "x"}, headers=ORIGIN)
    assert answer.status_code == 403


async def test_the_inbox_goes_on_where_it_ended(portal: Portal, people: None, monkeypatch: pytest.MonkeyPatch) -> None:
    from portal.pages import inbox

    monkeypatch.setattr(inbox, "_PAGE", 1)
    numbers = [await portal.launch(project_name=f"项目{n}") for n in range(3)]
    for number in numbers:
        await portal.deliver(number)
    async with transaction() as session:
        await session.execute(text("UPDATE assignments SET promised_due = '2026-03-09' WHERE application_id = 1"))
    handler = await visitor(portal, "wu")
    for path, expected in (("/inbox", 3), ("/inbox?ended=true", 0)):
        seen = []
        while path:
            html = await handler.see(path)
            seen += re.findall(r"(项目\d)<small>", html)
            following = re.search(r'rel="next" href="([^"]+)"', html)
            path = following[1].replace("&amp;", "&") if following else ""
        assert (len(seen), len(set(seen))) == (expected, expected)
    await portal.grant(numbers[0], "E01")
    await portal.grant(numbers[1], "E01")
    html = await handler.see("/inbox?ended=true")
    following = re.search(r'rel="next" href="([^"]+)"', html)
    assert following is not None
    assert "项目" in await handler.see(following[1].replace("&amp;", "&"))
    assert (await handler.get("/inbox?after=nonsense")).status_code == 422
