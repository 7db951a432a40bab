"""Withdrawal (撤件): what is undecided is stopped and its department told; what is granted stays."""

from typing import Any

import pytest

from rules.errors import ApplicationClosedError
from rules.vocabulary import AssignmentStatus, Outcome


async def test_every_undecided_item_is_stopped_and_its_department_told(desk: Any) -> None:
    number = await desk.launch("J3")
    await desk.deliver(number)
    await desk.grant(number, "P03")
    await desk.withdraw(number)

    statuses = await desk.statuses(number)
    assert statuses["P03"] is AssignmentStatus.GRANTED
    assert statuses["E01"] is AssignmentStatus.WITHDRAWN
    assert statuses["E02"] is AssignmentStatus.BLOCKED  # never opened
    report = await desk.report(number)
    assert (report.outcome, report.withdrawal_requested_at) == (Outcome.WITHDRAWN, desk.now)
    assert sorted(await desk.deliver(number)) == ["cancelled E01", "result"]
    assert (await desk.report(number)).complete


async def test_a_department_never_told_of_an_assignment_hears_of_its_end_only(desk: Any) -> None:
    number = await desk.launch("J5")
    await desk.withdraw(number)

    assert sorted(await desk.deliver(number)) == ["cancelled E01", "result"]


async def test_withdrawing_twice_is_withdrawing_once(desk: Any) -> None:
    number = await desk.launch("J5")
    await desk.withdraw(number)
    steps = await desk.steps(number)
    await desk.withdraw(number)

    assert await desk.steps(number) == steps


async def test_a_concluded_application_is_not_withdrawn(desk: Any) -> None:
    number = await desk.launch("J5")
    await desk.deliver(number)
    await desk.refuse(number, "E01")

    with pytest.raises(ApplicationClosedError):
        await desk.withdraw(number)
