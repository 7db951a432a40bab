"""Applicants are written to of published notices, where they want it, once; what cannot be written is kept."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from casework import applicant_letters, letters, notices
from casework.applicant_letters import Address, ApplicantLetter
from rules.notifying import ContactChannel

WALL = datetime(2026, 11, 28, 2, tzinfo=UTC)
LEASE = timedelta(minutes=1)
LATER = WALL + timedelta(minutes=3)
ADDRESS = Address("liu@kaiyuan.example", "13841000001", "zh")


async def published(desk: Any, number: str) -> list[Any]:
    """Publish what is due to the applicant, as the task does; return the notices."""
    due = [move.notice for move in (await desk.look(number)).outside if hasattr(move, "notice")]
    await notices.deliver(desk.session, due, now=desk.now)
    await applicant_letters.owe(desk.session, due, wall=WALL)
    return due


async def taken(desk: Any, wall: datetime = LATER) -> list[ApplicantLetter]:
    owed = await letters.take(desk.session, limit=50, lease=LEASE, wall=wall)
    return await applicant_letters.load(desk.session, owed, wall=wall)


@pytest.fixture
async def number(desk: Any) -> str:
    """An application that lacks all its materials: its applicant is told."""
    return str(await desk.launch("J5", materials=()))


async def test_notices_of_a_while_go_in_one_letter_for_each_address(desk: Any, number: str) -> None:
    await applicant_letters.choose(desk.session, number, ADDRESS, wall=WALL)
    due = await published(desk, number)
    assert due

    assert await taken(desk, WALL) == []
    found = await taken(desk)
    assert [(letter.channel, letter.address) for letter in found] == [
        (ContactChannel.EMAIL, ADDRESS.email),
        (ContactChannel.SMS, ADDRESS.mobile),
    ]
    assert all(letter.number == number and len(letter.titles) == len(due) for letter in found)
    assert len({row for letter in found for row in letter.owed}) == 2 * len(due)
    assert await taken(desk) == [], "they are being sent"


async def test_who_has_named_no_address_is_not_written_to(desk: Any, number: str) -> None:
    await published(desk, number)
    assert await taken(desk) == []


async def test_a_notice_is_written_of_once(desk: Any, number: str) -> None:
    await applicant_letters.choose(desk.session, number, Address(email=ADDRESS.email), wall=WALL)
    due = await published(desk, number)
    [letter] = await taken(desk)
    await letters.record_sent(desk.session, letter, wall=LATER)

    await applicant_letters.owe(desk.session, due, wall=LATER)
    assert await taken(desk, LATER + timedelta(days=1)) == []


async def test_what_is_not_published_is_not_written_of(desk: Any, number: str) -> None:
    await applicant_letters.choose(desk.session, number, ADDRESS, wall=WALL)
    due = [move.notice for move in (await desk.look(number)).outside if hasattr(move, "notice")]
    await applicant_letters.owe(desk.session, due, wall=WALL)
    assert await taken(desk) == []


async def test_a_new_address_replaces_the_old_and_none_forgets_it(desk: Any, number: str) -> None:
    await applicant_letters.choose(desk.session, number, ADDRESS, wall=WALL)
    other = Address(mobile="13900000000", language="en")
    await applicant_letters.choose(desk.session, number, other, wall=WALL)
    assert await applicant_letters.address_of(desk.session, number) == other

    await applicant_letters.choose(desk.session, number, Address(), wall=WALL)
    assert await applicant_letters.address_of(desk.session, number) == Address()


async def test_an_address_taken_back_gets_nothing_that_was_owed_to_it(desk: Any, number: str) -> None:
    await applicant_letters.choose(desk.session, number, Address(email=ADDRESS.email), wall=WALL)
    await published(desk, number)
    await applicant_letters.choose(desk.session, number, Address(), wall=WALL)

    [letter] = await taken(desk)
    assert letter.address is None


async def test_what_a_server_refuses_is_kept_for_a_person_and_can_be_sent_again(desk: Any, number: str) -> None:
    await applicant_letters.choose(desk.session, number, Address(email=ADDRESS.email), wall=WALL)
    due = await published(desk, number)
    [letter] = await taken(desk)
    error = {"error": "550 no such user", "final": True}
    assert await letters.record_failed(desk.session, letter, **error, wall=LATER)

    assert await taken(desk, LATER + timedelta(days=1)) == []
    [line] = await applicant_letters.parked(desk.session, limit=10)
    assert (line.number, line.channel, line.letters) == (number, ContactChannel.EMAIL, len(due))
    assert line.last_error == "550 no such user"

    await applicant_letters.send_again(desk.session, number, wall=LATER)
    assert [again.owed for again in await taken(desk, LATER)] == [letter.owed]
    assert await applicant_letters.parked(desk.session, limit=10) == []


async def test_what_does_not_get_through_is_tried_for_three_days(desk: Any, number: str) -> None:
    await applicant_letters.choose(desk.session, number, Address(email=ADDRESS.email), wall=WALL)
    await published(desk, number)
    at, tries = LATER, 0
    while owed := await taken(desk, at):
        tries += 1
        away = {"error": "ConnectionRefusedError", "final": False}
        if await letters.record_failed(desk.session, owed[0], **away, wall=at):
            break
        at += timedelta(hours=6)
    assert tries > 5
    assert timedelta(hours=66) <= at - LATER <= timedelta(hours=78)
