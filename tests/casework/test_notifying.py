"""People are told what concerns them, of nothing they did themselves, once; and written to as they wish."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from casework import appointments, letters, news_letters, notification_inbox, notifying, people
from casework.casefile import Actor
from casework.news_letters import NewsLetter
from casework.notification_inbox import Preference
from models import Role
from rules.appointments import Appointment, AppointmentStatus, Purpose
from rules.catalog import DepartmentCode, ItemCode
from rules.notifying import TELLINGS, ContactChannel, Digest, Topic, due_at
from tests.casework.conftest import AGENT

WALL = datetime(2026, 11, 28, 2, tzinfo=UTC)  # ten o'clock in the city
LEASE = timedelta(minutes=1)


async def told(desk: Any) -> int:
    """Do what the relay does with the news there is."""
    await desk.session.execute(text("UPDATE outbox_messages SET available_at = now() WHERE kind = 'notify'"))
    taken = await notifying.take_news(desk.session, limit=50, lease_seconds=30)
    return sum([await notifying.tell(desk.session, owed, wall=WALL) for owed in taken])


async def owed(desk: Any, wall: datetime = WALL) -> list[NewsLetter]:
    taken = await letters.take(desk.session, limit=50, lease=LEASE, wall=wall)
    return await news_letters.load(desk.session, taken, wall=wall)


async def topics(desk: Any, account: str) -> list[Topic]:
    lines = await notification_inbox.notifications(desk.session, account, everything=False, limit=50)
    return [line.topic for line in lines]


async def wish(desk: Any, account: str, digest: Digest = Digest.AT_ONCE) -> None:
    given = Preference("en", digest, f"{account}@daiban.example", None)
    await notification_inbox.prefer(desk.session, account, given)


@pytest.fixture
async def dispatched(desk: Any) -> str:
    number = await desk.launch()
    await desk.deliver(number)
    return str(number)


async def test_a_department_is_told_of_what_comes_in_and_the_agent_of_what_is_decided(
    desk: Any, dispatched: str
) -> None:
    assert await told(desk) > 0
    assert Topic.ASSIGNMENT in await topics(desk, "wu")
    assert Topic.ASSIGNMENT not in await topics(desk, "zhang")

    await desk.grant(dispatched, "E01")
    await told(desk)

    assert await topics(desk, "zhang") == [Topic.DECISION]
    assert (await told(desk), await topics(desk, "zhang")) == (0, [Topic.DECISION])


@pytest.mark.parametrize("about", [{"item": ItemCode("E01")}, {}])
async def test_a_department_is_told_of_an_appointment_asked_for_and_the_agent_of_its_answer(
    desk: Any, about: dict[str, Any]
) -> None:
    await people.register(desk.session, "tax7", "孙税", [Role.HANDLER], department="TAX", token="token-of-tax7")
    number = str(await desk.launch())  # no department has it yet
    planned_at, department = desk.now + timedelta(days=1), DepartmentCode("MSB")
    wanted = Appointment(0, department, Purpose.CONSULTATION, planned_at, "刘晓", **about)
    how = {"actor": AGENT, "now": desk.now}
    serial = await appointments.book(desk.session, number, wanted, **how)
    await told(desk)
    assert [await topics(desk, account) for account in ("wu", "tax7", "zhang")] == [[Topic.APPOINTMENT], [], []]

    confirmed = AppointmentStatus.CONFIRMED
    how = {"actor": Actor("wu"), "now": desk.now}
    await appointments.answer(desk.session, number, serial, confirmed, by=department, **how)
    await told(desk)
    assert await topics(desk, "zhang") == [Topic.APPOINTMENT]
    assert await topics(desk, "wu") == [Topic.APPOINTMENT]

    how = {"actor": AGENT, "now": desk.now}
    await appointments.answer(desk.session, number, serial, AppointmentStatus.CANCELLED, "改日再约", **how)
    await told(desk)
    assert await topics(desk, "wu") == [Topic.APPOINTMENT] * 2
    assert (await topics(desk, "zhang"), await topics(desk, "tax7")) == ([Topic.APPOINTMENT], [])


async def test_what_was_read_is_not_shown_as_new_and_stays(desk: Any, dispatched: str) -> None:
    await told(desk)
    newest = (await notification_inbox.notifications(desk.session, "wu", everything=False, limit=1))[0]
    await notification_inbox.mark_read(desk.session, "wu", upto=newest.id, now=WALL)
    assert await topics(desk, "wu") == []
    assert await notification_inbox.notifications(desk.session, "wu", everything=True, limit=50)


async def test_everything_due_to_a_person_goes_in_one_letter_and_no_second_time(desk: Any, dispatched: str) -> None:
    await wish(desk, "wu")
    await desk.deliver(await desk.launch())
    count = await told(desk)
    assert count == 2
    letter, *more = await owed(desk)
    assert (len(letter.news), more, letter.address, letter.language) == (count, [], "wu@daiban.example", "en")

    assert await owed(desk) == []
    again = await owed(desk, WALL + 2 * LEASE)
    assert [each.news for each in again] == [letter.news]
    await letters.record_sent(desk.session, letter, wall=WALL)
    assert await owed(desk, WALL + timedelta(days=9)) == []


async def test_a_letter_that_fails_is_tried_again_later_and_parked_in_the_end(desk: Any, dispatched: str) -> None:
    await wish(desk, "wu")
    await told(desk)
    wall, parked, tries = WALL, False, 0
    while not parked:
        letter = (await owed(desk, wall))[0]
        parked = await letters.record_failed(desk.session, letter, error="421 busy", final=False, wall=wall)
        assert parked or await owed(desk, wall) == []
        wall, tries = wall + timedelta(hours=1), tries + 1

    assert tries > 70
    line = (await letters.parked(desk.session))[0]
    assert (line.account, line.channel, line.last_error) == ("wu", ContactChannel.EMAIL, "421 busy")
    await letters.send_again(desk.session, line.person, line.channel, wall=wall)
    assert len(await owed(desk, wall)) == 1


async def test_a_refused_letter_is_parked_at_once(desk: Any, dispatched: str) -> None:
    await wish(desk, "wu")
    await told(desk)
    letter = (await owed(desk))[0]
    assert await letters.record_failed(desk.session, letter, error="550 no such user", final=True, wall=WALL)
    assert [line.letters for line in await letters.parked(desk.session)] == [len(letter.news)]


@pytest.mark.parametrize(
    ("digest", "at", "due"),
    [
        (Digest.AT_ONCE, WALL, WALL),
        (Digest.NEVER, WALL, None),
        (Digest.DAILY, WALL, datetime(2026, 11, 29, 0, tzinfo=UTC)),
        (Digest.DAILY, datetime(2026, 11, 27, 23, 59, tzinfo=UTC), datetime(2026, 11, 28, 0, tzinfo=UTC)),
    ],
)
def test_a_daily_summary_goes_out_at_eight(digest: Digest, at: datetime, due: datetime | None) -> None:
    assert due_at(digest, at) == due


def test_every_telling_has_somebody_to_tell() -> None:
    assert all(telling.audiences for telling in TELLINGS.values())
