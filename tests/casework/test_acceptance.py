"""Acceptance in the tables: by silence, kept violations, one notice, and only what a replaced document touches."""

from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from casework import timers
from casework.auditing import verify
from rules.errors import AlreadyDecidedError, InvalidIntakeError, RefusedOnRecordError
from rules.vocabulary import AssignmentStatus, DepartmentAct, NoticeKind
from rules.workdays import SHANGHAI

ASK = DepartmentAct.CORRECTION_REQUESTED
OTHERS = {"股东身份证明": 1, "住所使用文件": 1}
RECEIVED = datetime(2026, 2, 9, 9, tzinfo=SHANGHAI)


@pytest.fixture
async def number(desk: Any) -> str:
    desk.now = RECEIVED
    launched = await desk.launch("J5")
    await desk.deliver(launched)
    return str(launched)


async def ring(desk: Any) -> None:
    """Let every timer ring that is due."""
    for _, due in await timers.due(desk.session, now=desk.now, limit=10):
        await timers.ring(desk.session, due, now=desk.now)


async def test_a_timer_accepts_what_a_department_leaves_lying(desk: Any, number: str) -> None:
    desk.now = (await desk.report(number)).next_timer
    assert desk.now == datetime(2026, 2, 15, tzinfo=SHANGHAI)
    await ring(desk)

    line = await desk.line(number, "E01")
    assert (line.status, line.deemed_accepted, line.accepted_at) == (AssignmentStatus.ACCEPTED, True, RECEIVED)
    assert (await desk.deliver(number))[0] == "deemed E01"
    [notice] = await desk.notices(number, NoticeKind.ACCEPTANCE)
    assert (notice.body["accepted_on"], notice.sent_at) == ("2026-02-09", desk.now)


async def test_a_late_request_is_refused_and_the_attempt_is_kept_once(desk: Any, number: str) -> None:
    desk.now = datetime(2026, 2, 24, 10, tzinfo=SHANGHAI)
    for _ in range(2):
        with pytest.raises(RefusedOnRecordError, match="视为受理") as refused:
            await desk.tell(number, "E01", ASK, id="late", missing=["章程"])
        assert refused.value.details["accepted_on"] == "2026-02-09"

    steps = await desk.steps(number)
    assert (steps.count("violation.attempted"), steps.count("acceptance.deemed")) == (1, 1)
    assert (await desk.line(number, "E01")).deemed_accepted
    assert [c.finding async for c in verify(desk.session) if c.finding is not None] == []


async def test_a_receipt_with_its_number_goes_to_the_applicant(desk: Any, number: str) -> None:
    [receipt] = await desk.notices(number, NoticeKind.RECEIPT)

    assert (receipt.body["receipt_number"], receipt.sent_at) == ("R-E01", RECEIVED)


async def parallel(desk: Any) -> str:
    launched = await desk.launch("J5")
    await desk.deliver(launched)
    await desk.grant(launched, "E01")
    await desk.deliver(launched)
    return str(launched)


async def test_several_departments_ask_in_one_notice(desk: Any) -> None:
    number = await parallel(desk)
    await desk.tell(number, "E04", ASK, missing=["职工名册"], reason="缺社保编号")
    await desk.tell(number, "E05", ASK, missing=["职工名册", "授权书"])
    assert await desk.deliver(number) == []
    desk.wait(hours=24)
    await ring(desk)

    assert await desk.deliver(number) == ["correction"]
    [notice] = await desk.notices(number, NoticeKind.CORRECTION)
    assert notice.body["items_by_material"] == {"职工名册": ["E04", "E05"], "授权书": ["E05"]}
    await desk.supply(number, "职工名册")
    statuses = await desk.statuses(number)
    assert statuses["E04"] is AssignmentStatus.ACCEPTED
    assert statuses["E05"] is AssignmentStatus.CORRECTION_REQUIRED


async def test_a_replaced_document_reopens_the_decision_that_relied_on_it_and_no_other(desk: Any) -> None:
    number = await parallel(desk)
    await desk.grant(number, "E02")
    before = await desk.assignment(number, "E01")
    untouched = await desk.line(number, "E02")
    assert (await desk.line(number, "E01")).relied_on == {"章程": 1, **OTHERS}

    await desk.supply(number, "章程", replace=True, sha256={"章程": "a" * 64})

    line = await desk.line(number, "E01")
    assert (line.round, line.status, line.decision) == (2, AssignmentStatus.OPENED, None)
    assert line.assignment != before
    assert await desk.line(number, "E02") == untouched
    assert (await desk.steps(number)).count("basis.changed") == 5
    sql = "SELECT version FROM materials WHERE name = '章程' AND sha256 = repeat('a', 64)"
    assert await desk.count(sql) == 2
    assert (await desk.deliver(number))[:3] == ["dispatched E01", "reopened", "reopened E01"]
    await desk.grant(number, "E01")
    assert (await desk.line(number, "E01")).relied_on == {"章程": 2, **OTHERS}
    assert "prerequisites_met E04" in await desk.deliver(number)


async def test_the_round_before_keeps_its_decision_and_answers_with_it(desk: Any) -> None:
    number = await parallel(desk)
    before = await desk.assignment(number, "E01")
    await desk.supply(number, "章程", replace=True)

    sql = text("SELECT department FROM assignments WHERE id = :id")
    department = await desk.session.scalar(sql, {"id": before})
    with pytest.raises(AlreadyDecidedError) as refused:
        await desk.report_of(before, department, str(uuid4()), DepartmentAct.DECIDED, decision="granted")
    assert refused.value.details["decision"]["kind"] == "granted"  # type: ignore[index]
    assert (await desk.line(number, "E01")).status is AssignmentStatus.OPENED


async def test_unknown_materials_are_refused_at_launch_and_later(desk: Any, number: str) -> None:
    with pytest.raises(InvalidIntakeError, match="是否指：章程"):
        await desk.launch("J5", materials=("章成",))
    with pytest.raises(InvalidIntakeError, match="本申请没有这些材料"):
        await desk.supply(number, "章成")
