"""The daily report goes to those who watch over the office and want it, once a day, and is tried again."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from casework import board_counting, letters, notification_inbox, people, report_letters
from casework.notification_inbox import Preference
from casework.report_letters import ReportLetter
from models import Role
from rules.notifying import ContactChannel
from rules.workdays import SHANGHAI

WALL = datetime(2026, 11, 28, 2, tzinfo=UTC)
MONDAY = datetime(2026, 3, 2, 17, tzinfo=SHANGHAI)
TUESDAY = datetime(2026, 3, 3, 8, 1, tzinfo=SHANGHAI)


async def wish(desk: Any, account: str, *, report: bool = True, webhook: str | None = None) -> None:
    given = Preference("en", email=f"{account}@daiban.example", webhook=webhook, daily_report=report)
    await notification_inbox.prefer(desk.session, account, given)


async def owed(desk: Any, now: datetime = TUESDAY, wall: datetime = WALL) -> list[ReportLetter]:
    await report_letters.owe(desk.session, now=now, wall=wall)
    taken = await letters.take(desk.session, limit=20, lease=timedelta(minutes=2), wall=wall)
    return await report_letters.load(desk.session, taken, wall=wall)


@pytest.fixture
async def counted(desk: Any) -> Any:
    await board_counting.count(desk.session, now=MONDAY, limit=10)
    # A day that nothing happened on is counted as well.
    await desk.session.execute(
        text("INSERT INTO board_days VALUES (DATE '2026-03-02', '', 'registered', 3) ON CONFLICT DO NOTHING")
    )
    return desk


async def test_who_watches_and_wants_it_is_owed_the_report_of_the_day_before_once(counted: Any) -> None:
    await people.register(counted.session, "chen", "陈", [Role.HEAD], department="MSB", token="token-of-chen")
    await wish(counted, "zhao", webhook="https://chat.daiban.example/x")
    await wish(counted, "chen")
    await wish(counted, "qian", report=False)
    await wish(counted, "zhang")  # an agent watches over nobody
    taken = {(each.address, each.department): each for each in await owed(counted)}
    assert set(taken) == {
        ("zhao@daiban.example", None),
        ("https://chat.daiban.example/x", None),
        ("chen@daiban.example", "MSB"),
    }
    assert {(each.day, each.language) for each in taken.values()} == {(date(2026, 3, 2), "en")}
    assert await owed(counted) == []
    for each in taken.values():
        await letters.record_sent(counted.session, each, wall=WALL)
    assert await owed(counted, wall=WALL + timedelta(days=1)) == []


async def test_no_report_is_owed_of_a_day_that_nobody_counted(counted: Any) -> None:
    await wish(counted, "zhao")
    assert await owed(counted, TUESDAY + timedelta(days=1)) == []


async def test_what_could_not_be_sent_is_tried_again_and_what_was_refused_is_kept(counted: Any) -> None:
    await wish(counted, "zhao", webhook="https://chat.daiban.example/x")
    taken = {each.channel: each for each in await owed(counted)}
    how = {"error": "no route", "wall": WALL}
    busy, refused = taken[ContactChannel.EMAIL], taken[ContactChannel.WEBHOOK]
    assert not await letters.record_failed(counted.session, busy, final=False, **how)
    assert await letters.record_failed(counted.session, refused, final=True, **how)
    [again] = await owed(counted, wall=WALL + timedelta(hours=1))
    assert (again.channel, again.attempts, again.held_since) == (ContactChannel.EMAIL, 2, WALL)
    given_up = await letters.record_failed(
        counted.session, again, error="no route", final=False, wall=WALL + timedelta(days=30)
    )
    assert given_up


async def test_who_takes_it_back_is_sent_nothing_any_more(counted: Any) -> None:
    await wish(counted, "zhao")
    await report_letters.owe(counted.session, now=TUESDAY, wall=WALL)
    await notification_inbox.prefer(counted.session, "zhao", Preference())
    [letter] = await owed(counted)
    assert letter.address is None


async def test_a_report_that_was_refused_is_listed_with_the_letters_and_sent_again_with_them(counted: Any) -> None:
    await wish(counted, "zhao")
    [letter] = await owed(counted)
    assert await letters.record_failed(counted.session, letter, error="550", final=True, wall=WALL)
    [line] = await letters.parked(counted.session)
    assert (line.account, line.channel, line.letters, line.last_error) == ("zhao", ContactChannel.EMAIL, 1, "550")

    await letters.send_again(counted.session, line.person, line.channel, wall=WALL)
    assert await letters.parked(counted.session) == []
    assert [each.owed for each in await owed(counted)] == [letter.owed]
