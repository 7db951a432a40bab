"""Departments report in any order, twice, late, or what they may not: recorded once, or refused with a reason."""

from datetime import UTC, date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from casework.casefile import Actor
from casework.department_events import CLOCK_SKEW, Event, receive
from rules.errors import (
    AlreadyDecidedError,
    AssignmentClosedError,
    ClockSkewError,
    EventReusedError,
    NotAllowedNowError,
    NotFoundError,
    PrerequisitesOpenError,
    WrongDepartmentError,
)
from rules.moves import SendMessage
from rules.terms import SpecialProcedure
from rules.vocabulary import AssignmentStatus, DepartmentAct

GRANT = {"decision": "granted", "document_number": "1号"}
REVIEW = SpecialProcedure("expert_review", "专家评审", "行政许可法第四十五条", 20)
STRANGER = Actor("department/TAX")
IN_PLANNING = {"enterprise_exists": True, "civil_air_defence": False}


@pytest.fixture
async def number(desk: Any) -> str:
    """A restaurant whose registration is at its department."""
    launched = await desk.launch("J3")
    await desk.deliver(launched)
    return str(launched)


async def test_a_repeated_event_gets_the_first_answer_and_has_no_second_effect(desk: Any, number: str) -> None:
    first = await desk.tell(number, "E01", DepartmentAct.CLAIMED, id="e-1", handler="王芳")
    steps = await desk.steps(number)
    at = desk.now
    await desk.tell(number, "E01", DepartmentAct.ACCEPTED, id="e-2")
    desk.wait(hours=1)

    again = await desk.tell(number, "E01", DepartmentAct.CLAIMED, id="e-1", at=at, handler="王芳")

    assert again == first
    assert await desk.steps(number) == [*steps, "acceptance.granted", "deadline.set"]


async def test_a_repeated_decision_is_answered_as_the_first_was(desk: Any, number: str) -> None:
    first = await desk.tell(number, "E01", DepartmentAct.DECIDED, id="e-1", at=desk.now, **GRANT)
    again = await desk.tell(number, "E01", DepartmentAct.DECIDED, id="e-1", at=desk.now, **GRANT)

    assert again == first
    assert first["status"] == "granted"


async def test_the_same_instant_written_in_another_zone_is_the_same_event(desk: Any, number: str) -> None:
    first = await desk.tell(number, "E01", DepartmentAct.CLAIMED, id="e-1", at=desk.now)

    assert await desk.tell(number, "E01", DepartmentAct.CLAIMED, id="e-1", at=desk.now.astimezone(UTC)) == first


async def test_an_event_id_cannot_be_used_for_something_else(desk: Any, number: str) -> None:
    await desk.tell(number, "E01", DepartmentAct.CLAIMED, id="e-1", handler="王芳")

    with pytest.raises(EventReusedError):
        await desk.tell(number, "E01", DepartmentAct.CLAIMED, id="e-1", handler="李强")


async def test_two_departments_may_use_the_same_event_id(desk: Any, number: str) -> None:
    await desk.tell(number, "E01", DepartmentAct.CLAIMED, id="e-1")

    answer = await desk.tell(number, "P03", DepartmentAct.CLAIMED, id="e-1")

    assert answer["assignment"] == str(await desk.assignment(number, "P03"))


async def test_a_second_decision_is_refused_with_the_first(desk: Any, number: str) -> None:
    await desk.grant(number, "E01")

    with pytest.raises(AlreadyDecidedError) as caught:
        await desk.refuse(number, "E01")

    decision: Any = caught.value.details["decision"]
    assert decision["kind"] == "granted"
    assert decision["document_number"] == "〔2026〕E01号"
    assert (await desk.statuses(number))["E01"] is AssignmentStatus.GRANTED


async def test_what_happened_before_the_decision_may_be_reported_after_it(desk: Any, number: str) -> None:
    claimed_at = desk.now
    desk.wait(hours=2)
    await desk.grant(number, "E01")

    answer = await desk.tell(number, "E01", DepartmentAct.CLAIMED, at=claimed_at)

    assert answer["status"] == "granted"
    assert (await desk.steps(number))[-1] == "late.claimed"


async def test_nothing_that_happened_after_the_decision_is_taken(desk: Any, number: str) -> None:
    await desk.grant(number, "E01")
    desk.wait(hours=2)

    with pytest.raises(AlreadyDecidedError):
        await desk.tell(number, "E01", DepartmentAct.CLAIMED)


async def test_a_withdrawn_assignment_takes_no_events(desk: Any, number: str) -> None:
    await desk.withdraw(number)
    await desk.confirm_withdrawal(number)

    with pytest.raises(AssignmentClosedError):
        await desk.tell(number, "E01", DepartmentAct.CLAIMED)


async def test_an_event_before_the_dispatch_is_confirmed_counts_as_receipt(desk: Any) -> None:
    number = await desk.launch("J5")

    await desk.tell(number, "E01", DepartmentAct.ACCEPTED, handler="王芳")

    line = await desk.line(number, "E01")
    assert (line.status, line.handler, line.received_at) == (AssignmentStatus.ACCEPTED, "王芳", desk.now)
    assert not [m for m in (await desk.look(number)).outside if isinstance(m, SendMessage)]


async def test_a_decision_implies_the_acceptance_nobody_reported(desk: Any, number: str) -> None:
    await desk.grant(number, "E01")

    line = await desk.line(number, "E01")
    assert line.accepted_at == desk.now
    assert line.decision is not None


async def test_another_departments_assignment_is_not_its_own(desk: Any, number: str) -> None:
    assignment = await desk.assignment(number, "E01")
    event = Event("e-1", DepartmentAct.CLAIMED, desk.now)

    with pytest.raises(WrongDepartmentError):
        await receive(desk.session, assignment, "TAX", event, actor=STRANGER, now=desk.now)
    with pytest.raises(NotFoundError):
        await receive(desk.session, uuid4(), "TAX", event, actor=STRANGER, now=desk.now)


@pytest.mark.parametrize("off", [CLOCK_SKEW + timedelta(seconds=1), -CLOCK_SKEW - timedelta(seconds=1)])
async def test_an_impossible_time_is_refused(desk: Any, number: str, off: timedelta) -> None:
    with pytest.raises(ClockSkewError):
        await desk.tell(number, "E01", DepartmentAct.CLAIMED, at=desk.now + off)


@pytest.mark.parametrize("off", [CLOCK_SKEW, -CLOCK_SKEW])
async def test_a_clock_may_be_ten_minutes_off(desk: Any, number: str, off: timedelta) -> None:
    await desk.tell(number, "E01", DepartmentAct.CLAIMED, at=desk.now + off)


async def in_design(desk: Any) -> str:
    """A plant whose land is granted: land permit, design review and drawing review run side by side."""
    number = await desk.launch("J1", answers=IN_PLANNING)
    await desk.deliver(number)
    await desk.grant(number, "A01", "A06")
    await desk.deliver(number)
    await desk.grant(number, "A07")
    await desk.deliver(number)
    await desk.hear(number, "B01")
    return str(number)


async def test_a_grant_waits_for_the_items_it_must_follow(desk: Any) -> None:
    number = await in_design(desk)
    assert (await desk.line(number, "B01")).awaits == ("A09",)

    with pytest.raises(PrerequisitesOpenError) as caught:
        await desk.grant(number, "B01")
    assert caught.value.details == {"awaits": ["A09"]}

    await desk.grant(number, "A09")
    assert "prerequisites_met B01" in await desk.deliver(number)
    await desk.grant(number, "B01")
    assert (await desk.line(number, "B01")).status is AssignmentStatus.GRANTED


async def test_an_item_is_not_opened_before_the_item_its_decision_waits_for(desk: Any) -> None:
    number = await desk.launch("J1", answers=IN_PLANNING)

    assert (await desk.line(number, "B01")).assignment is None
    assert (await desk.line(number, "C05")).assignment is None


async def test_a_refusal_need_not_wait(desk: Any) -> None:
    number = await in_design(desk)

    await desk.refuse(number, "B01")

    assert (await desk.line(number, "B01")).status is AssignmentStatus.REFUSED


async def test_a_refusal_stops_those_whose_decision_waited_for_it(desk: Any) -> None:
    number = await in_design(desk)
    assert (await desk.line(number, "C01")).awaits == ("B01",)

    await desk.refuse(number, "B01")

    statuses = await desk.statuses(number)
    assert statuses["C01"] is AssignmentStatus.CANCELLED
    assert statuses["C04"] is AssignmentStatus.BLOCKED
    assert statuses["A09"] is AssignmentStatus.RECEIVED
    assert "cancelled C01" in await desk.deliver(number)


async def test_a_special_procedure_stops_the_clock_and_ends(desk: Any) -> None:
    await desk.amend("E01", procedures=(REVIEW,))
    number = await desk.launch("J3")
    await desk.deliver(number)
    await desk.tell(number, "E01", DepartmentAct.ACCEPTED)
    desk.wait(days=1)
    await desk.tell(number, "E01", DepartmentAct.HOLD_STARTED, procedure="expert_review", days=10, reason="需专家评审")
    held = await desk.line(number, "E01")
    assert held.status is AssignmentStatus.SPECIAL_PROCEDURE
    assert held.legal_due == date(2026, 3, 19)  # the two days left, after the ten days told
    desk.wait(days=7)
    await desk.tell(number, "E01", DepartmentAct.HOLD_ENDED)

    line = await desk.line(number, "E01")
    assert line.status is AssignmentStatus.UNDER_REVIEW
    assert line.legal_due is not None
    assert (line.legal_due - desk.now.date()).days == 2  # three working days, one of them used before the hold
    with pytest.raises(NotAllowedNowError):
        await desk.tell(number, "E01", DepartmentAct.HOLD_ENDED)


async def test_a_hold_needs_an_accepted_application(desk: Any, number: str) -> None:
    with pytest.raises(NotAllowedNowError):
        await desk.tell(number, "E01", DepartmentAct.HOLD_STARTED, procedure="testing", days=1, reason="送检")


async def test_an_extension_is_granted_once_in_time_and_within_the_law(desk: Any, number: str) -> None:
    given = {"approver": "李强", "reason": "需复核"}
    await desk.tell(number, "E01", DepartmentAct.ACCEPTED)
    due = (await desk.line(number, "E01")).legal_due

    with pytest.raises(NotAllowedNowError):
        await desk.tell(number, "E01", DepartmentAct.EXTENSION_REQUESTED, days=4, **given)  # the law allows three
    await desk.tell(number, "E01", DepartmentAct.EXTENSION_REQUESTED, days=3, **given)
    extended = (await desk.line(number, "E01")).legal_due
    assert extended is not None
    assert due is not None
    assert (extended - due).days == 5  # three working days around a weekend
    with pytest.raises(NotAllowedNowError):
        await desk.tell(number, "E01", DepartmentAct.EXTENSION_REQUESTED, days=1, **given)


async def test_an_expired_limit_is_not_extended(desk: Any, number: str) -> None:
    await desk.tell(number, "E01", DepartmentAct.ACCEPTED)
    desk.wait(days=4)

    with pytest.raises(NotAllowedNowError, match="已过"):
        await desk.tell(number, "E01", DepartmentAct.EXTENSION_REQUESTED, days=1, approver="李强", reason="忙")


async def test_a_note_is_kept_and_changes_nothing(desk: Any, number: str) -> None:
    await desk.tell(number, "E01", DepartmentAct.NOTE, text="请到 3 号窗口")

    assert (await desk.line(number, "E01")).status is AssignmentStatus.RECEIVED
    assert (await desk.steps(number))[-1] == "note.received"


async def test_where_permits_are_few_a_grant_out_of_turn_says_why(desk: Any) -> None:
    await desk.amend("E01", quantity_limited=True)
    first, second = [await desk.launch() for _ in range(2)]
    grant = {"decision": "granted", "document_number": "〔2026〕1号"}
    for number in (first, second):
        await desk.deliver(number)
        desk.wait(hours=1)
        await desk.tell(number, "E01", DepartmentAct.ACCEPTED)
    with pytest.raises(NotAllowedNowError, match="另有 1 件受理在先"):
        await desk.tell(second, "E01", DepartmentAct.DECIDED, **grant)
    await desk.tell(second, "E01", DepartmentAct.DECIDED, **grant, reason="在先申请不符合布局要求")
    [step] = [each for each in await desk.history(second) if each.kind == "decision.granted"]
    assert step.details["ahead"] == 1
    # Nobody is ahead of the first, nor of one whose predecessors are decided.
    await desk.tell(first, "E01", DepartmentAct.DECIDED, **grant)
