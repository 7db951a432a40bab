"""Real-world milestones: open when the law lets them happen, reached when the agent says so."""

from typing import Any

import pytest

from rules.errors import ApplicationClosedError, MilestoneNotOpenError, NotFoundError

ANSWERS = {"enterprise_exists": True, "civil_air_defence": False}


async def test_construction_may_not_be_reported_before_its_permits(desk: Any) -> None:
    number = await desk.launch("J1", answers=ANSWERS)

    with pytest.raises(MilestoneNotOpenError):
        await desk.reach(number, "#START")
    assert "milestone.reached" not in await desk.steps(number)


async def test_a_milestone_the_application_does_not_have_is_not_found(desk: Any) -> None:
    number = await desk.launch("J5")

    with pytest.raises(NotFoundError):
        await desk.reach(number, "#START")


async def test_an_open_milestone_is_reached_once_and_its_applicant_told(desk: Any) -> None:
    number = await desk.launch("J3")
    await desk.deliver(number)
    await desk.grant(number, "E01", "P03")
    await desk.deliver(number)
    await desk.grant(number, "E10", "E12", "E15")  # all that gates the opening
    assert await desk.deliver(number) == ["gate_opened"]

    await desk.reach(number, "#OPER")
    desk.wait(days=1)
    await desk.reach(number, "#OPER")

    opening = (await desk.report(number)).milestones[0]
    assert opening.reached_at is not None
    assert opening.reached_at < desk.now
    assert (await desk.steps(number)).count("milestone.reached") == 1


async def test_a_milestone_of_a_concluded_application_is_not_reported(desk: Any) -> None:
    number = await desk.launch("J3")
    await desk.withdraw(number)

    with pytest.raises(ApplicationClosedError):
        await desk.reach(number, "#OPER")
