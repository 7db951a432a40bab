"""Whole lives of applications, from launch to delivery, as the departments and the flow carry them."""

from typing import Any

import pytest

from rules.vocabulary import ApplicationStatus, AssignmentStatus, DepartmentAct, NoticeKind, Outcome, Party

GRANTED = AssignmentStatus.GRANTED


async def test_setting_up_an_enterprise_is_granted_and_delivered(desk: Any) -> None:
    number = await desk.launch("J5")
    assert await desk.deliver(number) == ["dispatched E01"]
    await desk.grant(number, "E01")
    assert await desk.deliver(number) == [f"dispatched E0{n}" for n in range(2, 7)]
    await desk.grant(number, "E06", "E03", "E02", "E05", "E04")
    concluded = await desk.report(number)
    assert (concluded.status, concluded.outcome, concluded.complete) == (
        ApplicationStatus.CONCLUDED,
        Outcome.GRANTED,
        False,
    )
    assert await desk.deliver(number) == ["result"]

    report = await desk.report(number)
    assert (report.status, report.outcome, report.complete) == (ApplicationStatus.DELIVERED, Outcome.GRANTED, True)
    assert report.waiting == "等待 1/6：申请人确认签收"
    assert {line.status for line in report.lines} == {GRANTED}
    assert (await desk.look(number)).outcome is Outcome.GRANTED


async def test_the_steps_tell_a_life_in_order(desk: Any) -> None:
    number = await desk.launch("J5")
    await desk.deliver(number)
    await desk.grant(number, "E01")

    assert await desk.steps(number) == [
        "application.registered",
        "entrustment.signed",
        "approval.begun",
        "assignment.opened",
        "assignment.received",
        "notice.delivered",
        "acceptance.implied",
        "decision.granted",
        "result.issued",
        *["assignment.opened"] * 5,
    ]


async def test_a_restaurant_without_a_sign_permit_is_granted_all_the_same(desk: Any) -> None:
    number = await desk.launch("J3")
    assert sorted(await desk.deliver(number)) == ["dispatched E01", "dispatched P03"]
    await desk.grant(number, "E01", "P03")
    assert sorted(await desk.deliver(number)) == sorted(
        f"dispatched {item}" for item in ("E02", "E03", "E10", "E12", "E14", "E15")
    )
    await desk.refuse(number, "E14")  # not required
    await desk.grant(number, "E02", "E03", "E10", "E12", "E15")

    report = await desk.report(number)
    assert report.outcome is Outcome.GRANTED
    assert sorted(await desk.deliver(number)) == ["gate_opened", "refusal", "result"]
    assert not (await desk.report(number)).complete  # E12 was granted on a promise that somebody has to look at
    await desk.tell(number, "E12", DepartmentAct.CURE_VERIFIED)
    assert (await desk.report(number)).complete


async def test_a_refused_registration_blocks_what_needs_it_and_nothing_else(desk: Any) -> None:
    number = await desk.launch("J3")
    await desk.deliver(number)
    await desk.refuse(number, "E01")

    statuses = await desk.statuses(number)
    assert statuses.pop("E01") is AssignmentStatus.REFUSED
    assert statuses.pop("P03") is AssignmentStatus.RECEIVED
    assert set(statuses.values()) == {AssignmentStatus.BLOCKED}
    assert (await desk.report(number)).outcome is None
    assert await desk.deliver(number) == ["refusal"]  # no department hears of what was never filed

    await desk.grant(number, "P03")
    assert (await desk.report(number)).outcome is Outcome.PARTLY_GRANTED


async def test_conclusion_happens_once_whatever_comes_afterwards(desk: Any) -> None:
    number = await desk.launch("J5")
    await desk.deliver(number)
    await desk.refuse(number, "E01")
    assert (await desk.report(number)).outcome is Outcome.REFUSED
    await desk.deliver(number)
    await desk.deliver(number)

    steps = await desk.steps(number)
    assert steps.count("application.concluded") == 1
    assert steps.count("application.delivered") == 1


async def test_a_plant_is_built_through_its_milestones(desk: Any) -> None:
    answers = {"enterprise_exists": True, "civil_air_defence": False}
    number = await desk.launch("J1", answers=answers)
    for _ in range(40):
        await desk.deliver(number)
        report = await desk.report(number)
        if report.outcome is not None:
            break
        for line in report.lines:
            begun = line.status in (AssignmentStatus.RECEIVED, AssignmentStatus.ACCEPTED)
            if begun and not (await desk.line(number, line.item)).awaits:
                if line.item == "B01":
                    await desk.hear(number, "B01")
                await desk.grant(number, line.item)
        for milestone in (await desk.report(number)).milestones:
            if milestone.opened_at and not milestone.reached_at and milestone.code != "#OPER":
                await desk.reach(number, milestone.code)
        desk.wait(days=1)

    report = await desk.report(number)
    assert report.outcome is Outcome.GRANTED
    assert {line.status for line in report.lines} == {GRANTED}
    assert {m.code: m.reached_at is not None for m in report.milestones} == {
        "#START": True,
        "#DONE": True,
        "#OPER": False,  # opened by the last permits; nothing else waits for it
    }
    assert report.working_days > 0


@pytest.mark.parametrize("materials", [(), ("章程",)])
async def test_what_is_missing_is_asked_for_once_in_one_notice(desk: Any, materials: tuple[str, ...]) -> None:
    number = await desk.launch("J5", materials=materials)
    report = await desk.report(number)

    missing = [name for name in ("股东身份证明", "章程", "住所使用文件") if name not in materials]
    assert [notice.body["materials"] for notice in report.notices] == [missing]
    assert report.status is ApplicationStatus.REGISTERED
    assert [(wait.party, wait.what) for wait in report.waits] == [(Party.APPLICANT, name) for name in missing]
    assert await desk.deliver(number) == ["materials_missing"]

    await desk.supply(number, *missing)
    assert await desk.deliver(number) == ["dispatched E01"]
    await desk.supply(number, *missing)
    assert len(await desk.notices(number, NoticeKind.MATERIALS_MISSING)) == 1
