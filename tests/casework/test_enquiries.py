"""Enquiries: the first person asked answers for it until another has accepted."""

from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from casework import enquiries
from casework.casefile import Actor
from casework.enquiries import EnquiryLine
from rules.errors import NotAllowedNowError, NotAuthorisedError, NotFoundError

ZHANG, LI, SUN = Actor("zhang"), Actor("li"), Actor("sun")


async def asked(desk: Any, **given: Any) -> EnquiryLine:
    return await enquiries.ask(desk.session, "某企业", "何时办结？", first="zhang", now=desk.now, **given)


async def offered(desk: Any, enquiry: EnquiryLine, to: str, by: Actor) -> EnquiryLine:
    return await enquiries.offer(desk.session, enquiry.id, to, reason="属其承办", actor=by, now=desk.now)


async def listed(desk: Any, **asked: Any) -> list[int]:
    return [line.id for line in await enquiries.enquiries(desk.session, limit=100, **asked)]


async def test_whoever_is_asked_first_is_responsible_until_another_accepts(desk: Any) -> None:
    number = await desk.launch()
    enquiry = await asked(desk, number=number)
    assert (enquiry.first, enquiry.responsible, enquiry.number) == ("zhang", "zhang", number)

    waiting = await offered(desk, enquiry, "li", ZHANG)
    assert (waiting.responsible, waiting.offered_to) == ("zhang", "li")
    taken = await enquiries.accept(desk.session, enquiry.id, actor=LI, now=desk.now)

    assert (taken.first, taken.responsible, taken.offered_to, taken.bounces) == ("zhang", "li", None, 1)
    with pytest.raises(NotAuthorisedError):
        await enquiries.resolve(desk.session, enquiry.id, answer="已答复", actor=ZHANG, now=desk.now)


async def test_what_is_passed_on_twice_without_an_answer_alarms_until_it_is_resolved(desk: Any) -> None:
    enquiry, quiet = await asked(desk), await asked(desk)
    await offered(desk, enquiry, "li", ZHANG)
    await enquiries.accept(desk.session, enquiry.id, actor=LI, now=desk.now)
    assert await listed(desk, alarming=True) == []
    await offered(desk, enquiry, "sun", LI)
    back = await enquiries.decline(desk.session, enquiry.id, reason="不属我管", actor=SUN, now=desk.now)

    assert (back.responsible, back.bounces, back.alarming) == ("li", 2, True)
    assert await listed(desk, alarming=True) == [enquiry.id]
    done = await enquiries.resolve(desk.session, enquiry.id, answer="已答复", actor=LI, now=desk.now)
    assert (done.resolution, done.resolved_at, done.alarming) == ("已答复", desk.now, False)
    assert await listed(desk, alarming=True) == []
    assert await listed(desk) == [quiet.id]
    assert await listed(desk, unresolved=False) == [enquiry.id, quiet.id]
    with pytest.raises(NotAllowedNowError):
        await offered(desk, enquiry, "zhang", LI)


async def test_every_turn_is_kept_in_order(desk: Any, session: AsyncSession) -> None:
    enquiry = await asked(desk)
    await offered(desk, enquiry, "li", ZHANG)
    await enquiries.decline(desk.session, enquiry.id, reason="不属我管", actor=LI, now=desk.now)
    await enquiries.resolve(desk.session, enquiry.id, answer="已答复", actor=ZHANG, now=desk.now)

    rows = await session.execute(text("SELECT serial, kind, reason FROM enquiry_steps ORDER BY serial"))
    assert [tuple(row) for row in rows] == [
        (1, "offered", "属其承办"),
        (2, "declined", "不属我管"),
        (3, "resolved", "已答复"),
    ]


async def test_unknown_people_applications_and_enquiries_are_refused(desk: Any) -> None:
    enquiry = await asked(desk)
    for act in (
        offered(desk, enquiry, "nobody", ZHANG),
        offered(desk, enquiry, "gone", ZHANG),
        asked(desk, number="DB-1"),
        enquiries.accept(desk.session, 10**9, actor=LI, now=desk.now),
    ):
        with pytest.raises(NotFoundError):
            await act
