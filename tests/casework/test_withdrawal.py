"""Withdrawal (撤件): confirmed item by item; a decision dated before it stands, one dated after it does not."""

from datetime import timedelta
from typing import Any

import pytest

from rules.errors import ApplicationClosedError, AssignmentClosedError, WithdrawalPendingError
from rules.vocabulary import AssignmentStatus, DepartmentAct, Outcome

GRANT = {"decision": "granted", "document_number": "〔2026〕1号"}


@pytest.fixture
async def number(desk: Any) -> str:
    """A restaurant whose registration and sign permit are at their departments."""
    launched = await desk.launch("J3")
    await desk.deliver(launched)
    return str(launched)


async def test_what_departments_have_is_confirmed_and_the_rest_closed_at_once(desk: Any, number: str) -> None:
    await desk.grant(number, "P03")
    asked_at = desk.now
    await desk.withdraw(number)

    statuses = await desk.statuses(number)
    assert statuses["P03"] is AssignmentStatus.GRANTED
    assert statuses["E01"] is AssignmentStatus.RECEIVED
    assert statuses["E02"] is AssignmentStatus.WITHDRAWN  # never opened
    assert await desk.deliver(number) == ["cancelled E01"]
    desk.wait(days=1, seconds=-1)
    await desk.deliver(number)
    assert (await desk.report(number)).next_timer == asked_at + timedelta(days=1)

    await desk.confirm_withdrawal(number)
    report = await desk.report(number)
    assert (report.outcome, report.withdrawal_requested_at) == (Outcome.WITHDRAWN, asked_at)
    assert (await desk.line(number, "E01")).status is AssignmentStatus.WITHDRAWN
    confirmation = next(notice for notice in report.notices if notice.kind == "withdrawn")
    assert confirmation.body["stands"] == {"P03": "granted"}
    assert sorted(await desk.deliver(number)) == ["result", "withdrawn"]
    assert (await desk.report(number)).complete


async def test_a_decision_dated_before_the_request_stands_though_it_comes_after_it(desk: Any, number: str) -> None:
    before = desk.now
    desk.wait(seconds=1)
    await desk.withdraw(number)
    desk.wait(seconds=1)
    answer = await desk.tell(number, "E01", DepartmentAct.DECIDED, at=before, **GRANT)

    assert answer["status"] == "granted"
    assert "withdrawal.refused" in await desk.steps(number)
    await desk.confirm_withdrawal(number)
    assert (await desk.statuses(number))["E01"] is AssignmentStatus.GRANTED
    assert (await desk.report(number)).outcome is Outcome.WITHDRAWN


async def test_a_decision_of_the_very_instant_of_the_request_stands(desk: Any, number: str) -> None:
    await desk.withdraw(number)

    assert (await desk.tell(number, "E01", DepartmentAct.DECIDED, **GRANT))["status"] == "granted"


async def test_nothing_dated_after_the_request_is_taken(desk: Any, number: str) -> None:
    await desk.withdraw(number)
    desk.wait(seconds=1)

    for act, details in ((DepartmentAct.DECIDED, GRANT), (DepartmentAct.CLAIMED, {})):
        with pytest.raises(WithdrawalPendingError):
            await desk.tell(number, "E01", act, **details)
    assert (await desk.statuses(number))["E01"] is AssignmentStatus.RECEIVED


async def test_once_confirmed_no_decision_is_taken_whatever_its_date(desk: Any, number: str) -> None:
    before = desk.now
    desk.wait(seconds=1)
    await desk.withdraw(number)
    await desk.confirm_withdrawal(number)

    with pytest.raises(AssignmentClosedError):
        await desk.tell(number, "E01", DepartmentAct.DECIDED, at=before, **GRANT)


async def test_a_withdrawal_that_finds_everything_decided_has_withdrawn_nothing(desk: Any) -> None:
    number = await desk.launch("J5")
    await desk.deliver(number)
    await desk.grant(number, "E01")
    await desk.deliver(number)
    before = desk.now
    desk.wait(seconds=1)
    await desk.withdraw(number)
    for item in ("E02", "E03", "E04", "E05", "E06"):
        await desk.tell(number, item, DepartmentAct.DECIDED, at=before, **GRANT)

    assert (await desk.report(number)).outcome is Outcome.GRANTED


async def test_a_department_never_told_of_an_assignment_hears_of_its_end_only(desk: Any) -> None:
    number = await desk.launch("J5")
    await desk.withdraw(number)

    assert sorted(await desk.deliver(number)) == ["cancelled E01", "result", "withdrawn"]


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
