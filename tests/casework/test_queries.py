"""What people and programs see: one application, many of them, its steps, and the same as JSON."""

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest

from casework import queries
from rules.clocks import Light
from rules.errors import NotFoundError
from rules.terms import SpecialProcedure
from rules.vocabulary import ApplicationStatus, AssignmentStatus, DecisionKind, DepartmentAct, Party

UNKNOWN = "DB-211282-20260302-99999-X"


@pytest.fixture
async def number(desk: Any) -> str:
    """A restaurant: registered, its food licence accepted, its sign refused, the rest at their departments."""
    launched = await desk.launch("J3", answers={"tobacco": True})
    await desk.deliver(launched)
    await desk.tell(launched, "E01", DepartmentAct.CLAIMED, handler="王芳")
    desk.wait(hours=1)
    await desk.grant(launched, "E01")
    await desk.deliver(launched)
    await desk.tell(launched, "E10", DepartmentAct.ACCEPTED, handler="李强")
    await desk.refuse(launched, "E14")
    return str(launched)


async def test_a_report_shows_every_item_in_the_journeys_order(desk: Any, number: str) -> None:
    report = await desk.report(number)

    assert [line.item for line in report.lines] == ["E01", "E02", "E03", "E10", "E12", "E14", "E15", "P03", "E17"]
    assert [stage.code for stage in report.stages] == ["opening"]
    assert (report.journey, report.journey_name, report.catalog_version) == ("J3", "开办餐饮店“一件事”", 1)
    assert (report.applicant, report.project, report.agent) == ("开原市清河餐饮有限公司", "清河路项目", "zhang")
    assert report.steps == len(await desk.steps(number))


async def test_an_ended_items_clock_stays_readable(desk: Any, number: str) -> None:
    desk.wait(days=60)
    line = await desk.line(number, "E01")

    assert (line.status, line.light, line.used) == (AssignmentStatus.GRANTED, Light.GREEN, 0)
    assert (line.promised_due, line.legal_due) == (date(2026, 3, 2), date(2026, 3, 5))
    assert line.handler == "王芳"
    assert line.receipt_number == "R-E01"
    assert line.received_at is not None
    assert line.ended_at - line.received_at == timedelta(hours=1)
    assert (line.decision.kind, line.decision.document_number) == (DecisionKind.GRANT, "〔2026〕E01号")
    assert line.decision.source == "department/MSB"


async def test_a_running_clock_counts_working_days(desk: Any, number: str) -> None:
    desk.wait(days=7)
    line = await desk.line(number, "E10")

    assert (line.used, line.remaining, line.promised_days, line.legal_days) == (5, 0, 5, 10)
    assert line.promised_due == date(2026, 3, 9)
    assert line.light is Light.YELLOW
    assert not line.provisional


async def test_a_stopped_clock_tells_how_long_it_stood(desk: Any) -> None:
    await desk.amend("E01", procedures=(SpecialProcedure("testing", "检测", "行政许可法第四十五条", 5),))
    number = await desk.launch("J3")
    await desk.deliver(number)
    await desk.tell(number, "E01", DepartmentAct.ACCEPTED)
    desk.wait(days=1)
    await desk.tell(number, "E01", DepartmentAct.HOLD_STARTED, procedure="testing", days=5, reason="送检")
    desk.wait(days=3)
    line = await desk.line(number, "E01")

    assert (line.status, line.used, line.stopped) == (AssignmentStatus.SPECIAL_PROCEDURE, 1, 3)
    assert (line.spent.department, line.spent.stopped) == (1, 3)


async def test_an_item_nobody_has_yet_shows_what_was_promised(desk: Any) -> None:
    line = await desk.line(await desk.launch("J5"), "E02")

    assert (line.status, line.assignment, line.light, line.decision) == (None, None, None, None)
    assert (line.promised_days, line.legal_days, line.used) == (0, 1, 0)


async def test_working_days_stop_counting_at_the_conclusion(desk: Any) -> None:
    number = await desk.launch("J5")
    desk.wait(days=7)
    assert (await desk.report(number)).working_days == 5
    await desk.withdraw(number)
    desk.wait(days=7)

    assert (await desk.report(number)).working_days == 5


async def test_the_waits_name_the_departments_and_their_promises(desk: Any, number: str) -> None:
    report = await desk.report(number)

    assert Party.DEPARTMENT in {wait.party for wait in report.waits}
    food = next(wait for wait in report.waits if wait.what == "E10")
    assert (food.who, food.until) == ("MSB", date(2026, 3, 9))
    assert report.waiting.startswith("等待 7/9：")


async def test_an_unknown_application_is_not_found(desk: Any) -> None:
    for query in (
        queries.report(desk.session, UNKNOWN, now=desk.now),
        queries.steps(desk.session, UNKNOWN, limit=1),
        queries.applications(desk.session, limit=1, before=UNKNOWN),
    ):
        with pytest.raises(NotFoundError):
            await query


async def test_a_report_as_json_is_plain_and_speaks_chinese(desk: Any, number: str) -> None:
    written = queries.as_json(await desk.report(number))

    assert written["status"] == "in_approval"
    assert written["status_zh"] == "并联审批中"
    assert written["outcome"] is None
    assert written["outcome_zh"] is None
    assert written["registered_at"] == "2026-03-02T09:00:00+08:00"
    sign = next(line for line in written["lines"] if line["item"] == "E14")
    assert sign["decision"]["kind_zh"] == "不予许可"
    assert sign["legal_unit"] == "WD"
    assert next(wait for wait in written["waits"] if wait["what"] == "E10") == {
        "party": "department",
        "party_zh": "部门",
        "who": "MSB",
        "what": "E10",
        "until": "2026-03-09",
        "left": 5,
        "provisional": False,
    }
    assert is_plain(written)


def is_plain(value: Any) -> bool:
    if isinstance(value, dict):
        return all(type(key) is str and is_plain(each) for key, each in value.items())
    if isinstance(value, list):
        return all(map(is_plain, value))
    return type(value) in (str, int, float, bool, type(None))


async def test_the_list_counts_items_and_shows_the_worst_light(desk: Any, number: str) -> None:
    [summary] = await queries.applications(desk.session, limit=10)

    assert summary.number == number
    assert (summary.items, summary.items_by_status) == (
        9,
        {"granted": 1, "accepted": 1, "refused": 1, "received": 6},
    )
    assert summary.light is Light.GREEN
    assert queries.as_json(summary)["light_zh"] == "绿灯"


async def test_the_list_goes_on_where_it_stopped(desk: Any) -> None:
    numbers = [await desk.launch("J5") for _ in range(5)]

    pages, before = [], None
    while page := await queries.applications(desk.session, limit=2, before=before):
        pages.append([summary.number for summary in page])
        before = page[-1].number
    assert pages == [[numbers[4], numbers[3]], [numbers[2], numbers[1]], [numbers[0]]]


async def test_the_list_can_be_narrowed_to_a_status_and_a_department(desk: Any, number: str) -> None:
    unsent = await desk.launch("J5", materials=())
    at_msb = await desk.launch("J5")

    async def found(**wanted: Any) -> list[str]:
        return [summary.number for summary in await queries.applications(desk.session, limit=10, **wanted)]

    assert await found(status=ApplicationStatus.REGISTERED) == [unsent]
    assert await found(waiting_on="MSB") == [number]  # the other's dispatch has not arrived yet
    await desk.deliver(at_msb)
    assert await found(waiting_on="MSB") == [at_msb, number]
    assert await found(waiting_on="UMB") == []  # it has decided
    assert await found(waiting_on="MSB", status=ApplicationStatus.CONCLUDED) == []


async def test_steps_come_in_pages(desk: Any, number: str) -> None:
    everything = await queries.steps(desk.session, number, limit=1000)
    first = await queries.steps(desk.session, number, limit=3)
    rest = await queries.steps(desk.session, number, after=3, limit=1000)

    assert first + rest == everything
    assert [step.serial for step in everything] == list(range(1, len(everything) + 1))
    assert all(step.previous_hash == before.hash for before, step in pairwise(everything))
    assert everything[0].actor == "zhang"
    assert everything[0].source == "10.0.0.1"


async def test_a_token_names_its_active_person_only(desk: Any) -> None:
    caller = await queries.caller_of(desk.session, "token-of-zhang")

    assert caller is not None
    assert (caller.account, caller.roles) == ("zhang", {"agent"})
    for token in ("token-of-gone", "token-of-nobody", ""):
        assert await queries.caller_of(desk.session, token) is None


async def test_the_catalog_form_offers_every_journey_with_its_questions(desk: Any) -> None:
    form = await queries.catalog_form(desk.session)

    restaurant = next(journey for journey in form.journeys if journey.code == "J3")
    assert [question.key for question in restaurant.questions][:2] == ["area", "fire_route"]
    assert [choice.value for choice in restaurant.questions[1].choices] == ["commitment", "inspection"]
    assert {item.item for item in restaurant.items if not item.required} == {"E14", "E17"}
    assert next(item for item in restaurant.items if item.item == "E10").materials[1].name == "布局与操作流程图"
    assert is_plain(queries.as_json(form))
