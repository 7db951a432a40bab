"""An overdue assignment climbs the ladder in the tables: documents, addressees, answers, and a referral by a person."""

from datetime import datetime
from typing import Any

import pytest

from casework import queries, supervising
from casework.casefile import Actor
from rules.errors import NotAllowedNowError
from rules.vocabulary import DepartmentAct, Rung
from rules.workdays import SHANGHAI

INSPECTOR = Actor("feng")
REFERRAL = {"to": "开原市纪委监委", "document": "开营商移〔2026〕1号", "reason": "红牌督办后仍不办理"}


async def late(desk: Any, item: str = "E14", **answers: Any) -> str:
    """A shop of which one item was accepted on Monday 2 March and then forgotten: its limit was 30 March."""
    number = await desk.launch("J3", answers={"area": 90, "sign": True, "tobacco": True, **answers})
    await desk.deliver(number)
    await desk.grant(number, "E01")
    await desk.deliver(number)
    await desk.tell(number, item, DepartmentAct.ACCEPTED)
    await pass_to(desk, number, 3, 31)
    return str(number)


async def pass_to(desk: Any, number: str, month: int, day: int) -> None:
    desk.now = datetime(2026, month, day, 0, 1, tzinfo=SHANGHAI)
    await desk.ring()
    await desk.deliver(number)


async def under(desk: Any, item: str = "E14") -> queries.Supervised:
    (found,) = [each for each in await queries.supervised(desk.session, limit=10) if each.item == item]
    return found


async def test_silence_climbs_with_a_document_to_a_named_addressee_each_time(desk: Any) -> None:
    number = await late(desk)
    first = await under(desk)
    assert (first.rung, str(first.reply_by), first.addressee) == (
        Rung.ORDER,
        "2026-04-08",
        "开原市城市管理综合执法局",
    )
    await pass_to(desk, number, 4, 9)
    await pass_to(desk, number, 4, 17)
    assert (await under(desk)).rung is Rung.RED
    await pass_to(desk, number, 4, 25)

    last = await under(desk)
    assert (last.rung, last.reply_by) == (Rung.REFERRAL, None)
    issued = [each.kind.value for each in await desk.documents(number) if each.item == "E14"]
    assert [kind for kind in issued if kind in ("supervision_order", "yellow_card", "red_card")] == [
        "supervision_order",
        "yellow_card",
        "red_card",
    ]
    climbed = [step for step in await desk.history(number) if step.item == "E14" and step.kind[:10] == "escalated."]
    assert [step.kind for step in climbed] == [
        "escalated.supervision",
        "escalated.yellow_card",
        "escalated.red_card",
        "escalated.referral_due",
    ]


async def test_an_organ_led_from_above_is_written_about_to_its_superior(desk: Any) -> None:
    await late(desk, "E17")

    assert (await under(desk, "E17")).addressee == "铁岭市烟草专卖局"


async def test_an_answer_gains_days_and_a_decision_ends_it(desk: Any) -> None:
    number = await late(desk)
    desk.now = datetime(2026, 4, 7, 10, tzinfo=SHANGHAI)
    await desk.tell(number, "E14", DepartmentAct.NOTE, text="现场核查中", answers="supervision")
    answered = await under(desk)
    assert (answered.answered, str(answered.reply_by)) == (True, "2026-04-14")
    await desk.grant(number, "E14")

    assert "E14" not in [each.item for each in await queries.supervised(desk.session, limit=10)]


async def test_only_a_person_refers_and_only_at_the_end_of_the_ladder(desk: Any) -> None:
    number = await late(desk)
    assignment = await desk.assignment(number, "E14")
    with pytest.raises(NotAllowedNowError):
        await supervising.refer(desk.session, assignment, **REFERRAL, actor=INSPECTOR, now=desk.now)
    for month, day in ((4, 9), (4, 17), (4, 25)):
        await pass_to(desk, number, month, day)
    assert await supervising.refer(desk.session, assignment, **REFERRAL, actor=INSPECTOR, now=desk.now) == number

    referred = await under(desk)
    assert (referred.rung, referred.addressee) == (Rung.REFERRED, "开原市纪委监委")
    step = (await desk.history(number))[-1]
    assert (step.kind, step.actor, step.details["document_number"]) == (
        "supervision.referred",
        "feng",
        "开营商移〔2026〕1号",
    )
