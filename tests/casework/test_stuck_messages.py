"""Messages that do not get through: put off, parked, given their turn, retried and discarded by a person."""

from datetime import timedelta
from typing import Any

import pytest

from casework import endpoints, messages, stuck_messages
from casework.casefile import Actor
from casework.messages import Undelivered
from kit.clock import wall_now
from rules.errors import NotAllowedNowError
from rules.retrying import FAILURES, Admission
from rules.vocabulary import DepartmentAct, Party, StuckState

MANAGER = Actor("zhao")
LEASE = timedelta(seconds=15)


async def the_dispatch(desk: Any, number: str) -> Any:
    return (await desk.look(number)).outside[0].message


async def stuck(desk: Any, **how: Any) -> list[stuck_messages.StuckMessage]:
    return await stuck_messages.stuck_messages(desk.session, limit=100, **how)


async def break_down(desk: Any, message: Any) -> None:
    """Let the endpoint fail until it is left alone."""
    for _ in range(FAILURES):
        await endpoints.fail(desk.session, message, "MSB", error="ConnectError", now=wall_now())


async def test_a_message_of_a_department_that_is_left_alone_waits_without_a_timer(desk: Any) -> None:
    number = await desk.launch("J5")
    message = await the_dispatch(desk, number)
    for _ in range(2):
        await stuck_messages.defer(desk.session, message, why="暂停", wall=wall_now(), now=desk.now)

    assert (await desk.look(number)).outside == ()
    report = await desk.report(number)
    assert report.next_timer is None
    assert [wait.party for wait in report.waits] == [Party.CENTER]
    assert (await desk.steps(number)).count("message.deferred") == 1
    assert [(each.id, each.state, each.attempts) for each in await stuck(desk)] == [(message, StuckState.DEFERRED, 0)]


async def test_it_gets_its_turn_when_the_department_is_back(desk: Any) -> None:
    number = await desk.launch("J5")
    message = await the_dispatch(desk, number)
    await break_down(desk, message)
    await stuck_messages.defer(desk.session, message, why="暂停", wall=wall_now(), now=desk.now)
    assert await endpoints.stuck(desk.session, now=wall_now(), limit=5) == []

    await endpoints.succeed(desk.session, message, "MSB", now=wall_now())

    assert await endpoints.stuck(desk.session, now=wall_now(), limit=5) == [(message, "MSB")]
    assert await endpoints.reserve(desk.session, message, "MSB", at_once=4, lease=LEASE, now=wall_now())
    await stuck_messages.free(desk.session, message, now=desk.now)
    assert await the_dispatch(desk, number) == message
    assert await endpoints.stuck(desk.session, now=wall_now(), limit=5) == []


@pytest.mark.parametrize("hours", [1, 73])
async def test_what_failed_while_the_department_was_away_goes_when_it_is_back_parked_or_not(
    desk: Any, hours: int
) -> None:
    number = await desk.launch("J5")
    message = await the_dispatch(desk, number)
    for _ in range(2):
        await messages.record_undelivered(desk.session, message, error="away", rejected=False, now=desk.now)
        desk.wait(hours=hours)
    await break_down(desk, message)
    assert await endpoints.stuck(desk.session, now=wall_now(), limit=5) == []

    await endpoints.succeed(desk.session, message, "MSB", now=wall_now())

    assert await endpoints.stuck(desk.session, now=wall_now(), limit=5) == [(message, "MSB")]


async def test_a_message_that_fails_although_its_department_works_keeps_its_schedule(desk: Any) -> None:
    number = await desk.launch("J5")
    message = await the_dispatch(desk, number)
    await endpoints.succeed(desk.session, message, "MSB", now=wall_now())
    await messages.record_undelivered(desk.session, message, error="500", rejected=False, now=desk.now)

    assert await endpoints.stuck(desk.session, now=wall_now(), limit=5) == []


async def test_a_message_that_never_arrives_is_parked_and_not_dropped(desk: Any) -> None:
    number = await desk.launch("J5")
    message = await the_dispatch(desk, number)
    became = []
    for _ in range(3):
        became.append(
            await messages.record_undelivered(desk.session, message, error="away", rejected=False, now=desk.now)
        )
        desk.wait(hours=40)

    assert became == [Undelivered.HELD, Undelivered.HELD, Undelivered.PARKED]
    assert (await desk.look(number)).outside == ()
    report = await desk.report(number)
    assert (report.next_timer, [wait.party for wait in report.waits]) == (None, [Party.AGENT])
    assert [each.state for each in await stuck(desk, department="MSB")] == [StuckState.PARKED]
    assert await stuck(desk, department="TAX") == []

    await stuck_messages.retry(desk.session, message, reason="电话确认已恢复", actor=MANAGER, now=desk.now)

    assert await the_dispatch(desk, number) == message
    assert await stuck(desk) == []
    assert (await desk.steps(number))[-1] == "message.resent"


async def test_a_department_that_asks_to_be_left_alone_is_tried_no_earlier(desk: Any) -> None:
    number = await desk.launch("J5")
    message = await the_dispatch(desk, number)
    until = desk.now + timedelta(minutes=45)
    await messages.record_undelivered(desk.session, message, error="429", rejected=False, now=desk.now, retry_at=until)
    assert (await desk.report(number)).next_timer == until


async def test_only_so_many_may_send_at_once_and_a_dead_worker_keeps_no_place(desk: Any) -> None:
    number = await desk.launch("J3")
    await desk.deliver(number)
    await desk.grant(number, "E01")
    waiting = [move.message for move in (await desk.look(number)).outside]
    assert len(waiting) >= 2
    first, second = waiting[:2]
    now = wall_now()

    async def ask(message: Any, later: int = 0) -> Admission:
        given = {"at_once": 1, "lease": LEASE, "now": now + timedelta(seconds=later)}
        return await endpoints.admit(desk.session, message, "MSB", **given)

    assert [await ask(first), await ask(second)] == [Admission.GO, Admission.FULL]
    assert await ask(first) is Admission.GO  # its own, after a crash
    assert await ask(second, later=16) is Admission.GO


async def test_a_person_may_give_up_a_reminder_but_not_the_assignment_itself(desk: Any) -> None:
    number = await desk.launch("J5")
    message = await the_dispatch(desk, number)
    await messages.record_undelivered(desk.session, message, error="422", rejected=True, now=desk.now)
    with pytest.raises(NotAllowedNowError, match="不得作废"):
        await stuck_messages.discard(desk.session, message, reason="不要了", actor=MANAGER, now=desk.now)

    await stuck_messages.retry(desk.session, message, reason="已改正", actor=MANAGER, now=desk.now)
    await desk.deliver(number)
    await desk.tell(number, "E01", DepartmentAct.ACCEPTED)
    await desk.withdraw(number)
    (cancellation,) = [m for m in (await desk.look(number)).outside if m.kind == "cancelled"]
    await messages.record_undelivered(desk.session, cancellation.message, error="422", rejected=True, now=desk.now)
    await stuck_messages.discard(desk.session, cancellation.message, reason="已电话告知", actor=MANAGER, now=desk.now)

    assert await stuck(desk) == []
    assert "message.discarded" in await desk.steps(number)
    with pytest.raises(NotAllowedNowError):
        await stuck_messages.discard(desk.session, cancellation.message, reason="再一次", actor=MANAGER, now=desk.now)
