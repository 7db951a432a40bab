"""Messages to departments: delivered, held, refused, overtaken."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from casework import messages
from casework.casefile import Actor
from rules.errors import NotFoundError
from rules.vocabulary import AssignmentStatus, DepartmentAct, Party
from rules.workdays import OFFICIAL, local_date


async def the_dispatch(desk: Any, number: str) -> Any:
    return (await desk.look(number)).outside[0].message


async def test_a_message_carries_all_that_its_department_needs(desk: Any) -> None:
    number = await desk.launch("J5")
    outgoing = await messages.load(desk.session, await the_dispatch(desk, number))

    assert (outgoing.application, outgoing.department, outgoing.item.code) == (number, "MSB", "E01")
    assert outgoing.provided >= {"股东身份证明", "章程"}
    assert not outgoing.settled


async def test_a_delivered_dispatch_starts_the_receipt_clock_once(desk: Any) -> None:
    number = await desk.launch("J5")
    message = await the_dispatch(desk, number)
    for receipt in ("R-1", "R-2"):
        await messages.record_delivered(desk.session, message, receipt_number=receipt, now=desk.now)
        desk.wait(hours=1)

    line = await desk.line(number, "E01")
    assert (line.status, line.receipt_number) == (AssignmentStatus.RECEIVED, "R-1")
    assert (await desk.steps(number)).count("assignment.received") == 1
    assert (await messages.load(desk.session, message)).settled


async def test_a_department_that_calls_back_before_it_answers_keeps_its_receipt_number(desk: Any) -> None:
    number = await desk.launch("J5")
    message = await the_dispatch(desk, number)
    await desk.tell(number, "E01", DepartmentAct.ACCEPTED)
    await messages.record_delivered(desk.session, message, receipt_number="R-1", now=desk.now)

    line = await desk.line(number, "E01")
    assert (line.status, line.receipt_number) == (AssignmentStatus.ACCEPTED, "R-1")


async def test_trouble_is_tried_again_later_and_later(desk: Any) -> None:
    number = await desk.launch("J5")
    message = await the_dispatch(desk, number)
    waited = []
    for _ in range(8):
        await messages.record_undelivered(desk.session, message, error="ConnectTimeout", rejected=False, now=desk.now)
        report = await desk.report(number)
        assert (await desk.look(number)).outside == ()
        waited.append(report.next_timer - desk.now)
        desk.now = report.next_timer

    assert [span / timedelta(minutes=1) for span in waited] == [1, 2, 4, 8, 16, 32, 60, 60]
    assert [move.message for move in (await desk.look(number)).outside] == [message]
    line = await desk.line(number, "E01")
    assert (line.status, line.undelivered) == (AssignmentStatus.OPENED, "ConnectTimeout")
    assert [wait.party for wait in (await desk.report(number)).waits] == [Party.CENTER]


async def test_a_refused_message_goes_to_a_person_and_is_not_tried_again(desk: Any) -> None:
    number = await desk.launch("J5")
    message = await the_dispatch(desk, number)
    await messages.record_undelivered(desk.session, message, error="422: 字段不符", rejected=True, now=desk.now)
    file_by = OFFICIAL.add_working_days(local_date(desk.now), 1).on
    desk.wait(days=30)

    assert (await desk.look(number)).outside == ()
    report = await desk.report(number)
    assert report.next_timer is None
    [wait] = report.waits
    assert (wait.party, wait.until) == (Party.AGENT, file_by)
    assert (await desk.line(number, "E01")).undelivered == "422: 字段不符"


async def test_messages_of_one_assignment_keep_their_order(desk: Any) -> None:
    number = await desk.launch("J5")
    message = await the_dispatch(desk, number)
    await messages.record_undelivered(desk.session, message, error="away", rejected=False, now=desk.now)
    await desk.withdraw(number)  # replaces the dispatch that nobody has

    assert sorted(await desk.deliver(number)) == ["cancelled E01", "result", "withdrawn"]


async def test_an_unknown_message_is_not_found(desk: Any) -> None:
    for act in (
        messages.load(desk.session, uuid4()),
        messages.record_delivered(desk.session, uuid4(), receipt_number=None, now=desk.now),
    ):
        with pytest.raises(NotFoundError):
            await act


async def test_a_refused_message_is_sent_again_when_a_person_says_so(desk: Any) -> None:
    number = await desk.launch("J5")
    message = await the_dispatch(desk, number)
    await messages.record_undelivered(desk.session, message, error="422", rejected=True, now=desk.now)
    assert (await desk.look(number)).outside == ()

    assert await messages.resend(desk.session, number, actor=Actor("dai01"), now=desk.now) == 1

    assert await the_dispatch(desk, number) == message
    assert (await desk.steps(number))[-1] == "message.resent"
    assert await messages.resend(desk.session, number, actor=Actor("dai01"), now=desk.now) == 0
