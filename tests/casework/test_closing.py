"""Delivered, confirmed, objected, closed: kept in the tables as the rules say, each a step of its own."""

from dataclasses import replace
from typing import Any

import pytest

from casework import closing, handing, timers, tracking
from casework.casefile import Actor
from rules.delivery.record import DeliveryChannel, DeliveryStatus, DeliveryWish, ObjectionKind
from rules.errors import ClosureRefusedError, InvalidDeliveryError, NotAllowedNowError, NotFoundError
from rules.vocabulary import ApplicationStatus, Outcome

APPLICANT = Actor("applicant", "10.0.0.9")
MANAGER = Actor("zhaoj", "10.0.0.3")
REST = ("E02", "E03", "E04", "E05", "E06")


async def granted(desk: Any, **changes: Any) -> str:
    """An enterprise is set up: six results, all told."""
    number = str(await desk.launch("J5", **changes))
    await desk.deliver(number)
    await desk.grant(number, "E01")
    await desk.deliver(number)
    await desk.grant(number, *REST)
    await desk.deliver(number)
    return number


async def ring(desk: Any) -> None:
    for _, application in await timers.due(desk.session, now=desk.now, limit=100):
        await timers.ring(desk.session, application, now=desk.now)


async def test_every_result_goes_online_with_evidence_and_the_end_follows_in_its_time(desk: Any) -> None:
    number = await granted(desk)
    report = await desk.report(number)
    assert (report.status, report.complete) == (ApplicationStatus.DELIVERED, True)
    assert {line.status for line in report.closing.deliveries} == {DeliveryStatus.DELIVERED}
    assert [line.item for line in report.closing.deliveries] == ["E01", *REST]
    assert all(line.evidence["notice"] for line in report.closing.deliveries)
    assert [each.ground for each in report.closing.obstacles] == ["applicant"]

    desk.wait(days=8)
    await ring(desk)
    report = await desk.report(number)
    assert (report.status, report.outcome, report.closing.closed_at) == (
        ApplicationStatus.CLOSED,
        Outcome.GRANTED,
        desk.now,
    )
    assert (report.next_timer, report.waits, report.closing.obstacles) == (None, (), ())
    assert await desk.count("SELECT count(*) FROM outbox_messages WHERE kind = 'wake' AND seq > 100") == 0


async def test_the_applicants_word_closes_it_at_once_and_twice_is_once(desk: Any) -> None:
    number = await granted(desk)
    await closing.confirm(desk.session, number, actor=APPLICANT, now=desk.now)
    await closing.confirm(desk.session, number, actor=APPLICANT, now=desk.now)

    assert (await desk.report(number)).status is ApplicationStatus.CLOSED
    steps = await desk.steps(number)
    assert steps[-2:] == ["receipt.confirmed", "application.closed"]


async def test_an_objection_after_closing_opens_it_again_and_its_run_is_asked_for(desk: Any) -> None:
    number = await granted(desk)
    await closing.confirm(desk.session, number, actor=APPLICANT, now=desk.now)
    before = await desk.steps(number)
    await closing.object_to(
        desk.session, number, ObjectionKind.NOT_RECEIVED, "没有收到执照", "E01", actor=APPLICANT, now=desk.now
    )

    report = await desk.report(number)
    assert (report.status, report.complete) == (ApplicationStatus.CONCLUDED, False)
    assert (await desk.steps(number))[: len(before)] == before
    again = report.closing.deliveries[0]
    assert {each.item for each in report.closing.deliveries if each.attempt == 2} == {"E01"}
    assert report.closing.objections[0].answer is None
    wakes = "SELECT count(*) FROM outbox_messages o JOIN applications a ON a.id = o.application_id"
    assert await desk.count(wakes + " WHERE o.kind = 'wake' AND o.seq = a.revision AND a.number = :n", n=number) == 1

    agent = await desk.agent(number)
    await handing.deliver(desk.session, number, "E01", {"signer": "刘晓"}, actor=agent, now=desk.now)
    objection = report.closing.objections[0].id
    await closing.answer(desk.session, number, objection, "已当面送达", actor=MANAGER, now=desk.now)
    report = await desk.report(number)
    assert (report.status, report.complete) == (ApplicationStatus.DELIVERED, True)
    assert report.closing.objections[0].answered_by == "zhaoj"
    assert again.item in [each.item for each in report.closing.deliveries]


async def test_paper_is_handed_over_and_nothing_ends_before(desk: Any) -> None:
    number = await granted(desk, delivery=DeliveryWish(DeliveryChannel.POST, address="开原市新城街1号"))
    report = await desk.report(number)
    assert (report.status, report.complete) == (ApplicationStatus.CONCLUDED, False)
    assert report.waiting.startswith("等待 6/6：代办中心送达")
    agent = await desk.agent(number)
    with pytest.raises(InvalidDeliveryError):
        await handing.send(desk.session, number, "E01", {}, actor=agent, now=desk.now)
    await handing.send(desk.session, number, "E01", {"tracking_number": "EMS1"}, actor=agent, now=desk.now)
    await handing.fail(desk.session, number, "E01", "拒收", actor=agent, now=desk.now)
    await handing.retry(desk.session, number, "E01", DeliveryChannel.AGENT, None, actor=agent, now=desk.now)
    paper = {"sheet": "移交〔2026〕1号", "signer": "刘晓"}
    await handing.deliver(desk.session, number, "E01", paper, actor=agent, now=desk.now)
    for item in REST:
        letter = {"tracking_number": f"EMS-{item}", "delivered_on": desk.now.date().isoformat()}
        await handing.deliver(desk.session, number, item, letter, actor=agent, now=desk.now)

    report = await desk.report(number)
    assert (report.status, report.complete) == (ApplicationStatus.DELIVERED, True)
    assert await desk.count("SELECT count(*) FROM deliveries WHERE evidence <> '{}' AND ended_at IS NOT NULL") == 7


async def test_a_closing_that_is_refused_stays_on_record(desk: Any) -> None:
    number = await granted(desk)
    with pytest.raises(ClosureRefusedError):
        await closing.close(desk.session, number, actor=MANAGER, now=desk.now)
    assert (await desk.steps(number))[-1] == "closure.rejected"
    desk.wait(days=8)
    await closing.close(desk.session, number, actor=MANAGER, now=desk.now)
    await closing.close(desk.session, number, actor=MANAGER, now=desk.now)
    assert (await desk.steps(number)).count("application.closed") == 1


async def test_a_receipt_of_the_applicant_is_handed_in_by_their_agent(desk: Any) -> None:
    number = await desk.launch("J5")
    agent = await desk.agent(number)
    with pytest.raises(NotAllowedNowError):
        await closing.confirm(desk.session, number, receipt="回证1号", actor=agent, now=desk.now)
    with pytest.raises(NotAllowedNowError):
        await closing.object_to(desk.session, number, ObjectionKind.OTHER, "慢", actor=APPLICANT, now=desk.now)


async def test_a_code_opens_its_application_and_no_other(desk: Any) -> None:
    number, other = await desk.launch("J5"), await desk.launch("J5")
    with pytest.raises(NotFoundError):
        await tracking.require(desk.session, number, "")
    code = await tracking.issue(desk.session, number, actor=replace(MANAGER), now=desk.now)
    await tracking.require(desk.session, number, code.lower().replace("-", ""))
    for wrong in ((other, code), (number, tracking.new_code()), ("DB-0", code)):
        with pytest.raises(NotFoundError):
            await tracking.require(desk.session, *wrong)
    renewed = await tracking.issue(desk.session, number, actor=MANAGER, now=desk.now)
    await tracking.require(desk.session, number, renewed)
    with pytest.raises(NotFoundError):
        await tracking.require(desk.session, number, code)
    stored = "SELECT count(*) FROM applications WHERE tracking_sha256 IS NOT NULL AND tracking_sha256 <> :code"
    assert await desk.count(stored, code=renewed) == 1
