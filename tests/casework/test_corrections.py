"""Corrections (补正) and materials: asked for once, answered as a whole, with the department's clock stopped."""

from typing import Any

import pytest

from rules.errors import ApplicationClosedError, NotAllowedNowError
from rules.vocabulary import AssignmentStatus, DepartmentAct, NoticeKind, Party

ASK = DepartmentAct.CORRECTION_REQUESTED


@pytest.fixture
async def number(desk: Any) -> str:
    launched = await desk.launch("J5")
    await desk.deliver(launched)
    return str(launched)


async def test_a_correction_is_answered_when_everything_asked_for_is_there(desk: Any, number: str) -> None:
    await desk.tell(number, "E01", ASK, missing=["租赁合同", "授权书"], reason="材料不齐全")
    assert await desk.deliver(number) == ["correction"]
    report = await desk.report(number)
    assert [(wait.party, wait.what) for wait in report.waits] == [(Party.APPLICANT, "E01")]

    await desk.supply(number, "租赁合同")
    assert (await desk.line(number, "E01")).status is AssignmentStatus.CORRECTION_REQUIRED
    await desk.supply(number, "授权书")

    line = await desk.line(number, "E01")
    assert (line.status, line.accepted_at) == (AssignmentStatus.ACCEPTED, desk.now)  # the complete set is acceptance
    assert await desk.deliver(number) == ["materials_added E01"]
    await desk.grant(number, "E01")


async def test_what_was_brought_before_and_is_faulty_must_be_brought_again(desk: Any, number: str) -> None:
    await desk.tell(number, "E01", ASK, missing=["章程"], reason="未签字")

    await desk.supply(number, "章程")

    assert (await desk.line(number, "E01")).status is AssignmentStatus.ACCEPTED
    assert sorted(await desk.deliver(number)) == ["correction", "materials_added E01"]
    assert (await desk.steps(number)).count("material.received") == 1  # the launch brought the others


async def test_a_second_correction_is_refused(desk: Any, number: str) -> None:
    await desk.tell(number, "E01", ASK, missing=["租赁合同"])
    await desk.supply(number, "租赁合同")

    with pytest.raises(NotAllowedNowError, match="一次性"):
        await desk.tell(number, "E01", ASK, missing=["授权书"])


async def test_nothing_is_corrected_after_acceptance(desk: Any, number: str) -> None:
    await desk.tell(number, "E01", DepartmentAct.ACCEPTED)

    with pytest.raises(NotAllowedNowError):
        await desk.tell(number, "E01", ASK, missing=["租赁合同"])


async def test_a_department_may_accept_without_waiting_for_the_correction(desk: Any, number: str) -> None:
    await desk.tell(number, "E01", ASK, missing=["租赁合同"])
    desk.wait(days=2)
    await desk.tell(number, "E01", DepartmentAct.ACCEPTED)

    line = await desk.line(number, "E01")
    assert line.status is AssignmentStatus.ACCEPTED
    assert line.used == 0


async def test_the_time_of_a_correction_is_not_the_departments(desk: Any, number: str) -> None:
    await desk.tell(number, "E01", DepartmentAct.CLAIMED)
    await desk.tell(number, "E01", ASK, missing=["租赁合同"])
    desk.wait(days=20)

    assert (await desk.line(number, "E01")).light is None  # the clock of acceptance has not started


async def test_a_material_named_twice_is_asked_for_once(desk: Any, number: str) -> None:
    await desk.tell(number, "E01", ASK, missing=["租赁合同", "租赁合同"])

    [notice] = await desk.notices(number, NoticeKind.CORRECTION)
    assert notice.body["materials"] == ["租赁合同"]


async def test_a_concluded_application_takes_no_materials(desk: Any, number: str) -> None:
    await desk.withdraw(number)
    await desk.confirm_withdrawal(number)

    with pytest.raises(ApplicationClosedError):
        await desk.supply(number, "租赁合同")
