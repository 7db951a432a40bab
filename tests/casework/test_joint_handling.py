"""Joint handling in the tables: votes, opinions, sessions, a plan revised, an application made again."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from casework import catalogs, joint_sessions, launching, opinion_events, revising
from casework.casefile import Actor
from casework.department_events import Event
from casework.revising import Addition, Why
from rules.acts.sessions import Proceedings, Summons
from rules.catalog import DepartmentCode, ItemCode, JourneyCode
from rules.errors import (
    EventReusedError,
    ForbiddenError,
    InvalidIntakeError,
    NotFoundError,
    OpinionsAwaitedError,
)
from rules.joining import Verdict
from rules.terms import Cooperation, Join, JoinPolicy, Siblings, SpecialProcedure, Terms, Voice
from rules.vocabulary import (
    AssignmentStatus,
    DepartmentAct,
    NoticeKind,
    OpinionStatus,
    Outcome,
    Party,
    SessionKind,
    SessionStatus,
    SiblingsDecision,
)

AGENT = Actor("zhang", "10.0.0.1")
S = AssignmentStatus


async def with_terms(desk: Any, *, join: Join | None = None, **terms: Terms) -> None:
    """Publish a catalog in which J3 is joined so, and items have these terms."""
    _, catalog = await catalogs.newest(desk.session)
    items = {**catalog.items, **{ItemCode(c): replace(catalog.items[ItemCode(c)], terms=t) for c, t in terms.items()}}
    journey = catalog.journeys[JourneyCode("J3")]
    lead = tuple(replace(stage, lead=DepartmentCode("MSB")) for stage in journey.stages)
    journey = replace(journey, join=join or journey.join, stages=lead)
    changed = replace(catalog, items=items, journeys={**catalog.journeys, journey.code: journey})
    await catalogs.publish(desk.session, changed, now=desk.now)


async def open_restaurant(desk: Any) -> str:
    number = await desk.launch("J3")
    await desk.deliver(number)
    await desk.grant(number, "E01")
    await desk.deliver(number)
    return str(number)


async def opine(desk: Any, asked: UUID, department: str, id_: str, **details: Any) -> dict[str, Any]:
    event = Event(id_, DepartmentAct.OPINION_GIVEN, desk.now, details)
    actor = Actor(f"department/{department}")
    return await opinion_events.receive(desk.session, asked, department, event, actor=actor, now=desk.now)


HEARD = Terms(cooperation=Cooperation((Voice("HCC", "卫生健康局"),), JoinPolicy.ALL, days=5))


async def test_a_department_heard_on_anothers_item_is_asked_and_answers(desk: Any) -> None:
    await with_terms(desk, E10=HEARD)
    number = await open_restaurant(desk)
    await desk.tell(number, "E10", DepartmentAct.ACCEPTED)
    assert await desk.deliver(number) == ["opinion_asked E10"]

    report = await desk.report(number)
    [opinion] = report.opinions
    assert (opinion.department, opinion.name, opinion.status) == ("HCC", "卫生健康局", OpinionStatus.SENT)
    assert str(opinion.due) == "2026-03-09"
    assert opinion.received_at == desk.now
    assert ("HCC", "E10") in [(wait.who, wait.what) for wait in report.waits]
    with pytest.raises(OpinionsAwaitedError):
        await desk.grant(number, "E10")

    first = await opine(desk, opinion.id, "HCC", "o-1", opinion="agree", handler="刘洋")
    assert await opine(desk, opinion.id, "HCC", "o-1", opinion="agree", handler="刘洋") == first
    with pytest.raises(EventReusedError):
        await opine(desk, opinion.id, "HCC", "o-1", opinion="must_forward_up")
    with pytest.raises(NotFoundError):
        await opine(desk, opinion.id, "MSB", "o-2", opinion="agree")
    await desk.grant(number, "E10")

    [opinion] = (await desk.report(number)).opinions
    assert (opinion.status, opinion.answer, opinion.handler) == (OpinionStatus.ANSWERED, "agree", "刘洋")
    assert (await desk.statuses(number))["E10"] is S.GRANTED
    steps = await desk.steps(number)
    assert steps.count("opinion.requested") == steps.count("opinion.answered") == 1


async def test_an_opinion_not_given_lapses_and_its_department_is_supervised(desk: Any) -> None:
    await with_terms(desk, E10=HEARD)
    number = await open_restaurant(desk)
    await desk.tell(number, "E10", DepartmentAct.ACCEPTED)
    await desk.deliver(number)
    desk.wait(days=8)
    await desk.tell(number, "E10", DepartmentAct.NOTE, text="在办")

    assert "supervised E10" in await desk.deliver(number)
    [opinion] = (await desk.report(number)).opinions
    assert (opinion.status, opinion.deemed) == (OpinionStatus.LAPSED, False)
    count = "SELECT count(*) FROM department_messages WHERE kind = 'supervised' AND department = 'HCC'"
    assert await desk.count(count) == 1


async def test_an_agent_decides_on_those_still_at_work(desk: Any) -> None:
    join = Join(JoinPolicy.LEAD, deciding=("E10",), siblings=Siblings.ASK)
    await with_terms(desk, join=join)
    number = await open_restaurant(desk)
    before = (await desk.report(number)).join
    assert (before.words.startswith("以 食品经营许可"), before.verdict, before.for_) == (True, None, ("E01",))
    await desk.grant(number, "E10")

    standing = (await desk.report(number)).join
    assert (standing.verdict, standing.decision) == (Verdict.CARRIED, None)
    assert "E12" in standing.asked
    waits = (await desk.report(number)).waits
    assert [wait.what for wait in waits if wait.party is Party.AGENT] == ["siblings"]
    for _ in range(2):
        await revising.decide_siblings(
            desk.session, number, SiblingsDecision.CANCEL, reason="已够", actor=AGENT, now=desk.now
        )

    assert (await desk.statuses(number))["E12"] is S.CANCELLED
    assert (await desk.report(number)).join.decision is SiblingsDecision.CANCEL
    steps = await desk.steps(number)
    assert (steps.count("join.settled"), steps.count("siblings.decided")) == (1, 1)


async def test_an_item_is_added_and_another_dropped_under_way(desk: Any) -> None:
    number = await open_restaurant(desk)
    before = await desk.statuses(number)
    why = Why("现场发现文物", "CTB")
    addition = Addition(
        ItemCode("P11"), revising.edges_of([("P11", "E10", "H")]), (await desk.report(number)).stages[0].code
    )
    await revising.add_item(desk.session, number, addition, why, actor=AGENT, now=desk.now)
    brought = [m.name for m in (await catalogs.newest(desk.session))[1].items[ItemCode("P11")].materials]
    await desk.supply(number, *brought)
    await desk.deliver(number)
    await revising.drop_item(desk.session, number, "E12", Why("不属于公众聚集场所"), actor=AGENT, now=desk.now)

    after = await desk.statuses(number)
    assert (after["P11"], after["E12"]) == (S.RECEIVED, S.CANCELLED)
    assert {item: status for item, status in after.items() if item not in ("P11", "E12")}.items() <= before.items()
    assert (await desk.line(number, "E10")).awaits == ("P11",)
    # Another application of the same journey keeps its own network.
    other = await desk.report(await desk.launch("J3"))
    assert "P11" not in [line.item for line in other.lines]
    assert "E12" in [line.item for line in other.lines if line.required]
    steps = await desk.steps(number)
    assert steps.count("plan.revised") == 2
    assert "cancelled E12" in await desk.deliver(number)


async def test_a_joint_inspection_is_summoned_held_and_recorded(desk: Any) -> None:
    visit = Terms(procedures=(SpecialProcedure("inspection", "现场检查", "食品安全法第三十五条", 10),))
    await with_terms(desk, E10=visit)
    number = await open_restaurant(desk)
    stage = (await desk.report(number)).stages[0].code
    await desk.tell(number, "E10", DepartmentAct.ACCEPTED)
    summons = Summons(
        SessionKind.INSPECTION, stage, (ItemCode("E10"), ItemCode("E12")), desk.now + timedelta(days=2), place="清河路"
    )
    with pytest.raises(ForbiddenError):
        await joint_sessions.schedule(desk.session, number, summons, by="FRB", actor=AGENT, now=desk.now)
    serial = await joint_sessions.schedule(desk.session, number, summons, by="MSB", actor=AGENT, now=desk.now)

    assert sorted(await desk.deliver(number)) == ["invited E10", "invited E12", NoticeKind.SPECIAL_PROCEDURE]
    assert (await desk.statuses(number))["E10"] is S.SPECIAL_PROCEDURE
    desk.wait(days=2, hours=1)
    said = Proceedings(desk.now, "现场一致", {"MSB": ("王芳", "李强"), "FRB": ("赵刚", "孙亮")}, {"FRB": "通道畅通"})
    with pytest.raises(ForbiddenError):
        await joint_sessions.hold(desk.session, number, serial, said, by="FRB", actor=AGENT, now=desk.now)
    with pytest.raises(NotFoundError):
        await joint_sessions.hold(desk.session, number, 9, said, actor=AGENT, now=desk.now)
    await joint_sessions.hold(desk.session, number, serial, said, actor=AGENT, now=desk.now)

    [line] = (await desk.report(number)).sessions
    assert (line.session, line.status, line.lead, line.departments) == (1, SessionStatus.HELD, "MSB", ("MSB", "FRB"))
    assert line.conclusions == {"FRB": "通道畅通"}
    assert (await desk.statuses(number))["E10"] is S.UNDER_REVIEW
    again = await joint_sessions.schedule(
        desk.session, number, replace(summons, planned_at=desk.now + timedelta(days=1)), actor=AGENT, now=desk.now
    )
    await joint_sessions.cancel(desk.session, number, again, "大雪", actor=AGENT, now=desk.now)
    assert [line.status for line in (await desk.report(number)).sessions] == [
        SessionStatus.HELD,
        SessionStatus.CANCELLED,
    ]


async def test_a_new_application_after_a_refusal_takes_over_what_was_granted(desk: Any) -> None:
    first = await open_restaurant(desk)
    await desk.refuse(first, "E10")
    await desk.grant(first, "E02", "E03", "E12", "E14", "E15", "P03")
    await desk.deliver(first)
    assert (await desk.report(first)).outcome is Outcome.PARTLY_GRANTED

    second = await desk.launch("J3", reapplies=first, materials=(), commitments=())

    assert await desk.deliver(second) == ["dispatched E10"]
    statuses = await desk.statuses(second)
    assert {item for item, status in statuses.items() if status is S.GRANTED} == set(statuses) - {"E10"}
    line = await desk.line(second, "E01")
    assert line.reused_from == await desk.assignment(first, "E01")
    assert line.decision.document_number == "〔2026〕E01号"
    assert (await desk.report(second)).reapplies == first
    await desk.refuse(second, "E10")
    await desk.deliver(second)
    # What was taken over once is taken over again, from where it was decided.
    third = await desk.launch("J3", reapplies=second, materials=(), commitments=())
    assert (await desk.line(third, "E01")).reused_from == await desk.assignment(first, "E01")
    await desk.deliver(third)
    await desk.grant(third, "E10")
    assert (await desk.report(third)).outcome is Outcome.GRANTED
    same_project = "SELECT count(DISTINCT project_id) FROM applications WHERE number = ANY(:numbers)"
    assert await desk.count(same_project, numbers=[first, second, third]) == 1


async def test_only_ones_own_refused_application_is_made_again(desk: Any) -> None:
    number = await desk.launch("J5")
    for given, changes in ((number, {}), ("DB-0", {}), (number, {"credit_code": "92211282MA0KYG020K"})):
        intake = await desk.intake("J5", reapplies=given, **changes)
        with pytest.raises(InvalidIntakeError):
            await launching.launch(desk.session, intake, actor=AGENT, now=desk.now)


async def test_a_refused_item_goes_again_while_the_rest_goes_on(desk: Any) -> None:
    number = await open_restaurant(desk)
    refusal = {"decision": "refused", "reason": "布局不符", "legal_basis": "食品安全法第三十三条"}
    await desk.tell(number, "E10", DepartmentAct.DECIDED, handler="王芳", approver="李强", **refusal)
    before = await desk.line(number, "E10")
    assert before.status is S.REFUSED
    await revising.apply_again(desk.session, number, "E10", reason="已改", actor=AGENT, now=desk.now)

    line = await desk.line(number, "E10")
    assert (line.status, line.round, line.decision) == (S.OPENED, 2, None)
    assert "dispatched E10" in await desk.deliver(number)
    await desk.grant(number, "E10")
    assert (await desk.line(number, "E10")).status is S.GRANTED
    assert (
        await desk.count(
            "SELECT count(*) FROM decisions d JOIN assignments s ON s.id = d.assignment_id WHERE s.item = 'E10'"
        )
        == 2
    )


async def test_what_a_refusal_had_blocked_opens_after_the_second_round(desk: Any) -> None:
    number = await desk.launch("J1")
    await desk.deliver(number)
    refusal = {"decision": "refused", "reason": "不符合", "legal_basis": "城乡规划法第三十八条"}
    await desk.tell(number, "A06", DepartmentAct.DECIDED, handler="王芳", approver="李强", **refusal)
    assert (await desk.statuses(number))["A07"] is S.BLOCKED
    await revising.apply_again(desk.session, number, "A06", reason="已改", actor=AGENT, now=desk.now)
    assert (await desk.line(number, "A07")).status is None
    await desk.deliver(number)
    await desk.grant(number, "A06")

    line = await desk.line(number, "A07")
    assert (line.status, line.round) == (S.OPENED, 2)
    assert "assignment.revived" in await desk.steps(number)
