"""Stewards are told of what is slow, once, and reply."""

from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from casework import alerts, messages, posts, statements
from casework.alerts import AlertLine
from casework.casefile import Actor
from rules.errors import NotAllowedNowError, NotAuthorisedError, NotFoundError
from rules.slowness import AlertKind
from rules.vocabulary import DepartmentAct, EnterpriseClass

SUN = Actor("sun")


async def slow(desk: Any, **changes: Any) -> str:
    """An enterprise's registration that lies at its department, received on Monday and not heard of since."""
    number = await desk.launch(steward="sun", **changes)
    await desk.deliver(number)
    return str(number)


async def sweep(desk: Any) -> int:
    return sum([await alerts.look(desk.session, each, now=desk.now) for each in await due(desk)])


async def due(desk: Any) -> list[int]:
    return await alerts.due(desk.session, now=desk.now, limit=100)


async def listed(desk: Any, **asked: Any) -> list[AlertLine]:
    return await alerts.alerts(desk.session, limit=100, **asked)


async def test_the_steward_is_told_once_however_long_it_lasts(desk: Any) -> None:
    number = await slow(desk)
    told = []
    for _ in range(12):
        told.append(await sweep(desk))
        desk.wait(days=1)

    assert sum(told) == len(await listed(desk))
    [silent] = [line for line in await listed(desk) if line.kind is AlertKind.SILENT]
    assert (silent.number, silent.item, silent.department, silent.addressee) == (number, "E01", "MSB", "sun")
    assert (silent.item_name, silent.department_name) == ("企业设立登记", "市场监督管理局")
    assert silent.days == 5
    steps = await desk.steps(number)
    assert steps.count("steward.alerted") == sum(told)


async def test_a_red_light_is_told(desk: Any) -> None:
    number = await slow(desk)
    await desk.tell(number, "E01", DepartmentAct.ACCEPTED)  # to be decided at once
    desk.wait(days=1)

    assert await sweep(desk) == 1
    assert [line.kind for line in await listed(desk)] == [AlertKind.RED_LIGHT]


async def test_a_word_of_the_department_is_heard_even_if_it_changes_nothing(desk: Any) -> None:
    number = await slow(desk)
    desk.wait(days=6)
    await desk.tell(number, "E01", DepartmentAct.NOTE, text="正在核查")
    desk.wait(days=1)

    assert [line.kind for line in await listed(desk)] == []
    await sweep(desk)
    assert AlertKind.SILENT not in [line.kind for line in await listed(desk)]


async def test_an_application_is_looked_at_once_a_day(desk: Any) -> None:
    await slow(desk)
    assert len(await due(desk)) == 1
    await sweep(desk)
    assert await due(desk) == []
    desk.wait(hours=14)
    assert await due(desk) == []  # 23:00
    desk.wait(hours=1)

    assert len(await due(desk)) == 1


async def test_an_application_that_is_concluded_is_not_looked_at(desk: Any) -> None:
    number = await slow(desk)
    await desk.withdraw(number)
    desk.wait(days=2)
    await desk.look(number)

    assert await due(desk) == []


async def test_looking_twice_tells_nothing_twice(desk: Any) -> None:
    number = await slow(desk)
    desk.wait(days=20)
    await desk.look(number)  # what the silence did is entered
    [application] = await due(desk)
    first = await alerts.look(desk.session, application, now=desk.now)
    steps = await desk.steps(number)

    assert first > 0
    assert await alerts.look(desk.session, application, now=desk.now) == 0
    assert await desk.steps(number) == steps


@pytest.mark.parametrize(("gone", "addressee"), [((), "sun"), (("sun",), "zhao"), (("sun", "zhao"), "zhang")])
async def test_an_alert_always_has_somebody_to_ask(
    desk: Any, session: AsyncSession, gone: tuple[str, ...], addressee: str
) -> None:
    await slow(desk, agent="zhang")
    await session.execute(text("UPDATE people SET active = false WHERE account = ANY(:gone)"), {"gone": list(gone)})
    desk.wait(days=7)
    await sweep(desk)

    assert {line.addressee for line in await listed(desk)} == {addressee}


async def test_the_addressee_replies_and_the_alert_leaves_the_list(desk: Any) -> None:
    number = await slow(desk)
    desk.wait(days=7)
    await sweep(desk)
    [alert] = await listed(desk)

    with pytest.raises(NotAuthorisedError, match="sun"):
        await alerts.acknowledge(desk.session, alert.id, reply="已问", actor=Actor("zhang"), now=desk.now)
    answered = await alerts.acknowledge(desk.session, alert.id, reply="已与窗口联系", actor=SUN, now=desk.now)

    assert (answered.reply, answered.acknowledged_by, answered.acknowledged_at) == ("已与窗口联系", "sun", desk.now)
    assert await listed(desk) == []
    assert await listed(desk, unanswered=False) == [answered]
    assert (await desk.steps(number))[-1] == "steward.replied"
    with pytest.raises(NotAllowedNowError):
        await alerts.acknowledge(desk.session, alert.id, reply="再答", actor=SUN, now=desk.now)
    with pytest.raises(NotFoundError):
        await alerts.acknowledge(desk.session, 10**9, reply="已问", actor=SUN, now=desk.now)


async def test_a_supervisor_may_reply_in_the_stewards_place(desk: Any) -> None:
    await slow(desk)
    desk.wait(days=7)
    await sweep(desk)
    [alert] = await listed(desk)

    given = {"reply": "已问", "actor": Actor("zhao"), "now": desk.now}
    assert (await alerts.acknowledge(desk.session, alert.id, **given, supervising=True)).acknowledged_by == "zhao"


async def test_the_list_is_narrowed_to_one_steward_and_pages_by_id(desk: Any) -> None:
    for _ in range(3):
        await slow(desk)
    desk.wait(days=7)
    await sweep(desk)
    everything = await listed(desk)

    assert len(everything) == 3
    assert await listed(desk, addressee="sun") == everything
    assert await listed(desk, addressee="zhao") == []
    assert await listed(desk, after=everything[0].id) == everything[1:]
    assert await alerts.alerts(desk.session, limit=2) == everything[:2]


async def test_extensions_of_items_that_ended_count_as_well(desk: Any) -> None:
    number = await slow(desk, journey="J3")
    extension = {"days": 3, "approver": "李强（局长）", "reason": "需复核"}
    await desk.tell(number, "E01", DepartmentAct.ACCEPTED)
    await desk.tell(number, "E01", DepartmentAct.EXTENSION_REQUESTED, **extension)
    await desk.grant(number, "E01")
    await desk.deliver(number)
    assert await sweep(desk) == 0
    desk.wait(days=1)
    await desk.tell(number, "E10", DepartmentAct.ACCEPTED)
    await desk.tell(number, "E10", DepartmentAct.EXTENSION_REQUESTED, **extension)
    await sweep(desk)

    found = [(line.item, line.days) for line in await listed(desk) if line.kind is AlertKind.REPEATED_EXTENSION]
    assert found == [("E10", 2)]


async def test_an_enterprise_keeps_its_steward_and_a_class_brings_one(desk: Any, session: AsyncSession) -> None:
    from casework import people
    from models import Role

    await people.register(session, "he", "何", [Role.STEWARD])
    await people.serve(session, "he", [EnterpriseClass.KEY_PROJECT])
    steward = "SELECT p.account FROM applications a LEFT JOIN people p ON p.id = a.steward_id WHERE a.number = :number"

    async def given(**changes: Any) -> str | None:
        number = await desk.launch(**changes)
        found = await session.scalar(text(steward), {"number": number})
        return None if found is None else str(found)

    assert await given() is None
    assert await given(classes=(EnterpriseClass.KEY_PROJECT,)) == "he"
    assert await given() == "he"
    assert await given(steward="sun") == "sun"
    assert await given() == "sun"
    other = {"credit_code": "92211282MA0KYG020K"}
    assert await given(**other, classes=(EnterpriseClass.ABOVE_SCALE_TRADE,)) in ("he", "sun")


async def test_a_late_agent_is_told_and_then_their_manager(desk: Any) -> None:
    number = await desk.launch("J5", agent="zhang", steward="sun")
    [dispatch] = (await desk.look(number)).outside
    await messages.record_undelivered(desk.session, dispatch.message, error="422", rejected=True, now=desk.now)
    told = []
    for _ in range(4):
        await sweep(desk)
        told.append([(line.kind, line.addressee) for line in await listed(desk)])
        desk.wait(days=1)

    agent, manager = (AlertKind.AGENT_LATE, "zhang"), (AlertKind.AGENT_STILL_LATE, "zhao")
    assert told == [[], [], [agent], [agent, manager]]


async def test_what_comes_anew_is_told_anew(desk: Any) -> None:
    number = await slow(desk)
    desk.wait(days=7)
    assert await sweep(desk) == 1
    await desk.tell(number, "E01", DepartmentAct.NOTE, text="正在核查")
    desk.wait(days=1)
    await sweep(desk)
    silences = [line for line in await listed(desk) if line.kind is AlertKind.SILENT]
    assert [line.ended_at for line in silences] == [desk.now]
    desk.wait(days=9)
    await sweep(desk)
    await sweep(desk)

    silences = [line for line in await listed(desk) if line.kind is AlertKind.SILENT]
    assert [line.ended_at is None for line in silences] == [False, True]
    assert silences[0].since < silences[1].since


async def test_who_acts_while_the_agent_is_away_is_told(desk: Any) -> None:
    number = await desk.launch("J5", agent="zhang", steward="sun")
    [dispatch] = (await desk.look(number)).outside
    await messages.record_undelivered(desk.session, dispatch.message, error="422", rejected=True, now=desk.now)
    desk.wait(days=2)
    today = desk.now.date()
    await posts.leave(desk.session, "zhang", today, today, actor=SUN, now=desk.now)
    await sweep(desk)

    assert [(line.kind, line.addressee) for line in await listed(desk)] == [(AlertKind.AGENT_LATE, "li")]


async def test_a_holders_request_left_lying_is_told_after_the_end_until_it_is_answered(desk: Any) -> None:
    number = await slow(desk)
    await desk.grant(number, "E01")
    await desk.withdraw(number)
    desk.wait(days=2)
    await desk.look(number)
    assert await due(desk) == []
    asked = {"reason": "停业", "by": "云帆公司", "applicant_request": "注销申请书"}
    await statements.request_cancellation(desk.session, number, "E01", **asked, actor=Actor("zhang"), now=desk.now)
    for _ in range(9):
        desk.wait(days=1)
        await sweep(desk)

    [silent] = await listed(desk)
    assert (silent.kind, silent.item, silent.ended_at) == (AlertKind.SILENT, "E01", None)
    kept = {"decision": "kept", "reason": "尚有未结清事项", "handler": "王芳", "approver": "李强"}
    await desk.tell(number, "E01", DepartmentAct.CANCELLATION_DECIDED, **kept)
    desk.wait(days=1)
    assert await sweep(desk) == 0
    [silent] = await listed(desk)
    assert silent.ended_at == desk.now
    desk.wait(days=1)
    assert await due(desk) == []
