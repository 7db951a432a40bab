"""The daily report: what was done on a day stays, how it stood stays, and a head sees the own department alone."""

import re

import pytest
from sqlalchemy import text

from casework import board_counting, queries
from kit.database import transaction
from models import Role
from portal.pages.rendering import translator
from rules.daily import DailyFigure as F
from tests.portal.browsing import registered, visitor
from tests.portal.conftest import Portal

pytestmark = pytest.mark.usefixtures("plain_http")


async def report(portal: Portal, day: str = "", department: str | None = None) -> queries.DailyReport:
    async with transaction() as session:
        await board_counting.count(session, now=portal.now, limit=100)
    on = portal.now.date().fromisoformat(day) if day else portal.now.date()
    async with transaction() as session:
        return await queries.daily_report(session, on, department=department)


async def test_a_day_adds_up_what_was_done_and_tells_who_has_to_act(portal: Portal) -> None:
    number = await portal.launch()
    await portal.deliver(number)
    first = await report(portal)
    assert (first.total[F.REGISTERED], first.total[F.RECEIVED], first.total[F.OPEN]) == (1, 1, 1)
    msb = first.departments[0]
    assert (msb.code, msb[F.RECEIVED], msb[F.BY_DEPARTMENT], msb[F.BY_CENTER]) == ("MSB", 1, 1, 0)

    await portal.tell(number, "E01", "correction_requested", missing=["章程"], reason="缺页")
    asked = (await report(portal)).departments[0]
    assert (asked[F.CORRECTED], asked[F.BY_DEPARTMENT], asked[F.BY_APPLICANT]) == (1, 0, 1)


async def test_a_past_day_stays_as_it_stood_and_what_came_late_to_it_is_counted_again(portal: Portal) -> None:
    number = await portal.launch()
    await portal.deliver(number)
    await report(portal)
    monday = portal.now.date()
    portal.wait(days=1)
    await portal.grant(number, "E01")
    await portal.deliver(number)
    today = await report(portal)
    assert (today.total[F.GRANTED], today.total[F.REGISTERED], today.total[F.RECEIVED]) == (1, 0, 5)
    assert (today.first, today.last) == (monday, portal.now.date())
    past = await report(portal, monday.isoformat())
    assert (past.total[F.OPEN], past.total[F.RECEIVED], past.total[F.GRANTED]) == (1, 1, 0)
    assert [line.code for line in past.departments] == ["MSB"]

    async with transaction() as session:
        late = "UPDATE assignment_figures SET late = true"
        await session.execute(text(late))
    assert (await report(portal)).total[F.LATE] == 1
    # Counting again changes nothing.
    assert await report(portal, monday.isoformat()) == past


async def test_days_on_which_nobody_counted_have_their_course_but_no_standing(portal: Portal) -> None:
    number = await portal.launch()
    await portal.deliver(number)
    monday = portal.now.date()
    portal.wait(days=5)
    missed = await report(portal, monday.isoformat())
    assert (missed.total[F.REGISTERED], missed.total[F.OPEN]) == (1, 0)
    assert F.APPLICATIONS not in missed.total.figures


async def test_the_page_shows_a_chosen_day_and_names_what_is_overdue(portal: Portal) -> None:
    number = await portal.launch()
    await portal.deliver(number)
    async with transaction() as session:
        await session.execute(text("UPDATE assignments SET light = 'black', promised_due = '2026-02-01'"))
    await report(portal)
    boss = await visitor(portal, "zhao")
    html = await boss.see("/board/daily")
    assert re.search(r"<strong>1</strong>新登记代办件", html)
    assert re.search(r'市场监督管理局</th><td class="number">1</td>', html)
    assert number in html
    assert "这一天没有统计" in await boss.see("/board/daily?day=2020-01-01")
    for day in ("tomorrow", "2026-13-01", "0001-01-01"):
        assert (await boss.get(f"/board/daily?day={day}")).status_code == 422, day


async def test_a_head_sees_the_own_department_alone(portal: Portal) -> None:
    await registered(("chen", Role.HEAD, "MSB"), ("he", Role.HEAD, "TAX"))
    number = await portal.launch()
    await portal.deliver(number)
    async with transaction() as session:
        await session.execute(text("UPDATE assignments SET light = 'black'"))
    await report(portal)
    own = await (await visitor(portal, "chen")).see("/board/daily")
    other = await (await visitor(portal, "he")).see("/board/daily")
    assert number in own
    assert "全市" not in own
    assert number not in other
    assert "市场监督管理局" not in other
    assert (await (await visitor(portal, "wu")).get("/board/daily")).status_code == 403


def test_every_number_has_an_english_name() -> None:
    english = translator("en")
    assert [figure.zh for figure in F if english(figure.zh) == figure.zh] == []
