"""A newly published year moves the deadlines told before, and every move is on record."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from casework import calendars, queries, timers
from casework.catalog_file import read_calendar
from casework.joint_handling import extend_stage
from rules.errors import CatalogError, ForbiddenError, RefusedOnRecordError
from rules.terms import Approver
from rules.vocabulary import DepartmentAct
from rules.workdays import OFFICIAL, SHANGHAI, CalendarDocument
from tests.casework.conftest import AGENT

YEAR_2027 = """\
years:
  - year: 2027
    document: 国办发明电〔2026〕9号
    days_off: [2027-01-01, 2027-01-04, 2027-01-05, 2027-05-01, 2027-05-02, 2027-10-01, 2027-10-02, 2027-10-03]
    make_up_days: [2027-01-09]
"""
SNOW = """\
overrides:
  - {date: 2026-12-07, works: false, reason: 暴雪停工, document: 开政发〔2026〕12号}
"""


def documents(tmp_path: Path, content: str) -> tuple[CalendarDocument, ...]:
    file = tmp_path / "calendar.yaml"
    file.write_text(content, encoding="utf-8")
    return read_calendar(file)


async def load(desk: Any, found: tuple[CalendarDocument, ...], by: str = "zhang", approver: str = "li") -> Any:
    return await calendars.load(desk.session, found, by=by, approver=approver, now=desk.now)


async def in_december(desk: Any) -> str:
    """A restaurant whose registration was accepted so late that its limit ends in a year not published yet."""
    desk.now = datetime(2026, 12, 30, 9, tzinfo=SHANGHAI)
    number = await desk.launch("J3")
    await desk.deliver(number)
    await desk.tell(number, "E01", DepartmentAct.ACCEPTED)
    return str(number)


async def test_a_year_loaded_recomputes_records_and_tells(desk: Any, tmp_path: Path) -> None:
    number = await in_december(desk)
    before = await desk.line(number, "E01")
    assert (before.legal_due, before.provisional) == (date(2027, 1, 5), True)

    loaded = await load(desk, documents(tmp_path, YEAR_2027))
    assert (loaded.new, loaded.applications) == (("国办发明电〔2026〕9号",), 1)
    [(_, due)] = await timers.due(desk.session, now=desk.now, limit=10)
    await timers.ring(desk.session, due, now=desk.now)

    after = await desk.line(number, "E01")
    assert (after.legal_due, after.provisional) == (date(2027, 1, 7), False)
    moved = [s for s in await queries.steps(desk.session, number, limit=99) if s.kind == "deadline.recomputed"]
    assert [step.item for step in moved if "legal_due" in step.details["changes"]] == ["E01"]
    [step] = [step for step in moved if step.item == "E01"]
    assert step.reason == "工作日历更新：国办发明电〔2026〕9号"
    assert step.details["changes"]["legal_due"] == ["2027-01-05", "2027-01-07"]
    [notice] = [n for n in (await desk.report(number)).notices if n.kind == "deadline_moved"]
    assert notice.body["item"] == "E01"
    await timers.ring(desk.session, due, now=desk.now)
    assert [s for s in await desk.steps(number) if s == "deadline.recomputed"] == ["deadline.recomputed"] * len(moved)


async def test_loading_again_changes_nothing_and_other_content_needs_another_number(desk: Any, tmp_path: Path) -> None:
    found = documents(tmp_path, YEAR_2027 + SNOW)
    assert len((await load(desk, found)).new) == 2

    again = await load(desk, found)
    assert (again.new, again.known, again.applications) == ((), tuple(each.number for each in found), 0)
    with pytest.raises(CatalogError, match="内容不同"):
        await load(desk, documents(tmp_path, SNOW.replace("2026-12-07", "2026-12-08")))


@pytest.mark.parametrize(("by", "approver"), [("zhang", "zhang"), ("zhang", "gone"), ("nobody", "li")])
async def test_two_different_people_must_sign(desk: Any, tmp_path: Path, by: str, approver: str) -> None:
    with pytest.raises(ForbiddenError):
        await load(desk, documents(tmp_path, SNOW), by, approver)

    assert await calendars.current(desk.session) == OFFICIAL


async def test_a_local_decision_is_known_to_every_look(desk: Any, tmp_path: Path) -> None:
    await load(desk, documents(tmp_path, SNOW))

    calendar = await calendars.current(desk.session)
    assert not calendar.is_working_day(date(2026, 12, 7))
    assert (calendar.documents, calendar.edition) == (("开政发〔2026〕12号",), 1)
    year = await queries.calendar_year(desk.session, 2026)
    assert (year.working_days, year.provisional) == (247, False)
    assert queries.ExceptionalDay(date(2026, 12, 7), False, "暴雪停工", "开政发〔2026〕12号") in year.exceptions
    assert [line.approved_by for line in year.documents] == ["li"]
    assert (await queries.calendar_year(desk.session, 2027)).provisional


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (SNOW.replace("2026-12-07", "十二月七日"), "calendar.yaml:2: overrides[0].date: 应为日期"),
        (SNOW.replace(", document: 开政发〔2026〕12号", ""), "calendar.yaml:2: overrides[0].document: 缺少此项"),
        (SNOW.replace("reason", "because"), "calendar.yaml:2: overrides[0].because: 没有这个键"),
        (SNOW + SNOW.splitlines()[1], "2026-12-07 写了 2 次"),
        (YEAR_2027.replace(" 2027-05-01,", ""), "缺少法定节假日 5 月 1 日"),
        (YEAR_2027.replace("2027-01-09", "2027-01-08"), "2027-01-08 是星期五，本来就上班"),
        (YEAR_2027.replace("2027-01-09", "2027-05-01"), "2027-05-01 既放假又上班"),
        (YEAR_2027.replace("2027-01-04", "2028-01-04"), "2028-01-04 不属于 2027 年"),
        (YEAR_2027.replace("2027-01-04", "2026-11-30"), "2026-11-30 不属于 2027 年"),
        (YEAR_2027.replace("2027-01-04", "2027-01-05"), "2027-01-05 写了 2 次"),
        (YEAR_2027.replace("9号", "12号") + SNOW.replace("开政发", "国办发明电"), "用于多个文件"),
        ("- 2027", "应为“键: 值”的表"),
    ],
)
def test_what_is_wrong_in_a_calendar_file_is_said_at_its_place(tmp_path: Path, content: str, problem: str) -> None:
    with pytest.raises(CatalogError) as caught:
        documents(tmp_path, content)

    assert problem in str(caught.value)


def test_the_december_before_belongs_to_a_year_too(tmp_path: Path) -> None:
    [year] = documents(tmp_path, YEAR_2027.replace("2027-01-04", "2026-12-31"))

    assert (date(2026, 12, 31), False, "2027 年放假") in year.days


async def test_a_rejected_extension_is_kept_and_answered_alike_when_repeated(desk: Any) -> None:
    number = await desk.launch("J3")
    await desk.deliver(number)
    await desk.tell(number, "E01", DepartmentAct.ACCEPTED)
    asked = {"id": "x-1", "at": desk.now, "days": 99, "approver": "李强", "reason": "忙"}

    for _ in range(2):
        with pytest.raises(RefusedOnRecordError, match="不得超过"):
            await desk.tell(number, "E01", DepartmentAct.EXTENSION_REQUESTED, **asked)
    assert (await desk.steps(number)).count("extension.rejected") == 1


async def test_a_joint_stage_is_extended_by_the_head_of_the_government(desk: Any) -> None:
    number = await desk.launch("J3")
    await desk.deliver(number)
    await desk.tell(number, "E01", DepartmentAct.ACCEPTED)
    [joint] = (await desk.report(number)).joint
    assert joint.days == 45
    given = {"days": 15, "approver": "赵明", "reason": "会商", "actor": AGENT, "now": desk.now}

    await extend_stage(desk.session, number, joint.stage, level=Approver.GOVERNMENT_HEAD, **given)
    assert (await desk.report(number)).joint[0].days == 60
    with pytest.raises(RefusedOnRecordError):
        await extend_stage(desk.session, number, joint.stage, level=Approver.GOVERNMENT_HEAD, **given)
    steps = [step for step in await desk.steps(number) if step.startswith("extension.")]
    assert steps == ["extension.granted", "extension.rejected"]


async def test_the_days_of_an_application_always_add_up(desk: Any) -> None:
    number = await desk.launch("J3")
    desk.wait(days=1)
    await desk.deliver(number)
    desk.wait(days=2)
    await desk.tell(number, "E01", DepartmentAct.CORRECTION_REQUESTED, missing=["章程"])
    desk.wait(days=7)
    report = await desk.report(number)

    assert report.spent.total == report.working_days == 8
    assert (report.spent.center, report.spent.department > 0) == (1, True)


async def test_the_database_lets_nobody_sign_twice(desk: Any) -> None:
    row = "INSERT INTO calendar_notices (document_number, loaded_by, approved_by, loaded_at, digest)"
    with pytest.raises(Exception, match="two_persons"):
        await desk.session.execute(text(f"{row} VALUES ('x', 'li', 'li', now(), '')"))
