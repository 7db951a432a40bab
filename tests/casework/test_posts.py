"""Posts and absences: B acts while A is away, nothing is reassigned, and decisions carry both names."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from casework import people, posts
from casework.casefile import Actor, open_by_number
from casework.entitlement import Signature, signed
from models import Role
from rules.catalog import ItemCode
from rules.conflicts import Duty
from rules.errors import ConflictOfInterestError, InvalidRosterError, NotAuthorisedError, NotFoundError
from rules.people import Acting, Matter
from rules.vocabulary import DepartmentAct
from tests.casework.conftest import AGENT, MONDAY

FRIDAY = date(2026, 3, 6)


@pytest.fixture
async def roster(session: AsyncSession) -> None:
    """The market bureau's post: wang is A, chen is B, zhou its manager."""
    for account, name in (("wang", "王芳"), ("chen", "陈刚"), ("zhou", "周局")):
        await people.register(session, account, name, [Role.HANDLER], "MSB")
    await posts.fill(session, "MSB", principal="wang", backup="chen", manager="zhou")


async def away(
    desk: Any, account: str, first: date = date(2026, 3, 2), last: date | None = FRIDAY, **scope: Any
) -> int:
    return await posts.leave(desk.session, account, first, last, **scope, actor=AGENT, now=desk.now)


async def acting(desk: Any, on: date, item: str = "E01") -> Acting:
    post = await posts.post_of(desk.session, "MSB", item)
    assert post is not None
    return await posts.acting_in(desk.session, post, Matter(ItemCode(item)), on)


async def test_b_acts_from_the_first_day_to_the_last(desk: Any, roster: None) -> None:
    await away(desk, "wang")

    found = [await acting(desk, date(2026, 3, day)) for day in (1, 2, 6, 7)]
    assert found == [Acting("wang"), Acting("chen", "wang"), Acting("chen", "wang"), Acting("wang")]  # type: ignore[arg-type]


async def test_the_manager_acts_when_both_are_away_or_have_left(desk: Any, roster: None, session: AsyncSession) -> None:
    await away(desk, "wang", last=None)
    await away(desk, "chen", last=None)
    assert (await acting(desk, FRIDAY)).person == "zhou"

    await posts.come_back(session, "chen", FRIDAY)
    assert (await acting(desk, FRIDAY)).person == "chen"
    await session.execute(text("UPDATE people SET active = false WHERE account = 'chen'"))
    assert (await acting(desk, FRIDAY)).person == "zhou"


async def test_who_comes_back_early_acts_from_that_day(desk: Any, roster: None, session: AsyncSession) -> None:
    await away(desk, "wang")
    await away(desk, "wang", date(2026, 4, 1), date(2026, 4, 3))

    assert await posts.come_back(session, "wang", date(2026, 3, 4)) == 1
    assert [(await acting(desk, date(2026, 3, day))).person for day in (3, 4)] == ["chen", "wang"]
    assert (await acting(desk, date(2026, 4, 1))).person == "chen"
    assert await posts.come_back(session, "wang", date(2026, 3, 4)) == 0
    assert await posts.come_back(session, "wang", date(2026, 3, 4), future=True) == 1
    assert (await acting(desk, date(2026, 4, 1))).person == "wang"


async def test_an_item_may_have_a_post_of_its_own(desk: Any, roster: None, session: AsyncSession) -> None:
    await posts.fill(session, "MSB", principal="chen", backup=None, manager="zhou", item="E10")

    assert (await acting(desk, FRIDAY, "E10")).person == "chen"
    assert (await acting(desk, FRIDAY, "E01")).person == "wang"
    assert await posts.post_of(session, "TAX", "E03") is None


async def test_an_absence_for_some_items_names_its_own_backup(desk: Any, roster: None) -> None:
    await away(desk, "wang", items=("E10",), backup="zhou")

    assert await acting(desk, FRIDAY, "E10") == Acting("zhou", "wang")  # type: ignore[arg-type]
    assert (await acting(desk, FRIDAY, "E01")).person == "wang"


async def test_a_named_backup_who_is_away_as_well_does_not_act(desk: Any, roster: None) -> None:
    await away(desk, "wang", backup="zhou")
    await away(desk, "zhou")

    assert (await acting(desk, FRIDAY)).person == "chen"


async def test_the_roster_lists_posts_and_absences(desk: Any, roster: None, session: AsyncSession) -> None:
    made = await away(desk, "wang", applications=(), reason="年休假")
    [post] = await posts.posts(session, FRIDAY)
    [absence] = await posts.absences(session, FRIDAY)

    assert (post.department, post.item, post.acting, post.on_behalf_of) == ("MSB", "", "chen", "wang")
    assert (absence.id, absence.account, absence.first, absence.last) == (made, "wang", date(2026, 3, 2), FRIDAY)
    assert (absence.reason, absence.recorded_by) == ("年休假", "zhang")
    assert await posts.absences(session, date(2026, 3, 7)) == []


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"department": "XYZ"}, NotFoundError),
        ({"item": "Z99"}, NotFoundError),
        ({"principal": "nobody"}, NotFoundError),
        ({"manager": "gone"}, NotFoundError),
        ({"backup": "wang"}, InvalidRosterError),
    ],
)
async def test_a_post_that_cannot_be_is_refused(
    session: AsyncSession, roster: None, changes: dict[str, str], refusal: type[Exception]
) -> None:
    given = {"department": "MSB", "principal": "wang", "backup": "chen", "manager": "zhou", **changes}

    with pytest.raises(refusal):
        await posts.fill(session, given.pop("department"), **given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"last": date(2026, 3, 1)}, InvalidRosterError),
        ({"backup": "wang"}, InvalidRosterError),
        ({"backup": "nobody"}, NotFoundError),
        ({"account": "nobody"}, NotFoundError),
        ({"items": ("E10", "Z99")}, NotFoundError),
        ({"applications": ("DB-1",)}, NotFoundError),
    ],
)
async def test_an_absence_that_cannot_be_is_refused(
    desk: Any, roster: None, changes: dict[str, Any], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        await away(desk, **{"account": "wang", **changes})


async def sign(desk: Any, number: str, handler: str, duty: Duty = Duty.DECIDE, **given: Any) -> Signature:
    case = await open_by_number(desk.session, number, actor=Actor("department/MSB"), now=desk.now)
    return await signed(case, "MSB", "E01", handler, duty, **given)


async def test_a_decision_carries_both_names_the_way_it_names_people(desk: Any, roster: None) -> None:
    number = await desk.launch()
    assert await sign(desk, number, "王芳") == Signature("王芳", None, "wang")  # type: ignore[arg-type]
    await away(desk, "wang", date(2026, 3, 2), FRIDAY)

    assert await sign(desk, number, "陈刚") == Signature("陈刚", "王芳", "chen")  # type: ignore[arg-type]
    assert await sign(desk, number, "chen") == Signature("chen", "wang", "chen")  # type: ignore[arg-type]
    for handler in ("王芳", "wang", "zhou"):
        with pytest.raises(NotAuthorisedError):
            await sign(desk, number, handler)


async def test_after_the_absence_b_may_not_any_more(desk: Any, roster: None) -> None:
    number = await desk.launch()
    await away(desk, "wang", date(2026, 3, 2), date(2026, 3, 2))
    assert (await sign(desk, number, "chen")).on_behalf_of == "wang"
    desk.wait(days=1)

    with pytest.raises(NotAuthorisedError, match="wang"):
        await sign(desk, number, "chen")


async def test_a_name_nobody_registered_cannot_be_checked_and_passes(desk: Any, roster: None) -> None:
    number = await desk.launch()

    assert await sign(desk, number, "外单位人员") == Signature("外单位人员")
    assert await sign(desk, number, "Zhang") == Signature("Zhang")  # the agent's name, but nobody of this department


async def test_two_of_one_name_in_a_department_are_told_apart_by_account_only(
    desk: Any, roster: None, session: AsyncSession
) -> None:
    await people.register(session, "wang2", "王芳", [Role.HANDLER], "MSB")
    number = await desk.launch()

    assert (await sign(desk, number, "王芳")).account is None
    with pytest.raises(NotAuthorisedError):
        await sign(desk, number, "wang2")


async def test_an_agent_who_also_works_in_the_department_does_not_decide_there(
    desk: Any, roster: None, session: AsyncSession
) -> None:
    await people.register(session, "wang", "王芳", [Role.HANDLER, Role.AGENT], "MSB")
    number = await desk.launch(agent="wang")

    for duty in Duty:
        with pytest.raises(ConflictOfInterestError) as caught:
            await sign(desk, number, "王芳", duty)
        assert caught.value.details["hats"] == ["agent"]
    # Recused, A's post passes to B.
    assert await sign(desk, number, "chen") == Signature("chen", "wang", "chen")  # type: ignore[arg-type]


@pytest.mark.parametrize("hat", ["filed", "backup_agent", "steward", "representative"])
async def test_every_part_on_the_applicants_side_is_found(
    desk: Any, roster: None, session: AsyncSession, hat: str
) -> None:
    from casework import engagements, launching
    from rules.engagement import EngagementTerms

    roles = [Role.HANDLER, Role.AGENT, Role.STEWARD]
    await people.register(session, "wang", "王芳", roles, "MSB")
    intake = await desk.intake("J5", agent="zhang", steward="wang" if hat == "steward" else None)
    actor = Actor("wang") if hat == "filed" else AGENT
    number, _ = await launching.launch(session, intake, actor=actor, now=MONDAY)
    if hat == "backup_agent":
        await engagements.sign(session, number, EngagementTerms(reference="1"), deputy="wang", actor=AGENT, now=MONDAY)
    if hat == "representative":
        await engagements.sign(session, number, EngagementTerms(reference="1"), deputy="wang", actor=AGENT, now=MONDAY)
        await engagements.sign(session, number, EngagementTerms(reference="2"), deputy="li", actor=AGENT, now=MONDAY)

    with pytest.raises(ConflictOfInterestError) as caught:
        await sign(desk, number, "wang")
    assert caught.value.details["hats"] == [hat]


async def test_the_countersigner_is_another_than_both_names_of_the_handler(desk: Any, roster: None) -> None:
    number = await desk.launch()
    await away(desk, "wang")
    handled = {"handlers": ("chen", "wang")}

    assert (await sign(desk, number, "zhou", Duty.COUNTERSIGN, **handled)).account == "zhou"
    for account in ("chen", "wang"):
        with pytest.raises(ConflictOfInterestError, match="否定备案"):
            await sign(desk, number, account, Duty.COUNTERSIGN, **handled)


GRANT = {"decision": "granted", "document_number": "1号"}


async def test_a_decision_of_b_carries_both_names(desk: Any, roster: None) -> None:
    number = await desk.launch()
    await desk.deliver(number)
    await away(desk, "wang")
    with pytest.raises(NotAuthorisedError, match="chen"):
        await desk.tell(number, "E01", DepartmentAct.DECIDED, **GRANT, handler="王芳")
    await desk.tell(number, "E01", DepartmentAct.DECIDED, **GRANT, handler="陈刚")

    row = await desk.session.execute(text("SELECT handler, on_behalf_of FROM decisions"))
    assert tuple(row.one()) == ("陈刚", "王芳")


@pytest.mark.parametrize("act", ["decided", "accepted", "claimed"])
async def test_nobody_handles_for_a_department_what_they_brought_in(desk: Any, act: str) -> None:
    number = await desk.launch(agent="zhang")
    await desk.deliver(number)
    details = GRANT if act == "decided" else {}
    before = await desk.steps(number)
    with pytest.raises(ConflictOfInterestError):
        await desk.tell(number, "E01", DepartmentAct(act), **details, handler="zhang")

    assert await desk.steps(number) == before


async def test_nobody_approves_a_refusal_of_what_they_brought_in(desk: Any) -> None:
    number = await desk.launch(agent="zhang")
    await desk.deliver(number)
    refusal = {"decision": "refused", "reason": "不符合条件", "legal_basis": "行政许可法第三十八条", "handler": "王芳"}
    with pytest.raises(ConflictOfInterestError):
        await desk.tell(number, "E01", DepartmentAct.DECIDED, **refusal, approver="zhang")


@pytest.mark.parametrize("at_once", [True, False])
async def test_a_refusal_of_b_carries_both_names_proposed_or_not(desk: Any, roster: None, at_once: bool) -> None:
    number = await desk.launch()
    await desk.deliver(number)
    await away(desk, "wang")
    refusal = {"decision": "refused", "reason": "不符合条件", "legal_basis": "行政许可法第三十八条", "handler": "陈刚"}
    await desk.tell(number, "E01", DepartmentAct.DECIDED, **refusal, **({"approver": "周局"} if at_once else {}))
    if not at_once:
        await desk.tell(number, "E01", DepartmentAct.REFUSAL_APPROVED, approver="周局")

    row = await desk.session.execute(text("SELECT kind, handler, on_behalf_of FROM decisions"))
    assert tuple(row.one()) == ("refused", "陈刚", "王芳")
