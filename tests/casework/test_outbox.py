"""The outbox and the runs: one message of a kind for each application, kept until somebody has seen the change."""

from typing import Any
from uuid import uuid4

from sqlalchemy import text

from casework import outbox, runs
from casework.outbox import Owed
from rules.vocabulary import DepartmentAct, NoticeKind


async def taken(desk: Any, kind: str = "wake") -> list[Owed]:
    return await outbox.take(desk.session, kind, limit=10, lease_seconds=30)


async def test_many_changes_are_one_message_with_the_newest_number(desk: Any) -> None:
    number = await desk.launch("J5")
    await desk.deliver(number)
    for act in (DepartmentAct.ACCEPTED, DepartmentAct.CLAIMED, DepartmentAct.NOTE):
        await desk.tell(number, "E01", act)
    await desk.grant(number, "E01")

    revision = await desk.count("SELECT revision FROM applications")
    assert await taken(desk, "mirror") == []  # a moment later, so that a burst of changes is one picture
    await desk.session.execute(text("UPDATE outbox_messages SET available_at = now() WHERE kind = 'mirror'"))
    assert [(owed.kind, owed.seq) for kind in ("wake", "mirror") for owed in await taken(desk, kind)] == [
        ("wake", revision),
        ("mirror", revision),
    ]


async def test_what_needs_nothing_outside_wakes_nobody(desk: Any) -> None:
    number = await desk.launch("J5")
    await desk.deliver(number)
    for owed in await taken(desk):
        assert await outbox.finish(desk.session, owed)

    await desk.tell(number, "E01", DepartmentAct.CLAIMED)
    assert await taken(desk) == []
    await desk.grant(number, "E01")
    assert len(await taken(desk)) == 1


async def test_a_message_taken_is_nobody_elses_until_its_lease_is_over(desk: Any) -> None:
    await desk.launch("J5")

    [owed] = await taken(desk)
    assert await taken(desk) == []
    assert await outbox.seconds_until_next(desk.session, "wake") == 30
    await outbox.hasten(desk.session, owed.application_id)
    assert [again.attempts for again in await taken(desk)] == [2]


async def test_a_message_raised_meanwhile_is_not_finished(desk: Any) -> None:
    number = await desk.launch("J5")
    [owed] = await taken(desk)
    await desk.withdraw(number)

    assert not await outbox.finish(desk.session, owed)
    [raised] = await taken(desk)
    assert raised.seq > owed.seq
    await outbox.postpone(desk.session, raised, delay_seconds=5, error="busy")
    assert await outbox.seconds_until_next(desk.session, "wake") == 5
    assert await outbox.finish(desk.session, raised)
    assert await outbox.seconds_until_next(desk.session, "wake") is None


async def test_a_look_records_what_it_has_seen(desk: Any) -> None:
    number = await desk.launch("J5")
    [owed] = await taken(desk)
    assert (await runs.run_of(desk.session, owed.application_id)).observed_seq == -1

    await desk.look(number)

    seen = await runs.run_of(desk.session, owed.application_id)
    assert (seen.number, seen.observed_seq, seen.executing, seen.complete) == (number, owed.seq, False, False)


async def test_a_run_that_was_claimed_and_let_go_is_asked_for_again_only_if_abandoned(desk: Any) -> None:
    await desk.launch("J5")
    [owed] = await taken(desk)
    application, run = owed.application_id, uuid4()
    assert await outbox.finish(desk.session, owed)
    assert await runs.never_started(desk.session) == [application]
    await runs.record_created(desk.session, application, run, 0)
    assert await runs.open_runs(desk.session, after=0, limit=10) == [(application, run)]

    await runs.claim(desk.session, run, None, 7)
    assert await runs.abandoned(desk.session) == [(application, 7)]  # nobody holds the lock of worker 7
    await runs.release(desk.session, run, 7, abandoned=False)
    assert await taken(desk) == []
    await runs.claim(desk.session, run, None, 7)
    await runs.release(desk.session, run, 8, abandoned=True)  # not its worker
    assert await taken(desk) == []
    await runs.release(desk.session, run, 7, abandoned=True)
    assert len(await taken(desk)) == 1


async def test_a_claim_of_the_run_before_does_not_hold_the_one_that_takes_its_place(desk: Any) -> None:
    await desk.launch("J5")
    [owed] = await taken(desk)
    application, first, second = owed.application_id, uuid4(), uuid4()
    await runs.record_created(desk.session, application, first, 0)
    await runs.claim(desk.session, first, None, 7)
    await runs.record_created(desk.session, application, first, 0)
    assert await runs.abandoned(desk.session) == [(application, 7)]

    await runs.record_created(desk.session, application, second, 1)
    await runs.release(desk.session, first, 7, abandoned=False)

    assert await runs.abandoned(desk.session) == []


async def test_a_look_ends_every_wake_it_has_seen_but_the_last_of_a_complete_application(desk: Any) -> None:
    number = await desk.launch("J5")
    [owed] = await taken(desk)

    await desk.look(number)
    assert await desk.count("SELECT count(*) FROM outbox_messages WHERE kind = 'wake'") == 0
    await desk.deliver(number)
    await desk.grant(number, "E01")
    assert await desk.count("SELECT count(*) FROM outbox_messages WHERE kind = 'wake'") == 1
    await outbox.record_observed(desk.session, owed.application_id, owed.seq)
    assert await desk.count("SELECT count(*) FROM outbox_messages WHERE kind = 'wake'") == 1  # a later change
    await desk.session.execute(text("UPDATE applications SET complete = true"))
    await outbox.record_observed(desk.session, owed.application_id, 99)
    assert await desk.count("SELECT count(*) FROM outbox_messages WHERE kind = 'wake'") == 1


async def test_moves_and_waits_are_named_for_people(desk: Any) -> None:
    from casework import wording

    number = await desk.launch("J3", materials=("股东身份证明", "章程", "住所使用文件"))
    plan, network = await runs.observe(desk.session, number, now=desk.now)

    assert {wording.message_label(network, move) for move in plan.outside} == {
        "派件 → 市场监督管理局 · 企业设立登记",
        "派件 → 铁岭市生态环境局开原分局 · 环境影响登记表备案",
    }
    kinds = (NoticeKind.RECEIPT, NoticeKind.ACCEPTANCE, NoticeKind.RECEIPT)
    assert wording.notices_label(kinds) == "告知申请人：收件凭证×2、受理通知书"
    assert "企业设立登记派件中" in wording.waiting(network, plan)
