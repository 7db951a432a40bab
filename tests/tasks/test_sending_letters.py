"""One round writes every kind of letter that is due, and one that is refused stops no other."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from casework import applicant_letters, notices, notification_inbox
from casework.applicant_letters import Address
from casework.notification_inbox import Preference
from kit import clock
from kit.database import transaction
from rules.notifying import ContactChannel, report_of
from rules.workdays import OFFICIAL
from tasks.letters import send_letters
from tasks.news_letters import tell_people
from tasks.report_letters import enter_reports
from tests.deployments.relay_office import Office, open_office
from tests.tasks.test_letters import Post, at, serving


@pytest.fixture
async def office(committed_database: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Office]:
    async with open_office(committed_database, monkeypatch) as opened:
        yield opened


async def told_of_an_application(office: Office, applicant: str) -> str:
    """Launch an application that lacks its materials, tell its department, and publish the notice of it."""
    async with office.desk() as desk:
        number = str(await desk.launch("J5", materials=()))
        await applicant_letters.choose(desk.session, number, Address(email=applicant), wall=clock.wall_now())
        due = [move.notice for move in (await desk.look(number)).outside if hasattr(move, "notice")]
        await notices.deliver(desk.session, due, now=desk.now)
        # Longer ago than notices are kept together.
        await applicant_letters.owe(desk.session, due, wall=clock.wall_now() - timedelta(minutes=5))
        await desk.deliver(await desk.launch("J5"))
    await office.execute("UPDATE outbox_messages SET available_at = now() WHERE kind = 'notify'")
    await tell_people()
    return number


async def test_news_report_and_notice_go_out_in_one_round_and_a_refusal_is_kept(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with transaction() as session:
        await notification_inbox.prefer(session, "wu", Preference("en", email="wu@daiban.example"))
        watcher = Preference("zh", email="wu@daiban.example", daily_report=True)
        await notification_inbox.prefer(session, "zhao", watcher)
    day = report_of(clock.now(), OFFICIAL)
    await office.execute("INSERT INTO board_days VALUES (:day, '', 'registered', 3)", day=day)
    number = await told_of_an_application(office, "nobody@kaiyuan.example")
    await enter_reports()

    box = Post()
    async with serving(box) as port:
        at(port, monkeypatch)
        assert await send_letters() == 2
        assert await send_letters() == 0

    subjects = sorted(line for mail in box.mails for line in mail.splitlines() if line.startswith(b"Subject:"))
    assert len(subjects) == 2
    assert b"Daiban" in subjects[1]
    async with transaction() as session:
        [kept] = await applicant_letters.parked(session, limit=9)
    assert (kept.number, kept.channel, "550" in kept.last_error) == (number, ContactChannel.EMAIL, True)
