"""Engagements: no agent acts outside what the applicant entrusted, to whom, and until when."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import delete, text
from sqlalchemy.ext.asyncio import AsyncSession

from casework import engagements, posts, progress, queries
from casework.casefile import Actor
from models import Engagement
from rules.engagement import EngagementEnd, EngagementTerms, Verb
from rules.errors import (
    ApplicationClosedError,
    InvalidEngagementError,
    NotAllowedNowError,
    NotAuthorisedError,
    NotFoundError,
)
from rules.vocabulary import Outcome
from tests.casework.conftest import AGENT, MONDAY

LI, ZHAO = Actor("li"), Actor("zhao")
TERMINAL = Actor("cli:root")


async def report(desk: Any, number: str) -> engagements.EngagementReport:
    return await engagements.report(desk.session, number, on=desk.now.date())


async def supply(desk: Any, number: str, actor: Actor = AGENT, *names: str) -> None:
    await progress.supply_materials(desk.session, number, names or ("章程",), actor=actor, now=desk.now, replace=True)


async def withdraw(desk: Any, number: str, request: str | None = None, actor: Actor = AGENT) -> None:
    await progress.request_withdrawal(
        desk.session, number, reason="取消", applicant_request=request, actor=actor, now=desk.now
    )


async def end(desk: Any, number: str, because: EngagementEnd, note: str | None = None) -> None:
    await engagements.end(desk.session, number, because, note=note, actor=AGENT, now=desk.now)


async def sign(desk: Any, number: str, *, agent: str | None = None, deputy: str | None = None, **said: Any) -> None:
    terms = EngagementTerms(reference="委托书〔2026〕9号", **said)
    await engagements.sign(desk.session, number, terms, agent=agent, deputy=deputy, actor=AGENT, now=desk.now)


async def test_without_terms_everything_is_entrusted_for_life_but_withdrawal_and_commitment(desk: Any) -> None:
    number = await desk.launch()
    found = await report(desk, number)

    assert (found.agent, found.deputy, found.applicant) == ("zhang", "li", "开原市清河餐饮有限公司")
    assert found.verbs == ("file", "supplement", "receive_documents", "sign_for_receipt")
    assert (found.items, found.stages, found.excluded) == ((), (), ())
    assert (found.valid_from, found.valid_until, found.ended) == (date(2026, 3, 2), None, None)
    assert (await desk.steps(number))[:2] == ["application.registered", "entrustment.signed"]


async def test_only_the_applications_agent_acts_and_the_backup_while_he_is_away(
    desk: Any, session: AsyncSession
) -> None:
    number = await desk.launch(agent="zhang")
    await supply(desk, number, AGENT, "章程")
    for other in (LI, ZHAO, Actor("sun")):
        with pytest.raises(NotAuthorisedError, match="zhang"):
            await supply(desk, number, other, "股东身份证明")
    await posts.leave(session, "zhang", date(2026, 3, 2), date(2026, 3, 3), actor=AGENT, now=desk.now)

    await supply(desk, number, LI, "股东身份证明")

    step = (await queries.steps(session, number, limit=100))[-1]
    assert (step.actor, step.details["on_behalf_of"]) == ("li", "zhang")
    with pytest.raises(NotAuthorisedError):
        await supply(desk, number, AGENT, "经办人实名")
    desk.wait(days=2)
    await supply(desk, number, AGENT, "经办人实名")
    with pytest.raises(NotAuthorisedError):
        await supply(desk, number, LI, "住所使用文件")


async def test_the_centers_manager_acts_when_both_agents_are_away_for_this_application(
    desk: Any, session: AsyncSession
) -> None:
    number, other = await desk.launch(agent="zhang"), await desk.launch(agent="zhang")
    for account in ("zhang", "li"):
        scope = {"applications": (number,)}
        await posts.leave(session, account, date(2026, 3, 2), None, **scope, actor=AGENT, now=desk.now)

    await supply(desk, number, ZHAO)
    await supply(desk, other, AGENT)
    with pytest.raises(NotAuthorisedError):
        await supply(desk, other, ZHAO)


async def test_without_a_manager_the_agent_keeps_the_application(desk: Any, session: AsyncSession) -> None:
    await session.execute(text("UPDATE people SET active = false WHERE account IN ('zhao', 'li')"))
    number = await desk.launch(agent="zhang")
    await posts.leave(session, "zhang", date(2026, 3, 2), None, actor=AGENT, now=desk.now)

    await supply(desk, number, AGENT)


async def test_withdrawal_needs_the_applicants_own_request_or_express_authority(desk: Any) -> None:
    plain, express = (
        await desk.launch(),
        await desk.launch(agent="zhang", engagement=EngagementTerms(express=(Verb.WITHDRAW,))),
    )
    for actor in (AGENT, TERMINAL):
        with pytest.raises(NotAuthorisedError, match="明示授权"):
            await withdraw(desk, plain, actor=actor)

    await withdraw(desk, plain, "撤件申请书〔2026〕3号")
    await withdraw(desk, express)

    steps = await queries.steps(desk.session, plain, limit=100)
    assert [s.details for s in steps if s.kind == "withdrawal.requested"] == [
        {"applicant_request": "撤件申请书〔2026〕3号"}
    ]
    for number in (plain, express):
        assert (await desk.report(number)).outcome is Outcome.WITHDRAWN


async def test_a_signed_request_is_still_handed_in_by_the_agent_only(desk: Any) -> None:
    number = await desk.launch(agent="zhang")

    with pytest.raises(NotAuthorisedError):
        await withdraw(desk, number, "撤件申请书", LI)


async def test_an_engagement_for_some_items_covers_their_materials_only(desk: Any) -> None:
    number = await desk.launch("J3", materials=(), engagement=EngagementTerms(items=("E01",), stages=()))

    await supply(desk, number, AGENT, "章程")
    for names in (("食品安全管理制度",), ("没有事项要的材料",)):
        with pytest.raises(NotAuthorisedError):
            await supply(desk, number, AGENT, *names)
    with pytest.raises(NotAuthorisedError):
        await progress.report_milestone(desk.session, number, "#OPER", actor=AGENT, now=desk.now)


async def test_an_engagement_for_a_stage_covers_its_items(desk: Any) -> None:
    number = await desk.launch("J3", materials=())
    net = (await desk.report(number)).stages
    await sign(desk, number, stages=(net[0].code,))

    await supply(desk, number, AGENT, "章程")
    assert (await report(desk, number)).stages == (net[0].code,)


async def test_before_and_after_its_period_nothing_is_allowed(desk: Any) -> None:
    number = await desk.launch(engagement=EngagementTerms(valid_from=date(2026, 3, 3), valid_until=date(2026, 3, 4)))
    allowed = []
    for _ in range(4):
        try:
            await supply(desk, number, AGENT)
            allowed.append(desk.now.day)
        except NotAuthorisedError:
            pass
        desk.wait(days=1)

    assert allowed == [3, 4]
    assert (await report(desk, number)).ended is EngagementEnd.EXPIRED


async def test_an_act_that_is_excluded_is_refused(desk: Any) -> None:
    number = await desk.launch(engagement=EngagementTerms(excluded=(Verb.SUPPLEMENT,)))

    with pytest.raises(NotAuthorisedError, match="排除"):
        await supply(desk, number)


@pytest.mark.parametrize(
    ("because", "step"),
    [
        (EngagementEnd.REVOKED, "entrustment.revoked"),
        (EngagementEnd.FALSE_PAPERS, "entrustment.terminated"),
        (EngagementEnd.PROJECT_CANCELLED, "entrustment.terminated"),
    ],
)
async def test_after_its_end_no_agent_acts_and_departments_go_on(desk: Any, because: EngagementEnd, step: str) -> None:
    number = await desk.launch()
    await desk.deliver(number)
    await end(desk, number, because, "说明")

    for actor in (AGENT, TERMINAL):
        with pytest.raises(NotAuthorisedError, match=because.zh):
            await supply(desk, number, actor)
    await desk.grant(number, "E01")
    found = await report(desk, number)
    assert (found.ended, found.ended_at, found.end_note) == (because, desk.now, "说明")
    assert step in await desk.steps(number)
    with pytest.raises(NotAllowedNowError):
        await end(desk, number, because)


async def test_expiry_is_recorded_once_it_has_come_and_not_before(desk: Any) -> None:
    number = await desk.launch(engagement=EngagementTerms(valid_until=date(2026, 3, 2)))
    with pytest.raises(NotAllowedNowError):
        await end(desk, number, EngagementEnd.EXPIRED)
    desk.wait(days=1)
    with pytest.raises(NotAllowedNowError):
        await end(desk, number, EngagementEnd.REVOKED)

    await end(desk, number, EngagementEnd.EXPIRED)

    assert (await desk.steps(number))[-1] == "entrustment.expired"


async def test_an_applicant_is_given_up_on_after_two_reminders_and_ten_working_days(desk: Any) -> None:
    number = await desk.launch()

    async def remind() -> None:
        await engagements.remind(desk.session, number, how="电话", actor=AGENT, now=desk.now)

    async def give_up() -> None:
        await end(desk, number, EngagementEnd.APPLICANT_UNRESPONSIVE)

    await remind()
    desk.wait(days=30)
    with pytest.raises(NotAllowedNowError):
        await give_up()  # once
    await remind()
    with pytest.raises(NotAllowedNowError):
        await give_up()  # not long enough
    desk.wait(days=20)
    await give_up()

    assert (await report(desk, number)).ended is EngagementEnd.APPLICANT_UNRESPONSIVE


async def test_an_answer_of_the_applicant_makes_reminders_count_anew(desk: Any) -> None:
    number = await desk.launch()
    for _ in range(2):
        await engagements.remind(desk.session, number, how="电话", actor=AGENT, now=desk.now)
    desk.wait(days=20)
    await supply(desk, number)

    with pytest.raises(NotAllowedNowError):
        await end(desk, number, EngagementEnd.APPLICANT_UNRESPONSIVE)


async def test_a_new_engagement_takes_the_place_of_the_old_and_may_name_other_agents(desk: Any) -> None:
    number = await desk.launch(agent="zhang")
    await end(desk, number, EngagementEnd.REVOKED)
    await sign(desk, number, agent="li", deputy="zhang", representative="刘强", express=(Verb.WITHDRAW,))

    found = await report(desk, number)
    assert (found.agent, found.deputy, found.ended, found.reference) == ("li", "zhang", None, "委托书〔2026〕9号")
    assert found.representative == "刘强"
    assert (await desk.report(number)).agent == "li"
    await supply(desk, number, LI)
    with pytest.raises(NotAuthorisedError):
        await supply(desk, number, AGENT)
    await sign(desk, number)
    assert (await report(desk, number)).agent == "li"
    ends = "SELECT array_agg(ended_because ORDER BY id) FROM engagements"
    assert await desk.session.scalar(text(ends)) == ["revoked", "revoked", None]


async def test_an_application_from_before_engagements_has_the_default_one(desk: Any, session: AsyncSession) -> None:
    number = await desk.launch(agent="zhang")
    await session.execute(delete(Engagement))
    await supply(desk, number)
    with pytest.raises(NotAuthorisedError, match="明示授权"):
        await withdraw(desk, number)

    await end(desk, number, EngagementEnd.REVOKED)

    with pytest.raises(NotAuthorisedError, match="撤销"):
        await supply(desk, number, AGENT, "章程")
    assert (await report(desk, number)).valid_from == date(2026, 3, 2)


@pytest.mark.parametrize(
    "said",
    [
        {"items": ("Z99",)},
        {"stages": ("nowhere",)},
        {"valid_until": date(2026, 3, 1)},
        {"verbs": ()},
        {"verbs": (Verb.FILE,), "excluded": (Verb.FILE,)},
        {"agent": "sun"},
        {"agent": "gone"},
        {"agent": "li", "deputy": "li"},
    ],
)
async def test_an_engagement_that_cannot_be_is_refused(desk: Any, said: dict[str, Any]) -> None:
    number = await desk.launch()

    with pytest.raises(InvalidEngagementError):
        await sign(desk, number, **said)


async def test_a_form_with_such_an_engagement_is_refused(desk: Any) -> None:
    with pytest.raises(InvalidEngagementError, match="Z99"):
        await desk.launch(engagement=EngagementTerms(items=("Z99",)))


async def test_nothing_is_entrusted_for_an_application_that_is_concluded_or_unknown(desk: Any) -> None:
    number = await desk.launch()
    await desk.withdraw(number)

    for act in (sign(desk, number), engagements.remind(desk.session, number, how="电话", actor=AGENT, now=MONDAY)):
        with pytest.raises(ApplicationClosedError):
            await act
    with pytest.raises(NotFoundError):
        await engagements.report(desk.session, "DB-1", on=MONDAY.date())


async def test_the_chain_of_steps_stays_whole(desk: Any, session: AsyncSession) -> None:
    from casework import auditing

    number = await desk.launch(applicant_name="旧名")
    await sign(desk, number)
    await end(desk, number, EngagementEnd.REVOKED)
    await desk.launch(applicant_name="新名")

    assert [each.finding async for each in auditing.verify(session) if each.finding is not None] == []
