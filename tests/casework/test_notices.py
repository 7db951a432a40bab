"""Notices to the applicant: published once; the result's delivery completes the application."""

from typing import Any
from uuid import uuid4

import pytest

from casework import notices
from rules.errors import NotFoundError
from rules.vocabulary import ApplicationStatus


async def test_a_notice_is_published_once(desk: Any) -> None:
    number = await desk.launch("J5", materials=())
    [move] = (await desk.look(number)).outside

    assert await notices.deliver(desk.session, [move.notice], now=desk.now)
    assert not await notices.deliver(desk.session, [move.notice], now=desk.now)
    assert (await desk.steps(number)).count("notice.delivered") == 1
    assert (await desk.report(number)).notices[0].sent_at == desk.now


async def test_notices_that_are_due_together_are_published_in_order_and_once(desk: Any) -> None:
    number = await desk.launch("J5")
    await desk.withdraw(number)
    due = [move.notice for move in (await desk.look(number)).outside if hasattr(move, "notice")]
    assert len(due) > 1

    assert await notices.deliver(desk.session, due[:1], now=desk.now) == 1
    assert await notices.deliver(desk.session, due, now=desk.now) == len(due) - 1
    sent = [notice.id for notice in (await desk.report(number)).notices if notice.sent_at is not None]
    assert sent == due


async def test_an_application_is_not_complete_while_a_department_has_still_to_be_told(desk: Any) -> None:
    number = await desk.launch("J5")
    await desk.withdraw(number)
    for move in (await desk.look(number)).outside:
        if hasattr(move, "notice"):
            await notices.deliver(desk.session, [move.notice], now=desk.now)

    report = await desk.report(number)
    assert (report.status, report.complete) == (ApplicationStatus.DELIVERED, False)
    assert report.waiting.endswith("代办中心送达")
    assert await desk.deliver(number) == ["cancelled E01"]
    assert (await desk.report(number)).complete


async def test_an_unknown_notice_is_not_found(desk: Any) -> None:
    with pytest.raises(NotFoundError):
        await notices.deliver(desk.session, [uuid4()], now=desk.now)
