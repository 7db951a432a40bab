"""Commitments in the tables: signed at launch or later, followed past delivery, and the record of those not kept."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from casework import catalogs, commitments, queries, timers
from casework.casefile import Actor
from rules.acts.commitments import Promise
from rules.canonical import fingerprint
from rules.errors import (
    AlreadyDecidedError,
    CommitmentRefusedError,
    CureOpenError,
    InvalidIntakeError,
    NotFoundError,
)
from rules.terms import Terms, Tolerance, ToleranceMode
from rules.vocabulary import (
    AssignmentStatus,
    CommitmentKind,
    CommitmentStatus,
    DepartmentAct,
    NoticeKind,
    Outcome,
    Party,
)

LATER = "住所使用文件"
OTHERS = ("股东身份证明", "章程", "经办人实名", "职工名册")
PROMISE = Promise("E01", "刘晓")
CREDIT_CODE = "91211282MA0KYF01X8"
MANAGER = Actor("zhao", "10.0.0.9")


@pytest.fixture(params=[ToleranceMode.HOLD_RESULT])
async def listed(desk: Any, request: Any) -> Any:
    """The catalog with E01 on the list of 容缺受理."""
    _, catalog = await catalogs.newest(desk.session)
    terms = Terms(tolerance=Tolerance(request.param))
    items = {**catalog.items, "E01": replace(catalog.items["E01"], terms=terms)}
    await catalogs.publish(desk.session, replace(catalog, items=items), now=desk.now)
    return desk


issues_first = pytest.mark.parametrize("listed", [ToleranceMode.ISSUE_THEN_CURE], indirect=True)


async def lines(desk: Any, number: str) -> list[queries.CommitmentLine]:
    return await queries.commitments(desk.session, number)


async def sign(desk: Any, number: str, promise: Promise = PROMISE) -> None:
    await commitments.take(desk.session, number, promise, actor=Actor("zhang"), now=desk.now)


async def ring(desk: Any) -> None:
    for _, application in await timers.due(desk.session, now=desk.now, limit=10):
        await timers.ring(desk.session, application, now=desk.now)


async def test_a_commitment_signed_at_launch_opens_the_item_at_once(listed: Any) -> None:
    number = await listed.launch("J5", materials=OTHERS, commitments=(PROMISE,))

    assert await listed.deliver(number) == ["dispatched E01"]
    (line,) = await lines(listed, number)
    assert (line.kind, line.status, line.materials) == (CommitmentKind.TOLERANCE, CommitmentStatus.SIGNED, (LATER,))
    assert line.signature == fingerprint(line.letter)
    assert line.letter["applicant"] == "开原市清河餐饮有限公司"
    assert line.credit_check == {"passed": True, "breached_on": None, "bar_days": 180}


async def test_an_item_without_its_deferrable_material_waits_for_it_or_for_a_commitment(listed: Any) -> None:
    number = await listed.launch("J5", materials=OTHERS)
    assert await listed.deliver(number) == ["materials_missing"]
    assert (await listed.report(number)).notices[0].body["commitments"][0]["materials"] == [LATER]

    await sign(listed, number)
    await sign(listed, number)

    assert await listed.deliver(number) == ["dispatched E01"]
    assert len(await lines(listed, number)) == 1
    assert (await listed.steps(number)).count("tolerance.signed") == 1


async def test_a_department_reviews_in_advance_and_grants_after_the_cure(listed: Any) -> None:
    number = await listed.launch("J5", materials=OTHERS, commitments=(PROMISE,))
    await listed.deliver(number)
    await listed.tell(number, "E01", DepartmentAct.ACCEPTED)
    assert await listed.deliver(number) == ["deferred_materials"]
    with pytest.raises(CureOpenError):
        await listed.grant(number, "E01")
    await listed.tell(number, "E01", DepartmentAct.REVIEW_FINISHED)
    assert (await listed.statuses(number))["E01"] is AssignmentStatus.PENDING_CURE
    (wait,) = (await listed.report(number)).waits
    assert (wait.party, wait.what, wait.until) == (Party.APPLICANT, "E01", date(2026, 3, 5))
    assert (await listed.line(number, "E01")).legal_due is None  # held open at the applicant's expense

    await listed.supply(number, LATER)
    assert await listed.deliver(number) == ["materials_added E01"]
    await listed.tell(number, "E01", DepartmentAct.CURE_VERIFIED)
    await listed.grant(number, "E01")

    (line,) = await lines(listed, number)
    assert (line.status, line.supplied_at is not None, line.ended_at is not None) == (
        CommitmentStatus.CURED,
        True,
        True,
    )


async def test_a_cure_that_does_not_come_returns_the_item_and_stays_on_record(listed: Any) -> None:
    number = await listed.launch("J5", materials=OTHERS, commitments=(PROMISE,))
    await listed.deliver(number)
    await listed.tell(number, "E01", DepartmentAct.ACCEPTED)
    await listed.deliver(number)
    listed.wait(days=10)
    await ring(listed)

    assert (await listed.statuses(number))["E01"] is AssignmentStatus.RETURNED
    assert "returned" in await listed.deliver(number)
    with pytest.raises(AlreadyDecidedError):
        await listed.grant(number, "E01")
    credit = await queries.credit(listed.session, CREDIT_CODE, now=listed.now)
    assert (credit.eligible, len(credit.records), credit.records[0].application) == (False, 1, number)

    with pytest.raises(CommitmentRefusedError):
        await listed.launch("J5", materials=OTHERS, commitments=(PROMISE,))
    for _ in range(2):
        await commitments.repair(listed.session, credit.records[0].id, reason="已补齐", actor=MANAGER, now=listed.now)
    repaired = await queries.credit(listed.session, CREDIT_CODE, now=listed.now)
    assert (repaired.eligible, repaired.barred_until, repaired.records[0].repaired_by) == (True, None, "zhao")
    assert (await listed.steps(number)).count("credit.repaired") == 1
    await listed.launch("J5", materials=OTHERS, commitments=(PROMISE,))


@issues_first
async def test_a_commitment_outlives_the_delivery_and_ends_the_application_with_it(listed: Any) -> None:
    number = await listed.launch("J5", materials=OTHERS, commitments=(PROMISE,))
    await listed.deliver(number)
    await listed.grant(number, "E01")
    await listed.deliver(number)
    await listed.grant(number, "E02", "E03", "E04", "E05", "E06")
    assert await listed.deliver(number) == ["result"]
    report = await listed.report(number)
    assert (report.outcome, report.complete, report.next_timer is not None) == (Outcome.GRANTED, False, True)

    await listed.supply(number, LATER)
    await listed.deliver(number)
    await listed.tell(number, "E01", DepartmentAct.CURE_VERIFIED)

    assert (await lines(listed, number))[0].status is CommitmentStatus.CURED
    assert (await listed.look(number)).outcome is Outcome.GRANTED
    assert (await listed.report(number)).complete


@issues_first
async def test_timers_go_on_after_delivery_until_a_person_decides(listed: Any) -> None:
    number = await listed.launch("J5", materials=OTHERS, commitments=(PROMISE,))
    await listed.deliver(number)
    await listed.grant(number, "E01")
    await listed.deliver(number)
    await listed.grant(number, "E02", "E03", "E04", "E05", "E06")
    await listed.deliver(number)
    listed.wait(days=10)
    await ring(listed)
    assert sorted(await listed.deliver(number)) == ["breach", "supervised E01"]

    await listed.tell(number, "E01", DepartmentAct.BREACH_FOUND, reason="逾期", legal_basis="办法")

    assert (await lines(listed, number))[0].status is CommitmentStatus.BROKEN
    assert (await listed.statuses(number))["E01"] is AssignmentStatus.GRANTED
    assert await listed.deliver(number) == ["breach"]
    assert (await listed.report(number)).complete
    steps = await queries.steps(listed.session, number, limit=1000)
    assert {step.item for step in steps if step.kind == "basis.questioned"} == {f"E0{n}" for n in range(2, 7)}


async def test_a_promise_replaces_what_the_journey_waives(desk: Any) -> None:
    number = await desk.launch("J2", commitments=())
    items = (await desk.intake("J2")).commitments
    assert {promise.item for promise in items} >= {"B02", "C04"}

    for promise in items:
        await sign(desk, number, promise)
    assert {line.item for line in await lines(desk, number)} == {promise.item for promise in items}


async def test_a_dispatch_carries_the_commitment(listed: Any) -> None:
    from casework import messages

    number = await listed.launch("J5", materials=OTHERS, commitments=(PROMISE,))
    (move,) = (await listed.look(number)).outside
    outgoing = await messages.load(listed.session, move.message)

    assert [(each["kind"], each["materials"], each["signer"]) for each in outgoing.commitments] == [
        ("tolerance", [LATER], "刘晓")
    ]


async def test_what_nobody_knows_is_not_found(desk: Any) -> None:
    with pytest.raises(NotFoundError):
        await queries.commitments(desk.session, "DB-211282-20260302-00099-X")
    with pytest.raises(NotFoundError):
        await queries.credit(desk.session, "91211282MAWPAAD45K", now=desk.now)
    with pytest.raises(NotFoundError):
        await commitments.repair(desk.session, 4711, reason="无", actor=MANAGER, now=desk.now)


async def test_a_promise_is_signed_and_not_handed_in_as_a_paper(desk: Any) -> None:
    number = await desk.launch("J2", commitments=())
    letter = "告知承诺书（水土保持方案审批（报告表，承诺制））"
    assert letter in [wait.what for wait in (await desk.report(number)).waits]

    with pytest.raises(InvalidIntakeError, match="签署") as caught:
        await desk.supply(number, letter)
    assert caught.value.details == {"problems": [{"material": letter, "sign": "commitments"}]}
    assert len(await desk.notices(number, NoticeKind.MATERIALS_MISSING)) == 1
