"""Late decisions: the first valid one counts, every other one is evidence, and one that differs goes to a person."""

from typing import Any

import pytest

from casework import decision_conflicts
from casework.casefile import Actor
from rules.errors import AlreadyDecidedError, AssignmentClosedError, NotAllowedNowError, NotFoundError
from rules.vocabulary import AssignmentStatus, ConflictResolution, DepartmentAct

REFUSED = {"decision": "refused", "reason": "不符", "legal_basis": "第十九条", "handler": "王芳", "approver": "李强"}
GRANTED = {"decision": "granted", "document_number": "〔2026〕E01号"}
MANAGER = Actor("zhao")


async def decided(desk: Any) -> str:
    number = str(await desk.launch("J5"))
    await desk.deliver(number)
    await desk.grant(number, "E01")
    return number


async def report(desk: Any, number: str, **decision: Any) -> AlreadyDecidedError:
    with pytest.raises(AlreadyDecidedError) as refused:
        await desk.tell(number, "E01", DepartmentAct.DECIDED, **decision)
    return refused.value


async def queue(desk: Any, **how: Any) -> list[decision_conflicts.ConflictLine]:
    return await decision_conflicts.conflicts(desk.session, limit=100, **how)


@pytest.mark.parametrize("again", [GRANTED, {"decision": "granted"}])
async def test_the_same_decision_again_is_evidence_and_nothing_to_look_at(desk: Any, again: dict[str, str]) -> None:
    number = await decided(desk)

    assert (await report(desk, number, **again)).kept

    assert (await desk.steps(number)).count("decision.repeated") == 1
    assert await queue(desk) == []


@pytest.mark.parametrize("other", [REFUSED, {"decision": "granted", "document_number": "〔2026〕别号"}])
async def test_another_decision_waits_for_a_person_and_changes_nothing(desk: Any, other: dict[str, str]) -> None:
    number = await decided(desk)

    assert (await report(desk, number, **other)).kept

    assert (await desk.line(number, "E01")).status is AssignmentStatus.GRANTED
    (line,) = await queue(desk)
    assert (line.claimed["decision"], line.recorded["decision"]) == (other["decision"], "granted")
    assert (line.application, line.item, line.source) == (number, "E01", "department/MSB")
    assert "decision.contradicted" in await desk.steps(number)
    assert await desk.count("SELECT count(*) FROM decisions d JOIN assignments s ON s.id = d.assignment_id") == 1


async def test_what_says_the_same_as_one_in_the_queue_does_not_lengthen_it(desk: Any) -> None:
    number = await decided(desk)
    for _ in range(3):
        await report(desk, number, **REFUSED)

    assert len(await queue(desk)) == 1
    assert (await desk.steps(number)).count("decision.contradicted") == 3


async def test_the_same_event_again_is_answered_as_before_and_kept_once(desk: Any) -> None:
    number = await decided(desk)
    refused = []
    for _ in range(2):
        with pytest.raises(AlreadyDecidedError) as caught:
            await desk.tell(number, "E01", DepartmentAct.DECIDED, id="late-1", at=desk.now, **REFUSED)
        refused.append((caught.value.message, caught.value.details))

    assert refused[0] == refused[1]
    assert (await desk.steps(number)).count("decision.contradicted") == 1


async def test_a_decision_after_the_end_is_kept_too(desk: Any) -> None:
    number = await desk.launch("J5")
    await desk.deliver(number)
    await desk.withdraw(number)
    await desk.confirm_withdrawal(number)
    assignment = await desk.assignment(number, "E01")

    with pytest.raises(AssignmentClosedError) as refused:
        await desk.report_of(assignment, "MSB", "late-1", DepartmentAct.DECIDED, **GRANTED)

    assert refused.value.kept
    (line,) = await queue(desk)
    assert (line.assignment, line.recorded) == (assignment, {})
    assert "decision.came_late" in await desk.steps(number)


async def test_what_is_no_decision_is_refused_without_a_trace(desk: Any) -> None:
    number = await decided(desk)
    desk.wait(hours=1)
    before = await desk.steps(number)
    with pytest.raises(AlreadyDecidedError) as refused:
        await desk.tell(number, "E01", DepartmentAct.HOLD_STARTED, procedure="expert_review", days=3, reason="x")
    assert not refused.value.kept
    assert await desk.steps(number) == before


@pytest.mark.parametrize("resolution", list(ConflictResolution))
async def test_a_person_resolves_it_once_and_it_is_recorded(desk: Any, resolution: ConflictResolution) -> None:
    number = await decided(desk)
    await report(desk, number, **REFUSED)
    (line,) = await queue(desk)
    given = {"reason": "部门确认系误报", "actor": MANAGER, "now": desk.now}

    await decision_conflicts.resolve(desk.session, line.id, resolution, **given)

    assert await queue(desk) == []
    (line,) = await queue(desk, unresolved=False)
    assert (line.resolution, line.resolved_by, line.reason) == (resolution, "zhao", "部门确认系误报")
    assert (await desk.steps(number))[-1] == "conflict.resolved"
    assert (await desk.line(number, "E01")).status is AssignmentStatus.GRANTED
    with pytest.raises(NotAllowedNowError):
        await decision_conflicts.resolve(desk.session, line.id, resolution, **given)
    with pytest.raises(NotFoundError):
        await decision_conflicts.resolve(desk.session, line.id + 1, resolution, **given)
